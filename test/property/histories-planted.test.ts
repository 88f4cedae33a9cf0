// Histories find mistakes: of those that are planted in the engine one at a time, each is found.

import { expect, test } from 'vitest';
import { MISTAKES } from '../support/histories/mistakes.ts';
import { loadPlanted, type Mistake } from '../support/plant.ts';

const load = async (mistake: Mistake | undefined) =>
  await loadPlanted<typeof import('../support/histories/run.ts')>('test/support/histories/run.ts', mistake);

test.each(MISTAKES)('$what', { timeout: 60_000 }, async (mistake) => {
  const { beginning, run } = await load(mistake);
  const world = await beginning();
  expect(await run(mistake.story, world)).not.toEqual([]);
  await world.stop();
});

test('none of these histories finds anything in the engine as it is', { timeout: 60_000 }, async () => {
  const { beginning, run } = await load(undefined);
  const world = await beginning();
  for (const { what, story } of MISTAKES) expect(await run(story, world), what).toEqual([]);
  await world.stop();
});
