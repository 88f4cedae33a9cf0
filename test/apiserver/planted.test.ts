// The recorded answers find mistakes: of those that are planted in the embedded server one at a time, each is found by
// the suite that is about it.

import { describe, expect, test } from 'vitest';
import { loadPlanted, type Mistake } from '../support/plant.ts';
import { BUGS } from './planted/bugs.ts';

const AREAS = [
  'apply',
  'conflicts',
  'managedFields',
  'strategic merge',
  'JSON patch',
  'defaults',
  'pruning',
  'list types',
  'CEL',
  'watch order',
  'bookmarks',
  'paging',
  'selectors',
  'preconditions',
  'generateName',
  'finalizers',
  'garbage collection',
  'RBAC',
  'tables',
  'protobuf',
  'OpenAPI',
  'dry run',
  'validation',
];

const loadRunner = async (bug: Mistake | undefined) =>
  await loadPlanted<typeof import('./planted/runner.ts')>('test/apiserver/planted/runner.ts', bug);

const SUITES = [...new Set(BUGS.map(({ suite }) => suite))];

describe('a mistake in the embedded API server', () => {
  test('is planted in every area', () => {
    expect(AREAS.filter((area) => !BUGS.some((bug) => bug.area === area))).toEqual([]);
    expect(BUGS.length).toBeGreaterThanOrEqual(20);
    expect(new Set(BUGS.map(({ what }) => what)).size).toBe(BUGS.length);
  });

  // Without it the same scripts find nothing, so it is the mistake that they have found.
  test.each(SUITES)('is found by the suite %s', async (suite) => {
    const own = BUGS.filter((bug) => bug.suite === suite);
    const missed: string[] = [];
    let last = 0;
    for (const bug of own) {
      const { findDifference } = await loadRunner(bug);
      const found = await findDifference(suite);
      if (found === undefined) missed.push(`${bug.area}: ${bug.what}`);
      last = Math.max(last, found?.script ?? 0);
    }
    expect(missed).toEqual([]);
    const { findDifference } = await loadRunner(undefined);
    expect(await findDifference(suite, last)).toBeUndefined();
  });
});
