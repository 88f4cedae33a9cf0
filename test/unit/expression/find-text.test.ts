// Our search finds what the machine's finds.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_BUDGET, Meter } from '../../../engine/expression/budget.ts';
import { findText } from '../../../engine/expression/find-text.ts';

const meter = () => new Meter(DEFAULT_BUDGET, { now: 0, random: () => 0, evaluate: () => undefined });

// Few letters, so that parts are found, nearly found, and found inside each other.
const letters = (most: number) => fc.array(fc.constantFrom('a', 'b'), { maxLength: most }).map((list) => list.join(''));

test('a text is found where the machine finds it, however long', () => {
  let found = 0;
  fc.assert(
    fc.property(letters(300), letters(4), fc.integer({ min: 1, max: 40 }), fc.nat(50), (text, unit, times, from) => {
      const part = unit.repeat(times);
      const whole = text + part.slice(1) + part + text;
      const start = Math.min(from, whole.length);
      const at = findText(whole, part, start, meter());
      if (part.length > 32 && at > 0) found += 1;
      expect(at).toBe(whole.indexOf(part, start));
    }),
    { numRuns: 2000, seed: 1 },
  );
  expect(found).toBeGreaterThan(200);
});

test('a search takes steps for what it goes through', () => {
  const used = meter();
  findText('a'.repeat(64_000), 'ab', 0, used);
  expect(DEFAULT_BUDGET.fuel - used.left.fuel).toBe(4000);
});
