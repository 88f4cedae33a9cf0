// JSON as the API server handles it: plain data, never changed once it is stored.

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON object that is being built; it is not shared yet. */
export interface MutableObject {
  [key: string]: Json;
}

/** True for an object, not for a list or null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value at a path of field names, or undefined where there is none. */
export function getIn(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at = value;
  for (const name of path) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** The object at a path, or an empty one. */
export function objectIn(value: Json | undefined, ...path: readonly string[]): JsonObject {
  const found = getIn(value, ...path);
  return isObject(found) ? found : {};
}

/** The list at a path, or an empty one. */
export function listIn(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = getIn(value, ...path);
  return isList(found) ? found : [];
}

/** The text at a path, or an empty one. */
export function textIn(value: Json | undefined, ...path: readonly string[]): string {
  const found = getIn(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The object with the value at a path set, or taken away by undefined. What is on the way there is made. */
export function setIn(value: JsonObject, path: readonly string[], leaf: Json | undefined): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return isObject(leaf) ? leaf : value;
  if (rest.length > 0) {
    const inner = value[name];
    if (leaf === undefined && !isObject(inner)) return value;
    return { ...value, [name]: setIn(isObject(inner) ? inner : {}, rest, leaf) };
  }
  if (leaf !== undefined) return { ...value, [name]: leaf };
  const { [name]: _, ...others } = value;
  return others;
}

/** True where two values are the same; the order of keys does not matter. */
export function equals(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isList(left))
    return isList(right) && left.length === right.length && left.every((item, at) => equals(item, right[at]));
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equals(left[key], right[key]))
  );
}

/** The value with the keys of all its objects in order; the value itself where they are so already. */
export function withOrderedKeys(value: Json): Json {
  if (isList(value)) {
    const items = value.map(withOrderedKeys);
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const inner = keys.map((key) => withOrderedKeys(value[key] as Json));
  const isOrdered = keys.every((key, at) => at === 0 || (keys[at - 1] as string) < key);
  if (isOrdered && inner.every((one, at) => one === value[keys[at] as string])) return value;
  const fields = keys.map((key, at): [string, Json] => [key, inner[at] as Json]);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** JSON with the keys of all objects in order: the same text for the same value. */
export function toCanonicalText(value: Json): string {
  if (isList(value)) return `[${value.map(toCanonicalText).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${toCanonicalText(value[key] as Json)}`);
  return `{${fields.join(',')}}`;
}
