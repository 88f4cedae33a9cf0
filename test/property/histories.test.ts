// Whatever happens, and wherever the engine is killed meanwhile: nothing of others is touched, and when it is quiet
// everything is as the last wish says. HISTORIES sets the number of histories and HISTORIES_SEED their seed; without them
// they are the same each time.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEPT } from '../support/histories/kept.ts';
import { beginning, run } from '../support/histories/run.ts';
import { describeStory, stories } from '../support/histories/story.ts';
import type { World } from '../support/histories/world.ts';

const count = Number(process.env['HISTORIES'] ?? 60);
const seed = Number(process.env['HISTORIES_SEED'] ?? 20260301);

let world: World;
beforeAll(async () => {
  world = await beginning();
});
afterAll(async () => {
  await world.stop();
});

test.each(KEPT)('$what', async ({ story }) => {
  expect(await run(story, world)).toEqual([]);
});

test('a history ends as its last wish says', { timeout: 3_600_000 }, async () => {
  let looked = 0;
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const problems = await run(story, world);
      looked += 1;
      if (problems.length > 0) throw new Error(`${describeStory(story)}\n\n${problems.join('\n')}\n`);
    }),
    { numRuns: count, seed },
  );
  expect(looked).toBe(count);
});
