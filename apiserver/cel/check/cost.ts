// How much a rule may cost at most, from the types of its parts and the sizes that a schema allows.
//
// The numbers decide which definitions are taken: they follow the API server to the last one, where they are odd, too.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions

import { type CalledWith, callCost, type Operand } from './call-cost.ts';
import type { Declared } from './declared.ts';
import type { Call, Expr, Loop } from './expr.ts';
import { ACCUMULATOR } from './macros.ts';
import { add, exactly, MOST, multiply, type Range, UNKNOWN, union, ZERO } from './size.ts';
import { type CheckedType, ERROR, isOptional } from './type.ts';

/** The most that a checked rule costs. */
export function estimateCost(expr: Expr, root: Declared): bigint {
  return new Coster(root).cost(expr).max;
}

type Path = readonly string[] | undefined;

/** The sizes of what is in a value: of keys and values. */
interface Entries {
  readonly isList: boolean;
  readonly key: Range;
  readonly value: Range;
}

interface Local {
  readonly path: Path;
  readonly size: Range | undefined;
  readonly entries: Entries | undefined;
}

const ONE = exactly(1);

class Coster {
  readonly #root: Declared;
  readonly #paths = new Map<Expr, Path>();
  readonly #sizes = new Map<Expr, Range>();
  readonly #entries = new Map<Expr, Entries>();
  readonly #locals = new Map<string, Local[]>();

  constructor(root: Declared) {
    this.#root = root;
  }

  /** The cost of a part. */
  cost(expr: Expr): Range {
    switch (expr.kind) {
      case 'literal':
        return ZERO;
      case 'ident': {
        const local = this.#local(expr.name);
        this.#paths.set(expr, local === undefined ? [expr.name] : local.path);
        return ONE;
      }
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'struct':
        return add(exactly(40), ...expr.values.map((value) => this.cost(value)));
      case 'loop':
        return isBind(expr) ? this.#bind(expr) : this.#loop(expr);
    }
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #push(name: string, local: Local): void {
    this.#locals.set(name, [...(this.#locals.get(name) ?? []), local]);
  }

  #pop(name: string): void {
    this.#locals.get(name)?.pop();
  }

  #path(expr: Expr): Path {
    const local = expr.kind === 'ident' ? this.#local(expr.name) : undefined;
    return local === undefined ? this.#paths.get(expr) : local.path;
  }

  #select(expr: Expr & { readonly kind: 'select' }): Range {
    const inner = this.cost(expr.operand);
    if (expr.isTest) return inner;
    this.#paths.set(expr, [...(this.#path(expr.operand) ?? []), expr.field]);
    return ['map', 'object', 'param'].includes(typeOf(expr.operand).kind) ? add(inner, ONE) : inner;
  }

  #list(expr: Expr & { readonly kind: 'list' }): Range {
    const costs = expr.items.map((item) => this.cost(item));
    const value = unionAll(expr.items.map((item) => this.#sizeOrUnknown(item)));
    this.#entries.set(expr, { isList: true, key: ONE, value });
    return add(exactly(10), ...costs);
  }

  #map(expr: Expr & { readonly kind: 'map' }): Range {
    const costs = expr.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]);
    const key = unionAll(expr.entries.map((entry) => this.#sizeOrUnknown(entry.key)));
    const value = unionAll(expr.entries.map((entry) => this.#sizeOrUnknown(entry.value)));
    this.#entries.set(expr, { isList: false, key, value });
    return add(exactly(30), ...costs);
  }

  #call(expr: Call): Range {
    const { args, target, overloads = [] } = expr;
    const [first] = args;
    if (expr.fn === 'dyn' && first !== undefined) {
      const cost = this.cost(first);
      this.#copySizes(expr, first);
      return add(ONE, cost);
    }
    const operands: Operand[] = [];
    const argCosts: Range[] = [];
    for (const arg of args) {
      argCosts.push(this.cost(arg));
      operands.push(this.#operand(arg));
    }
    if (overloads.length === 0) return ZERO;
    const targetCost = target === undefined ? ZERO : this.cost(target);
    const on = target === undefined ? undefined : this.#operand(target);
    return add(targetCost, this.#callOf(expr, { args: operands, argCosts, target: on }));
  }

  #callOf(expr: Call, given: Pick<CalledWith, 'args' | 'argCosts' | 'target'>): Range {
    const { fn, overloads = [] } = expr;
    const [first] = expr.args;
    let cost: Range = { min: MOST, max: 0n };
    let size: Range | undefined;
    for (const overload of overloads) {
      this.#keepEntries(expr, overload);
      const found = callCost({ ...given, fn, overload, sizeAt: (path) => this.#sizeAt(path) });
      cost = union(cost, found.cost);
      if (found.size !== undefined) size = size === undefined ? found.size : union(size, found.size);
      const step = STEPS[overload];
      if (step !== undefined && first !== undefined) {
        size = this.#entriesOf(first)?.value;
        this.#paths.set(expr, [...(this.#path(first) ?? []), step]);
      }
      size ??= this.#size(expr);
    }
    if (size !== undefined) this.#sizes.set(expr, size);
    return cost;
  }

  // What is in the result of choosing or adding is what is in the one and in the other.
  #keepEntries(expr: Call, overload: string): void {
    if (!JOINING.has(overload)) return;
    const pair = overload === 'conditional' ? expr.args.slice(1) : expr.args;
    const [left, right] = pair.map((arg) => this.#entriesOf(arg));
    if (left === undefined || right === undefined) return;
    const [key, value] = [union(left.key, right.key), union(left.value, right.value)];
    this.#entries.set(expr, { isList: left.isList, key, value });
  }

  #loop(expr: Loop): Range {
    const { range, init, accumulator, variables } = expr;
    const before = add(this.cost(range), this.cost(init));
    this.#push(accumulator, { path: this.#path(init), size: this.#size(init), entries: this.#entriesOf(init) });
    const locals = this.#loopLocals(range, variables.length === 2);
    for (const [at, name] of variables.entries()) this.#push(name, locals[at] as Local);
    const each = add(this.cost(expr.condition), this.cost(expr.step));
    for (const name of variables) this.#pop(name);
    const after = this.cost(expr.result);
    this.#pop(accumulator);
    const count = this.#sizeOrUnknown(range);
    if (init.kind === 'literal') {
      const size = this.#size(init);
      if (size !== undefined) this.#sizes.set(expr, size);
    } else if (init.kind === 'list' || init.kind === 'map') {
      this.#sizes.set(expr, count);
      const entries = this.#entriesOf(expr.step);
      if (entries !== undefined) this.#entries.set(expr, entries);
    }
    return add(before, after, multiply(count, each));
  }

  // The variables of a loop: an item, or a key; or both.
  #loopLocals(range: Expr, isPair: boolean): readonly Local[] {
    const entries = this.#entriesOf(range);
    const isList = entries === undefined ? typeOf(range).kind === 'list' : entries.isList;
    const path = this.#path(range) ?? [];
    const value = { path: [...path, isList ? '@items' : '@values'], size: entries?.value, entries: undefined };
    const step = isPair && isList ? '@indices' : '@keys';
    const key = { path: [...path, step], size: entries?.key, entries: undefined };
    if (isPair) return [key, value];
    return [isList ? value : key];
  }

  #bind(expr: Loop): Range {
    const before = add(this.cost(expr.range), this.cost(expr.init));
    const { init, accumulator, result } = expr;
    this.#push(accumulator, { path: this.#path(init), size: this.#size(init), entries: this.#entriesOf(init) });
    const after = this.cost(result);
    this.#pop(accumulator);
    this.#copySizes(expr, result);
    return add(before, after);
  }

  #operand(expr: Expr): Operand {
    const path = this.#path(expr);
    const isHidden = path?.[0] === ACCUMULATOR || path?.[0] === '__result__';
    const size = this.#size(expr) ?? (isHidden || path === undefined ? undefined : this.#sizeAt(path));
    return { expr, type: typeOf(expr), path: isHidden ? undefined : path, size };
  }

  #copySizes(to: Expr, from: Expr): void {
    const [size, entries] = [this.#size(from), this.#entriesOf(from)];
    if (size !== undefined) this.#sizes.set(to, size);
    if (entries !== undefined) this.#entries.set(to, entries);
  }

  #sizeOrUnknown(expr: Expr): Range {
    return this.#size(expr) ?? UNKNOWN;
  }

  #size(expr: Expr): Range | undefined {
    const known = this.#sizes.get(expr) ?? literalSize(expr);
    if (known !== undefined) return known;
    const path = this.#path(expr);
    const size = path === undefined ? undefined : this.#sizeAt(path);
    if (size !== undefined) {
      this.#sizes.set(expr, size);
      return size;
    }
    if (isScalar(typeOf(expr))) return ONE;
    return expr.kind === 'ident' ? this.#local(expr.name)?.size : undefined;
  }

  #entriesOf(expr: Expr): Entries | undefined {
    const known = this.#entries.get(expr);
    if (known !== undefined) return known;
    return expr.kind === 'ident' ? this.#local(expr.name)?.entries : undefined;
  }

  // The first step is a variable, and each stands for the whole.
  #sizeAt(path: readonly string[]): Range | undefined {
    if (path.length === 0) return undefined;
    let at: Declared | undefined = this.#root;
    for (const step of path.slice(1)) {
      if (step === '@keys') return at?.kind === 'map' && path.at(-1) === step ? KEYS : undefined;
      at = step === '@items' || step === '@values' ? at.element : at.fields.get(step);
      if (at === undefined) return undefined;
    }
    return { min: 0n, max: at.maxElements };
  }
}

// Nothing is said of how long the keys of a map may be, which makes them of no length.
const KEYS = ZERO;
const JOINING: ReadonlySet<string> = new Set(['conditional', 'add_string', 'add_bytes', 'add_list']);
const STEPS: { readonly [overload: string]: string } = { index_list: '@items', index_map: '@values' };

function typeOf(expr: Expr): CheckedType {
  return expr.type ?? ERROR;
}

function unionAll(sizes: readonly Range[]): Range {
  return sizes.length === 0 ? ZERO : sizes.reduce(union, { min: MOST, max: 0n });
}

function isBind({ range, condition, accumulator }: Loop): boolean {
  const isEmpty = range.kind === 'list' && range.items.length === 0;
  return isEmpty && condition.kind === 'literal' && condition.value === false && accumulator !== '__result__';
}

function literalSize(expr: Expr): Range | undefined {
  if (expr.kind === 'list') return exactly(expr.items.length);
  if (expr.kind === 'map') return exactly(expr.entries.length);
  if (expr.kind !== 'literal') return undefined;
  const { value } = expr;
  if (typeof value === 'string') return exactly([...value].length);
  return exactly(value instanceof Uint8Array ? value.length : 1);
}

function isScalar(type: CheckedType): boolean {
  if (isOptional(type)) return isScalar(type.of[0] as CheckedType);
  return ['bool', 'double', 'duration', 'int', 'timestamp', 'uint'].includes(type.kind);
}
