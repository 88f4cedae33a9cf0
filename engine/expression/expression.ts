// JSONata formulas: text -> a checked, budgeted, synchronous function.
//
// In: the text of a formula and the names it may read. Out: diagnostics with places in that text, or an expression.
// Promises: the meaning is JSONata's, as the npm package defines it; what is not supported is a diagnostic, never
// another meaning; an evaluation is synchronous, changes nothing of its input, shares nothing mutable with it, ends
// within its budget, and gives the same result for the same data on every machine. Data is never taken for a function.
// Does not know Kubernetes beyond a few functions, and nothing of rules.

import type { TextDiagnostic } from '../model/diagnostic.ts';
import type { MaybeJson } from '../model/json.ts';
import type { Read } from '../model/read.ts';
import { type Budget, DEFAULT_BUDGET, Meter } from './budget.ts';
import { check } from './check.ts';
import { compileClosures } from './closures/compile.ts';
import { wrapInput } from './closures/operators.ts';
import { place } from './errors.ts';
import { type Node, parse } from './parse.ts';
import { readsOf } from './reads.ts';
import { toResult, type Value } from './value.ts';

export { ExpressionError } from './errors.ts';
export { functionNames } from './functions/functions.ts';

/** How a formula is compiled. */
export interface CompileOptions {
  /** Names that it may read, without `$`. */
  readonly variables?: readonly string[];
  readonly budget?: Budget;
}

/** A compiled formula. */
export interface Expression {
  readonly source: string;
  readonly reads: readonly Read[];
  /** The value for a context and variables. Throws ExpressionError. */
  evaluate(input: MaybeJson, bindings?: Readonly<Record<string, MaybeJson>>): MaybeJson;
}

/** Compiles a formula. Never throws; `expression` is missing where there is an error. */
export function compileExpression(
  source: string,
  options: CompileOptions = {},
): { readonly diagnostics: readonly TextDiagnostic[]; readonly expression?: Expression } {
  const { node, diagnostics } = parse(source);
  if (node === undefined) return { diagnostics };
  const found = check(node, source, options.variables ?? []);
  if (found.length > 0) return { diagnostics: found };
  return { diagnostics: [], expression: toExpression(node, source, options.budget ?? DEFAULT_BUDGET) };
}

// Closures are made at the first evaluation: most formulas of a large bundle are checked and never run.
function toExpression(node: Node, source: string, budget: Budget): Expression {
  let compiled: ReturnType<typeof compileClosures> | undefined;
  let reads: readonly Read[] | undefined;
  return {
    source,
    get reads() {
      reads ??= readsOf(node, source);
      return reads;
    },
    evaluate: (input, bindings = {}) => {
      compiled ??= compileClosures(node, source);
      const value: Value = wrapInput(input);
      try {
        return toResult(compiled(value, { root: input, bindings, meter: new Meter(budget) }));
      } catch (error) {
        throw place(error, { start: 0, end: source.length });
      }
    },
  };
}
