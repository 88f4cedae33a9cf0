// Runs a formula with shapes, and notes what it reads.

import type { TextRange } from '../../model/diagnostic.ts';
import { defaultOf } from '../closures/operators.ts';
import { boundNames } from '../closures/scope.ts';
import { findFunction } from '../functions/functions.ts';
import { type Node, tokenRange } from '../parse.ts';
import { builtInShape, mystery } from './calls.ts';
import type { Env, Pairs, Reading, ReadOptions } from './context.ts';
import { filterShape, pathShape } from './paths.ts';
import { ReadSet } from './read-set.ts';
import { Scope } from './scope.ts';
import {
  anyField,
  descendantsOf,
  fieldOf,
  isRoot,
  type Made,
  madeOf,
  PLAIN,
  placeOf,
  type Shape,
  union,
  type Work,
} from './shape.ts';
import { applyShape, callShape, lambdaShape, partialShape, transformShape } from './works.ts';

// Functions of functions may look at one body again and again, and each may double what a value can be. All chosen: more
// than any real formula needs.
const MAX_VISITS = 20_000;
const MAX_PLACES = 200;
const MAX_READS = 2000;
// Functions inside each other; deeper ones call themselves.
const MAX_CALLS = 30;

/** One run. */
export class Walk implements Reading {
  readonly reads: ReadSet = new ReadSet();
  readonly source: string;
  readonly #options: ReadOptions;
  readonly #root: Shape;
  // What was read as a whole is not looked at again.
  readonly #seen = new Set<Made | Work>();
  // What paths carry along for steps outside of them.
  readonly #carried = new Map<string, Shape>();
  #visits = 0;
  #calls = 0;
  #isLost = false;

  constructor(source: string, options: ReadOptions) {
    this.source = source;
    this.#options = options;
    this.#root = placeOf({ variable: '', path: [], range: { start: 0, end: source.length } });
  }

  /** Looks at a whole formula. False where it could not be followed to its end. */
  run(node: Node): boolean {
    this.deep(this.evaluate(node, { context: this.#root, scope: new Scope(undefined, boundNames([node])) }));
    return !this.#isLost;
  }

  shallow({ places }: Shape): void {
    for (const place of places) if (!isRoot(place)) this.reads.add(place, 'shallow');
  }

  deep({ places, objects, functions }: Shape): void {
    for (const place of places) this.reads.add(place, 'deep');
    for (const made of objects) {
      if (this.#seen.has(made)) continue;
      this.#seen.add(made);
      for (const field of [...made.fields.values(), made.others]) this.deep(field);
    }
    // Whoever has the function may call it.
    for (const work of functions) {
      if (this.#seen.has(work)) continue;
      this.#seen.add(work);
      this.enter(() => {
        this.deep(work.apply({ args: [], context: PLAIN }));
        return PLAIN;
      });
    }
  }

  evaluate(node: Node, env: Env): Shape {
    this.#visits += 1;
    if (this.#visits > MAX_VISITS || this.reads.size > MAX_READS) this.#isLost = true;
    if (this.#isLost) return PLAIN;
    const value = filterShape(node, this.#plain(node, env), env, this);
    const isGrouped = node.group !== undefined && node.type !== 'path';
    const result = isGrouped ? this.group(node.group.lhs, value, env.scope) : value;
    if (result.places.length + result.objects.length + result.functions.length > MAX_PLACES) this.#isLost = true;
    return result;
  }

  #plain(node: Node, env: Env): Shape {
    switch (node.type) {
      case 'string':
        return { ...PLAIN, text: String(node.value) };
      case 'name':
        return fieldOf(env.context, String(node.value));
      case 'path':
        return pathShape(node, env, this);
      case 'variable':
        return this.variable(node, env);
      case 'parent':
        return this.#carried.get((node.slot as { readonly label: string }).label) ?? PLAIN;
      case 'wildcard':
        // Of an array it gives the items themselves; an array in front of a path is made for a list of the context.
        return union([anyField(env.context), env.context]);
      case 'descendant':
        this.deep(env.context);
        return descendantsOf(env.context);
      case 'unary':
        return this.#unary(node, env);
      case 'condition':
        return this.#condition(node, env);
      case 'block':
        return this.#block(node, env);
      case 'bind':
        return this.#bind(node, env, false);
      case 'function':
        return callShape(node, env, this);
      case 'apply':
        return applyShape(node, env, this);
      case 'lambda':
        return lambdaShape(node, env, this);
      case 'partial':
        return partialShape(node, env, this);
      case 'transform':
        return transformShape(node, env, this);
      case 'regex':
        return mystery(this);
      default:
        for (const side of [node.lhs, node.rhs]) if (side !== undefined) this.deep(this.evaluate(side as Node, env));
        return PLAIN;
    }
  }

  variable(node: Node, { context, scope }: Env): Shape {
    const name = String(node.value);
    const range = tokenRange(node, this.source);
    if (name === '') return context.places.some(isRoot) ? this.named(context, range) : context;
    if (name === '$') return this.named(this.#root, range);
    const bound = scope.get(name);
    const carried = this.#carried.get(name);
    if (bound !== undefined) return bound;
    const { variables, profile } = this.#options;
    const isVariable = variables.includes(name);
    const builtIn = isVariable ? undefined : findFunction(name, profile);
    // Text that becomes a formula may name anything.
    if (builtIn !== undefined && name === 'eval') this.#isLost = true;
    if (builtIn !== undefined) return builtInShape(builtIn, this);
    const given = isVariable || profile === 'jsonata' ? placeOf({ variable: name, path: [], range }) : PLAIN;
    return carried === undefined ? given : union([carried, given]);
  }

  named(shape: Shape, range: TextRange): Shape {
    return { ...shape, places: shape.places.map((place) => (isRoot(place) ? { ...place, range } : place)) };
  }

  #unary(node: Node, env: Env): Shape {
    if (node.value === '{') return this.group(node.lhs as Pairs, env.context, env.scope);
    if (node.value === '[') return union((node.expressions ?? []).map((item) => this.evaluate(item, env)));
    this.deep(this.evaluate(node.expression as Node, env));
    return PLAIN;
  }

  group(pairs: Pairs, context: Shape, scope: Scope): Shape {
    this.shallow(context);
    const fields = new Map<string, Shape>();
    const others: Shape[] = [];
    for (const [key, value] of pairs) {
      const name = this.evaluate(key, { context, scope });
      const shape = this.evaluate(value, { context, scope });
      this.deep(name);
      if (name.text === undefined) others.push(shape);
      else fields.set(name.text, union([...(fields.has(name.text) ? [fields.get(name.text) as Shape] : []), shape]));
    }
    return madeOf(fields, union(others));
  }

  #condition(node: Node, env: Env): Shape {
    const kind = defaultOf(node);
    if (kind === undefined) this.deep(this.evaluate(node.condition as Node, env));
    const given = this.evaluate(node.then as Node, env);
    if (kind === '??') this.shallow(given);
    else if (kind === '?:') this.deep(given);
    return union([given, node.else === undefined ? PLAIN : this.evaluate(node.else, env)]);
  }

  #block(node: Node, env: Env): Shape {
    const expressions = node.expressions ?? [];
    const inner = { ...env, scope: new Scope(env.scope, boundNames(expressions)) };
    let result = PLAIN;
    for (const item of expressions)
      result =
        item.type === 'bind' && item.predicate === undefined
          ? this.#bind(item, inner, true)
          : this.evaluate(item, inner);
    return result;
  }

  // A name that is bound in the middle of something, or again, may have been asked for before it got this value: then the
  // whole value counts.
  #bind(node: Node, env: Env, isInOrder: boolean): Shape {
    const value = this.evaluate(node.rhs as Node, env);
    const isNew = env.scope.assign(String((node.lhs as Node).value), value);
    if (!isNew || !isInOrder) this.deep(value);
    return value;
  }

  enter(body: () => Shape): Shape {
    this.#visits += 1;
    if (this.#calls >= MAX_CALLS || this.#visits > MAX_VISITS) this.#isLost = true;
    if (this.#isLost) return PLAIN;
    this.#calls += 1;
    const result = body();
    this.#calls -= 1;
    return result;
  }

  carry(name: string, shape: Shape, scope: Scope): void {
    scope.bind(name, shape);
    this.#carried.set(name, union([...(this.#carried.has(name) ? [this.#carried.get(name) as Shape] : []), shape]));
  }
}
