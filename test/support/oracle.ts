// What the npm interpreter and our back ends make of a formula, in a form that can be compared.

import jsonata from 'jsonata';
import type { Budget } from '../../engine/expression/budget.ts';
import {
  type CompileOptions,
  compileExpression,
  type Expression,
  ExpressionError,
} from '../../engine/expression/expression.ts';
import type { TextRange } from '../../engine/model/diagnostic.ts';
import type { MaybeJson } from '../../engine/model/json.ts';
import type { Outcome } from './differences.ts';

/** The values of the variables that formulas may read. */
export type Bindings = Readonly<Record<string, MaybeJson>>;

// Chosen: far more than any generated formula takes, little enough for one without end to fit into memory.
const PATIENCE_MS = 5000;

/**
 * Evaluates with the npm package; it gets a copy of the data. `dense`: the outcome without what is nothing in arrays, as
 * ours are; `isChanged`: the data is changed. Formulas without end fail with D1012.
 */
export async function theirs(
  source: string,
  input: unknown,
  bindings: Bindings = {},
): Promise<{ readonly outcome: Outcome; readonly dense: Outcome; readonly isChanged: boolean }> {
  const copy = structuredClone(input);
  try {
    const value: unknown = await jsonata(source, { timeout: PATIENCE_MS }).evaluate(copy, { ...bindings });
    const isChanged = show(copy) !== show(input);
    return { outcome: { value: show(value) }, dense: { value: show(toDense(value)) }, isChanged };
  } catch (error) {
    const outcome = { code: String((error as { code?: string }).code) };
    return { outcome, dense: outcome, isChanged: show(copy) !== show(input) };
  }
}

function toDense(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(toDense);
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toDense(item)]))
    : value;
}

/** Evaluates with one of our back ends. `at`: where an error is; `left`: what is left of the budget. */
export function ours(
  source: string,
  input: MaybeJson,
  { bindings = {}, ...options }: CompileOptions & { readonly bindings?: Bindings },
): { readonly outcome: Outcome; readonly at?: TextRange; readonly left?: Budget } {
  const { expression, diagnostics } = compileExpression(source, { ...options, variables: Object.keys(bindings) });
  if (expression === undefined) {
    const { code = '', message = '' } = diagnostics[0] ?? {};
    return { outcome: { code: /\((S\d+)\)$/.exec(message)?.[1] ?? code } };
  }
  const { at, ...outcome } = outcomeOf(expression, input, bindings);
  return at === undefined ? { outcome, left: expression.left } : { outcome, at };
}

/** What an evaluation comes to. `at`: where an error is. */
export function outcomeOf(
  expression: Expression,
  input: MaybeJson,
  bindings: Bindings,
): Outcome & { readonly at?: TextRange } {
  try {
    return { value: show(expression.evaluate(input, bindings)) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { code: error.code, at: error.range };
  }
}

/** A value as JSON, with `nothing` for none. */
export function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
