// Functions of lists, sets, maps and values that may not be there.

import { CelError, CelObject, compare, isSame, noOverload, Optional, Unsigned } from '../value.ts';
import type { Functions } from './functions.ts';

type Items = readonly unknown[];

/** Makes the functions known. */
export function registerLists(functions: Functions): void {
  registerOrdered(functions);
  registerSets(functions);
  registerOptionals(functions);
  functions.registerFunction('list::indexOf(dyn)', (items: Items, wanted: unknown) =>
    BigInt(items.findIndex((item) => isSame(item, wanted))),
  );
  functions.registerFunction('list::lastIndexOf(dyn)', (items: Items, wanted: unknown) =>
    BigInt(items.findLastIndex((item) => isSame(item, wanted))),
  );
  functions.registerFunction('list::reverse()', (items: Items) => Array.from(items).reverse());
  functions.registerFunction('list::distinct()', (items: Items) =>
    Array.from(items).filter((item, at) => items.findIndex((other) => isSame(item, other)) === at),
  );
  functions.registerFunction('list::flatten()', (items: Items) => flatten(items, 1n));
  functions.registerFunction('list::flatten(int)', (items: Items, depth: bigint) => {
    if (depth < 0n) throw new CelError('level must be non-negative');
    return flatten(items, depth);
  });
  functions.registerFunction('list::slice(int, int)', slice);
  functions.registerFunction('lists.range(int)', (count: bigint) =>
    Array.from({ length: Math.max(0, Number(count)) }, (_, at) => BigInt(at)),
  );
  functions.registerFunction('list::first()', (items: Items) =>
    items.length === 0 ? Optional.none() : Optional.of(items[0]),
  );
  functions.registerFunction('list::last()', (items: Items) =>
    items.length === 0 ? Optional.none() : Optional.of(items.at(-1)),
  );
  functions.registerFunction(
    'cel.@mapInsert(map, dyn, dyn)',
    (map: Map<unknown, unknown>, key: unknown, value: unknown) => insert(map, [[key, value]]),
  );
  functions.registerFunction('cel.@mapInsert(map, map)', (map: Map<unknown, unknown>, more: Map<unknown, unknown>) =>
    insert(map, more),
  );
}

function insert(map: Map<unknown, unknown>, more: Iterable<readonly [unknown, unknown]>): Map<unknown, unknown> {
  const made = new Map(map);
  for (const [key, value] of more) {
    if (made.has(key)) throw new CelError(`insert failed: key ${String(key)} already exists`);
    made.set(key, value);
  }
  return made;
}

function flatten(items: Items, depth: bigint): Items {
  if (depth === 0n) return items;
  return Array.from(items).flatMap((item) => (Array.isArray(item) ? flatten(item, depth - 1n) : [item]));
}

function slice(items: Items, from: bigint, to: bigint): Items {
  const count = BigInt(items.length);
  if (from < 0n || to < 0n) throw new CelError(`cannot slice(${from}, ${to}), negative indexes not supported`);
  if (from > to)
    throw new CelError(`cannot slice(${from}, ${to}), start index must be less than or equal to end index`);
  if (count < to) throw new CelError(`cannot slice(${from}, ${to}), list is length ${count}`);
  return Array.from(items).slice(Number(from), Number(to));
}

function registerOrdered(functions: Functions): void {
  functions.registerFunction('list::isSorted()', (items: Items) =>
    items.every((item, at) => at === 0 || compare(items[at - 1], item) <= 0),
  );
  functions.registerFunction('list::min()', (items: Items) => extreme(items, 'min'));
  functions.registerFunction('list::max()', (items: Items) => extreme(items, 'max'));
  functions.registerFunction('list<int>::sum()', (items: readonly bigint[]) =>
    items.reduce((a, b) => {
      if (BigInt.asIntN(64, a + b) !== a + b) throw new CelError('integer overflow');
      return a + b;
    }, 0n),
  );
  functions.registerFunction('list<double>::sum()', (items: readonly number[]) => items.reduce((a, b) => a + b, 0));
  functions.registerFunction('list<uint>::sum()', (items: readonly Unsigned[]) =>
    items.reduce((a, b) => new Unsigned(a.value + b.value), new Unsigned(0n)),
  );
  const sorted = (items: Items, keys: Items): Items => {
    if (items.length !== keys.length) throw noOverload();
    const places = Array.from(items.keys()).sort((a, b) => compare(keys[a], keys[b]));
    return places.map((at) => items[at]);
  };
  functions.registerFunction('list::sort()', (items: Items) => sorted(items, items));
  functions.registerFunction('list::@sortByAssociatedKeys(list)', sorted);
}

function extreme(items: Items, which: 'min' | 'max'): unknown {
  if (items.length === 0) throw new CelError(`${which} called on empty list`);
  return items.reduce((best, item) => (compare(item, best) < 0 === (which === 'min') ? item : best));
}

function registerSets(functions: Functions): void {
  const holds = (all: Items, some: Items): boolean => some.every((item) => all.some((one) => isSame(one, item)));
  functions.registerFunction('sets.contains(list, list)', holds);
  functions.registerFunction(
    'sets.equivalent(list, list)',
    (left: Items, right: Items) => holds(left, right) && holds(right, left),
  );
  functions.registerFunction('sets.intersects(list, list)', (left: Items, right: Items) =>
    left.some((item) => holds(right, [item])),
  );
}

function registerOptionals(functions: Functions): void {
  functions.registerType('optional', Optional);
  functions.registerFunction('optional.of(dyn)', (value: unknown) => Optional.of(value));
  functions.registerFunction('optional.none()', () => Optional.none());
  functions.registerFunction('optional.ofNonZeroValue(dyn)', (value: unknown) =>
    isZero(value) ? Optional.none() : Optional.of(value),
  );
  functions.registerFunction('optional::value()', (optional: Optional) => optional.value);
  functions.registerFunction('optional::hasValue()', ({ isThere }: Optional) => isThere);
  functions.registerFunction('optional::or(optional)', (one: Optional, other: Optional) => (one.isThere ? one : other));
  functions.registerFunction('optional::orValue(dyn)', (one: Optional, other: unknown) =>
    one.isThere ? one.value : other,
  );
  const unwrap = (items: readonly Optional[]): Items =>
    Array.from(items)
      .filter(({ isThere }) => isThere)
      .map(({ value }) => value);
  functions.registerFunction('optional.unwrap(list<optional>)', unwrap);
  functions.registerFunction('list<optional>::unwrapOpt()', unwrap);
}

function isZero(value: unknown): boolean {
  if (value === null || value === '' || value === false || value === 0 || value === 0n) return true;
  if (value instanceof Unsigned) return value.value === 0n;
  if (value instanceof Map) return value.size === 0;
  if (value instanceof CelObject) return value.fields.size === 0;
  return (Array.isArray(value) || value instanceof Uint8Array) && value.length === 0;
}
