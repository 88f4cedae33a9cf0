// Formulas in one line: what both of our back ends give, and what the npm interpreter gives.

import jsonata from 'jsonata';
import { expect } from 'vitest';
import { compileExpression, ExpressionError } from '../../engine/expression/expression.ts';
import type { MaybeJson } from '../../engine/model/json.ts';

/** The value of a formula, or `error` and its code. */
export type Given = MaybeJson | `error ${string}`;

/** What a formula of a rule gives, the same with both back ends. `profile`: for functions that rules do not have. */
export function given(source: string, input: MaybeJson = {}, profile: 'rule' | 'jsonata' = 'rule'): Given {
  const [closures, generated] = (['closures', 'generated'] as const).map((backEnd): Given => {
    const { expression, diagnostics } = compileExpression(source, { backEnd, profile });
    if (expression === undefined) throw new Error(diagnostics[0]?.message);
    try {
      return expression.evaluate(input, {}, { now: Date.UTC(2020, 1, 29, 12, 34, 56, 789), random: () => 0 });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return `error ${error.code}`;
    }
  });
  expect(generated, source).toEqual(closures);
  return closures;
}

/** What the npm interpreter gives. */
export async function givenByOracle(source: string): Promise<unknown> {
  try {
    return await jsonata(source).evaluate({});
  } catch (error) {
    return `error ${String((error as { code?: string }).code)}`;
  }
}
