// Syntax tree -> what the formula reads, of which variable.
//
// The formula is run with shapes instead of values: a shape says which places of the data a value may be. A place counts
// as read when its content, or only its presence, can change the result or make the formula fail; a path that leads
// nowhere does not. Promises to miss nothing: where a function cannot be followed, the whole of what it is given counts,
// and a formula that calls itself, or makes formulas of text,
// reads everything.

import type { Read } from '../../model/read.ts';
import { childrenOf } from '../children.ts';
import { findFunction } from '../functions/functions.ts';
import { type Node, tokenRange } from '../parse.ts';
import type { ReadOptions } from './context.ts';
import { ReadSet } from './read-set.ts';
import { Walk } from './walk.ts';

/** The reads of a formula, in the order of its text; none that another covers. */
export function readsOf(node: Node, source: string, options: ReadOptions): readonly Read[] {
  const walk = new Walk(source, options);
  return (isFollowed(walk, node) ? walk.reads : everything(node, source, options)).list();
}

// What nests too deeply for the stack cannot be followed.
function isFollowed(walk: Walk, node: Node): boolean {
  try {
    return walk.run(node);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

// Text that becomes a formula, which rules do not have, may name any variable.
function everything(node: Node, source: string, { variables, profile }: ReadOptions): ReadSet {
  const whole = { start: 0, end: source.length };
  const ranges = new Map(['', ...(profile === 'jsonata' ? variables : [])].map((name) => [name, whole]));
  const visit = (item: Node): void => {
    const name = String(item.value);
    const isNew = (ranges.get(name) ?? whole) === whole;
    if (item.type === 'variable' && isNew && isVariable(name, { variables, profile }))
      ranges.set(name, tokenRange(item, source));
    for (const child of [...(item.procedure === undefined ? [] : [item.procedure]), ...childrenOf(item)]) visit(child);
  };
  visit(node);
  const reads = new ReadSet();
  for (const [variable, range] of ranges) reads.add({ variable, path: [], range }, 'deep');
  return reads;
}

function isVariable(name: string, { variables, profile }: ReadOptions): boolean {
  if (variables.includes(name)) return true;
  return profile === 'jsonata' && name !== '' && name !== '$' && findFunction(name, profile) === undefined;
}
