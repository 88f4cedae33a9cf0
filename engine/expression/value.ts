// The values of formulas while they are computed, and JSONata's ideas about them: what is a sequence, what is true, what
// is equal, how a value reads as text.

import type { Json } from '../model/json.ts';
import { raise } from './errors.ts';

/** Anything that a formula can have in hand: JSON, nothing, or a function. */
export type Value = unknown;

/** Many values that belong together without being an array: one of them is the same as itself, none is nothing. */
export class Sequence extends Array<Value> {
  /** Stays an array even when it holds one value: the author wrote `[]`. */
  keepSingleton = false;
  /** Wraps a whole input that is an array, so that it is taken as one value. */
  outerWrapper = false;

  // Methods that copy give plain arrays.
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** An array that the author wrote out as the first or last step of a path: it is not taken apart. */
export class ConstructedArray extends Array<Value> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** A sequence of the given values. */
export function sequenceOf(...values: readonly Value[]): Sequence {
  const result = new Sequence();
  for (const value of values) result.push(value);
  return result;
}

/** A function as a value. Data can never be one: it is told by its class. */
export class Callable {
  readonly name: string;
  /** How many parameters it declares: higher-order functions pass no more. */
  readonly arity: number;
  readonly call: (args: readonly Value[], context: Value) => Value;

  constructor(name: string, arity: number, call: (args: readonly Value[], context: Value) => Value) {
    this.name = name;
    this.arity = arity;
    this.call = call;
  }
}

/** A value as an expression sees it: an empty sequence is nothing, one of one value is that value. */
export function unwrap(value: Value): Value {
  if (!(value instanceof Sequence)) return value;
  if (value.length === 0) return undefined;
  return value.length === 1 && !value.keepSingleton ? value[0] : value;
}

/** True for an object that is neither an array, nor null, nor a function. */
export function isRecord(value: Value): value is Record<string, Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Callable);
}

/** True for a finite number; one that is not finite is an error. */
export function isNumber(value: Value): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) raise('D1001', { value });
  return true;
}

/** JSONata's truth: undefined for nothing, otherwise whether the value is not empty. */
export function toBoolean(value: Value): boolean | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value))
    return value.length === 1 ? toBoolean(value[0]) === true : value.some((item) => toBoolean(item) === true);
  if (typeof value === 'string') return value.length > 0;
  if (typeof value === 'boolean') return value;
  if (isNumber(value)) return value !== 0;
  return isRecord(value) && Object.keys(value).length > 0;
}

/** Truth where nothing counts as false. */
export function isTruthy(value: Value): boolean {
  return toBoolean(value) === true;
}

/** Structural equality; arrays in order, objects in any. */
export function isDeepEqual(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isDeepEqual(item, right[index]));
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isDeepEqual(left[key], right[key]))
  );
}

/** A value as text: a text is itself, everything else is JSON with numbers of at most 15 digits. */
export function toText(value: Value, indent = 0): string {
  if (typeof value === 'string') return value;
  if (value instanceof Callable) return '';
  if (typeof value === 'number' && !Number.isFinite(value)) raise('D3001', { value });
  const whole = value instanceof Sequence && value.outerWrapper ? value[0] : value;
  return JSON.stringify(
    whole,
    (_key, item: Value) => (item instanceof Callable ? '' : isNumber(item) ? rounded(item) : item),
    indent,
  );
}

function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

/** Both values in one array; nothing adds nothing. The result is a plain array unless one of the two is nothing. */
export function append(left: Value, right: Value): Value {
  if (left === undefined) return right;
  if (right === undefined) return left;
  const head: readonly Value[] = Array.isArray(left) ? left : [left];
  return [...head, ...(Array.isArray(right) ? right : [right])];
}

/** The field of an object, or those of all objects in an array, one level flattened. */
export function lookup(input: Value, key: string): Value {
  if (Array.isArray(input)) {
    const result = new Sequence();
    for (const item of input) {
      const value = lookup(item, key);
      if (Array.isArray(value)) for (const inner of value) result.push(inner);
      else if (value !== undefined) result.push(value);
    }
    return result;
  }
  return isRecord(input) && Object.hasOwn(input, key) ? input[key] : undefined;
}

/**
 * The final value of a formula as plain JSON that shares nothing mutable with the evaluation: sequences become arrays,
 * functions and numbers that JSON does not have are errors. Subtrees that came from the input are shared, not copied.
 */
export function toResult(value: Value): Json | undefined {
  return value === undefined ? undefined : toPlain(value);
}

function toPlain(value: Value): Json {
  if (value instanceof Callable) return raise('U1002', {});
  if (typeof value === 'number' && !Number.isFinite(value)) return raise('D1001', { value });
  if (Array.isArray(value)) return plainArray(value);
  return isRecord(value) ? plainObject(value) : (value as Json);
}

// Objects are copied only where something in them has to change.
function plainObject(value: Record<string, Value>): Json {
  const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] =>
    item === undefined ? [] : [[key, toPlain(item)]],
  );
  const keys = Object.keys(value);
  const isPlain = entries.length === keys.length && entries.every(([key, item]) => item === value[key]);
  return isPlain ? (value as Record<string, Json>) : Object.fromEntries(entries);
}

function plainArray(value: readonly Value[]): Json {
  const items = value.filter((item) => item !== undefined).map(toPlain);
  const isPlain = !(value instanceof Sequence) && !(value instanceof ConstructedArray);
  return isPlain && items.length === value.length && items.every((item, index) => item === value[index])
    ? (value as Json)
    : items;
}
