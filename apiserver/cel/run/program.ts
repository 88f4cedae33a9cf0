// Makes a program of a rule: closures that are asked again and again with other values.
//
// What comes in: a tree, as the parser made it. Which overload of a function is asked the values tell.

import { type Expr, type Loop, qualifiedName } from '../check/expr.ts';
import { LIBRARY } from '../library.ts';
import { CelError, CelObject, Mistake, Optional, readValue, TypeName, Unsigned } from '../value.ts';
import { findIn, OPERATORS, toTruth } from './operators.ts';

/** What is called and not known here. */
export class NotCovered extends Error {}

/** A variable, and those around it. */
export interface Scope {
  readonly name: string;
  readonly value: unknown;
  readonly around: Scope | undefined;
}

/** A rule that can be asked; throws CelError where it has no value. */
export type Program = (scope: Scope | undefined) => unknown;

const TYPES: ReadonlySet<string> = new Set(
  'bool bytes double int list map null_type optional_type string type uint google.protobuf.Duration google.protobuf.Timestamp'.split(
    ' ',
  ),
);

/** Makes a program. Throws NotCovered. */
export function toProgram(expr: Expr): Program {
  switch (expr.kind) {
    case 'literal': {
      const value = expr.of === 'uint' ? new Unsigned(expr.value as bigint) : expr.value;
      return () => value;
    }
    case 'ident':
      return toName(expr.name);
    case 'select':
      return toSelect(expr);
    case 'call':
      return toCall(expr);
    case 'list':
      return toList(expr);
    case 'map':
      return toMap(expr);
    case 'loop':
      return toLoop(expr);
    case 'struct':
      throw new NotCovered(`a value of ${expr.name}`);
  }
}

function toName(name: string): Program {
  const own = name.replace(/^\./, '');
  const type = TYPES.has(own) ? new TypeName(own) : undefined;
  return (scope) => {
    for (let at = scope; at !== undefined; at = at.around) if (at.name === own) return readValue(at.value);
    if (type === undefined) throw new CelError(`no such attribute: ${own}`);
    return type;
  };
}

function toSelect(expr: Expr & { readonly kind: 'select' }): Program {
  const name = qualifiedName(expr);
  if (name !== undefined && TYPES.has(name)) return toName(name);
  const { field, isTest } = expr;
  const operand = toProgram(expr.operand);
  return (scope) => {
    const value = operand(scope);
    const isUnsure = value instanceof Optional;
    if (isUnsure && !value.isThere) return isTest ? false : value;
    const found = findIn(isUnsure ? value.value : value, field);
    if (isTest) return found.isThere;
    if (isUnsure) return found;
    if (!found.isThere) throw new CelError(`no such key: ${field}`);
    return readValue(found.value);
  };
}

function toCall(expr: Expr & { readonly kind: 'call' }): Program {
  const { fn, target } = expr;
  const prefix = target === undefined ? undefined : qualifiedName(target);
  const isNamespaced = prefix !== undefined && LIBRARY.has(`${prefix}.${fn}`, false, expr.args.length);
  const name = isNamespaced ? `${prefix}.${fn}` : fn;
  const args = expr.args.map(toProgram);
  const special = target === undefined ? toSpecial(fn, args) : undefined;
  if (special !== undefined) return special;
  const operator = OPERATORS[name];
  if (operator !== undefined) return (scope) => operator(...args.map((arg) => arg(scope)));
  const isMember = target !== undefined && !isNamespaced;
  const count = args.length + (isMember ? 1 : 0);
  if (!LIBRARY.has(name, isMember, count)) throw new NotCovered(`${name}() of ${count} values`);
  if (target === undefined || isNamespaced)
    return (scope) =>
      LIBRARY.call(
        name,
        false,
        args.map((arg) => arg(scope)),
      );
  const receiver = toProgram(target);
  if (fn === 'or' || fn === 'orValue') return toElse(fn, receiver, args[0] as Program);
  return (scope) => {
    const on = receiver(scope);
    return LIBRARY.call(name, true, [on, ...args.map((arg) => arg(scope))]);
  };
}

function toElse(fn: 'or' | 'orValue', receiver: Program, other: Program): Program {
  return (scope) => {
    const value = receiver(scope);
    if (!(value instanceof Optional)) throw new CelError('no such overload');
    if (!value.isThere) return other(scope);
    return fn === 'or' ? value : value.value;
  };
}

// What does not evaluate all of its arguments.
function toSpecial(fn: string, args: readonly Program[]): Program | undefined {
  const [first, second, third] = args as readonly [Program, Program, Program];
  switch (fn) {
    case '_&&_':
      return toLogic(first, second, false);
    case '_||_':
      return toLogic(first, second, true);
    case '_?_:_':
      return (scope) => (toTruth(first(scope)) ? second(scope) : third(scope));
    case '@not_strictly_false':
      return (scope) => {
        const { value } = tried(first, scope);
        return value !== false;
      };
    case '_?._':
      return (scope) => {
        const value = first(scope);
        if (value instanceof Optional) return value.isThere ? findIn(value.value, second(scope)) : value;
        return findIn(value, second(scope));
      };
    default:
      return undefined;
  }
}

interface Tried {
  readonly value?: unknown;
  readonly error?: unknown;
}

function tried(program: Program, scope: Scope | undefined): Tried {
  try {
    return { value: program(scope) };
  } catch (error) {
    if (error instanceof CelError) return { error };
    throw error;
  }
}

// One side alone may decide; else the mistake on the left is told.
function toLogic(first: Program, second: Program, decides: boolean): Program {
  return (scope) => {
    const left = tried(first, scope);
    if (left.value === decides) return decides;
    const right = tried(second, scope);
    if (right.value === decides) return decides;
    for (const { error, value } of [left, right]) {
      if (error !== undefined) throw error;
      toTruth(value);
    }
    return !decides;
  };
}

function toList({ items, optional }: Expr & { readonly kind: 'list' }): Program {
  const programs = items.map(toProgram);
  return (scope) => {
    const made: unknown[] = [];
    for (const [at, program] of programs.entries()) {
      const value = program(scope);
      if (optional[at] !== true) made.push(value);
      else if (value instanceof Optional && value.isThere) made.push(value.value);
    }
    return made;
  };
}

function toMap({ entries }: Expr & { readonly kind: 'map' }): Program {
  const programs = entries.map(({ key, value, isOptional }) => [toProgram(key), toProgram(value), isOptional] as const);
  return (scope) => {
    const made = new Map<unknown, unknown>();
    for (const [toKey, toValue, isOptional] of programs) {
      const [key, value] = [toKey(scope), toValue(scope)];
      if (findIn(made, key).isThere) throw new CelError(`Failed with repeated key: ${String(key)}`);
      if (!isOptional) made.set(key, value);
      else if (value instanceof Optional && value.isThere) made.set(key, value.value);
    }
    return made;
  };
}

// A mistake is gathered as well: what comes later may make it of no account.
function valueOrMistake(program: Program, scope: Scope | undefined): unknown {
  const { value, error } = tried(program, scope);
  return error === undefined ? value : new Mistake(error);
}

function toLoop({ range, variables, accumulator, init, condition, step, result }: Loop): Program {
  const [toRange, toInit, toResult] = [range, init, result].map(toProgram) as [Program, Program, Program];
  const [goesOn, next] = [condition, step].map(toProgram) as [Program, Program];
  return (scope) => {
    const rounds = roundsOf(toRange(scope), variables.length === 2);
    let gathered: Scope = { name: accumulator, value: valueOrMistake(toInit, scope), around: scope };
    for (const values of rounds) {
      let inner = gathered;
      for (const [at, name] of variables.entries()) inner = { name, value: values[at], around: inner };
      if (tried(goesOn, inner).value === false) break;
      gathered = { name: accumulator, value: valueOrMistake(next, inner), around: scope };
    }
    return toResult(gathered);
  };
}

function roundsOf(range: unknown, isPair: boolean): readonly (readonly unknown[])[] {
  if (Array.isArray(range)) return Array.from(range, (item, at) => (isPair ? [BigInt(at), item] : [item]));
  const entries = range instanceof CelObject ? range.fields : range;
  if (entries instanceof Map) return [...(entries as ReadonlyMap<unknown, unknown>)];
  throw new CelError('no such overload');
}
