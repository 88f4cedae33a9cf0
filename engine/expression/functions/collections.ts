// Functions on arrays and objects, and those that take functions.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import {
  addTo,
  append,
  arityOf,
  type Callable,
  descend,
  invoke,
  isCallable,
  isDeepEqual,
  isNumber,
  isRecord,
  isSequence,
  isTruthy,
  lookup,
  type Sequence,
  toSequence,
  type Value,
} from '../value.ts';
import { type Definition, define, defined } from './definition.ts';

/** Functions on arrays, objects and functions. */
export const collectionFunctions: readonly Definition[] = [
  define('count', '<a:n>', 1, ([values]) => (values === undefined ? 0 : (values as readonly Value[]).length)),
  define('exists', '<x:b>', 1, ([value]) => value !== undefined),
  define('append', '<xx:a>', 2, ([left, right], meter) => append(left, right, meter)),
  define('keys', '<x-:a<s>>', 1, ([value], meter) => sequence(allKeys(value, meter, 0))),
  define('lookup', '<x-s:x>', 2, ([value, key], meter) => lookup(value, key as string, meter)),
  define('spread', '<x-:a<o>>', 1, ([value], meter) => spread(value, meter, 0)),
  define(
    'merge',
    '<a<o>:o>',
    1,
    defined(([objects], meter) => merge(objects as readonly Value[], meter)),
  ),
  define(
    'reverse',
    '<a:a>',
    1,
    defined(([values], meter) => reverse(values as readonly Value[], meter)),
  ),
  define('zip', '<a+>', 1, (arrays, meter) => zip(arrays, meter)),
  define('distinct', '<x:x>', 1, ([values], meter) => distinct(values, meter)),
  define(
    'sort',
    '<af?:a>',
    2,
    defined(([values, order], meter) => sort(values as readonly Value[], order as Callable | undefined, meter)),
  ),
  define('type', '<x:s>', 1, ([value]) => typeOf(value)),
  define(
    'map',
    '<af>',
    2,
    defined(([values, work], meter) => sequence(mapValues(values as readonly Value[], work as Callable, meter))),
  ),
  define(
    'filter',
    '<af>',
    2,
    defined(([values, test], meter) =>
      sequence(
        (values as readonly Value[]).filter((item, index) =>
          isTruthy(callWith(test as Callable, [item, index, values], meter), meter),
        ),
      ),
    ),
  ),
  define(
    'single',
    '<af?>',
    2,
    defined(([values, test], meter) => single(values as readonly Value[], test as Callable | undefined, meter)),
  ),
  define(
    'reduce',
    '<afj?:j>',
    3,
    defined(([values, work, start], meter) => reduce(values as readonly Value[], work as Callable, start, meter)),
  ),
  define('sift', '<o-f?:o>', 2, ([object, test], meter) => sift(object, test as Callable | undefined, meter)),
  define('each', '<o-f:a>', 2, ([object, work], meter) => sequence(eachEntry(object, work as Callable, meter))),
  define('error', '<s?:x>', 1, ([message]) =>
    raise('D3137', message === undefined ? {} : { message: message as string }),
  ),
  define('assert', '<bs?:x>', 2, ([condition, message]) =>
    condition === true ? undefined : raise('D3141', message === undefined ? {} : { message: message as string }),
  ),
];

function sequence(values: readonly Value[]): Sequence {
  const result = toSequence([]);
  for (const value of values) result.push(value);
  return result;
}

// A function gets only as many arguments as it declares.
function callWith(work: Callable, args: readonly Value[], meter: Meter): Value {
  meter.step();
  return invoke(work, args.slice(0, Math.max(1, Math.min(args.length, arityOf(work)))), undefined);
}

function allKeys(value: Value, meter: Meter, depth: number): readonly string[] {
  if (!Array.isArray(value)) {
    const keys = isRecord(value) ? Object.keys(value) : [];
    meter.step(keys.length);
    meter.fill(keys.length);
    return keys;
  }
  descend(depth);
  meter.step(value.length * 2);
  const keys = value.flatMap((item) => allKeys(item, meter, depth + 1));
  meter.step(keys.length * 2);
  return Object.keys(Object.fromEntries(keys.map((key) => [key, true])));
}

function spread(value: Value, meter: Meter, depth: number): Value {
  if (Array.isArray(value)) return spreadAll(value, meter, depth);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value);
  meter.step(keys.length * 10);
  meter.fill(keys.length);
  return sequence(keys.map((key) => ({ [key]: value[key] })));
}

// What comes of several values is an array, of none an empty sequence.
function spreadAll(values: readonly Value[], meter: Meter, depth: number): Value {
  descend(depth);
  meter.step(values.length);
  const result: Value[] = [];
  let isEmpty = true;
  for (const value of values) {
    const parts = spread(value, meter, depth + 1);
    if (parts === undefined) continue;
    isEmpty = false;
    addTo(result, parts, meter);
  }
  return isEmpty ? toSequence(result) : result;
}

function reverse(values: readonly Value[], meter: Meter): readonly Value[] {
  if (values.length <= 1) return values;
  meter.fill(values.length);
  return [...values].reverse();
}

function merge(objects: readonly Value[], meter: Meter): Value {
  const result: Record<string, Value> = {};
  for (const object of objects) {
    const keys = Object.keys(object as Record<string, Value>);
    meter.step(keys.length * 2);
    meter.fill(keys.length);
    for (const key of keys) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype') raise('U1004', { value: key });
      result[key] = (object as Record<string, Value>)[key];
    }
  }
  return result;
}

function zip(arrays: readonly Value[], meter: Meter): Value {
  const length = Math.min(...arrays.map((values) => (Array.isArray(values) ? values.length : 0)));
  meter.step(length);
  meter.fill(length * (arrays.length + 1));
  return Array.from({ length }, (_, index) => arrays.map((values) => (values as readonly Value[])[index]));
}

function distinct(values: Value, meter: Meter): Value {
  if (!Array.isArray(values) || values.length <= 1) return values;
  const results: Value[] = isSequence(values) ? toSequence([]) : [];
  const scalars = new Set<Value>();
  for (const value of values) {
    meter.step();
    if (typeof value !== 'object' || value === null) {
      if (typeof value === 'string') meter.read(value.length * 2);
      if (!scalars.has(value)) results.push(value);
      scalars.add(value);
      continue;
    }
    meter.step(results.length);
    if (!results.some((other) => isDeepEqual(value, other, meter))) results.push(value);
  }
  return results;
}

function sort(values: readonly Value[], order: Callable | undefined, meter: Meter): Value {
  if (values.length <= 1) return values;
  meter.fill(values.length);
  if (order === undefined) {
    const isSortable = values.every(isNumber) || values.every((value) => typeof value === 'string');
    if (!isSortable) raise('D3070', {});
  }
  if (order !== undefined) return mergeSort(values, (a, b) => isTruthy(callWith(order, [a, b], meter), meter));
  return [...(values as readonly (string | number)[])].sort((a, b) => {
    meter.step();
    if (typeof a === 'string') meter.read(a.length * 2);
    return a < b ? -1 : a > b ? 1 : 0;
  });
}

/** Says whether two values are in the wrong order. */
type IsAfter = (a: Value, b: Value) => boolean;

// Asks once for each two values, which a sort that has to know of equal ones cannot. Equal values stay as they are.
function mergeSort(values: readonly Value[], isAfter: IsAfter): readonly Value[] {
  if (values.length <= 1) return values;
  const middle = values.length >> 1;
  return merged(mergeSort(values.slice(0, middle), isAfter), mergeSort(values.slice(middle), isAfter), isAfter);
}

function merged(left: readonly Value[], right: readonly Value[], isAfter: IsAfter): readonly Value[] {
  const result: Value[] = [];
  let at = 0;
  for (const value of left) {
    for (; at < right.length && isAfter(value, right[at]); at += 1) result.push(right[at]);
    result.push(value);
  }
  for (; at < right.length; at += 1) result.push(right[at]);
  return result;
}

function typeOf(value: Value): Value {
  if (value === undefined) return undefined;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isCallable(value) ? 'function' : typeof value;
}

function mapValues(values: readonly Value[], work: Callable, meter: Meter): readonly Value[] {
  return values
    .map((item, index) => callWith(work, [item, index, values], meter))
    .filter((value) => value !== undefined);
}

function single(values: readonly Value[], test: Callable | undefined, meter: Meter): Value {
  if (test === undefined) meter.step(values.length >> 2);
  const matches = values.filter(
    (item, index) => test === undefined || isTruthy(callWith(test, [item, index, values], meter), meter),
  );
  if (matches.length > 1) raise('D3138', {});
  return matches.length === 0 ? raise('D3139', {}) : matches[0];
}

function reduce(values: readonly Value[], work: Callable, start: Value, meter: Meter): Value {
  if (arityOf(work) < 2) raise('D3050', {});
  const isSeeded = start !== undefined || values.length === 0;
  let result = isSeeded ? start : values[0];
  for (let index = isSeeded ? 0 : 1; index < values.length; index += 1) {
    result = callWith(work, [result, values[index], index, values], meter);
  }
  return result;
}

function sift(object: Value, test: Callable | undefined, meter: Meter): Value {
  const kept = entriesOf(object, meter).filter(
    ([key, value]) => test !== undefined && isTruthy(callWith(test, [value, key, object], meter), meter),
  );
  meter.step(kept.length);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function eachEntry(object: Value, work: Callable, meter: Meter): readonly Value[] {
  return entriesOf(object, meter)
    .map(([key, value]) => callWith(work, [value, key, object], meter))
    .filter((value) => value !== undefined);
}

function entriesOf(object: Value, meter: Meter): readonly (readonly [string, Value])[] {
  if (!isRecord(object)) return [];
  const keys = Object.keys(object);
  meter.step(keys.length * 3);
  return keys.map((key) => [key, object[key]] as const);
}
