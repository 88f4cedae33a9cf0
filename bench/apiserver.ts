// `npm run bench -- apiserver`: the embedded API server beside etcd and kube-apiserver, in one run: how soon they are
// ready, how many server-side applies they do, what memory they need for 10,000 objects, and how soon 50 watches hear of
// a change. Figures are the machine's; the ratios count.
//
// The servers take turns, so that what else the machine does meets all of them; each figure is the median of its turns.
// The same client speaks to both servers that are reached by network. The real one has no controllers beside it; the
// command has its simulated ones at work.

import { type Server, startCommand, startInMemory, startReal } from './apiserver/servers.ts';
import { CONFIG_MAP, CUSTOM, DEPLOYMENT, prepare, type Target } from './apiserver/subjects.ts';
import { appliesPerSecond, deliveries, fill } from './apiserver/work.ts';

const STARTS = 5;
const WARM_ROUNDS = 4;
const ROUNDS = 9;
const OBJECTS = 10_000;
const WATCHERS = 50;
const CHANGES = 30;
const LOADS = [
  { name: 'one by one', lanes: 1, each: 150 },
  { name: '16 at a time', lanes: 16, each: 15 },
] as const;

interface Servers {
  readonly real: Server & Target;
  readonly command: Server & Target;
  readonly inMemory: Server & Target;
}
type Name = keyof Servers;

/** A figure of the real server and of an embedded one, and how many times better the latter has to be. */
interface Row {
  readonly name: string;
  readonly real: number;
  readonly embedded: number;
  readonly isBetter: 'more' | 'less';
  readonly factor: number;
}

/** Runs the comparison, prints it, and tells whether our goals hold. */
export async function run(): Promise<boolean> {
  console.log(`${''.padEnd(68)}${'real'.padStart(10)}${'embedded'.padStart(10)}   times better`);
  const rows: Row[] = [];
  const report = (made: readonly Row[]): void => {
    for (const row of made) print(row);
    rows.push(...made);
  };
  report(await compareStarts());
  const servers = await startAll();
  try {
    report(await compareMemory(servers));
    report(await compareApplies(servers));
    report(await compareWatches(servers));
  } finally {
    for (const server of Object.values(servers)) await server.stop();
  }
  return rows.every(holds);
}

async function compareStarts(): Promise<readonly Row[]> {
  const times = { real: [] as number[], command: [] as number[] };
  for (let round = 0; round < STARTS; round += 1)
    for (const [name, start] of [['real', startReal] as const, ['command', startCommand] as const]) {
      const server = await start();
      times[name].push(server.readyMs);
      await server.stop();
    }
  const [real, embedded] = [median(times.real), median(times.command)];
  return [{ name: 'ms until it is ready', real, embedded, isBetter: 'less', factor: 10 }];
}

async function startAll(): Promise<Servers> {
  const servers: Server[] = [];
  try {
    for (const start of [startReal, startCommand, startInMemory]) servers.push(await start());
    const [real, command, inMemory] = servers as [Server, Server, Server];
    return { real: await prepared(real), command: await prepared(command), inMemory: await prepared(inMemory) };
  } catch (error) {
    for (const server of servers) await server.stop();
    throw error;
  }
}

async function prepared(server: Server): Promise<Server & Target> {
  return { ...server, ...(await prepare(server.client)) };
}

async function compareMemory(servers: Servers): Promise<readonly Row[]> {
  const kinds = [CONFIG_MAP, DEPLOYMENT];
  for (const server of Object.values(servers)) await fill(server, kinds, OBJECTS / kinds.length);
  const bytes = await inTurns(servers, ['real', 'command'], async ({ residentBytes }) => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return residentBytes();
  });
  const [real = 0, embedded = 0] = [bytes.real, bytes.command].map((values) => median(values) / 2 ** 20);
  const name = `MiB with ${OBJECTS.toLocaleString('en')} objects, half of them Deployments`;
  return [{ name, real, embedded, isBetter: 'less', factor: 3 }];
}

async function compareApplies(servers: Servers): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const subject of [DEPLOYMENT, CUSTOM])
    for (const load of LOADS) {
      const rates = await inTurns(servers, ['real', 'command', 'inMemory'], async (server, round) => {
        return await appliesPerSecond(server, subject, { ...load, round });
      });
      const real = median(rates.real);
      const name = `applies a second of a ${subject.name}, ${load.name}`;
      rows.push(
        { name: `${name}, HTTP`, real, embedded: median(rates.command), isBetter: 'more', factor: 2 },
        { name: `${name}, in memory`, real, embedded: median(rates.inMemory), isBetter: 'more', factor: 4 },
      );
    }
  return rows;
}

async function compareWatches(servers: Servers): Promise<readonly Row[]> {
  const times = await inTurns(servers, ['real', 'command'], async (server, round) => {
    return await deliveries(server, { watchers: WATCHERS, changes: CHANGES, round });
  });
  return [0.5, 0.95].map((share) => {
    const [real, embedded] = [times.real, times.command].map((rounds) => median(rounds.map((all) => at(all, share))));
    const name = `ms until a change is told to ${WATCHERS} watches, ${share * 100} of 100 tellings`;
    return { name, real: real as number, embedded: embedded as number, isBetter: 'less', factor: 1 };
  });
}

// What the first rounds give does not count: programs are fast only when they have done something for a while.
async function inTurns<Turn, Of extends Name>(
  servers: Servers,
  names: readonly Of[],
  work: (server: Server & Target, round: number) => Promise<Turn>,
): Promise<Readonly<Record<Of, readonly Turn[]>>> {
  const results = Object.fromEntries(names.map((name) => [name, [] as Turn[]])) as Record<Of, Turn[]>;
  for (let round = 1; round <= WARM_ROUNDS + ROUNDS; round += 1)
    for (const name of names) {
      const result = await work(servers[name], round);
      if (round > WARM_ROUNDS) results[name].push(result);
    }
  return results;
}

function median(values: readonly number[]): number {
  return at(values, 0.5);
}

// The value below which a share of the others lies.
function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

function ratio({ real, embedded, isBetter }: Row): number {
  return isBetter === 'more' ? embedded / real : real / embedded;
}

function holds(row: Row): boolean {
  return ratio(row) >= row.factor;
}

function print(row: Row): void {
  const digits = (value: number) =>
    (value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')).padStart(10);
  const goal = `goal: ${row.factor}`;
  const mark = holds(row) ? 'holds' : 'FAILS';
  console.log(
    `${row.name.padEnd(68)}${digits(row.real)}${digits(row.embedded)}${digits(ratio(row))}  ${mark}, ${goal}`,
  );
}
