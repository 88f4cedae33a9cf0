// Values of `let`, and the order in which they and inputs are found.

import type { Span } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import { type CompiledInput, type CompiledLet, type Formula, formulasOf, formulasOfInput } from '../model/rule.ts';
import { orderGraph } from './graph.ts';
import { compileTemplate, type TextScope } from './template.ts';

/** Compiles named values, in the order of the text. */
export function compileLets(
  values: { readonly [name: string]: Json } | undefined,
  scope: TextScope,
): readonly CompiledLet[] {
  return Object.entries(values ?? {}).map(([name, value]): CompiledLet => {
    const path = ['spec', 'let', name];
    return { name, value: compileTemplate(value, path, scope), span: scope.document.places.key(path) };
  });
}

/** The names of values and inputs in an order in which each reads only those before it; circles are reported. */
export function orderValues(
  lets: readonly CompiledLet[],
  inputs: readonly CompiledInput[],
  { report }: TextScope,
): readonly string[] {
  const toNode = (name: string, span: Span, formulas: readonly Formula[]) => ({
    name,
    span,
    edges: formulas.flatMap((formula) =>
      formula.reads.map((read) => ({ to: read.variable, span: formula.locate(read.range) })),
    ),
  });
  const { order, diagnostics } = orderGraph(
    [
      ...lets.map(({ name, value, span }) => toNode(name, span, formulasOf(value))),
      ...inputs.map((input) => toNode(input.id, input.span, formulasOfInput(input))),
    ],
    'these values',
  );
  for (const diagnostic of diagnostics) report(diagnostic);
  return order;
}
