// What is certainly there: behind `$exists(spec.host) ?`, `spec.host` is.

import type { Node } from '../parse.ts';
import { ANY } from './algebra.ts';
import type { Env } from './context.ts';

const COMPARISONS = new Set(['=', '!=', '<', '<=', '>', '>=', 'in']);

/** By what the value of a node is known: only variables and plain paths below them or below the context have a key. */
export function keyOf(node: Node, env: Env): string | undefined {
  if (node.predicate !== undefined || node.group !== undefined) return undefined;
  if (node.type === 'variable') return keyOfVariable(node, env);
  if (node.type !== 'path') return undefined;
  const [first, ...rest] = node.steps ?? [];
  if (first === undefined || rest.some((step) => step.type !== 'name' || step.stages !== undefined)) return undefined;
  if (first.stages !== undefined || first.predicate !== undefined) return undefined;
  const base =
    first.type === 'variable' ? keyOfVariable(first, env) : first.type === 'name' ? env.context.key : undefined;
  if (base === undefined) return undefined;
  const names = first.type === 'name' ? [first, ...rest] : rest;
  return base + names.map(({ value }) => `.${String(value)}`).join('');
}

function keyOfVariable(node: Node, env: Env): string | undefined {
  const name = String(node.value);
  if (name === '$') return '';
  if (name === '') return env.context.key;
  const local = env.variables.get(name);
  return local === undefined ? `$${name}` : local.key;
}

/** The keys of all places that are there if the node's value counts as true, or as false. */
export function presentWhen(node: Node, isTrue: boolean, env: Env): readonly string[] {
  if (node.type === 'block' && node.expressions?.length === 1)
    return presentWhen(node.expressions[0] as Node, isTrue, env);
  if (node.type === 'binary') return presentByOperator(node, isTrue, env);
  if (node.type === 'function') return presentByCall(node, isTrue, env);
  return isTrue ? withParents(keyOf(node, env)) : [];
}

function presentByOperator(node: Node, isTrue: boolean, env: Env): readonly string[] {
  const sides = [node.lhs as Node, node.rhs as Node];
  const isBoth = node.value === (isTrue ? 'and' : 'or');
  if (isBoth) return sides.flatMap((side) => presentWhen(side, isTrue, env));
  // A comparison with nothing is never true.
  if (!isTrue || !COMPARISONS.has(String(node.value))) return [];
  return sides.flatMap((side) => withParents(keyOf(side, env)));
}

function presentByCall(node: Node, isTrue: boolean, env: Env): readonly string[] {
  const name = node.procedure?.type === 'variable' ? String(node.procedure.value) : '';
  const [argument] = node.arguments ?? [];
  if (argument === undefined || node.arguments?.length !== 1) return [];
  // Of nothing it gives nothing, which counts as false.
  if (name === 'not') return isTrue || isNeverNothing(argument) ? presentWhen(argument, !isTrue, env) : [];
  if (!isTrue || (name !== 'exists' && name !== 'boolean')) return [];
  return withParents(keyOf(argument, env));
}

const NEVER_NOTHING = new Set(['=', '!=', 'in', 'and', 'or']);

function isNeverNothing(node: Node): boolean {
  if (node.type === 'block' && node.expressions?.length === 1) return isNeverNothing(node.expressions[0] as Node);
  if (node.type === 'binary') return NEVER_NOTHING.has(String(node.value));
  return node.type === 'function' && node.procedure?.value === 'exists';
}

// Where a field is there, so is everything around it.
function withParents(key: string | undefined): readonly string[] {
  if (key === undefined) return [];
  const keys: string[] = [];
  for (let end = key.length; end > 0; end = key.lastIndexOf('.', end - 1)) keys.push(key.slice(0, end));
  return keys;
}

/** The keys of all places below the context and given variables that are there if a whole formula counts as true. */
export function keysWhenTrue(node: Node): readonly string[] {
  const context = { type: ANY, label: '', key: '' };
  return presentWhen(node, true, { context, variables: new Map(), present: new Set() });
}
