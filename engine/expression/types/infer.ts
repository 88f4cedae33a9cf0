// Syntax tree + types of what it reads -> the type of the formula, and what is wrong with it.
//
// Every node is looked at as an evaluation would take it: fields of objects, steps over arrays, sequences that are
// nothing, one value or several. What must fail, or can never be what its author means, is an error; what may fail is a
// warning with its cure. What is not known is `any`, of which nothing is said.

import type { TextDiagnostic } from '../../model/diagnostic.ts';
import type { FunctionType, Type, TypeEnvironment } from '../../model/type.ts';
import { defaultOf } from '../closures/operators.ts';
import { findFunction } from '../functions/functions.ts';
import type { Node } from '../parse.ts';
import {
  ANY,
  arrayOf,
  isOnly,
  itemsOf,
  mayBeMany,
  mayBeNothing,
  NOTHING,
  NULL,
  OBJECT,
  objectOf,
  optional,
  partsOf,
  present,
  sequenceOf,
  unionOf,
} from './algebra.ts';
import { callBuiltIn, inferApply, inferCall, inferPartial } from './calls.ts';
import { type Env, type Inference, type Place, withPresent } from './context.ts';
import { checkGuard } from './guard.ts';
import { checkKey, checkTransform, checkUpdate, inferBinary, inferUnaryMinus } from './operators.ts';
import { applyFilters, inferPath, nameStep } from './paths.ts';
import { presentWhen } from './present.ts';

/** What is known of a formula. */
export interface Inferred {
  readonly type: Type;
  readonly diagnostics: readonly TextDiagnostic[];
}

/** Infers the type of a formula. Never throws; each mistake is reported once. */
export function inferType(node: Node, source: string, environment: TypeEnvironment): Inferred {
  const walk = new Walk(source, environment);
  const context: Place = { type: environment.context, label: '', key: '' };
  const env: Env = { context, variables: new Map(), present: environment.present };
  const type = walk.infer(node, env);
  if (environment.isGuard === true) checkGuard(node, env, walk);
  walk.finish();
  return { type, diagnostics: walk.diagnostics };
}

// Functions of functions may look at one body again and again. Chosen: more than any real formula needs.
const MAX_VISITS = 20_000;

class Walk implements Inference {
  readonly source: string;
  readonly environment: TypeEnvironment;
  readonly diagnostics: TextDiagnostic[] = [];
  readonly #said = new Set<string>();
  readonly #pending = new Map<Node, () => void>();
  #visits = 0;

  constructor(source: string, environment: TypeEnvironment) {
    this.source = source;
    this.environment = environment;
  }

  report(diagnostic: TextDiagnostic): void {
    const { code, range, message } = diagnostic;
    const key = `${code} ${range.start} ${range.end} ${message}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.diagnostics.push(diagnostic);
  }

  infer(node: Node, env: Env): Type {
    this.#visits += 1;
    if (this.#visits > MAX_VISITS) return ANY;
    const plain = this.#inferPlain(node, env);
    const base = node.keepSingletonArray === true ? keptArray(plain) : plain;
    const filtered = node.predicate === undefined ? base : applyFilters(base, node.predicate, this, { env, label: '' });
    const place: Place = { type: filtered, label: env.context.label, key: undefined };
    const grouped = node.group === undefined ? filtered : this.#group(node.group.lhs, place, env);
    // Behind anything but a path, only several values are kept an array.
    return node.keepArray === true && mayBeMany(grouped) ? unionOf([grouped, arrayOf(itemsOf(grouped))]) : grouped;
  }

  /** Looks at functions that nobody called, so that no mistake goes unseen. */
  finish(): void {
    for (const visit of this.#pending.values()) visit();
  }

  #inferPlain(node: Node, env: Env): Type {
    switch (node.type) {
      case 'string':
        return { kind: 'string', values: [String(node.value)] };
      case 'number':
        return { kind: 'number', isInteger: Number.isInteger(node.value), value: node.value as number };
      case 'value':
        return node.value === null ? NULL : { kind: 'boolean', value: node.value as boolean };
      case 'path':
        return inferPath(node, env, this);
      case 'name':
        return nameStep(node, env.context, this).type;
      case 'variable':
        return this.variable(node, env).type;
      case 'parent':
        return env.variables.get((node.slot as { readonly label: string }).label)?.type ?? ANY;
      case 'binary':
        return inferBinary(node, env, this);
      case 'unary':
        return this.#unary(node, env);
      case 'condition':
        return this.#condition(node, env);
      case 'block':
        return this.#block(node, env);
      case 'bind':
        return this.infer(node.rhs as Node, env);
      case 'function':
        return inferCall(node, env, this);
      case 'apply':
        return inferApply(node, env, this);
      case 'lambda':
        return this.#lambda(node, env);
      case 'transform':
        return this.#transform(node, env);
      case 'wildcard':
        return wildcardOf(env.context.type);
      case 'descendant':
        return ANY;
      case 'partial':
        return inferPartial(node, env, this);
      // What a regular expression gives is not looked at.
      case 'regex':
        return { kind: 'function', apply: () => ANY };
      default:
        return ANY;
    }
  }

  variable(node: Node, env: Env): Place {
    const name = String(node.value);
    if (name === '') return env.context;
    const found = this.#named(name, env);
    return found.key !== undefined && env.present.has(found.key) ? { ...found, type: present(found.type) } : found;
  }

  #named(name: string, env: Env): Place {
    if (name === '$') return { type: this.environment.context, label: '$$', key: '' };
    return env.variables.get(name) ?? { type: this.#global(name), label: `$${name}`, key: `$${name}` };
  }

  #global(name: string): Type {
    const builtIn = findFunction(name);
    if (builtIn === undefined) return this.environment.variable(name);
    const site = { inference: this, range: { start: 0, end: this.source.length } };
    const toArgument = (type: Type) => ({ type });
    return { kind: 'function', apply: (args) => callBuiltIn(builtIn, args.map(toArgument), ANY, site) };
  }

  #unary(node: Node, env: Env): Type {
    if (node.value === '{') return this.#group(node.lhs as readonly (readonly [Node, Node])[], env.context, env);
    if (node.value !== '[') return inferUnaryMinus(node, env, this);
    const items = (node.expressions ?? []).map((item) => {
      const type = this.infer(item, env);
      return item.value === '[' && item.type === 'unary' ? type : itemsOf(type);
    });
    return arrayOf(items.length === 0 ? NOTHING : unionOf(items));
  }

  // `{…}`: an object, of one value or of all values with the same key.
  #group(pairs: readonly (readonly [Node, Node])[], place: Place, env: Env): Type {
    const items = itemsOf(place.type);
    const isMany = mayBeList(place.type);
    const inside = (type: Type): Env => ({
      ...env,
      context: isMany ? { type, label: place.label, key: undefined } : place,
    });
    const fields: Record<string, Type> = {};
    const others: Type[] = [];
    const missing = new Set<string>();
    for (const [key, value] of pairs) {
      checkKey(this.infer(key, inside(items)), key, this);
      const result = this.infer(value, inside(isUniqueKey(place.type, key) ? items : sequenceOf(items)));
      if (key.type === 'string') {
        fields[String(key.value)] = present(result);
        if (mayBeNothing(result) || result.kind === 'any') missing.add(String(key.value));
      } else others.push(present(result));
    }
    return objectOf(fields, { optional: missing, ...(others.length === 0 ? {} : { rest: unionOf(others) }) });
  }

  #condition(node: Node, env: Env): Type {
    const kind = defaultOf(node);
    const no = (inner: Env) => (node.else === undefined ? NOTHING : this.infer(node.else, inner));
    if (kind !== undefined) {
      const given = this.infer(node.then as Node, env);
      return unionOf([defaulted(given), no(env)]);
    }
    this.infer(node.condition as Node, env);
    const yes = this.infer(node.then as Node, withPresent(env, presentWhen(node.condition as Node, true, env)));
    return unionOf([yes, no(withPresent(env, presentWhen(node.condition as Node, false, env)))]);
  }

  #block(node: Node, env: Env): Type {
    const variables = new Map(env.variables);
    let result: Type = NOTHING;
    for (const item of node.expressions ?? []) {
      const inner = { ...env, variables };
      result = this.infer(item, inner);
      if (item.type !== 'bind') continue;
      const name = String((item.lhs as Node).value);
      variables.set(name, { type: result, label: `$${name}`, key: undefined });
    }
    return result;
  }

  #lambda(node: Node, env: Env): FunctionType | Type {
    if (node.thunk === true) return this.infer(node.body as Node, env);
    const parameters = (node.arguments ?? []).map(({ value }) => String(value));
    const apply = (args: readonly Type[]): Type => {
      this.#pending.delete(node);
      const variables = new Map(env.variables);
      for (const [index, name] of parameters.entries())
        variables.set(name, { type: args[index] ?? NOTHING, label: `$${name}`, key: `$${name}` });
      return this.infer(node.body as Node, { ...env, variables });
    };
    this.#pending.set(node, () => apply(parameters.map(() => ANY)));
    return { kind: 'function', apply };
  }

  // What it changes may be anywhere below the object, so no field of the result is certain.
  #transform(node: Node, env: Env): FunctionType {
    const inside = (type: Type): Env => ({ ...env, context: { type, label: '', key: undefined } });
    const apply = ([object = NOTHING]: readonly Type[]): Type => {
      this.#pending.delete(node);
      checkTransform(object, node, this);
      const matches = inside(itemsOf(this.infer(node.pattern as Node, inside(object))));
      checkUpdate(this.infer(node.update as Node, matches), node.update as Node, this);
      if (node.delete !== undefined) this.infer(node.delete, matches);
      if (!isOnly(object, 'object')) return ANY;
      return mayBeNothing(object) ? optional(OBJECT) : OBJECT;
    };
    this.#pending.set(node, () => apply([ANY]));
    return { kind: 'function', apply };
  }
}

// What a default is for is not there any more; a sequence that is there is one value or more.
function defaulted(type: Type): Type {
  return unionOf(
    partsOf(present(type)).flatMap((part) => (part.kind === 'sequence' ? [part.items, arrayOf(part.items)] : [part])),
  );
}

function mayBeList(type: Type): boolean {
  return partsOf(type).some(({ kind }) => kind === 'array' || kind === 'sequence');
}

function keptArray(type: Type): Type {
  if (type.kind === 'any') return ANY;
  return optional(arrayOf(itemsOf(type)));
}

function wildcardOf(type: Type): Type {
  if (type.kind !== 'object' || type.rest !== undefined || type.names().length > 20) return ANY;
  return sequenceOf(unionOf(type.names().map((name) => itemsOf(type.field(name)?.type ?? ANY))));
}

// A list whose items are told apart by one field, grouped by that field: each group has one value.
function isUniqueKey(type: Type, key: Node): boolean {
  const [step] = key.type === 'path' && key.steps?.length === 1 ? key.steps : [key];
  return type.kind === 'array' && type.keys?.length === 1 && step?.type === 'name' && step.value === type.keys[0];
}
