// What a formula reads, of which variable. Reads too much rather than too little: where a path cannot be followed, the
// whole variable counts.

import type { Read } from '../model/read.ts';
import { pathNames } from './check.ts';
import { childrenOf } from './children.ts';
import { type Node, tokenRange } from './parse.ts';

// Functions that look only at whether something is there, or how many.
const SHALLOW = new Set(['count', 'exists', 'boolean', 'not', 'type']);

/** The reads of a formula, in the order of its text. */
export function readsOf(node: Node, source: string): readonly Read[] {
  const reads: Read[] = [];
  visit(node, { source, local: new Set(), isShallow: false, hasOwnContext: true }, reads);
  return reads;
}

interface Context {
  readonly source: string;
  readonly local: ReadonlySet<string>;
  readonly isShallow: boolean;
  /** False where the context is an item of something else, whose read is counted there. */
  readonly hasOwnContext: boolean;
}

function visit(node: Node, context: Context, reads: Read[]): void {
  if (node.type === 'path') visitPath(node, context, reads);
  else if (node.type === 'variable') visitVariable(node, [], context, reads);
  else if (node.type === 'lambda' || node.type === 'block') visitScope(node, context, reads);
  else visitOther(node, context, reads);
}

function visitScope(node: Node, context: Context, reads: Read[]): void {
  const parameters = (node.arguments ?? []).map((parameter) => String(parameter.value));
  const bound = (node.expressions ?? []).flatMap((item) =>
    item.type === 'bind' ? [String((item.lhs as Node).value)] : [],
  );
  const inner = { ...context, isShallow: false, local: new Set([...context.local, ...parameters, ...bound]) };
  for (const child of childrenOf(node)) visit(child, inner, reads);
}

function visitOther(node: Node, context: Context, reads: Read[]): void {
  const { procedure } = node;
  const isShallow = procedure?.type === 'variable' && SHALLOW.has(String(procedure.value));
  if (procedure !== undefined) visit(procedure, context, reads);
  for (const child of childrenOf(node)) visit(child, { ...context, isShallow }, reads);
}

function visitPath(node: Node, context: Context, reads: Read[]): void {
  const steps = node.steps ?? [];
  const [first, ...rest] = steps;
  if (first === undefined) return;
  if (first.type === 'variable') visitVariable(first, namesOf(rest), context, reads);
  else if (first.type !== 'name') visit(first, context, reads);
  else if (context.hasOwnContext) add('', namesOf(steps), node, context, reads);
  // What stands inside a path reads the items of the path, which count already, and variables.
  const names = pathNames(node);
  const local = names.length === 0 ? context.local : new Set([...context.local, ...names]);
  const inner = { ...context, local, isShallow: false, hasOwnContext: false };
  for (const step of rest) if (step.type !== 'name') visit(step, inner, reads);
  const filters = steps.flatMap((step) => [...(step.stages ?? []), ...(step.predicate ?? [])]);
  for (const { expr } of filters) if (expr !== undefined) visit(expr, inner, reads);
  for (const child of node.group?.lhs.flat() ?? []) visit(child, inner, reads);
}

function namesOf(steps: readonly Node[]): readonly string[] {
  const end = steps.findIndex(({ type }) => type !== 'name' && type !== 'wildcard' && type !== 'sort');
  const followed = end < 0 ? steps : steps.slice(0, end);
  return followed.flatMap(({ type, value }) => (type === 'name' ? [String(value)] : type === 'wildcard' ? ['*'] : []));
}

function visitVariable(node: Node, path: readonly string[], context: Context, reads: Read[]): void {
  const name = String(node.value);
  if (context.local.has(name)) return;
  if (name === '' && !context.hasOwnContext) return;
  add(name === '$' ? '' : name, path, node, context, reads);
  for (const stage of node.predicate ?? [])
    if (stage.expr !== undefined) visit(stage.expr, { ...context, isShallow: false, hasOwnContext: false }, reads);
}

function add(variable: string, path: readonly string[], node: Node, context: Context, reads: Read[]): void {
  reads.push({
    variable,
    path,
    depth: context.isShallow ? 'shallow' : 'deep',
    range: tokenRange(node, context.source),
  });
}
