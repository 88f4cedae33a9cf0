// How slow this machine is, so that limits of time hold on any: measured in the same run, as the best of a few tries.

import { spawnSync } from 'node:child_process';

const TRIES = 5;

// Told by the process itself on the last line of its standard error, in microseconds.
const TELL_USAGE =
  'data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write(`\\n${user+system}`)})';

/** A run of Node: its exit code, and milliseconds: the lesser of the clock and of the processor time of the process. */
export interface NodeRun {
  readonly status: number | null;
  readonly ms: number;
}

/** Runs Node to its end. Other programs on the machine take their share: the clock counts, or the processor where it says less. */
export function runNode(args: readonly string[]): NodeRun {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', TELL_USAGE, ...args], { encoding: 'utf8' });
  const tookMs = performance.now() - started;
  const usedMicros = Number(stderr.split('\n').at(-1));
  if (!(usedMicros > 10_000)) throw new Error(`node told no processor time: ${stderr}`);
  return { status, ms: Math.min(tookMs, usedMicros / 1000) };
}

/** Milliseconds that Node takes here to start and do nothing. */
export function emptyStartMs(): number {
  return best(() => runNode(['-e', '0']).ms);
}

/** Milliseconds of processor time that a fixed piece of work with texts, maps and sorting takes in this process. */
export function fixedWorkMs(): number {
  return best(() => {
    const before = process.cpuUsage();
    fixedWork();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
}

function best(measure: () => number): number {
  return Math.min(...Array.from({ length: TRIES }, measure));
}

function fixedWork(): number {
  const counts = new Map<string, number>();
  const list: { readonly key: string; readonly index: number }[] = [];
  for (let index = 0; index < 60_000; index += 1) {
    const key = `k${(index * 7919) % 10_007}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    list.push({ key, index });
  }
  list.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index));
  return JSON.stringify(list).length + counts.size;
}
