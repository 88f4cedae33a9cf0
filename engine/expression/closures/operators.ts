// Operators, conditions, literals and constructors.

import type { TextRange } from '../../model/diagnostic.ts';
import type { Meter } from '../budget.ts';
import { place, placed, raise } from '../errors.ts';
import { type Node, tokenRange } from '../parse.ts';
import { addTo, isDeepEqual, isNumber, isTruthy, toConstructed, toSequence, toText, type Value } from '../value.ts';
import { boundNames, type Compiler, type Eval, type Frame, type Scope } from './scope.ts';

type Binary = (left: Value, right: Value, meter: Meter) => Value;

const arithmetic =
  (token: string, compute: (left: number, right: number) => number): Binary =>
  (left, right) => {
    if (Number.isFinite(left) && Number.isFinite(right)) return compute(left as number, right as number);
    if (left !== undefined && !isNumber(left)) raise('T2001', { token, value: left });
    if (right !== undefined && !isNumber(right)) raise('T2002', { token, value: right });
    return left === undefined || right === undefined ? undefined : compute(left as number, right as number);
  };

const comparison =
  (token: string, compare: (left: string | number, right: string | number) => boolean): Binary =>
  (left, right, meter) => {
    if (typeof left === 'number' && typeof right === 'number') return compare(left, right);
    if (!isOrdered(left) || !isOrdered(right))
      raise('T2010', { token, value: typeof left === 'string' || typeof left === 'number' ? right : left });
    if (left === undefined || right === undefined) return undefined;
    if (typeof left !== typeof right) raise('T2009', { token, value: left, other: right });
    meter.read(Math.min((left as string).length, (right as string).length));
    return compare(left as string, right as string);
  };

function isOrdered(value: Value): boolean {
  return value === undefined || typeof value === 'string' || typeof value === 'number';
}

const concatenate: Binary = (left, right, meter) => {
  const result = `${left === undefined ? '' : toText(left, meter)}${right === undefined ? '' : toText(right, meter)}`;
  meter.grow(result.length);
  return result;
};

const makeRange: Binary = (left, right, meter) => {
  if (left !== undefined && !Number.isInteger(left)) raise('T2003', { value: left });
  if (right !== undefined && !Number.isInteger(right)) raise('T2004', { value: right });
  if (left === undefined || right === undefined || (left as number) > (right as number)) return undefined;
  const size = (right as number) - (left as number) + 1;
  if (size > 1e7) raise('D2014', { value: size });
  meter.fill(size);
  const result = toSequence([]);
  // Adding one to a huge number changes nothing: only a count of its own comes to an end.
  for (let index = 0; index < size; index += 1) result.push((left as number) + index);
  return result;
};

const isIn: Binary = (left, right, meter) => {
  if (left === undefined || right === undefined) return false;
  if (Array.isArray(right)) meter.step(right.length * (1 + (typeof left === 'string' ? left.length >> 6 : 0)));
  else if (typeof left === 'string') meter.read(left.length);
  return Array.isArray(right) ? right.includes(left) : right === left;
};

const OPERATORS: { readonly [token: string]: Binary } = {
  '+': arithmetic('+', (left, right) => left + right),
  '-': arithmetic('-', (left, right) => left - right),
  '*': arithmetic('*', (left, right) => left * right),
  '/': arithmetic('/', (left, right) => left / right),
  '%': arithmetic('%', (left, right) => left % right),
  '=': (left, right, meter) => left !== undefined && right !== undefined && isDeepEqual(left, right, meter),
  '!=': (left, right, meter) => left !== undefined && right !== undefined && !isDeepEqual(left, right, meter),
  '<': comparison('<', (left, right) => left < right),
  '<=': comparison('<=', (left, right) => left <= right),
  '>': comparison('>', (left, right) => left > right),
  '>=': comparison('>=', (left, right) => left >= right),
  '&': concatenate,
  '..': makeRange,
  in: isIn,
};

/** What an operator does with its two sides. */
export function binaryOperator(token: string): Binary {
  return OPERATORS[token] as Binary;
}

/** Compiles an operator with two sides; `and` and `or` compute the right one only when it counts. */
export function compileBinary(node: Node, scope: Scope, compiler: Compiler): Eval {
  const left = compiler.compile(node.lhs as Node, scope);
  const right = compiler.compile(node.rhs as Node, scope);
  if (node.value === 'and')
    return (input, frame) =>
      isTruthy(left(input, frame), frame.run.meter) && isTruthy(right(input, frame), frame.run.meter);
  if (node.value === 'or')
    return (input, frame) =>
      isTruthy(left(input, frame), frame.run.meter) || isTruthy(right(input, frame), frame.run.meter);
  const literal = isShortText(node.rhs as Node) ? (node.rhs as Node).value : undefined;
  if (node.value === '=' && literal !== undefined) return (input, frame) => left(input, frame) === literal;
  const compute = binaryOperator(String(node.value));
  const range = tokenRange(node, compiler.source);
  return (input, frame) => {
    const leftValue = left(input, frame);
    const rightValue = right(input, frame);
    try {
      return compute(leftValue, rightValue, frame.run.meter);
    } catch (error) {
      throw place(error, range);
    }
  };
}

/** True for a text that stands in the formula and is compared in no time. */
export function isShortText({ type, value }: Node): boolean {
  return type === 'string' && (value as string).length < 64;
}

/** Compiles a minus sign, an array in brackets, or an object in braces. */
export function compileUnary(node: Node, scope: Scope, compiler: Compiler): Eval {
  if (node.value === '[') return compileArray(node, scope, compiler);
  if (node.value === '{') return compileGroup(node, scope, compiler);
  const operand = compiler.compile(node.expression as Node, scope);
  const range = tokenRange(node, compiler.source);
  return (input, frame) => {
    const value = operand(input, frame);
    if (value === undefined) return undefined;
    try {
      return isNumber(value) ? -value : raise('D1002', { value });
    } catch (error) {
      throw place(error, range);
    }
  };
}

function compileArray(node: Node, scope: Scope, compiler: Compiler): Eval {
  const items = (node.expressions ?? []).map((item) => ({
    isArray: item.value === '[',
    evaluate: compiler.compile(item, scope),
  }));
  return (input, frame) => {
    const result: Value[] = [];
    const { meter } = frame.run;
    for (const { isArray, evaluate } of items) {
      const value = evaluate(input, frame);
      if (value === undefined) continue;
      if (isArray) result.push(value);
      else if (Array.isArray(value)) addTo(result, value, meter);
      else result.push(value);
    }
    meter.fill(items.length);
    return node.consarray === true ? toConstructed(result) : result;
  };
}

/** `{…}`: an object for one value; for many, one object whose values are grouped by key. */
export function compileGroup(
  node: { readonly lhs?: Node['lhs']; readonly position?: number },
  scope: Scope,
  compiler: Compiler,
): Eval {
  const pairs = (node.lhs as readonly (readonly [Node, Node])[]).map(([key, value]) => ({
    key: compiler.compile(key, scope),
    value: compiler.compile(value, scope),
    range: tokenRange(key, compiler.source),
  }));
  const keys = staticKeys(node);
  if (keys !== undefined) return compileObject(keys, pairs);
  return (input, frame) => {
    const items: readonly Value[] = Array.isArray(input) ? (input.length === 0 ? [undefined] : input) : [input];
    if (Array.isArray(input)) frame.run.meter.step(input.length * pairs.length * 3);
    frame.run.meter.step(8 * pairs.length);
    const result: Record<string, Value> = {};
    for (const [key, { pair, data }] of inKeyOrder(collectGroups(items, pairs, frame))) {
      const value = (pairs[pair] as Pair).value(joined(data), frame);
      if (value !== undefined) result[key] = value;
    }
    return result;
  };
}

const RESERVED = new Set(['__proto__', 'constructor', 'prototype', '_jsonata_lambda', '_jsonata_function']);

/** The keys of an object that is written out, if all of them are texts that differ. */
export function staticKeys(node: { readonly lhs?: Node['lhs'] }): readonly string[] | undefined {
  const pairs = node.lhs as readonly (readonly [Node, Node])[];
  const keys = pairs.map(([key]) => {
    const isText = key.type === 'string' && key.predicate === undefined && key.group === undefined;
    return isText && key.keepArray !== true && !RESERVED.has(String(key.value)) ? String(key.value) : undefined;
  });
  const isComplete = keys.every((key) => key !== undefined) && new Set(keys).size === keys.length;
  return isComplete ? (keys as readonly string[]) : undefined;
}

/** Objects of more keys than this take a step for each: the machine makes them slowly. Measured. */
export const SMALL_OBJECT = 16;

// With keys that are known, all items of the context are one group.
function compileObject(keys: readonly string[], pairs: readonly Pair[]): Eval {
  const order = inKeyOrder(new Map(keys.map((key, index) => [key, (pairs[index] as Pair).value])));
  const names = order.map(([key]) => key);
  const values = order.map(([, evaluate]) => evaluate);
  return (input, frame) => {
    const context = Array.isArray(input) ? grouped(input, keys.length, frame.run.meter) : input;
    if (keys.length > SMALL_OBJECT) frame.run.meter.step(keys.length);
    const result: Record<string, Value> = {};
    for (let index = 0; index < names.length; index += 1) {
      const value = (values[index] as Eval)(context, frame);
      if (value !== undefined) result[names[index] as string] = value;
    }
    return result;
  };
}

/** The context of a group that all items are in. */
export function grouped(items: readonly Value[], pairs: number, meter: Meter): Value {
  meter.step(items.length * pairs);
  return joined(items);
}

interface Pair {
  readonly key: Eval;
  readonly value: Eval;
  readonly range: TextRange;
}

function collectGroups(items: readonly Value[], pairs: readonly Pair[], frame: Frame): Groups {
  const groups: Groups = new Map();
  for (const item of items) {
    for (const [index, { key, range }] of pairs.entries()) {
      const name = key(item, frame);
      if (name !== undefined) placed(range, () => addToGroup(groups, checkKey(name, frame.run.meter), index, item));
    }
  }
  return groups;
}

type Groups = Map<string, { readonly pair: number; readonly data: Value[] }>;

/** The values of one group as JSONata appends them: one is itself, of several that are arrays each is taken apart. */
export function joined(values: readonly Value[]): Value {
  const present = values.filter((value) => value !== undefined);
  if (present.length <= 1) return present[0];
  return present.flatMap((value) => (Array.isArray(value) ? [...value] : [value]));
}

/** A key of an object, if it may be one. */
export function checkKey(name: Value, meter: Meter): string {
  if (typeof name !== 'string') return raise('T1003', { value: name });
  meter.read(name.length * 4);
  if (name === '_jsonata_lambda' || name === '_jsonata_function') raise('D1013', { value: name });
  if (name === '__proto__' || name === 'constructor' || name === 'prototype') raise('U1004', { value: name });
  return name;
}

function addToGroup(groups: Groups, key: string, pair: number, item: Value): void {
  const known = groups.get(key);
  if (known === undefined) {
    groups.set(key, { pair, data: [item] });
    return;
  }
  if (known.pair !== pair) raise('D1009', { value: key });
  known.data.push(item);
}

/** Entries in the order of a JavaScript object's keys, those that look like indexes first: values are computed in it. */
export function inKeyOrder<T>(groups: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  if (groups.size <= 1) return [...groups];
  const keys = Object.keys(Object.fromEntries([...groups.keys()].map((key) => [key, 0])));
  return keys.map((key) => [key, groups.get(key) as T] as const);
}

/**
 * Tells `a ?? b` and `a ?: b` from a condition that is written out: the parser gives them both sides twice. Nothing
 * where `a` has to be computed twice: it is a call in tail position, or binds a name.
 */
export function defaultOf({ condition, then }: Node): '??' | '?:' | undefined {
  if (condition === undefined || then === undefined) return undefined;
  const { procedure } = condition;
  const at = positionOf(condition);
  const isExists = procedure?.value === 'exists' && procedure.position === undefined;
  const isCopy = at !== undefined && at === positionOf(then) && condition.type === then.type;
  if ((!isExists && !isCopy) || endsWithCall(then) || boundNames([then]).length > 0) return undefined;
  return isExists ? '??' : '?:';
}

/** True where a function's last call stands, which is made when the function has been left. */
export function endsWithCall(node: Node | undefined): boolean {
  if (node?.type === 'condition') return endsWithCall(node.then) || endsWithCall(node.else);
  return node?.type === 'block' ? endsWithCall(node.expressions?.at(-1)) : node?.thunk === true;
}

function positionOf(node: Node): number | undefined {
  return node.position ?? (node.steps?.[0] === undefined ? undefined : positionOf(node.steps[0]));
}

/** `a ? b : c`, and what the parser makes of `??` and `?:`. */
export function compileCondition(node: Node, scope: Scope, compiler: Compiler): Eval {
  const condition = compiler.compile(node.condition as Node, scope);
  const yes = compiler.compile(node.then as Node, scope);
  const no = node.else === undefined ? undefined : compiler.compile(node.else, scope);
  const kind = defaultOf(node);
  if (kind !== undefined) {
    const isGiven = kind === '??' ? (value: Value) => value !== undefined : isTruthy;
    return (input, frame) => {
      const value = yes(input, frame);
      return isGiven(value, frame.run.meter) ? value : no?.(input, frame);
    };
  }
  return (input, frame) =>
    isTruthy(condition(input, frame), frame.run.meter) ? yes(input, frame) : no?.(input, frame);
}

/** A value that stands in the text. */
export function compileLiteral(node: Node): Eval {
  const { value } = node;
  return () => value;
}
