// Values of rules: plain data where JavaScript has it, and what it lacks. Whole numbers are bigints, numbers with parts
// are numbers, lists are arrays, maps are Maps, nothing is null.

import { equals, type JsonObject } from '../model/json.ts';

/** Why an expression has no value, in the words of the API server. */
export class CelError extends Error {}

/** A value that cannot be had: whoever reads it fails. */
export class Mistake {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** A value; throws where it cannot be had. */
export function readValue(value: unknown): unknown {
  if (value instanceof Mistake) throw value.error;
  return value;
}

/** No function takes such values. */
export function noOverload(): CelError {
  return new CelError('no such overload');
}

/** A value of a type does not become one of another. */
export function unfit(from: string, to: string): CelError {
  const quoted = `'${from}'`;
  return new CelError(`type conversion error from ${quoted} to '${to}'`);
}

/** A whole number without sign. */
export class Unsigned {
  readonly value: bigint;

  constructor(value: bigint) {
    if (BigInt.asUintN(64, value) !== value) throw new CelError('unsigned integer overflow');
    this.value = value;
  }
}

/** A length of time. */
export class Duration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    if (BigInt.asIntN(64, nanos) !== nanos) throw new CelError('duration overflow');
    this.nanos = nanos;
  }
}

/** A moment, in nanoseconds since 1970, and how far its clock is before that of Greenwich. */
export class Timestamp {
  readonly nanos: bigint;
  readonly offsetMinutes: number;

  constructor(nanos: bigint, offsetMinutes = 0) {
    this.nanos = nanos;
    this.offsetMinutes = offsetMinutes;
  }

  /** The moment so much later. */
  plus(nanos: bigint): Timestamp {
    return new Timestamp(this.nanos + nanos, this.offsetMinutes);
  }
}

/** A type as a value. */
export class TypeName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A value that may not be there. */
export class Optional {
  readonly isThere: boolean;
  readonly #value: unknown;

  constructor(value: unknown, isThere: boolean) {
    this.#value = value;
    this.isThere = isThere;
  }

  /** One that is there. */
  static of(value: unknown): Optional {
    return new Optional(value, true);
  }

  /** One that is not. */
  static none(): Optional {
    return new Optional(undefined, false);
  }

  /** The value. Throws where there is none. */
  get value(): unknown {
    if (!this.isThere) throw new CelError('optional.none() dereference');
    return this.#value;
  }
}

/** The value of an object with declared fields; what is null is as good as not there. */
export class CelObject {
  /** By the names in rules. */
  readonly fields: ReadonlyMap<string, unknown>;
  /** Fields that rules cannot name, or whose type they do not know. */
  readonly #others: JsonObject;
  readonly #count: number;

  constructor(fields: ReadonlyMap<string, unknown>, others: JsonObject, count: number) {
    this.fields = fields;
    this.#others = others;
    this.#count = count;
  }

  /** True for an object with the same contents. */
  isSame(other: CelObject): boolean {
    if (this.#count !== other.#count || !equals(this.#others, other.#others)) return false;
    return this.fields.size === other.fields.size && hasSameEntries(this.fields, other.fields);
  }
}

/** A list whose order does not count: a set, or a list whose items have keys. */
export class FreeList extends Array<unknown> {
  /** What tells which item it is; two of one key do not stand in one list. */
  keyOf: (item: unknown) => string = String;

  /** The list with the items of another one: those of a key that is there already take its place. */
  merge(others: readonly unknown[]): FreeList {
    const items = Array.from(this);
    const places = new Map(items.map((item, at) => [this.keyOf(item), at]));
    for (const item of others) {
      const place = places.get(this.keyOf(item));
      if (place === undefined) places.set(this.keyOf(item), items.push(item) - 1);
      else items[place] = item;
    }
    return toFreeList(items, this.keyOf);
  }
}

/** Makes a list whose order does not count. */
export function toFreeList(items: readonly unknown[], keyOf: (item: unknown) => string): FreeList {
  const list = new FreeList();
  list.push(...items);
  list.keyOf = keyOf;
  return list;
}

/** A value that knows when it is the same as another one. */
export interface Comparable {
  /** Equal for equal values, and for no others. */
  readonly key: string;
}

function isComparable(value: unknown): value is Comparable {
  return typeof value === 'object' && value !== null && typeof (value as Comparable).key === 'string';
}

/** A number of any kind; undefined for what is none. */
export function numberOf(value: unknown): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Unsigned ? value.value : undefined;
}

/** True where two values of rules are equal. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  const [one, other] = [numberOf(left), numberOf(right)];
  // Numbers of two kinds are equal where they are worth the same.
  // biome-ignore lint/suspicious/noDoubleEquals: so it compares numbers of two kinds.
  if (one !== undefined && other !== undefined) return one == other;
  if (Array.isArray(left)) return Array.isArray(right) && left.length === right.length && hasSameItems(left, right);
  if (left instanceof Map) return right instanceof Map && left.size === right.size && hasSameEntries(left, right);
  return isSameObject(left, right);
}

function isSameObject(left: unknown, right: unknown): boolean {
  if (left instanceof CelObject) return right instanceof CelObject && left.isSame(right);
  if (left instanceof Duration) return right instanceof Duration && left.nanos === right.nanos;
  if (left instanceof Timestamp) return right instanceof Timestamp && left.nanos === right.nanos;
  if (left instanceof TypeName) return right instanceof TypeName && left.name === right.name;
  if (left instanceof Uint8Array) return right instanceof Uint8Array && compareBytes(left, right) === 0;
  if (left instanceof Optional)
    return (
      right instanceof Optional && left.isThere === right.isThere && (!left.isThere || isSame(left.value, right.value))
    );
  if (isComparable(left))
    return isComparable(right) && left.constructor === right.constructor && left.key === right.key;
  return false;
}

function hasSameItems(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (!(left instanceof FreeList)) return left.every((item, at) => isSame(item, right[at]));
  const known = new Map(left.map((item) => [left.keyOf(item), item]));
  return right.every((item) => {
    const key = left.keyOf(item);
    return known.has(key) && isSame(known.get(key), item);
  });
}

function hasSameEntries(left: ReadonlyMap<unknown, unknown>, right: ReadonlyMap<unknown, unknown>): boolean {
  return [...left].every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}

/** Less than zero, zero or more for values of one kind that has an order. Throws for others. */
export function compare(left: unknown, right: unknown): number {
  const [one, other] = [orderOf(left), orderOf(right)];
  const areNumbers = numberOf(left) !== undefined && numberOf(right) !== undefined;
  if (left instanceof Uint8Array && right instanceof Uint8Array) return compareBytes(left, right);
  if (one === undefined || other === undefined) throw noOverload();
  if (!areNumbers && (typeof one !== typeof other || left?.constructor !== right?.constructor)) throw noOverload();
  if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other);
  return one < other ? -1 : one > other ? 1 : 0;
}

function orderOf(value: unknown): bigint | number | string | boolean | undefined {
  if (value instanceof Duration || value instanceof Timestamp) return value.nanos;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return numberOf(value);
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const at = left.findIndex((byte, index) => byte !== right[index]);
  if (at < 0) return left.length - right.length;
  return at >= right.length ? 1 : (left[at] ?? 0) - (right[at] ?? 0);
}

// By code points, which is not how JavaScript compares.
function compareTexts(left: string, right: string): number {
  const [one, other] = [[...left], [...right]];
  const at = one.findIndex((sign, index) => sign !== other[index]);
  if (at < 0) return one.length - other.length;
  if (at >= other.length) return 1;
  return (one[at]?.codePointAt(0) ?? 0) - (other[at]?.codePointAt(0) ?? 0);
}
