// Runs a formula with shapes, and notes what it reads.

import type { Read } from '../../model/read.ts';
import { nameOf } from '../closures/calls.ts';
import { defaultOf } from '../closures/operators.ts';
import { boundNames } from '../closures/scope.ts';
import { findFunction } from '../functions/functions.ts';
import { type Node, tokenRange } from '../parse.ts';
import { builtInShape, mystery, type Reader } from './calls.ts';
import type { ReadOptions } from './reads.ts';
import { Scope } from './scope.ts';
import {
  anyField,
  type Call,
  descendantsOf,
  fieldOf,
  functionOf,
  isRoot,
  type Made,
  madeOf,
  PLAIN,
  placeOf,
  type Shape,
  union,
  type Work,
} from './shape.ts';

// Functions of functions may look at one body again and again. Chosen: more than any real formula needs.
const MAX_VISITS = 20_000;
// Functions inside each other; deeper ones call themselves.
const MAX_CALLS = 30;

interface Env {
  readonly context: Shape;
  readonly scope: Scope;
}

/** One run. */
export class Walk implements Reader {
  readonly reads: Read[] = [];
  readonly #source: string;
  readonly #options: ReadOptions;
  readonly #root: Shape;
  // What was read as a whole is not looked at again.
  readonly #whole = new Set<Made | Work>();
  // What paths carry along for steps outside of them.
  readonly #carried = new Map<string, Shape>();
  #visits = 0;
  #calls = 0;
  #isLost = false;

  constructor(source: string, options: ReadOptions) {
    this.#source = source;
    this.#options = options;
    this.#root = placeOf({ variable: '', path: [], range: { start: 0, end: source.length } });
  }

  /** Looks at a whole formula. False where it could not be followed to its end. */
  run(node: Node): boolean {
    this.deep(this.#evaluate(node, { context: this.#root, scope: new Scope(undefined, boundNames([node])) }));
    return !this.#isLost;
  }

  shallow({ places }: Shape): void {
    for (const place of places) if (!isRoot(place)) this.reads.push({ ...place, depth: 'shallow' });
  }

  deep({ places, objects, functions }: Shape): void {
    for (const place of places) this.reads.push({ ...place, depth: 'deep' });
    for (const made of objects) {
      if (this.#whole.has(made)) continue;
      this.#whole.add(made);
      for (const field of [...made.fields.values(), made.others]) this.deep(field);
    }
    // Whoever has the function may call it.
    for (const work of functions) {
      if (this.#whole.has(work)) continue;
      this.#whole.add(work);
      this.deep(work.apply({ args: [], context: PLAIN }));
    }
  }

  #evaluate(node: Node, env: Env): Shape {
    this.#visits += 1;
    if (this.#visits > MAX_VISITS) this.#isLost = true;
    if (this.#isLost) return PLAIN;
    if (node.type === 'path') return this.#filter(node.predicate, this.#path(node, env), env);
    const value = this.#filter(node.predicate, this.#plain(node, env), env);
    return node.group === undefined ? value : this.#group(node.group.lhs, value, env.scope);
  }

  #plain(node: Node, env: Env): Shape {
    switch (node.type) {
      case 'string':
        return { ...PLAIN, text: String(node.value) };
      case 'name':
        return fieldOf(env.context, String(node.value));
      case 'variable':
        return this.#variable(node, env);
      case 'parent':
        return this.#carried.get((node.slot as { readonly label: string }).label) ?? PLAIN;
      case 'wildcard':
        // Of an array it gives the items themselves.
        return union([
          anyField(env.context),
          { ...env.context, places: env.context.places.filter((it) => !isRoot(it)) },
        ]);
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
        return this.#call(node, env);
      case 'apply':
        return this.#apply(node, env);
      case 'lambda':
        return this.#lambda(node, env);
      case 'partial':
        return this.#partial(node, env);
      case 'transform':
        return this.#transform(node, env);
      case 'regex':
        return mystery(this);
      default:
        for (const side of [node.lhs, node.rhs]) if (side !== undefined) this.deep(this.#evaluate(side as Node, env));
        return PLAIN;
    }
  }

  #variable(node: Node, { context, scope }: Env): Shape {
    const name = String(node.value);
    const range = tokenRange(node, this.#source);
    if (name === '') return context.places.some(isRoot) ? this.#named(context, range) : context;
    if (name === '$') return this.#named(this.#root, range);
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

  // The custom resource, where the formula names it.
  #named(shape: Shape, range: Read['range']): Shape {
    return { ...shape, places: shape.places.map((place) => (isRoot(place) ? { ...place, range } : place)) };
  }

  #unary(node: Node, env: Env): Shape {
    if (node.value === '{') return this.#group(node.lhs as Pairs, env.context, env.scope);
    if (node.value === '[') return union((node.expressions ?? []).map((item) => this.#evaluate(item, env)));
    this.deep(this.#evaluate(node.expression as Node, env));
    return PLAIN;
  }

  #group(pairs: Pairs, context: Shape, scope: Scope): Shape {
    this.shallow(context);
    const fields = new Map<string, Shape>();
    const others: Shape[] = [];
    for (const [key, value] of pairs) {
      const name = this.#evaluate(key, { context, scope });
      const shape = this.#evaluate(value, { context, scope });
      this.deep(name);
      if (name.text === undefined) others.push(shape);
      else fields.set(name.text, union([...(fields.has(name.text) ? [fields.get(name.text) as Shape] : []), shape]));
    }
    return madeOf(fields, union(others));
  }

  #condition(node: Node, env: Env): Shape {
    const kind = defaultOf(node);
    if (kind === undefined) this.deep(this.#evaluate(node.condition as Node, env));
    const given = this.#evaluate(node.then as Node, env);
    if (kind === '??') this.shallow(given);
    else if (kind === '?:') this.deep(given);
    return union([given, node.else === undefined ? PLAIN : this.#evaluate(node.else, env)]);
  }

  #block(node: Node, env: Env): Shape {
    const expressions = node.expressions ?? [];
    const inner = { ...env, scope: new Scope(env.scope, boundNames(expressions)) };
    let result = PLAIN;
    for (const item of expressions)
      result =
        item.type === 'bind' && item.predicate === undefined
          ? this.#bind(item, inner, true)
          : this.#evaluate(item, inner);
    return result;
  }

  // A name that is bound in the middle of something, or again, may have been asked for before it got this value: then the
  // whole value counts.
  #bind(node: Node, env: Env, isInOrder: boolean): Shape {
    const value = this.#evaluate(node.rhs as Node, env);
    const isNew = env.scope.assign(String((node.lhs as Node).value), value);
    if (!isNew || !isInOrder) this.deep(value);
    return value;
  }

  #call(node: Node, env: Env, first?: Shape, firstNode?: Node): Shape {
    const given = (node.arguments ?? []).map((argument) => this.#evaluate(argument, env));
    const callee = this.#callee(node.procedure as Node, env);
    return this.#invoke(callee, {
      args: first === undefined ? given : [first, ...given],
      nodes: [...(firstNode === undefined ? [] : [firstNode]), ...(node.arguments ?? [])],
      context: env.context,
    });
  }

  // A name without its dollar sign fails, and how depends on whether the function is there.
  #callee(procedure: Node, env: Env): Shape {
    const callee = this.#evaluate(procedure, env);
    if (procedure.type !== 'path') return callee;
    this.shallow(callee);
    this.deep(this.#variable({ type: 'variable', value: nameOf(procedure) }, env));
    return callee;
  }

  // What is no function cannot be called, whatever it is: data never is one.
  #invoke(callee: Shape, call: Call): Shape {
    return union(callee.functions.map((work) => work.apply(call)));
  }

  #apply(node: Node, env: Env): Shape {
    const left = this.#evaluate(node.lhs as Node, env);
    const right = node.rhs as Node;
    if (right.type === 'function') return this.#call(right, env, left, node.lhs as Node);
    const callee = this.#evaluate(right, env);
    const direct = this.#invoke(callee, { args: [left], nodes: [node.lhs as Node], context: env.context });
    if (left.functions.length === 0) return direct;
    const both = functionOf(1, (call) => this.#invoke(callee, { ...call, args: [this.#invoke(left, call)] }));
    return union([direct, both]);
  }

  #lambda(node: Node, env: Env): Shape {
    if (node.thunk === true) return this.#evaluate(node.body as Node, env);
    const parameters = (node.arguments ?? []).map(({ value }) => String(value));
    return functionOf(parameters.length, ({ args, context }) => {
      const scope = new Scope(env.scope, boundNames([node.body as Node]));
      // With a signature, the context may stand in for an argument and move the others.
      const any = node.signature === undefined ? undefined : union([...args, context]);
      if (any !== undefined) this.shallow(any);
      for (const [index, name] of parameters.entries()) scope.bind(name, any ?? args[index] ?? PLAIN);
      this.#calls += 1;
      if (this.#calls > MAX_CALLS) this.#isLost = true;
      const result = this.#evaluate(node.body as Node, { ...env, scope });
      this.#calls -= 1;
      return result;
    });
  }

  #partial(node: Node, env: Env): Shape {
    const given = (node.arguments ?? []).map((argument) =>
      argument.type === 'operator' ? undefined : this.#evaluate(argument, env),
    );
    const callee = this.#callee(node.procedure as Node, env);
    const open = given.filter((argument) => argument === undefined).length;
    return functionOf(open, ({ args, context }) => {
      const rest = [...args];
      return this.#invoke(callee, { args: given.map((argument) => argument ?? rest.shift() ?? PLAIN), context });
    });
  }

  // What a transform is given is copied as a whole, by a function that a formula may replace.
  #transform(node: Node, env: Env): Shape {
    const { scope } = env;
    return functionOf(1, ({ args: [given = PLAIN] }) => {
      this.deep(given);
      const clone = this.#variable({ type: 'variable', value: 'clone' }, env);
      this.shallow(clone);
      const object = union([given, this.#invoke(clone, { args: [given], context: PLAIN })]);
      this.deep(object);
      const found = this.#evaluate(node.pattern as Node, { context: object, scope });
      this.deep(found);
      const update = this.#evaluate(node.update as Node, { context: found, scope });
      this.deep(update);
      if (node.delete !== undefined) this.deep(this.#evaluate(node.delete, { context: found, scope }));
      return union([object, descendantsOf(update)]);
    });
  }

  #filter(predicates: readonly Node[] | undefined, shape: Shape, env: Env): Shape {
    if (predicates === undefined) return shape;
    for (const { expr } of predicates) if (expr !== undefined) this.#predicate(expr, { ...env, context: shape });
    return union([shape, PLAIN]);
  }

  #predicate(expr: Node, env: Env): void {
    if (expr.type === 'number') return;
    // Whether it is asked at all depends on whether there is an item.
    this.shallow(env.context);
    this.deep(this.#evaluate(expr, env));
  }

  #path(node: Node, env: Env): Shape {
    const scope = new Scope(env.scope);
    const steps = node.steps ?? [];
    const isNamed = steps[0]?.type === 'name';
    let current = isNamed ? this.#named(env.context, this.#rangeOfNames(steps)) : env.context;
    for (const [index, step] of steps.entries()) {
      const before = current;
      current = this.#step(step, index === 0, { context: current, scope });
      current = this.#carry(step, { before, after: current }, scope);
      for (const stage of step.stages ?? []) {
        if (stage.expr !== undefined) this.#predicate(stage.expr, { context: current, scope });
        else this.#carryName(String(stage.value), PLAIN, scope);
        if (stage.expr === undefined) this.shallow(current);
      }
    }
    if (node.group === undefined) return current;
    // Where nothing is left to group, the names of the path mean what they mean around it.
    const around = steps.some(({ tuple }) => tuple === true) ? [this.#group(node.group.lhs, PLAIN, env.scope)] : [];
    return union([this.#group(node.group.lhs, current, scope), ...around]);
  }

  #step(step: Node, isFirst: boolean, env: Env): Shape {
    if (step.type === 'name') return this.#filter(step.predicate, fieldOf(env.context, String(step.value)), env);
    if (step.type === 'variable' && isFirst) return this.#evaluate(step, env);
    if (step.type === 'wildcard' && step.predicate === undefined) return anyField(env.context);
    // It is taken once for each value.
    this.shallow(env.context);
    if (step.type !== 'sort') return this.#evaluate(step, env);
    for (const { expression } of step.terms ?? []) this.deep(this.#evaluate(expression, env));
    return env.context;
  }

  // `@` binds each value and stays where it was, `#` its place, and `%` asks for the value before the step.
  #carry(step: Node, { before, after }: { readonly before: Shape; readonly after: Shape }, scope: Scope): Shape {
    const label = (step.ancestor as { readonly label?: string } | undefined)?.label;
    if (label !== undefined) this.#carryName(label, before, scope);
    if (step.index !== undefined) this.#carryName(step.index, PLAIN, scope);
    if (step.focus !== undefined) this.#carryName(step.focus, after, scope);
    if (step.index !== undefined || step.focus !== undefined) this.shallow(after);
    return step.focus === undefined ? after : before;
  }

  #carryName(name: string, shape: Shape, scope: Scope): void {
    scope.bind(name, shape);
    this.#carried.set(name, union([...(this.#carried.has(name) ? [this.#carried.get(name) as Shape] : []), shape]));
  }

  #rangeOfNames(steps: readonly Node[]): Read['range'] {
    const end = steps.findIndex(({ type, stages }) => type !== 'name' || stages !== undefined);
    const last = end < 0 ? steps.at(-1) : steps[Math.max(0, steps[end]?.type === 'name' ? end : end - 1)];
    const { start } = tokenRange(steps[0] as Node, this.#source);
    return { start, end: tokenRange(last as Node, this.#source).end };
  }
}

type Pairs = readonly (readonly [Node, Node])[];
