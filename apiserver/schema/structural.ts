// Custom resources under their structural schema: what is unknown is pruned, what is missing gets its default.
//
// Values are not changed in place. `metadata`, `apiVersion` and `kind` of the object, and of embedded resources, are not
// looked at here. Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/

import { isList, isObject, type Json, type JsonObject, type MutableObject } from '../model/json.ts';
import { schemaOfField } from './correlate.ts';

/** An object without what its schema does not know, and the paths of what was left out. */
export interface Pruned {
  readonly object: JsonObject;
  readonly unknown: readonly string[];
}

const OBJECT_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

/** Prunes a custom resource. */
export function prune(schema: JsonObject, object: JsonObject): Pruned {
  const unknown: string[] = [];
  const pruned = pruneValue({ ...schema, 'x-kubernetes-embedded-resource': true }, object, { path: '', unknown });
  return { object: pruned as JsonObject, unknown: unknown.sort() };
}

/** Prunes a value that is no whole object. */
export function pruneInner(schema: JsonObject, value: Json): Json {
  return pruneValue(schema, value, { path: '', unknown: [] });
}

interface Pruning {
  readonly path: string;
  readonly unknown: string[];
}

// Without a schema nothing is known: what is in such a value goes.
function pruneValue(schema: JsonObject | undefined, value: Json, at: Pruning): Json {
  if (isList(value)) {
    const items = isObject(schema?.['items']) ? schema['items'] : undefined;
    const isOpen = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
    if (isOpen) return value.map((item, index) => keepValue(items, item, inItem(at, index)));
    return value.map((item, index) => pruneValue(items, item, inItem(at, index)));
  }
  return isObject(value) ? pruneObject(schema ?? {}, value, at) : value;
}

// In the items of a list whose unknown fields are kept, unknown fields are kept as well.
function keepValue(schema: JsonObject | undefined, value: Json, at: Pruning): Json {
  if (schema === undefined) return value;
  return pruneValue({ ...schema, 'x-kubernetes-preserve-unknown-fields': true }, value, at);
}

function inItem(at: Pruning, index: number): Pruning {
  return { ...at, path: `${at.path}[${index}]` };
}

function pruneObject(schema: JsonObject, value: JsonObject, { path, unknown }: Pruning): JsonObject {
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const hasMore = schema['additionalProperties'] === true || schema['additionalProperties'] === false;
  const out: MutableObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const at = { path: path === '' ? name : `${path}.${name}`, unknown };
    const field = schemaOfField(schema, name);
    if (isEmbedded && OBJECT_FIELDS.has(name)) out[name] = inner;
    else if (field !== undefined || hasMore) out[name] = pruneValue(field, inner, at);
    else if (isOpen) out[name] = inner;
    else unknown.push(at.path);
  }
  return out;
}

/** Fills in defaults, and takes away nulls that may not be and have a default. */
export function applyDefaults(schema: JsonObject, object: JsonObject): JsonObject {
  return defaultValue(schema, object) as JsonObject;
}

function defaultValue(schema: JsonObject, value: Json): Json {
  if (isList(value)) {
    const items = isObject(schema['items']) ? schema['items'] : undefined;
    return items === undefined ? value : value.map((item) => defaultItem(items, item));
  }
  return isObject(value) ? defaultObject(schema, value) : value;
}

// A null in a list or map that may not be null and has a default becomes the default.
function defaultItem(schema: JsonObject, value: Json): Json {
  return value === null && schema['nullable'] !== true && schema['default'] !== undefined
    ? defaultValue(schema, schema['default'])
    : defaultValue(schema, value);
}

function defaultObject(schema: JsonObject, value: JsonObject): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const out: MutableObject = { ...value };
  for (const [name, property] of Object.entries(properties)) {
    if (!isObject(property) || property['default'] === undefined) continue;
    const isNull = out[name] === null && property['nullable'] !== true;
    if (isNull || !Object.hasOwn(out, name)) out[name] = property['default'];
  }
  for (const [name, inner] of Object.entries(out)) {
    const field = schemaOfField(schema, name);
    if (field === undefined) continue;
    out[name] = Object.hasOwn(properties, name) ? defaultValue(field, inner) : defaultItem(field, inner);
  }
  return out;
}

/** The object without nulls of fields that may not be null and have no default; they count as absent. */
export function dropNulls(schema: JsonObject, object: JsonObject): JsonObject {
  return dropIn(schema, object) as JsonObject;
}

function dropIn(schema: JsonObject | undefined, value: Json): Json {
  if (isList(value)) {
    const items = isObject(schema?.['items']) ? schema['items'] : undefined;
    return value.map((item) => dropIn(items, item));
  }
  if (!isObject(value)) return value;
  const out: MutableObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const field = schemaOfField(schema, name);
    const isDropped =
      inner === null && field !== undefined && field['nullable'] !== true && field['default'] === undefined;
    if (!isDropped) out[name] = dropIn(field, inner);
  }
  return out;
}
