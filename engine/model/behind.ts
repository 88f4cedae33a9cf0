// What a formula reads, directly or through other names: values of `let`, what chooses an input, what is remembered, and
// the list that an item is of.

import type { Read } from './read.ts';
import { type CompiledRule, type Formula, formulasOf, formulasOfInput } from './rule.ts';

/** True where one of the reads of a formula, or of what is behind it, is such a one. Circles end. */
export function someRead(formula: Formula, rule: CompiledRule, isSuch: (read: Read) => boolean): boolean {
  const seen = new Set<string>();
  const look = (one: Formula): boolean =>
    one.reads.some((read) => {
      if (isSuch(read)) return true;
      if (seen.has(read.variable)) return false;
      seen.add(read.variable);
      return formulasBehind(read.variable, rule).some(look);
    });
  return look(formula);
}

/** True where a formula reads a Secret. */
export function readsSecret(formula: Formula, rule: CompiledRule): boolean {
  return someRead(formula, rule, ({ variable }) => {
    if (variable === '') return rule.resource.kind === 'Secret';
    return [...rule.inputs, ...rule.children].some(({ id, resource }) => id === variable && resource.kind === 'Secret');
  });
}

function formulasBehind(variable: string, rule: CompiledRule): readonly Formula[] {
  const input = rule.inputs.find(({ id }) => id === variable);
  return [
    ...(input === undefined ? [] : formulasOfInput(input)),
    ...formulasOf(rule.lets.find(({ name }) => name === variable)?.value),
    ...(variable === 'memory' ? rule.memory.flatMap(({ value }) => formulasOf(value)) : []),
    ...(variable === 'item' ? rule.children.flatMap(({ forEach }) => formulasOf(forEach?.items)) : []),
  ];
}
