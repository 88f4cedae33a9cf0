// What is below what in a syntax tree.

import type { Node } from './parse.ts';

/** The nodes directly below a node, in the order of the text; not the name of a called function, nor what `:=` binds. */
export function childrenOf(node: Node): readonly Node[] {
  const { lhs, rhs, expression, condition, then, body, pattern, update } = node;
  const pairs = Array.isArray(lhs) ? (lhs as readonly (readonly [Node, Node])[]).flat() : [];
  const left = Array.isArray(lhs) || node.type === 'bind' ? undefined : (lhs as Node | undefined);
  const isCall = node.type === 'function' || node.type === 'partial';
  const filters = [...(node.stages ?? []), ...(node.predicate ?? [])].map((stage) => stage.expr);
  const single = [left, rhs, expression, condition, then, node.else, body, pattern, update, node.delete].filter(
    (child) => child !== undefined,
  );
  return [
    ...(node.steps ?? []),
    ...pairs,
    ...single,
    ...(node.expressions ?? []),
    ...(isCall ? (node.arguments ?? []).filter(({ type }) => type !== 'operator') : []),
    ...(node.terms ?? []).map((term) => term.expression),
    ...filters.filter((child) => child !== undefined),
    ...(node.group?.lhs.flat() ?? []),
  ];
}
