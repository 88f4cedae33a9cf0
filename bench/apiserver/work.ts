// What is asked of every server: applies that change something, many objects, and changes that many watches see.

import type { Client } from './client.ts';
import { CONFIG_MAP, listOf, type Subject, type Target } from './subjects.ts';

/** How applies are sent: how many objects side by side, and how often each. */
export interface Load {
  readonly lanes: number;
  readonly each: number;
  /** Counts up, so that nothing is applied twice. */
  readonly round: number;
}

/** How many applies a second a server does. Throws where one of them changed nothing. */
export async function appliesPerSecond(
  target: Target,
  subject: Subject,
  { lanes, each, round }: Load,
): Promise<number> {
  const started = performance.now();
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      let before = '';
      for (let turn = 0; turn < each; turn += 1) {
        const text = await apply(target, subject, `bench-${lanes}-${lane}`, round * each + turn);
        const version = /"resourceVersion":"(\d+)"/.exec(text)?.[1];
        if (version === undefined || version === before) throw new Error(`an apply changed nothing: ${text}`);
        before = version;
      }
    }),
  );
  return (lanes * each * 1000) / (performance.now() - started);
}

/** Makes objects of several kinds, as many of each, sixteen at a time. */
export async function fill(target: Target, subjects: readonly Subject[], each: number): Promise<void> {
  const before = new Map<Subject, number>();
  for (const subject of subjects) before.set(subject, await count(target.client, subject));
  const wanted = subjects.flatMap((subject) => Array.from({ length: each }, (_, at) => ({ subject, at }))).values();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const { subject, at } of wanted) await apply(target, subject, `object-${at}`, at);
    }),
  );
  for (const subject of subjects) {
    const made = (await count(target.client, subject)) - (before.get(subject) as number);
    if (made !== each) throw new Error(`${made} objects of the kind ${subject.name} were made, and not ${each}`);
  }
}

async function count(client: Client, subject: Subject): Promise<number> {
  const { text } = await client.send({ method: 'GET', path: `${listOf(subject)}?limit=1` });
  const { items, metadata } = JSON.parse(text);
  return items.length + (metadata.remainingItemCount ?? 0);
}

// Throws where the server does not take it.
async function apply({ client, owner }: Target, subject: Subject, name: string, version: number): Promise<string> {
  const path = `${subject.path(name)}?fieldManager=bench&force=true`;
  const body = subject.wish({ name, labels: { app: name }, ownerReferences: [owner] }, version);
  const { status, text } = await client.send({
    method: 'PATCH',
    path,
    contentType: 'application/apply-patch+yaml',
    body,
  });
  if (status !== 200 && status !== 201) throw new Error(`${path} was answered with ${status}: ${text}`);
  return text;
}

/** How many watches look at how many changes. */
export interface Watching {
  readonly watchers: number;
  readonly changes: number;
  readonly round: number;
}

/**
 * Changes an object that watches look at, each on a connection of its own, again and again, and waits for all of them
 * each time. The result is, for every watch and change, the milliseconds from sending the change to seeing it.
 */
export async function deliveries(target: Target, { watchers, changes, round }: Watching): Promise<readonly number[]> {
  const name = 'watched';
  const times: number[] = [];
  let [mark, left] = ['', 0];
  let isSeen = (): void => undefined;
  const seenByAll = async (newMark: string): Promise<void> => {
    [mark, left] = [newMark, watchers];
    await new Promise<void>((resolve) => {
      isSeen = resolve;
    });
  };
  let sentAt = 0;
  const onLine = (line: string): void => {
    if (!line.includes(mark)) return;
    times.push(performance.now() - sentAt);
    left -= 1;
    if (left === 0) isSeen();
  };
  await apply(target, CONFIG_MAP, name, -round);
  const path = `${listOf(CONFIG_MAP)}?watch=1&fieldSelector=metadata.name%3D${name}`;
  const areThere = seenByAll('"type":"ADDED"');
  const stops = await Promise.all(
    Array.from({ length: watchers }, async () => await target.client.watch(path, onLine)),
  );
  try {
    await areThere;
    times.length = 0;
    for (let turn = 0; turn < changes; turn += 1) {
      const version = round * changes + turn;
      const areSeen = seenByAll(`"version":"${version}"`);
      sentAt = performance.now();
      await apply(target, CONFIG_MAP, name, version);
      await areSeen;
    }
  } finally {
    for (const stop of stops) stop();
  }
  if (times.length !== watchers * changes) throw new Error(`${times.length} tellings of ${watchers * changes}`);
  return times;
}
