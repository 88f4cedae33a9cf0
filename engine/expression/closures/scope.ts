// Variables: names are resolved when a formula is compiled, values live in frames while it runs.

import type { Meter } from '../budget.ts';
import type { BuiltIn } from '../functions/functions.ts';
import type { Node } from '../parse.ts';
import type { Value } from '../value.ts';

/** One evaluation of a formula. */
export interface Run {
  readonly root: Value;
  readonly bindings: Readonly<Record<string, Value>>;
  readonly meter: Meter;
}

/** The variables of one block or function call, and those around it. */
export class Frame {
  readonly slots: Value[];
  readonly parent: Frame | undefined;
  readonly run: Run;

  /** The names of a tuple, where the frame is one. */
  readonly names: Readonly<Record<string, Value>> | undefined;

  constructor(size: number, parent: Frame | undefined, run: Run, names?: Readonly<Record<string, Value>>) {
    this.slots = size === 0 ? NO_SLOTS : unset(size);
    this.parent = parent;
    this.run = run;
    this.names = names;
  }
}

function unset(size: number): Value[] {
  const slots: Value[] = [];
  for (let index = 0; index < size; index += 1) slots.push(UNSET);
  return slots;
}

/** A slot that nothing was bound to yet: the name then means what it means further out. */
export const UNSET: unique symbol = Symbol('unset');

const NO_SLOTS: Value[] = [];

/** A compiled node. */
export type Eval = (input: Value, frame: Frame) => Value;

/** The names of one block or function, known when it is compiled. */
export class Scope {
  readonly names: readonly string[];
  readonly parent: Scope | undefined;
  /** The scope of a tuple: which names it has shows only when it runs. */
  readonly isTuple: boolean;

  constructor(names: readonly string[], parent: Scope | undefined, isTuple = false) {
    this.names = names;
    this.parent = parent;
    this.isTuple = isTuple;
  }

  /** Where a name may be bound, innermost first: how many frames out, and which slot, or the name itself in a tuple. */
  find(name: string): readonly (readonly [hops: number, slot: number | string])[] {
    const found: (readonly [number, number | string])[] = [];
    let hops = 0;
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const slot = scope.names.indexOf(name);
      if (scope.isTuple) found.push([hops, name]);
      else if (slot >= 0) found.push([hops, slot]);
      hops += 1;
    }
    return found;
  }
}

/** What a formula is compiled in. */
export interface CompilerContext {
  readonly source: string;
  /** The names of the variables that are given to an evaluation. */
  readonly variables: ReadonlySet<string>;
  /** The built-in function of a name. */
  readonly find: (name: string) => BuiltIn | undefined;
  /** Evaluates text as a formula, which sees the names of a scope. Throws ExpressionError. */
  evaluateText(source: string, input: Value, within: { readonly scope: Scope; readonly frame: Frame }): Value;
}

/** What the compilers of the node types share. */
export interface Compiler extends CompilerContext {
  readonly compile: (node: Node, scope: Scope) => Eval;
  /** The same for a step of a path that carries names: may give the tuples of a path inside. */
  readonly compileTuples: (node: Node, scope: Scope) => Eval;
}

/** The names that a block binds itself, not those of blocks and functions inside it. */
export function boundNames(nodes: readonly Node[]): readonly string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const { type } = node as Node;
    if (type === 'block' || type === 'lambda') return;
    if (type === 'bind') names.add(String(((node as Node).lhs as Node).value));
    for (const child of Object.values(node)) visit(child);
  };
  for (const node of nodes) visit(node);
  return [...names];
}
