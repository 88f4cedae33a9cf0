// Both of our back ends against the npm interpreter, and against each other: the same results and the same error codes, for
// generated formulas and data. EXPRESSION_CASES sets the number of cases and EXPRESSION_SEED their seed; without them the
// cases are the same each time, so that a change is judged by itself and not by chance.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '../../engine/expression/parse.ts';
import type { MaybeJson } from '../../engine/model/json.ts';
import { differences, nodesOf } from '../support/differences.ts';
import { formulas, inputs } from '../support/formulas.ts';
import { ours, theirs } from '../support/oracle.ts';

const cases = Number(process.env['EXPRESSION_CASES'] ?? 5000);
const seed = process.env['EXPRESSION_SEED'] ?? (process.env['EXPRESSION_CASES'] === undefined ? '20260101' : undefined);
const bindings = { v: 7, w: [1, 'x'], i: 0 };

describe.each([
  { profile: 'jsonata', share: 0.7 },
  { profile: 'rule', share: 0.3 },
] as const)('formulas of the profile $profile', ({ profile, share }) => {
  const count = Math.round(cases * share);

  test(`give what the npm interpreter gives, in ${count} generated cases`, { timeout: 3_600_000 }, async () => {
    const seen = { values: 0, refused: 0, covered: 0 };
    const property = fc.asyncProperty(formulas(profile), inputs, async (source, input) => {
      const before = JSON.stringify(input);
      const { outcome: own, ...rest } = ours(source, input as MaybeJson, { profile, bindings, backEnd: 'closures' });
      const generated = ours(source, input as MaybeJson, { profile, bindings, backEnd: 'generated' });
      expect(generated, source).toEqual({ outcome: own, ...rest });
      expect(JSON.stringify(input)).toBe(before);
      if ('code' in own && /^[A-Z][a-z]/.test(own.code)) {
        seen.refused += 1;
        return;
      }
      if ('value' in own && own.value !== 'nothing') seen.values += 1;
      const { outcome, dense, isChanged } = await theirs(source, input, bindings);
      if (JSON.stringify(own) === JSON.stringify(dense)) return;
      const found = { source, nodes: nodesOf(parse(source).node), isChanged, theirs: outcome, ours: own };
      if (differences.some(({ covers }) => covers(found))) seen.covered += 1;
      else expect(own, source).toEqual(outcome);
    });
    await fc.assert(property, { numRuns: count, ...(seed === undefined ? {} : { seed: Number(seed) }) });
    expect(seen.values).toBeGreaterThan(count * 0.25);
    expect(seen.covered).toBeLessThan(count * 0.1);
    // Names, arguments and recursion are told before a rule runs.
    expect(seen.refused).toBeLessThan(profile === 'rule' ? count * 0.5 : 1);
  });
});
