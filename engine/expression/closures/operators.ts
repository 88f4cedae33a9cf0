// Operators, conditions, literals and constructors.

import type { TextRange } from '../../model/diagnostic.ts';
import { place, placed, raise } from '../errors.ts';
import { type Node, tokenRange } from '../parse.ts';
import {
  append,
  ConstructedArray,
  isDeepEqual,
  isNumber,
  isTruthy,
  Sequence,
  sequenceOf,
  toText,
  type Value,
} from '../value.ts';
import type { Compiler, Eval, Frame, Scope } from './scope.ts';

type Binary = (left: Value, right: Value, frame: Frame) => Value;

const arithmetic =
  (token: string, compute: (left: number, right: number) => number): Binary =>
  (left, right) => {
    if (left !== undefined && !isNumber(left)) raise('T2001', { token, value: left });
    if (right !== undefined && !isNumber(right)) raise('T2002', { token, value: right });
    return left === undefined || right === undefined ? undefined : compute(left as number, right as number);
  };

const comparison =
  (token: string, compare: (left: string | number, right: string | number) => boolean): Binary =>
  (left, right) => {
    const isOrdered = (value: Value) => value === undefined || typeof value === 'string' || typeof value === 'number';
    if (!isOrdered(left) || !isOrdered(right))
      raise('T2010', { token, value: typeof left === 'string' || typeof left === 'number' ? right : left });
    if (left === undefined || right === undefined) return undefined;
    if (typeof left !== typeof right) raise('T2009', { token, value: left, other: right });
    return compare(left as string, right as string);
  };

const concatenate: Binary = (left, right, { run }) => {
  const result = `${left === undefined ? '' : toText(left)}${right === undefined ? '' : toText(right)}`;
  run.meter.grow(result.length);
  return result;
};

const makeRange: Binary = (left, right, { run }) => {
  if (left !== undefined && !Number.isInteger(left)) raise('T2003', { value: left });
  if (right !== undefined && !Number.isInteger(right)) raise('T2004', { value: right });
  if (left === undefined || right === undefined || (left as number) > (right as number)) return undefined;
  const size = (right as number) - (left as number) + 1;
  if (size > 1e7) raise('D2014', { value: size });
  run.meter.step(size);
  run.meter.grow(size);
  const result = new Sequence();
  for (let item = left as number; item <= (right as number); item += 1) result.push(item);
  return result;
};

const isIn: Binary = (left, right) => {
  if (left === undefined || right === undefined) return false;
  return Array.isArray(right) ? right.includes(left) : right === left;
};

const OPERATORS: { readonly [token: string]: Binary } = {
  '+': arithmetic('+', (left, right) => left + right),
  '-': arithmetic('-', (left, right) => left - right),
  '*': arithmetic('*', (left, right) => left * right),
  '/': arithmetic('/', (left, right) => left / right),
  '%': arithmetic('%', (left, right) => left % right),
  '=': (left, right) => left !== undefined && right !== undefined && isDeepEqual(left, right),
  '!=': (left, right) => left !== undefined && right !== undefined && !isDeepEqual(left, right),
  '<': comparison('<', (left, right) => left < right),
  '<=': comparison('<=', (left, right) => left <= right),
  '>': comparison('>', (left, right) => left > right),
  '>=': comparison('>=', (left, right) => left >= right),
  '&': concatenate,
  '..': makeRange,
  in: isIn,
};

/** Compiles an operator with two sides; `and` and `or` compute the right one only when it counts. */
export function compileBinary(node: Node, scope: Scope, compiler: Compiler): Eval {
  const left = compiler.compile(node.lhs as Node, scope);
  const right = compiler.compile(node.rhs as Node, scope);
  if (node.value === 'and') return (input, frame) => isTruthy(left(input, frame)) && isTruthy(right(input, frame));
  if (node.value === 'or') return (input, frame) => isTruthy(left(input, frame)) || isTruthy(right(input, frame));
  const compute = OPERATORS[String(node.value)] as Binary;
  const range = tokenRange(node, compiler.source);
  return (input, frame) => {
    const leftValue = left(input, frame);
    const rightValue = right(input, frame);
    try {
      return compute(leftValue, rightValue, frame);
    } catch (error) {
      throw place(error, range);
    }
  };
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
    let result: Value[] = [];
    for (const { isArray, evaluate } of items) {
      const value = evaluate(input, frame);
      if (value === undefined) continue;
      if (isArray) result.push(value);
      else result = append(result, value) as Value[];
    }
    frame.run.meter.grow(result.length);
    return node.consarray === true ? ConstructedArray.from(result) : result;
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
  return (input, frame) => {
    const items: readonly Value[] = Array.isArray(input) ? (input.length === 0 ? [undefined] : input) : [input];
    const result: Record<string, Value> = {};
    for (const [key, { pair, data }] of inKeyOrder(collectGroups(items, pairs, frame))) {
      const value = (pairs[pair] as Pair).value(data, frame);
      if (value !== undefined) result[key] = value;
    }
    return result;
  };
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
      frame.run.meter.step();
      const name = key(item, frame);
      if (name !== undefined) placed(range, () => addToGroup(groups, checkKey(name), index, item));
    }
  }
  return groups;
}

type Groups = Map<string, { readonly pair: number; data: Value }>;

/** A key of an object, if it may be one. */
export function checkKey(name: Value): string {
  if (typeof name !== 'string') return raise('T1003', { value: name });
  if (name === '_jsonata_lambda' || name === '_jsonata_function') raise('D1013', { value: name });
  if (name === '__proto__' || name === 'constructor' || name === 'prototype') raise('U1004', { value: name });
  return name;
}

function addToGroup(groups: Groups, key: string, pair: number, item: Value): void {
  const known = groups.get(key);
  if (known === undefined) {
    groups.set(key, { pair, data: item });
    return;
  }
  if (known.pair !== pair) raise('D1009', { value: key });
  known.data = append(known.data, item);
}

/** Entries in the order of a JavaScript object's keys, those that look like indexes first: values are computed in it. */
export function inKeyOrder<T>(groups: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  const keys = Object.keys(Object.fromEntries([...groups.keys()].map((key) => [key, 0])));
  return keys.map((key) => [key, groups.get(key) as T] as const);
}

/** `a ? b : c`, and what the parser makes of `??` and `?:`. */
export function compileCondition(node: Node, scope: Scope, compiler: Compiler): Eval {
  const condition = compiler.compile(node.condition as Node, scope);
  const yes = compiler.compile(node.then as Node, scope);
  const no = node.else === undefined ? undefined : compiler.compile(node.else, scope);
  return (input, frame) => (isTruthy(condition(input, frame)) ? yes(input, frame) : no?.(input, frame));
}

/** A value that stands in the text. */
export function compileLiteral(node: Node): Eval {
  const { value } = node;
  return () => value;
}

/** Wraps a whole input that is an array, as JSONata does. */
export function wrapInput(input: Value): Value {
  if (!Array.isArray(input) || input instanceof Sequence) return input;
  const wrapper = sequenceOf(input);
  wrapper.outerWrapper = true;
  return wrapper;
}
