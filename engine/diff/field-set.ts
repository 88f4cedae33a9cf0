// Which fields a manager owns, in the API server's FieldsV1 notation, and whether they cover an object.
// Source: https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/fieldpath/serialize.go
//   f:NAME a field; k:{...} a list item by its keys; v:... a set item by its value; i:N a list item by its index;
//   "." the item itself; an empty object: the whole value, whatever is in it.

import { isArray, isEqual, isObject, type Json, type JsonObject, type MaybeJson } from '../model/json.ts';

// Keys of list items that the API server fills in before it compares. Source: the +default markers of k8s.io/api.
const KEY_DEFAULTS: { readonly [key: string]: Json } = { protocol: 'TCP' };

/** The paths of `value` that a field set does not cover, as `.spec.ports[port=80].name`; empty when it covers all. */
export function findUncovered(value: Json, fields: JsonObject | undefined, path = ''): readonly string[] {
  if (fields === undefined) return [path === '' ? '.' : path];
  if (isWhole(fields)) return [];
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, item]) =>
      findUncovered(item, asFields(fields[`f:${key}`]), `${path}.${key}`),
    );
  }
  if (!isArray(value)) return [];
  return value.flatMap((item, index) => {
    const { name, fields: below } = findItem(item, index, fields);
    return findUncovered(item, below, `${path}[${name}]`);
  });
}

/**
 * The paths of `claim` that a field set holds while the live object has another value there, in the notation of
 * `findUncovered`.
 */
export function findDisputed(
  claim: Json,
  live: MaybeJson,
  fields: JsonObject | undefined,
  path = '',
): readonly string[] {
  if (fields === undefined) return [];
  if (isWhole(fields)) {
    // Of a map nobody can tell here whether it is held as a whole or was empty; the API server will say.
    return isObject(claim) || isEqual(claim, live) ? [] : [path];
  }
  if (isObject(claim)) {
    const below = isObject(live) ? live : {};
    return Object.entries(claim).flatMap(([key, item]) =>
      findDisputed(item, below[key], asFields(fields[`f:${key}`]), `${path}.${key}`),
    );
  }
  if (!isArray(claim)) return isEqual(claim, live) ? [] : [path];
  return claim.flatMap((item, index) => {
    const { name, key, fields: below } = findItem(item, index, fields);
    const other =
      isArray(live) && key !== undefined
        ? live.find((candidate, at) => matchItem(candidate, at, key) !== undefined)
        : undefined;
    return findDisputed(item, other, below, `${path}[${name}]`);
  });
}

function asFields(value: Json | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function isWhole(fields: JsonObject): boolean {
  return Object.keys(fields).length === 0;
}

function findItem(
  item: Json,
  index: number,
  fields: JsonObject,
): { name: string; key?: string; fields: JsonObject | undefined } {
  for (const [key, below] of Object.entries(fields)) {
    const name = matchItem(item, index, key);
    if (name !== undefined) return { name, key, fields: asFields(below) };
  }
  return { name: nameItem(item, index), fields: undefined };
}

function matchItem(item: Json, index: number, key: string): string | undefined {
  if (key.startsWith('i:')) return key === `i:${index}` ? String(index) : undefined;
  if (key.startsWith('v:')) return isEqual(JSON.parse(key.slice(2)) as Json, item) ? key.slice(2) : undefined;
  if (!key.startsWith('k:') || !isObject(item)) return undefined;
  const keys = JSON.parse(key.slice(2)) as JsonObject;
  const matches = Object.entries(keys).every(([name, wanted]) => isEqual(item[name] ?? KEY_DEFAULTS[name], wanted));
  return matches
    ? Object.entries(keys)
        .map(([name, wanted]) => `${name}=${String(wanted)}`)
        .join(',')
    : undefined;
}

function nameItem(item: Json, index: number): string {
  const name = isObject(item) ? item['name'] : undefined;
  return typeof name === 'string' ? `name=${name}` : String(index);
}
