import { describe, expect, test } from 'vitest';
import { diffPatches } from '../../../engine/diff/patches.ts';
import type { PatchRecord } from '../../../engine/model/patch.ts';

const recordOf = (patch: string, name: string): PatchRecord => ({
  patch,
  mode: 'apply',
  subresource: undefined,
  ref: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name },
  uid: `uid-of-${name}`,
  hash: 'h',
  isApplied: true,
  effects: [],
});

describe('what is remembered of patches', () => {
  test('has one order, whichever of them wait at the moment', () => {
    const frozen = [recordOf('gone', 'x'), recordOf('second', 'b'), recordOf('first', 'c'), recordOf('second', 'a')];
    const { records } = diffPatches(
      { ids: ['first', 'second'], wishes: [], withdrawals: [], frozen },
      { rule: 'web', ownerUid: 'u', records: frozen, settled: () => undefined, pauseOf: () => undefined },
    );
    expect(records.map(({ patch, ref }) => `${patch} ${ref.name}`)).toEqual([
      'gone x',
      'first c',
      'second a',
      'second b',
    ]);
  });
});
