// A formula's reads are all that it depends on: what is not among them is taken away or exchanged, and the result stays, or
// the code of the error. EXPRESSION_CASES sets the number of cases and EXPRESSION_SEED their seed; without them the cases are
// the same each time.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileExpression, type Expression } from '../../engine/expression/expression.ts';
import type { Json } from '../../engine/model/json.ts';
import { formulas, inputs } from '../support/formulas.ts';
import { type Mask, masked, remove, replace } from '../support/mask.ts';
import { outcomeOf } from '../support/oracle.ts';

const cases = Number(process.env['EXPRESSION_CASES'] ?? 3000);
const seed = process.env['EXPRESSION_SEED'] ?? (process.env['EXPRESSION_CASES'] === undefined ? '20260102' : undefined);
const variables = ['v', 'w', 'i'];

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const status = fc.record({
  conditions: fc.array(
    fc.record({ type: fc.constantFrom('x', 'y'), name: fc.string({ maxLength: 2 }), n: fc.nat(2) }),
    {
      maxLength: 3,
    },
  ),
});
const contexts = fc
  .tuple(inputs.filter(isObject), fc.option(status))
  .map(([context, more]) => (more === null ? context : { ...context, status: more }));
// Variables hold objects more often than anything else, as children do.
const values = fc.tuple(contexts, inputs, contexts).map(([v, w, i]) => ({ v, w, i }) as Record<string, Json>);

// Functions that JSONata does not have, around anything.
const withOurs = (formula: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 6, arbitrary: formula },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom(
            '$any(A).name',
            '$any(A) & B',
            '$mergeDeep(A, B)',
            '$mergeDeep($v, A).a',
            '$hash(A) = B',
            'a.$any()',
            '$condition($, A).n',
            '$condition("x").name',
            '$v.$condition("y").[name, A]',
            '$condition(A, B)',
            '$toJson(A) & B',
            '$selects({"matchLabels": A}, B)',
            '$map(A, $any).n',
            '$join($map(A, $hash))',
          ),
          formula,
          formula,
        )
        .map(([outer, a, b]) => outer.replace(/\bA\b/, () => `(${a})`).replace(/\bB\b/, () => `(${b})`)),
    },
  );

function maskedOutcome(expression: Expression, context: Json, bindings: Record<string, Json>, mask: Mask) {
  const { reads } = expression;
  const given = Object.entries(bindings).flatMap(([name, value]) => {
    const left = masked(name, value, reads, mask);
    return left === undefined ? [] : [[name, left] as const];
  });
  return outcomeOf(expression, masked('', context, reads, mask), Object.fromEntries(given));
}

describe.each([
  { profile: 'jsonata', share: 0.5 },
  { profile: 'rule', share: 0.5 },
] as const)('formulas of the profile $profile', ({ profile, share }) => {
  const count = Math.round(cases * share);

  test(`come to the same without what they do not read, in ${count} cases`, { timeout: 3_600_000 }, () => {
    const seen = { values: 0, precise: 0 };
    const property = fc.property(withOurs(formulas(profile)), contexts, values, (source, context, bindings) => {
      const { expression } = compileExpression(source, { variables, profile, backEnd: 'closures' });
      if (expression === undefined) return;
      const whole = outcomeOf(expression, context, bindings);
      if ('value' in whole && whole.value !== 'nothing') seen.values += 1;
      if (!expression.reads.some(({ path, depth }) => depth === 'deep' && path.length === 0)) seen.precise += 1;
      for (const mask of [remove, replace])
        expect(maskedOutcome(expression, context, bindings, mask), source).toEqual(whole);
    });
    fc.assert(property, { numRuns: count, ...(seed === undefined ? {} : { seed: Number(seed) }) });
    expect(seen.values).toBeGreaterThan(count * 0.15);
    // Not everything is read by everything.
    expect(seen.precise).toBeGreaterThan(count * 0.3);
  });
});
