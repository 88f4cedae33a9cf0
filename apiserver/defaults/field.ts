// The small words in which defaults are written. They work on a copy, but for parts that a stored object has, too, and
// that have their defaults: what is so already is not set again.

import { equals, isList, isObject, type Json, type MutableObject } from '../model/json.ts';

/** Fills in the defaults of an object, in place. */
export type Filler = (object: MutableObject) => void;

/** Sets a field that is not there. */
export function fill(object: MutableObject, name: string, value: Json): void {
  object[name] ??= value;
}

/** Sets a field, unless it has an equal value. */
export function put(object: MutableObject, name: string, value: Json): void {
  if (!equals(object[name], value)) object[name] = value;
}

/** The object in a field, or undefined where there is none. */
export function part(object: MutableObject | undefined, name: string): MutableObject | undefined {
  const value = object?.[name];
  return isObject(value) ? (value as MutableObject) : undefined;
}

/** The object in a field, which is made where there is none. */
export function ensured(object: MutableObject, name: string): MutableObject {
  const known = part(object, name);
  if (known !== undefined) return known;
  const made: MutableObject = {};
  object[name] = made;
  return made;
}

/** The objects in a list field. */
export function items(object: MutableObject | undefined, name: string): readonly MutableObject[] {
  const value = object?.[name];
  return isList(value) ? (value.filter(isObject) as readonly MutableObject[]) : [];
}

/** True where a field has something in it. */
export function isFilled(object: MutableObject | undefined, name: string): boolean {
  const value = object?.[name];
  if (isList(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : value !== undefined && value !== null && value !== '';
}
