// Values of rules that are more than plain data, and when two values are equal.

import { equals, type JsonObject } from '../model/json.ts';

/** A value of an object with declared fields; absent fields are not there. Each schema has a class of its own. */
export class CelObject {
  readonly #json: JsonObject;

  constructor(json: JsonObject, fields: Readonly<Record<string, unknown>>) {
    this.#json = json;
    Object.assign(this, fields);
  }

  /** True for an object with the same contents; fields that rules cannot name count as well. */
  isSame(other: CelObject): boolean {
    return equals(this.#json, other.#json);
  }
}

/** A value that knows when it is the same as another one. */
export interface Comparable {
  /** Equal for equal values, and for no others. */
  readonly key: string;
}

function isComparable(value: unknown): value is Comparable {
  return typeof value === 'object' && value !== null && typeof (value as Comparable).key === 'string';
}

/** True where two values of rules are equal. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left))
    return Array.isArray(right) && left.length === right.length && left.every((item, at) => isSame(item, right[at]));
  if (left instanceof Map)
    return (
      right instanceof Map &&
      left.size === right.size &&
      [...left].every(([key, value]) => right.has(key) && isSame(value, right.get(key)))
    );
  if (left instanceof Date) return right instanceof Date && left.getTime() === right.getTime();
  if (left instanceof CelObject) return right instanceof CelObject && left.isSame(right);
  if (isComparable(left))
    return isComparable(right) && left.constructor === right.constructor && left.key === right.key;
  return false;
}

/** Less than zero, zero or more for values of one kind that has an order. */
export function compare(left: unknown, right: unknown): number {
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime();
  if (left === right) return 0;
  return (left as string) < (right as string) ? -1 : 1;
}
