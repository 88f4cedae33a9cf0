// Plain JSON data, as it comes from rule files and from the API server. Everything that the engine passes between its
// stages is made of these types; nothing here is ever mutated after it was made.

/** A JSON scalar. */
export type JsonScalar = string | number | boolean | null;

/** Any JSON value. Objects are plain objects; a key with the value `undefined` is never present. */
export type Json = JsonScalar | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON value, or nothing: what a formula gives when it finds nothing. */
export type MaybeJson = Json | undefined;

/** True for a JSON object: neither an array, nor null, nor a scalar. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a JSON array. Narrower than `Array.isArray`, which forgets `readonly`. */
export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** Structural equality; the order of object keys does not count. */
export function isEqual(left: MaybeJson, right: MaybeJson): boolean {
  if (left === right) return true;
  if (isArray(left)) {
    return isArray(right) && left.length === right.length && left.every((item, index) => isEqual(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key], right[key]))
  );
}

/** The text of a value with object keys sorted, so that equal values give equal texts. */
export function toCanonicalText(value: Json): string {
  if (isArray(value)) return `[${value.map(toCanonicalText).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${toCanonicalText(value[key] as Json)}`);
  return `{${members.join(',')}}`;
}

/** The value at a path of object keys, or undefined where a step is missing. */
export function getPath(value: MaybeJson, path: readonly string[]): MaybeJson {
  let current = value;
  for (const key of path) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}
