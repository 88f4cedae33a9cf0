// What is below what in a syntax tree.

import type { Node } from './parse.ts';

/** The nodes directly below a node; not the name of a called function, nor what `:=` binds. */
export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  for (const step of node.steps ?? []) children.push(step);
  addSides(node, children);
  for (const item of node.expressions ?? []) children.push(item);
  if (node.type === 'function' || node.type === 'partial')
    for (const argument of node.arguments ?? []) if (argument.type !== 'operator') children.push(argument);
  addFilters(node, children);
  return children;
}

function addSides(node: Node, children: Node[]): void {
  const { lhs } = node;
  if (Array.isArray(lhs)) addPairs(lhs as readonly (readonly [Node, Node])[], children);
  else if (lhs !== undefined && node.type !== 'bind') children.push(lhs as Node);
  const { rhs, expression, condition, then, body, pattern, update } = node;
  for (const child of [rhs, expression, condition, then, node.else, body, pattern, update, node.delete])
    if (child !== undefined) children.push(child);
}

function addPairs(pairs: readonly (readonly [Node, Node])[], children: Node[]): void {
  for (const [key, value] of pairs) children.push(key, value);
}

function addFilters(node: Node, children: Node[]): void {
  for (const { expression } of node.terms ?? []) children.push(expression);
  for (const { expr } of node.stages ?? []) if (expr !== undefined) children.push(expr);
  for (const { expr } of node.predicate ?? []) if (expr !== undefined) children.push(expr);
  if (node.group !== undefined) addPairs(node.group.lhs, children);
}
