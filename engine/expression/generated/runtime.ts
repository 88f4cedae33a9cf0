// What generated code calls. Everything here gives what the closures give for the same values.

import type { TextRange } from '../../model/diagnostic.ts';
import { arrayRoom, type Meter, objectRoom } from '../budget.ts';
import { applyTo, bindingOf, stepsToCall, toFunction } from '../closures/calls.ts';
import { binaryOperator, grouped } from '../closures/operators.ts';
import { countMatches } from '../closures/path.ts';
import { matcherOf } from '../closures/regex.ts';
import { Frame, UNSET } from '../closures/scope.ts';
import { place, raise } from '../errors.ts';
import type { BuiltIn } from '../functions/functions.ts';
import { copyPlain, toResult } from '../result.ts';
import {
  addTo,
  handed,
  invoke,
  isCallable,
  isDeepEqual,
  isNumber,
  isSequence,
  isSpread,
  isTruthy,
  lookup,
  toBoolean,
  toConstructed,
  toSequence,
  toText,
  unwrap,
  type Value,
} from '../value.ts';

function own(object: Value, name: string): Value {
  return Object.hasOwn(object as object, name) ? (object as Record<string, Value>)[name] : undefined;
}

function put(list: Value[], value: Value, meter: Meter): void {
  if (!isSpread(value)) {
    list.push(value);
    return;
  }
  meter.step(value.length);
  for (const item of value) list.push(item);
}

function addAll(list: Value[], value: Value, meter: Meter): void {
  if (Array.isArray(value)) addTo(list, value, meter);
  else list.push(value);
}

function unwrapCopy(value: Value, meter: Meter): Value {
  if (!isSequence(value)) return value;
  meter.fill(value.length);
  return unwrap(toSequence([...value]));
}

// A value whose items come next: they are steps.
function taken(value: Value, meter: Meter): Value {
  if (isSpread(value)) meter.step((value as readonly Value[]).length);
  return value;
}

// The only value of a path: a sequence is taken apart once more.
function single(value: Value, meter: Meter, form: string): Value {
  let result = value;
  if (isSequence(value)) {
    meter.step(value.length);
    result = unwrap(toSequence([...value]));
  }
  return form === 'result' ? toResult(result, meter) : result;
}

// A list of results that is one itself.
function shortFinal(list: readonly Value[], meter: Meter): Value {
  if (list.length > 1) meter.made(list);
  return short(list);
}

// The same of objects.
function shortObjects(list: readonly Value[], meter: Meter): Value {
  if (list.length > 1) meter.copied(arrayRoom(list.length));
  return short(list);
}

function short(list: readonly Value[]): Value {
  return list.length > 1 ? list : list[0];
}

function several(list: Value[]): Value {
  return list.length > 1 ? toSequence(list) : list[0];
}

// Where a predicate was asked about nothing and said yes, nothing is in the list.
function shortPlain(list: Value[], meter: Meter): Value {
  if (list.length <= 1) return copyPlain(list[0], meter);
  let room = arrayRoom(list.length);
  let hasNothing = false;
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    if (typeof item === 'string') room += item.length >> 2;
    else if (typeof item === 'object' && item !== null) list[index] = copyPlain(item, meter);
    else if (item === undefined) hasNothing = true;
  }
  meter.copied(room);
  return hasNothing ? list.filter((item) => item !== undefined) : list;
}

function shortOut(list: Value[], meter: Meter): Value {
  if (list.length <= 1) return toResult(list[0], meter);
  return toResult(list, meter);
}

function at(value: Value, index: number): Value {
  const items: readonly Value[] = Array.isArray(value) ? value : [value];
  return items[index < 0 ? items.length + index : index];
}

function times(value: Value, index: number, length: number, meter: Meter): number {
  return value === true ? 1 : value === false ? 0 : countMatches(value, index, length, meter);
}

function countOf(value: Value): number {
  return value === undefined ? 0 : Array.isArray(value) ? value.length : 1;
}

function textOrEmpty(value: Value, meter: Meter, range: TextRange): string {
  try {
    return value === undefined ? '' : toText(value, meter);
  } catch (error) {
    throw place(error, range);
  }
}

function truthAt(value: Value, meter: Meter, range: TextRange): boolean | undefined {
  if (typeof value === 'boolean') return value;
  try {
    return toBoolean(value, meter);
  } catch (error) {
    throw place(error, range);
  }
}

function negate(value: Value, range: TextRange): Value {
  if (value === undefined) return undefined;
  try {
    return isNumber(value) ? -value : raise('D1002', { value });
  } catch (error) {
    throw place(error, range);
  }
}

function binary(token: string, left: Value, right: Value, meter: Meter, range: TextRange): Value {
  try {
    return unwrap(binaryOperator(token)(left, right, meter));
  } catch (error) {
    throw place(error, range);
  }
}

function callBuiltIn(builtIn: BuiltIn, args: readonly Value[], context: Value, meter: Meter, range: TextRange): Value {
  try {
    meter.step(stepsToCall(args.length));
    return builtIn.call(args, context, meter);
  } catch (error) {
    throw place(error, range);
  }
}

function callValue(
  callee: Value,
  args: readonly Value[],
  context: Value,
  meter: Meter,
  name: string,
  range: TextRange,
): Value {
  try {
    meter.step(stepsToCall(args.length));
    return isCallable(callee) ? invoke(callee, args, context) : raise('T1006', { token: name });
  } catch (error) {
    throw place(error, range);
  }
}

function lookupUnwrapped(value: Value, name: string, meter: Meter): Value {
  return unwrap(lookup(value, name, meter));
}

/** By the names that the code uses. */
export const runtime: Readonly<Record<string, unknown>> = {
  Frame,
  UNSET,
  addAll,
  applyTo,
  at,
  binary,
  bindingOf,
  callBuiltIn,
  callValue,
  copyPlain,
  countOf,
  grouped,
  handed,
  isDeepEqual,
  isSequence,
  isSpread,
  isTruthy,
  lookupUnwrapped,
  matcherOf,
  negate,
  objectRoom,
  out: toResult,
  own,
  put,
  several,
  short,
  shortFinal,
  shortObjects,
  shortOut,
  shortPlain,
  single,
  taken,
  textOrEmpty,
  times,
  toConstructed,
  toFunction,
  toSequence,
  truthAt,
  unwrap,
  unwrapCopy,
};
