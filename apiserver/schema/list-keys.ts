// Lists that are sets or maps: what is there twice.

import { duplicate, type FieldError, invalid } from '../model/field-error.ts';
import { sortedKeys } from '../model/go-text.ts';
import { isList, isObject, type Json, type JsonObject, listIn, toCanonicalText } from '../model/json.ts';

/** What is there twice in lists that are sets or maps. */
export function validateLists(schema: JsonObject, value: Json, path = ''): readonly FieldError[] {
  if (isObject(value)) return inObject(schema, value, path);
  if (!isList(value)) return [];
  const { items } = schema;
  const inner = isObject(items) ? value.flatMap((item, at) => validateLists(items, item, `${path}[${at}]`)) : [];
  return [...duplicatesIn(schema, value, path), ...inner];
}

function inObject(schema: JsonObject, object: JsonObject, path: string): readonly FieldError[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const additional = schema['additionalProperties'];
  return Object.entries(object).flatMap(([name, inner]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (isObject(property)) return validateLists(property, inner, path === '' ? name : `${path}.${name}`);
    return isObject(additional) ? validateLists(additional, inner, `${path}[${name}]`) : [];
  });
}

function duplicatesIn(schema: JsonObject, value: readonly Json[], path: string): readonly FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const wrong = value.findIndex((item) => type === 'map' && item !== null && !isObject(item));
  if (wrong >= 0) {
    const what = 'must be an object for an array of list-type map';
    return [invalid(`${path}[${wrong}]`, sortedKeys(value[wrong] as Json), what)];
  }
  const keys = listIn(schema, 'x-kubernetes-list-map-keys').filter((key) => typeof key === 'string');
  const counts = new Map<string, number>();
  return value.flatMap((item, at) => {
    const id = type === 'set' ? item : keysOf(item, keys);
    const text = toCanonicalText(id);
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    // The third one is not told of again.
    return count === 2 ? [duplicate(`${path}[${at}]`, sortedKeys(id))] : [];
  });
}

function keysOf(item: Json, keys: readonly string[]): Json {
  const object = isObject(item) ? item : {};
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key] as Json]));
}
