// The signs of the language, as functions of values.

import {
  CelError,
  CelObject,
  compare,
  Duration,
  FreeList,
  isSame,
  noOverload,
  Optional,
  readValue,
  Timestamp,
  Unsigned,
} from '../value.ts';

type Operator = (...values: unknown[]) => unknown;

/** The signs that evaluate all that they stand between, by the names of their functions. */
export const OPERATORS: { readonly [fn: string]: Operator | undefined } = {
  '_==_': isSame,
  '_!=_': (left, right) => !isSame(left, right),
  '_<_': (left, right) => compare(left, right) < 0,
  '_<=_': (left, right) => compare(left, right) <= 0,
  '_>_': (left, right) => compare(left, right) > 0,
  '_>=_': (left, right) => compare(left, right) >= 0,
  '!_': (value) => !toTruth(value),
  '-_': negate,
  '_+_': add,
  '_-_': subtract,
  '_*_': (left, right) => calculate(left, right, { whole: (a, b) => a * b, double: (a, b) => a * b }),
  '_/_': divide,
  '_%_': modulo,
  '@in': isIn,
  '_[_]': index,
  '_[?_]': optionalIndex,
};

/** A truth. Throws for what is none. */
export function toTruth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw noOverload();
  return value;
}

function checked(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new CelError('integer overflow');
  return value;
}

interface Arithmetic {
  whole(a: bigint, b: bigint): bigint;
  double(a: number, b: number): number;
}

function calculate(left: unknown, right: unknown, { whole, double }: Arithmetic): unknown {
  if (typeof left === 'bigint' && typeof right === 'bigint') return checked(whole(left, right));
  if (typeof left === 'number' && typeof right === 'number') return double(left, right);
  if (left instanceof Unsigned && right instanceof Unsigned) return new Unsigned(whole(left.value, right.value));
  throw noOverload();
}

function negate(value: unknown): unknown {
  if (typeof value === 'bigint') return checked(-value);
  if (typeof value === 'number') return -value;
  throw noOverload();
}

function add(left: unknown, right: unknown): unknown {
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (left instanceof FreeList && Array.isArray(right)) return left.merge(right);
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Uint8Array.from([...left, ...right]);
  if (left instanceof Duration && right instanceof Duration) return new Duration(left.nanos + right.nanos);
  if (left instanceof Timestamp && right instanceof Duration) return left.plus(right.nanos);
  if (left instanceof Duration && right instanceof Timestamp) return right.plus(left.nanos);
  return calculate(left, right, { whole: (a, b) => a + b, double: (a, b) => a + b });
}

function subtract(left: unknown, right: unknown): unknown {
  if (left instanceof Duration && right instanceof Duration) return new Duration(left.nanos - right.nanos);
  if (left instanceof Timestamp && right instanceof Duration) return left.plus(-right.nanos);
  if (left instanceof Timestamp && right instanceof Timestamp) return new Duration(left.nanos - right.nanos);
  return calculate(left, right, { whole: (a, b) => a - b, double: (a, b) => a - b });
}

function divide(left: unknown, right: unknown): unknown {
  const whole = (a: bigint, b: bigint): bigint => {
    if (b === 0n) throw new CelError('division by zero');
    return a / b;
  };
  return calculate(left, right, { whole, double: (a, b) => a / b });
}

function modulo(left: unknown, right: unknown): unknown {
  if (typeof left === 'number' || typeof right === 'number') throw noOverload();
  const whole = (a: bigint, b: bigint): bigint => {
    if (b === 0n) throw new CelError('modulus by zero');
    return a % b;
  };
  return calculate(left, right, { whole, double: (a) => a });
}

function isIn(value: unknown, within: unknown): boolean {
  if (Array.isArray(within)) return within.some((item) => isSame(item, value));
  return findIn(within, value).isThere;
}

/** The value of a key; none where there is none. Throws for what has no keys. */
export function findIn(within: unknown, key: unknown): Optional {
  if (within instanceof CelObject) {
    if (typeof key !== 'string') throw noOverload();
    return within.fields.has(key) ? Optional.of(within.fields.get(key)) : Optional.none();
  }
  if (!(within instanceof Map)) throw noOverload();
  if (within.has(key)) return Optional.of(within.get(key));
  for (const [other, value] of typeof key === 'string' ? [] : within) if (isSame(other, key)) return Optional.of(value);
  return Optional.none();
}

function index(within: unknown, key: unknown): unknown {
  if (within instanceof Optional) return within.isThere ? optionalIndex(within.value, key) : within;
  if (Array.isArray(within)) {
    const at = placeOf(key);
    if (at < 0 || at >= within.length) throw new CelError(`index out of bounds: ${String(key)}`);
    return readValue(within[at]);
  }
  const found = findIn(within, key);
  if (!found.isThere) throw new CelError(`no such key: ${String(key)}`);
  return readValue(found.value);
}

function optionalIndex(within: unknown, key: unknown): Optional {
  if (within instanceof Optional) return within.isThere ? optionalIndex(within.value, key) : within;
  if (!Array.isArray(within)) return findIn(within, key);
  const at = placeOf(key);
  return at < 0 || at >= within.length ? Optional.none() : Optional.of(within[at]);
}

function placeOf(key: unknown): number {
  if (typeof key === 'bigint') return Number(key);
  if (typeof key === 'number' && Number.isInteger(key)) return key;
  if (key instanceof Unsigned) return Number(key.value);
  throw noOverload();
}
