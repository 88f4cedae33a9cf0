// Both of our back ends against the npm interpreter, and against each other: the same results and the same error codes, for
// generated formulas and data. EXPRESSION_CASES sets the number of cases and EXPRESSION_SEED their seed; without them the
// cases are the same each time, so that a change is judged by itself and not by chance.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Profile } from '../../engine/expression/functions/functions.ts';
import { parse } from '../../engine/expression/parse.ts';
import type { MaybeJson } from '../../engine/model/json.ts';
import { differences, nodesOf } from '../support/differences.ts';
import { formulas, inputs } from '../support/formulas.ts';
import { ours, theirs } from '../support/oracle.ts';

const cases = Number(process.env['EXPRESSION_CASES'] ?? 5000);
const seed = process.env['EXPRESSION_SEED'] ?? (process.env['EXPRESSION_CASES'] === undefined ? '20260101' : undefined);
const bindings = { v: 7, w: [1, 'x'], i: 0 };

// What a case came to: `endless`: too much for our budget, or for patience with the interpreter.
type Kind = 'value' | 'none' | 'refused' | 'endless' | 'covered';

async function compare(source: string, input: MaybeJson, profile: Profile, uneven: string[]): Promise<Kind> {
  const before = JSON.stringify(input);
  const { left, ...rest } = ours(source, input, { profile, bindings, backEnd: 'closures' });
  const { outcome: own } = rest;
  const { left: leftByGenerated, ...generated } = ours(source, input, { profile, bindings, backEnd: 'generated' });
  expect(generated, source).toEqual(rest);
  if (JSON.stringify(left) !== JSON.stringify(leftByGenerated)) uneven.push(source);
  expect(JSON.stringify(input)).toBe(before);
  const code = 'code' in own ? own.code : '';
  if (/^[A-Z][a-z]/.test(code)) return 'refused';
  if (['U1001', 'U1003', 'U1005'].includes(code)) return 'endless';
  const { outcome, dense, isChanged } = await theirs(source, input, bindings);
  if ('code' in outcome && outcome.code === 'D1012') return 'endless';
  if (JSON.stringify(own) === JSON.stringify(dense))
    return 'value' in own && own.value !== 'nothing' ? 'value' : 'none';
  const found = { source, nodes: nodesOf(parse(source).node), isChanged, theirs: outcome, ours: own };
  if (!differences.some(({ covers }) => covers(found))) expect(own, source).toEqual(outcome);
  return 'covered';
}

describe.each([
  { profile: 'jsonata', share: 0.7 },
  { profile: 'rule', share: 0.3 },
] as const)('formulas of the profile $profile', ({ profile, share }) => {
  const count = Math.round(cases * share);

  test(`give what the npm interpreter gives, in ${count} generated cases`, { timeout: 3_600_000 }, async () => {
    // Formulas of which the back ends left different budgets.
    const uneven: string[] = [];
    const seen: Record<Kind, number> = { value: 0, none: 0, refused: 0, endless: 0, covered: 0 };
    const property = fc.asyncProperty(formulas(profile), inputs, async (source, input) => {
      seen[await compare(source, input as MaybeJson, profile, uneven)] += 1;
    });
    await fc.assert(property, { numRuns: count, ...(seed === undefined ? {} : { seed: Number(seed) }) });
    // A list that holds nothing where an item would be is shorter as a result, which generated code makes at once.
    expect(uneven.length, uneven.join('\n')).toBeLessThanOrEqual(count / 20_000);
    // A rule's names, arguments and recursion are told before it runs.
    expect(seen.refused).toBeLessThan(profile === 'rule' ? count * 0.5 : 1);
    expect(seen.value).toBeGreaterThan(count * 0.25);
    expect(seen.covered).toBeLessThan(count * 0.1);
    expect(seen.endless).toBeLessThan(count * 0.02);
  });
});
