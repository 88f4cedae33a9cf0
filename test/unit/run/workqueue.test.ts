import { describe, expect, test } from 'vitest';
import { Workqueue, type WorkResult } from '../../../engine/run/workqueue.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';

const setup = (work: (key: string) => Promise<WorkResult>, concurrency = 2) => {
  const clock = new VirtualClock();
  const queue = new Workqueue(concurrency, { clock, random: () => 0, work });
  return { clock, queue };
};

const done: WorkResult = { kind: 'done' };

describe('the workqueue', () => {
  test('never runs a key twice at once, and once more when it was added meanwhile', async () => {
    const runs: string[] = [];
    const gates: (() => void)[] = [];
    let atOnce = 0;
    let most = 0;
    const { queue } = setup(async (key) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      runs.push(key);
      await new Promise<void>((resolve) => gates.push(resolve));
      atOnce -= 1;
      return done;
    }, 8);
    queue.start();
    queue.add('a');
    await settle();
    for (let count = 0; count < 5; count += 1) queue.add('a');
    await settle();
    expect(runs).toEqual(['a']);
    gates.shift()?.();
    await settle();
    expect(runs).toEqual(['a', 'a']);
    gates.shift()?.();
    await settle();
    expect(runs).toEqual(['a', 'a']);
    expect(most).toBe(1);
    expect(queue.idle).toBe(true);
  });

  test('takes a key that waits only once, and keeps the order', async () => {
    const runs: string[] = [];
    const { queue } = setup(async (key) => {
      runs.push(key);
      return done;
    }, 1);
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect(queue.depth).toBe(3);
    queue.start();
    await settle();
    expect(runs).toEqual(['a', 'b', 'c']);
  });

  test('comes back to a key that failed with growing pauses, and holds up no other', async () => {
    const runs: string[] = [];
    const { clock, queue } = setup(async (key) => {
      runs.push(key);
      return key === 'bad' ? { kind: 'backoff' } : done;
    });
    queue.start();
    queue.add('bad');
    await settle();
    const pauses: number[] = [];
    for (let count = 0; count < 20; count += 1) {
      pauses.push(clock.waiting[0] as number);
      await clock.advance(clock.waiting[0] as number);
    }
    expect(pauses.slice(0, 4)).toEqual([10, 20, 40, 80]);
    expect(Math.max(...pauses)).toBe(150_000);
    queue.add('good');
    await settle();
    expect(runs.at(-1)).toBe('good');
  });

  test('starts with a short pause again after a success', async () => {
    let fails = true;
    const { clock, queue } = setup(async () => (fails ? { kind: 'backoff' } : done));
    queue.start();
    queue.add('a');
    await settle();
    for (let count = 0; count < 5; count += 1) await clock.advance(clock.waiting[0] as number);
    fails = false;
    await clock.advance(clock.waiting[0] as number);
    fails = true;
    queue.add('a');
    await settle();
    expect(clock.waiting).toEqual([10]);
  });

  test('waits as long as it is told, and an event cuts the wait short', async () => {
    const runs: string[] = [];
    const { clock, queue } = setup(async (key) => {
      runs.push(key);
      return { kind: 'backoff', atLeastMs: 5_000 };
    });
    queue.start();
    queue.add('a');
    await settle();
    await clock.advance(4_999);
    expect(runs).toHaveLength(1);
    await clock.advance(1);
    expect(runs).toHaveLength(2);
    queue.add('a');
    await settle();
    expect(runs).toHaveLength(3);
  });

  test('does not make what happened during a failed run wait for the pause', async () => {
    let runs = 0;
    const { clock, queue } = setup(async () => {
      runs += 1;
      if (runs === 1) queue.add('a');
      return { kind: 'backoff', atLeastMs: 5_000 };
    });
    queue.start();
    queue.add('a');
    await settle();
    expect(runs).toBe(2);
    expect(clock.waiting).toEqual([5_000]);
  });

  test('survives a worker that throws', async () => {
    let count = 0;
    const { clock, queue } = setup(async () => {
      count += 1;
      throw new Error('bug');
    });
    queue.start();
    queue.add('a');
    await settle();
    await clock.advance(100);
    expect(count).toBeGreaterThan(1);
  });

  test('waits for what runs when it is stopped, and takes no more', async () => {
    let release: () => void = () => undefined;
    let ended = false;
    const { queue } = setup(async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      ended = true;
      return done;
    });
    queue.start();
    queue.add('a');
    await settle();
    const stopped = queue.stop().then(() => ended);
    queue.add('b');
    release();
    expect(await stopped).toBe(true);
    expect(queue.idle).toBe(true);
  });
});
