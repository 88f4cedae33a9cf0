import { describe, expect, test } from 'vitest';
import type { Change } from '../../../engine/model/change.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { Contention } from '../../../engine/run/contention.ts';
import { workAfter } from '../../../engine/run/work-after.ts';

const live = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', uid: 'u' } } as KubeObject;
const change = {
  kind: 'configure',
  child: 'a',
  reclaim: [{ field: '.data.x', manager: 'other' }],
} as unknown as Change;
const outcome = { child: 'a', ref: { apiVersion: 'v1', kind: 'ConfigMap', name: 'a' }, result: 'configured' } as const;

/** Takes the field back at these times; the result is the pause after the last. */
function pauseAfter(times: readonly number[], contention = new Contention()): number | undefined {
  for (const time of times) contention.learn(change, { outcome, live }, time);
  return contention.pauseOf('u', '.data.x', times.at(-1) as number)?.forMs;
}

describe('a field that is taken back', () => {
  test('is left alone when it was changed back twice', () => {
    expect(pauseAfter([0])).toBeUndefined();
    expect(pauseAfter([0, 1000])).toBeUndefined();
    expect(pauseAfter([0, 1000, 2000])).toBe(60_000);
  });

  test('is left alone for twice as long each time, and for an hour at most', () => {
    const contention = new Contention();
    const pauses: (number | undefined)[] = [pauseAfter([0, 1, 2], contention)];
    for (let at = 2; pauses.length < 9; ) {
      at += (pauses.at(-1) as number) + 1000;
      pauses.push(pauseAfter([at], contention));
    }
    expect(pauses.map((pause) => (pause ?? 0) / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('starts anew after a time of peace', () => {
    expect(pauseAfter([0, 1000, 400_000])).toBeUndefined();
    expect(pauseAfter([0, 1000, 2000, 500_000])).toBeUndefined();
  });

  test('says until when, and is forgotten with its object', () => {
    const contention = new Contention();
    const start = Date.UTC(2026, 0, 1);
    pauseAfter([start, start, start], contention);
    expect(contention.pauseOf('u', '.data.x', start)).toEqual({ forMs: 60_000, until: '2026-01-01T00:01:00Z' });
    expect(contention.pauseOf('u', '.data.x', start + 60_000)).toBeUndefined();
    expect(contention.pauseOf('u', '.data.y', start)).toBeUndefined();
    contention.forget('u');
    expect(contention.pauseOf('u', '.data.x', start)).toBeUndefined();
  });

  test('is not left alone for longer because the clock went back', () => {
    const contention = new Contention();
    pauseAfter([1e12, 1e12 + 1, 1e12 + 2], contention);
    expect(contention.pauseOf('u', '.data.x', 1e12 + 3)?.forMs).toBe(59_999);
    expect(contention.pauseOf('u', '.data.x', 1e12 - 3_600_000)).toBeUndefined();
  });

  test('does not count when the write failed', () => {
    const contention = new Contention();
    const failed = { outcome: { ...outcome, result: 'failed' as const }, live };
    for (const time of [0, 1, 2, 3]) contention.learn(change, failed, time);
    expect(contention.pauseOf('u', '.data.x', 3)).toBeUndefined();
  });
});

describe('after a reconcile', () => {
  const fault = (code: string, retry: string, retryAfterMs?: number) =>
    ({ code, message: '', retry, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }) as never;

  test.each([
    ['nothing is left to do', [], { kind: 'done' }],
    ['what may pass comes back soon', [fault('ApiUnavailable', 'backoff')], { kind: 'backoff', atLeastMs: 0 }],
    ['as late as it is told', [fault('ApiThrottled', 'backoff', 3000)], { kind: 'backoff', atLeastMs: 3000 }],
    ['what cannot pass comes back late', [fault('Invalid', 'never')], { kind: 'after', delayMs: 300_000 }],
    [
      'a fight comes back when its pause ends',
      [fault('FieldContention', 'backoff', 60_000)],
      { kind: 'after', delayMs: 60_000 },
    ],
    [
      'a fight holds up nothing else',
      [fault('FieldContention', 'backoff', 600_000), fault('ApiUnavailable', 'backoff')],
      { kind: 'backoff', atLeastMs: 0 },
    ],
  ])('%s', (_, faults, result) => {
    expect(workAfter(faults, undefined)).toEqual(result);
  });
});
