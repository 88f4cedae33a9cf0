// Formulas in tests: the value, or the code of the error, the same from both back ends.

import { expect } from 'vitest';
import { compileExpression, type Expression, ExpressionError } from '../../engine/expression/expression.ts';
import type { Json, MaybeJson } from '../../engine/model/json.ts';

const compiled = new Map<string, readonly Expression[]>();

function backEndsOf(formula: string): readonly Expression[] {
  const known = compiled.get(formula);
  if (known !== undefined) return known;
  const made = (['closures', 'generated'] as const).map((backEnd) => {
    const { expression, diagnostics } = compileExpression(formula, { backEnd, mayUseChance: true });
    return expression ?? expect.fail(`${formula}: ${diagnostics[0]?.message}`);
  });
  compiled.set(formula, made);
  return made;
}

function run(expression: Expression, input: Json): MaybeJson {
  try {
    return expression.evaluate(input, {}, { now: 0, random: () => 0 });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return `error ${error.code}`;
  }
}

/** What a formula gives for an input; `error CODE` where it fails. */
export function evaluate(formula: string, input: Json = {}): MaybeJson {
  const [one, other] = backEndsOf(formula).map((expression) => run(expression, input));
  expect(other, formula).toEqual(one);
  return one;
}
