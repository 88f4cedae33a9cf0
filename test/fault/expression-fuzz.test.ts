// Hostile formulas at random: none crashes, changes what is built in, holds the process, or ends differently the next
// time. HOSTILE_CASES sets how many there are, HOSTILE_SEED where they begin.

import { describe, expect, test } from 'vitest';
import { type BackEnd, compileExpression, ExpressionError } from '../../engine/expression/expression.ts';
import type { Json, MaybeJson } from '../../engine/model/json.ts';
import { hostileFormula, inputs, randomOf } from './attacks/generator.ts';
import { changedPrototypes, freeze, LIMIT_MS, textOf, timed } from './measure.ts';

const cases = Number(process.env['HOSTILE_CASES'] ?? 2000);
const seed = Number(process.env['HOSTILE_SEED'] ?? 1);
const OUTSIDE = { now: 0, random: () => 0.5 };

interface Outcome {
  /** A code, or what was computed. */
  readonly end: string | { readonly value: MaybeJson };
  readonly left: string;
}

function outcomeOf(formula: string, input: Json, profile: 'rule' | 'jsonata', backEnd: BackEnd): Outcome {
  const { expression, diagnostics } = compileExpression(formula, { profile, backEnd });
  if (expression === undefined) return { end: String(diagnostics[0]?.code), left: '' };
  const end = endOf(() => expression.evaluate(input, {}, OUTSIDE));
  return { end, left: JSON.stringify(expression.left) };
}

function endOf(work: () => MaybeJson): Outcome['end'] {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof ExpressionError) return error.code;
    throw error;
  }
}

// Values as text; of large ones only the beginning.
function show({ end, left }: Outcome): { readonly end: string; readonly left: string } {
  return { end: typeof end === 'string' ? end : `= ${JSON.stringify(end.value)?.slice(0, 1000)}`, left };
}

// Generated code finds what is no result as soon as it is made, and counts ahead where it can: which of several errors
// comes first may differ. Whether there is one may not.
const EARLY = /^(?:U100[1-5]|D1001)$/;
const isSame = (left: string, right: string) =>
  left === right || (!left.startsWith('=') && !right.startsWith('=') && (EARLY.test(left) || EARLY.test(right)));

interface Tally {
  readonly counts: Map<string, number>;
  /** Formulas of which the back ends left different budgets. */
  readonly uneven: string[];
  worst: { readonly ms: number; readonly formula: string };
}

// One formula on one input, with both back ends, each of them twice.
function tryCase(number: number, tally: Tally): void {
  const random = randomOf(number);
  const formula = hostileFormula(random, 2 + Math.floor(random() * 4));
  const input = inputs[Math.floor(random() * inputs.length)] as Json;
  const profile = random() < 0.3 ? 'rule' : 'jsonata';
  const [generated, closures] = (['generated', 'closures'] as const).map((backEnd) => {
    const { result, ms } = timed(LIMIT_MS, () => outcomeOf(formula, input, profile, backEnd));
    if (ms > tally.worst.ms) tally.worst = { ms, formula: `${number} (${backEnd}) ${formula.slice(0, 300)}` };
    const shown = show(result);
    expect(show(outcomeOf(formula, input, profile, backEnd)), `${number}: ${formula}`).toEqual(shown);
    return shown;
  }) as [ReturnType<typeof show>, ReturnType<typeof show>];
  if (!isSame(generated.end, closures.end)) expect(generated.end, `${number}: ${formula}`).toBe(closures.end);
  if (generated.end.startsWith('=') && generated.left !== closures.left) tally.uneven.push(`${number}: ${formula}`);
  const kind = closures.end.startsWith('=') ? 'value' : closures.end;
  tally.counts.set(kind, (tally.counts.get(kind) ?? 0) + 1);
}

describe('hostile formulas at random', () => {
  test(`end soon and the same each time, in ${cases} cases from seed ${seed}`, { timeout: 3_600_000 }, () => {
    for (const input of inputs) freeze(input);
    const texts = inputs.map(textOf);
    const tally: Tally = { counts: new Map(), uneven: [], worst: { ms: 0, formula: '' } };
    for (let index = 0; index < cases; index += 1) {
      tryCase(seed + index, tally);
      if (index % 100 === 0) expect(changedPrototypes()).toEqual([]);
    }
    const { counts, worst, uneven } = tally;
    const ends = [...counts].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`);
    console.log(`worst ${worst.ms.toFixed(1)} ms: ${worst.formula}\n${ends.join(', ')}\nuneven: ${uneven.join(' ')}`);
    // A list that holds nothing where an item would be is shorter as a result, which generated code makes at once.
    expect(uneven.length, uneven.join('\n')).toBeLessThanOrEqual(cases / 20_000);
    expect(changedPrototypes()).toEqual([]);
    expect(inputs.map(textOf)).toEqual(texts);
    expect(worst.ms, worst.formula).toBeLessThan(LIMIT_MS);
    expect(counts.get('value') ?? 0).toBeGreaterThan(cases * 0.1);
    expect(counts.get('U1001') ?? 0).toBeGreaterThan(0);
  });
});
