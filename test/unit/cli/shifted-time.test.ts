// The clock of an engine on a cluster (docs/decisions/0013-time-of-scenarios.md): how it moves, what it makes of the
// cluster's times, and when the cluster has caught up with it.

import { describe, expect, test } from 'vitest';
import { advance } from '../../../cli/scenario/advance.ts';
import { ShiftedClock } from '../../../cli/scenario/shifted-clock.ts';
import { shiftedTransport } from '../../../cli/scenario/shifted-transport.ts';
import { Traffic } from '../../../cli/scenario/traffic.ts';
import type { ApiTransport, WatchEvent } from '../../../engine/kube/transport.ts';
import type { Json } from '../../../engine/model/json.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { realClock } from '../../../engine/run/real-clock.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const toText = (ms: number) => new Date(ms).toISOString();

// What an API server writes: whole seconds.
const stamp = (ms: number) => Math.floor(ms / 1_000) * 1_000;

async function startedAt(fractionMs: number): Promise<{ machine: VirtualClock; clock: ShiftedClock }> {
  const machine = new VirtualClock();
  await machine.advance(fractionMs);
  return { machine, clock: new ShiftedClock(machine) };
}

function transportOf(answer: () => Promise<Json>, events: readonly WatchEvent[] = []): ApiTransport {
  return {
    request: answer,
    watch: async function* () {
      yield* events;
    },
    stop: () => undefined,
  };
}

const object = (metadata: object, more: object = {}) =>
  ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job', ...metadata }, ...more }) as unknown as KubeObject;

describe('the clock', () => {
  test('starts where scenarios start, and goes on with that of the machine', async () => {
    const { machine, clock } = await startedAt(300);
    expect(toText(clock.now())).toBe('2026-01-01T00:00:00.300Z');
    await machine.advance(2_000);
    expect(toText(clock.now())).toBe('2026-01-01T00:00:02.300Z');
  });

  test('fires timers as time passes, and in their order when it is moved', async () => {
    const { machine, clock } = await startedAt(0);
    const fired: string[] = [];
    clock.after(2 * HOUR_MS, () => fired.push('second'));
    clock.after(HOUR_MS, () => {
      fired.push('first');
      clock.after(0, () => fired.push('at once'));
    });
    const cancelled = clock.after(HOUR_MS, () => fired.push('cancelled'));
    clock.after(500, () => fired.push('soon'));
    cancelled.cancel();
    await machine.advance(499);
    expect(fired).toEqual([]);
    await machine.advance(1);
    expect(fired).toEqual(['soon']);
    expect(clock.nextMs).toBe(START_MS + HOUR_MS);
    clock.jumpTo(START_MS + 3 * HOUR_MS);
    expect(fired).toEqual(['soon', 'first', 'second', 'at once']);
    expect(clock.nextMs).toBeUndefined();
    expect(machine.waiting).toEqual([]);
  });

  test('moves by whole seconds, and never back', async () => {
    const { clock } = await startedAt(300);
    clock.jumpTo(START_MS + HOUR_MS);
    expect(toText(clock.now())).toBe('2026-01-01T01:00:00.300Z');
    clock.jumpTo(START_MS);
    expect(toText(clock.now())).toBe('2026-01-01T01:00:00.300Z');
  });

  test('keeps the order of what the API server and the engine write', async () => {
    const { machine, clock } = await startedAt(700);
    const written: { readonly by: string; readonly atMs: number }[] = [];
    const write = (): void => {
      written.push({ by: 'server', atMs: clock.toShifted(stamp(machine.now())) });
      written.push({ by: 'engine', atMs: stamp(clock.now()) });
    };
    for (const jumpMs of [0, 90_000, 61_234, HOUR_MS + 1]) {
      clock.jumpTo(clock.now() + jumpMs);
      write();
      await machine.advance(1_100);
      write();
      await machine.advance(1_100);
    }
    const times = written.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    // Neither clock is ahead of the other.
    const of = (by: string) => written.filter((one) => one.by === by).map(({ atMs }) => atMs);
    expect(of('server')).toEqual(of('engine'));
  });
});

describe('what the engine sees', () => {
  test('ages are those of its own clock, in objects, lists and events; other times stay', async () => {
    const { machine, clock } = await startedAt(0);
    const made = new Date(machine.now()).toISOString();
    await machine.advance(5_000);
    clock.jumpTo(START_MS + 24 * HOUR_MS);
    await machine.advance(5_000);
    const gone = new Date(machine.now()).toISOString();
    const status = { startTime: made };
    const live = object({ creationTimestamp: made, deletionTimestamp: gone }, { status });
    const seen = object(
      { creationTimestamp: '2026-01-01T00:00:00Z', deletionTimestamp: '2026-01-02T00:00:05Z' },
      { status },
    );
    const ask = async (answer: unknown) =>
      await shiftedTransport(
        transportOf(async () => answer as Json),
        clock,
      ).request({ method: 'GET', path: '/' });
    expect(await ask(live)).toEqual(seen);
    expect(await ask({ kind: 'JobList', metadata: {}, items: [live] })).toEqual({
      ...{ kind: 'JobList', metadata: {}, items: [seen] },
    });
    const events: WatchEvent[] = [];
    const transport = shiftedTransport(
      transportOf(async () => null, [{ type: 'ADDED', object: live }]),
      clock,
    );
    const signal = new AbortController().signal;
    for await (const event of transport.watch({ path: '/', query: {}, signal, idleTimeoutMs: 1 })) events.push(event);
    expect(events).toEqual([{ type: 'ADDED', object: seen }]);
  });
});

describe('an advance', () => {
  test('moves from timer to timer, each time that what the last one led to is over', async () => {
    const clock = new ShiftedClock(realClock);
    const traffic = new Traffic(realClock);
    const transport = traffic.count(
      transportOf(async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return {};
      }),
    );
    const fired: string[] = [];
    const work = (name: string, then: () => void) => () => {
      fired.push(`${name} after ${Math.round((clock.now() - START_MS) / HOUR_MS)} h`);
      // An engine thinks before it writes.
      void settle()
        .then(async () => await transport.request({ method: 'PATCH', path: '/' }))
        .then(then);
    };
    clock.after(
      HOUR_MS,
      work('first', () => {
        clock.after(
          HOUR_MS,
          work('second', () => undefined),
        );
      }),
    );
    await advance(START_MS + 5 * HOUR_MS, { clock, traffic, writes: [] });
    expect(fired).toEqual(['first after 1 h', 'second after 2 h']);
    expect(Math.floor((clock.now() - START_MS) / HOUR_MS)).toBe(5);
    expect(traffic.isAtRest).toBe(true);
  });
});

describe('the cluster', () => {
  const labels = { 'opsonata.dev/rule': 'backup' };
  const done = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };

  async function see(traffic: Traffic, ...events: readonly WatchEvent[]): Promise<void> {
    const signal = new AbortController().signal;
    const transport = traffic.count(transportOf(async () => null, events));
    for await (const _ of transport.watch({ path: '/', query: {}, signal, idleTimeoutMs: 1 }));
  }

  test('has caught up when no request is under way, and none was made for a while', async () => {
    const machine = new VirtualClock();
    const traffic = new Traffic(machine);
    let answer = (_: Json): void => undefined;
    const transport = traffic.count(
      transportOf(
        async () =>
          await new Promise((resolve) => {
            answer = resolve;
          }),
      ),
    );
    expect(traffic.isAtRest).toBe(true);
    const read = transport.request({ method: 'GET', path: '/' });
    await machine.advance(10_000);
    expect(traffic.isAtRest).toBe(false);
    answer({});
    await read;
    expect(traffic.isAtRest).toBe(false);
    await machine.advance(300);
    expect(traffic.isAtRest).toBe(true);
  });

  test('does not share a second with a write', async () => {
    const machine = new VirtualClock();
    await machine.advance(100);
    const traffic = new Traffic(machine);
    await traffic.count(transportOf(async () => ({}))).request({ method: 'PATCH', path: '/' });
    await machine.advance(800);
    expect(traffic.isAtRest).toBe(false);
    await machine.advance(100);
    expect(traffic.isAtRest).toBe(true);
  });

  test('has not caught up while a child is on its way, but one that hangs is not waited for', async () => {
    const machine = new VirtualClock();
    const traffic = new Traffic(machine);
    const job = (resourceVersion: string, more: object = {}) =>
      object({ uid: 'a', resourceVersion, labels }, { status: { startTime: '2026-01-01T00:00:00Z' }, ...more });
    await see(traffic, { type: 'ADDED', object: job('1') });
    await machine.advance(4_000);
    await see(traffic, { type: 'MODIFIED', object: job('2') });
    await machine.advance(4_000);
    // Told once more of the same.
    await see(traffic, { type: 'MODIFIED', object: job('2') });
    expect(traffic.isAtRest).toBe(false);
    await machine.advance(1_100);
    expect(traffic.isAtRest).toBe(true);
    await see(traffic, { type: 'MODIFIED', object: job('3') });
    expect(traffic.isAtRest).toBe(false);
    await see(traffic, { type: 'MODIFIED', object: job('4', done) });
    expect(traffic.isAtRest).toBe(true);
  });

  test('has not caught up before what leaves is gone; objects of others do not count', async () => {
    const machine = new VirtualClock();
    const traffic = new Traffic(machine);
    const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    await see(traffic, { type: 'ADDED', object: object({ uid: 'other', resourceVersion: '1', ...leaving }, done) });
    expect(traffic.isAtRest).toBe(true);
    const child = object({ uid: 'own', resourceVersion: '1', labels, ...leaving }, done);
    await traffic
      .count(transportOf(async () => ({ kind: 'JobList', items: [child] }) as unknown as Json))
      .request({ method: 'GET', path: '/' });
    await machine.advance(1_000);
    expect(traffic.isAtRest).toBe(false);
    await see(traffic, { type: 'DELETED', object: child });
    await settle();
    expect(traffic.isAtRest).toBe(true);
  });
});
