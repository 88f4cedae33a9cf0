// What has been done within one reconcile, and what can be done next.

import { describe, expect, test } from 'vitest';
import type { Change, Outcome } from '../../../engine/model/change.ts';
import { type KubeObject, toRef } from '../../../engine/model/object.ts';
import { Progress } from '../../../engine/run/progress.ts';

const observed: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n', uid: 'u' } };
const base = { child: 'note', observed };
const refused: Change = { ...base, kind: 'refused', message: 'there is no /data' };
const unchanged: Change = { ...base, kind: 'unchanged', notes: [] };
const patch = {
  ...base,
  kind: 'patch',
  operations: [],
  differences: [],
  upstream: [],
  reclaim: [],
} as unknown as Change;
const failed: Outcome = {
  child: 'note',
  ref: toRef(observed),
  result: 'failed',
  fault: { code: 'PatchRefused', message: 'there is no /data', retry: 'never' },
};

describe('what was decided by what is there', () => {
  test('is decided once, while nothing changes', () => {
    const progress = new Progress();
    expect(progress.frontier([refused])).toEqual([refused]);
    progress.made(refused, failed);
    expect(progress.frontier([refused])).toEqual([]);
    expect(progress.outcomes).toEqual([failed]);
  });

  test('is looked at anew when another change has made it possible', () => {
    const progress = new Progress();
    progress.made(refused, failed);
    expect(progress.frontier([patch])).toEqual([patch]);
  });

  test('is no failure any more when nothing is left to do', () => {
    const progress = new Progress();
    progress.made(refused, failed);
    expect(progress.frontier([unchanged])).toEqual([]);
    expect(progress.outcomes).toEqual([]);
  });
});

describe('what the API server refused', () => {
  test('is not asked for again in the same reconcile', () => {
    const progress = new Progress();
    progress.made(patch, failed);
    expect(progress.frontier([patch])).toEqual([]);
    expect(progress.frontier([unchanged])).toEqual([]);
    expect(progress.outcomes).toEqual([failed]);
  });
});
