// What of an expected object a live one does not have.

import type { Json, MaybeJson } from '../../engine/index.ts';

// By one of these an item of a list is known.
const KEYS = ['name', 'type', 'id', 'key'];

/** The differences, each as a path with what was expected and what was found; empty where all is as expected. */
export function findMissing(expected: Json, live: MaybeJson, path = ''): readonly string[] {
  if (expected === null) return live === undefined || live === null ? [] : [`${path}: is ${show(live)}, not absent`];
  if (isList(expected)) return isList(live) ? findMissingItems(expected, live, path) : [differs(path, expected, live)];
  if (typeof expected === 'object') {
    // In a map that is not there, every field is absent.
    const isAbsent = live === undefined && Object.values(expected).some((value) => value === null);
    if (!isAbsent && (typeof live !== 'object' || live === null || isList(live)))
      return [differs(path, expected, live)];
    const fields = (live ?? {}) as { readonly [key: string]: Json };
    return Object.entries(expected).flatMap(([key, value]) => findMissing(value, fields[key], `${path}.${key}`));
  }
  return expected === live ? [] : [differs(path, expected, live)];
}

function findMissingItems(expected: readonly Json[], live: readonly Json[], path: string): readonly string[] {
  if (expected.length === 0) return live.length === 0 ? [] : [differs(path, expected, live)];
  return expected.flatMap((item) => {
    const key = KEYS.find((name) => typeof item === 'object' && item !== null && name in item);
    const named = (other: Json) => (other as { readonly [name: string]: Json } | null)?.[key as string];
    if (key !== undefined) {
      const found = live.find((other) => named(other) === named(item));
      const place = `${path}[${key}=${String(named(item))}]`;
      return found === undefined ? [`${place}: is not there`] : findMissing(item, found, place);
    }
    return live.some((other) => findMissing(item, other).length === 0) ? [] : [`${path}: has no item ${show(item)}`];
  });
}

function differs(path: string, expected: Json, live: MaybeJson): string {
  return `${path}: is ${show(live)}, not ${show(expected)}`;
}

function show(value: MaybeJson): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function isList(value: MaybeJson): value is readonly Json[] {
  return Array.isArray(value);
}
