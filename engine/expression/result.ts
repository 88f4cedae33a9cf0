// The value of a formula as it leaves the evaluation: plain JSON that shares nothing with the data it came from, so that
// nobody can change the store through it.

import type { Json } from '../model/json.ts';
import { arrayRoom, type Meter, objectRoom } from './budget.ts';
import { errorOf } from './errors.ts';
import { isCallable, type Value } from './value.ts';

/**
 * Copies a value: sequences become arrays, items that are nothing are left out. Functions and numbers that JSON does not
 * have are the meter's failure: parts of a result are copied while others are still computed, whose errors count more.
 */
export function toResult(value: Value, meter: Meter): Json | undefined {
  if (typeof value !== 'object') {
    if (typeof value === 'number' && !Number.isFinite(value)) return fail('D1001', value, meter);
    return value as Json | undefined;
  }
  if (value === null) return null;
  if (isCallable(value)) return fail('U1002', value, meter);
  const copy = Array.isArray(value) ? copyArray(value, meter) : copyObject(value as Record<string, Value>, meter);
  meter.close();
  return copy;
}

// Stands for the value until the failure is told.
function fail(code: string, value: Value, meter: Meter): null {
  meter.failure ??= errorOf(code, { value });
  return null;
}

function copyArray(value: readonly Value[], meter: Meter): readonly Json[] {
  meter.open(arrayRoom(value.length));
  const result: Json[] = [];
  for (const item of value) {
    if (typeof item === 'string') meter.copied(item.length >> 2);
    const copy = toResult(item, meter);
    if (copy !== undefined) result.push(copy);
  }
  return result;
}

// Spreading an object is the fastest copy of its fields, and takes the key `__proto__` of JSON as one like any other.
function copyObject(value: Record<string, Value>, meter: Meter): Json {
  const result = { ...value };
  const keys = Object.keys(result);
  meter.open(objectRoom(keys.length));
  for (const key of keys) {
    const item = result[key];
    if (typeof item === 'string') {
      meter.copied(item.length >> 2);
      continue;
    }
    const copy = toResult(item, meter);
    if (copy === undefined) delete result[key];
    else if (copy !== item) result[key] = copy;
  }
  return result as Record<string, Json>;
}

/** Copies a value that came from JSON as it is. */
export function copyPlain(value: Value, meter: Meter): Json {
  if (typeof value !== 'object' || value === null) return value as Json;
  const copy = Array.isArray(value) ? copyPlainArray(value, meter) : copyPlainObject(value, meter);
  meter.close();
  return copy;
}

function copyPlainArray(value: readonly Value[], meter: Meter): Json {
  meter.open(arrayRoom(value.length));
  return value.map((item) => {
    if (typeof item === 'string') meter.copied(item.length >> 2);
    return copyPlain(item, meter);
  });
}

function copyPlainObject(value: object, meter: Meter): Json {
  const result = { ...value } as Record<string, Json>;
  const keys = Object.keys(result);
  meter.open(objectRoom(keys.length));
  for (const key of keys) {
    const item = result[key];
    if (typeof item === 'object' && item !== null) result[key] = copyPlain(item, meter);
    else if (typeof item === 'string') meter.copied(item.length >> 2);
  }
  return result;
}
