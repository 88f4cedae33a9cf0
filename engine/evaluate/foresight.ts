// What nobody can know of an object that is only foreseen: its status, its uid and the like. Whoever reads that waits
// until it is there.

import { type CompiledChild, type CompiledPatch, type CompiledRule, type Formula, formulasOf } from '../model/rule.ts';

const LATER = ['uid', 'resourceVersion', 'generation', 'creationTimestamp'];

/** What reads children: a child, or a patch. */
export type Reader = CompiledChild | CompiledPatch;

/** True where a part of a node reads, directly or by a named value, what of a child is not known before it is there. */
export function readsUnknown(node: Reader, part: 'when' | 'template', id: string, rule: CompiledRule): boolean {
  const formulas = part === 'when' ? guardsOf(node) : contentOf(node);
  return formulas.some((formula) => reads(formula, id, rule, new Set()));
}

function guardsOf(node: Reader): readonly Formula[] {
  return [...formulasOf(node.when), ...('forEach' in node ? formulasOf(node.forEach?.items) : [])];
}

function contentOf(node: Reader): readonly Formula[] {
  if ('template' in node) return formulasOf(node.template);
  const { content } = node;
  return content.mode === 'json'
    ? content.operations.flatMap(({ value }) => formulasOf(value))
    : formulasOf(content.fields);
}

function reads(formula: Formula, id: string, rule: CompiledRule, seen: Set<string>): boolean {
  return formula.reads.some(({ variable, path: [first, second], depth }) => {
    if (variable === id) {
      if (first === undefined) return depth === 'deep';
      return first === 'status' || first === '*' || (first === 'metadata' && LATER.includes(second ?? ''));
    }
    if (seen.has(variable)) return false;
    seen.add(variable);
    const behind = formulasOf(rule.lets.find(({ name }) => name === variable)?.value);
    return behind.some((other) => reads(other, id, rule, seen));
  });
}
