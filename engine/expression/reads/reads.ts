// Syntax tree -> what the formula reads, of which variable.
//
// The formula is run with shapes instead of values: a shape says which places of the data a value may be. A place counts
// as read when its content, or only its presence, can change the result or make the formula fail; a path that leads
// nowhere does not. Promises to miss nothing: where a function cannot be followed, the whole of what it is given counts,
// and a formula that calls itself, or makes formulas of text,
// reads everything.

import type { Read } from '../../model/read.ts';
import { childrenOf } from '../check.ts';
import { findFunction, type Profile } from '../functions/functions.ts';
import { type Node, tokenRange } from '../parse.ts';
import { keyOf } from './shape.ts';
import { Walk } from './walk.ts';

/** What is known of the formula's surroundings. */
export interface ReadOptions {
  readonly variables: readonly string[];
  readonly profile: Profile;
}

/** The reads of a formula, in the order of its text; none that another covers. */
export function readsOf(node: Node, source: string, options: ReadOptions): readonly Read[] {
  const walk = new Walk(source, options);
  const reads = walk.run(node) ? walk.reads : everything(node, source, options);
  const ordered = reads.toSorted((left, right) => left.range.start - right.range.start);
  const first = new Map(ordered.toReversed().map((read) => [`${read.depth} ${keyOf(read)}`, read]));
  const unique = ordered.filter((read) => first.get(`${read.depth} ${keyOf(read)}`) === read);
  return unique.filter((read) => !unique.some((other) => other !== read && covers(other, read)));
}

function covers(one: Read, other: Read): boolean {
  if (one.variable !== other.variable) return false;
  if (one.depth === 'deep' && isWithin(other.path, one.path)) return true;
  return other.depth === 'shallow' && one.path.length >= other.path.length && isWithin(one.path, other.path, one.path);
}

// True if one path leads to the end of another; `*` in `wide` is any field.
function isWithin(path: readonly string[], start: readonly string[], wide: readonly string[] = start): boolean {
  return start.every((step, index) => step === path[index] || (wide[index] === '*' && index < path.length));
}

// Text that becomes a formula, which rules do not have, may name any variable.
function everything(node: Node, source: string, { variables, profile }: ReadOptions): readonly Read[] {
  const whole = { start: 0, end: source.length };
  const named = profile === 'jsonata' ? ['', ...variables] : [''];
  const reads: Read[] = named.map((variable) => ({ variable, path: [], depth: 'deep', range: whole }));
  const visit = (item: Node): void => {
    const name = String(item.value);
    if (item.type === 'variable' && isVariable(name, { variables, profile }))
      reads.push({ variable: name, path: [], depth: 'deep', range: tokenRange(item, source) });
    for (const child of [...(item.procedure === undefined ? [] : [item.procedure]), ...childrenOf(item)]) visit(child);
  };
  visit(node);
  return reads;
}

function isVariable(name: string, { variables, profile }: ReadOptions): boolean {
  if (variables.includes(name)) return true;
  return profile === 'jsonata' && name !== '' && name !== '$' && findFunction(name, profile) === undefined;
}
