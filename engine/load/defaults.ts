// The defaults of a structural schema, as the API server fills them in.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting

import { isArray, isObject, type Json, type JsonObject, type MaybeJson } from '../model/json.ts';

/** A value with the defaults of its schema; values that are there stay, a null with a default is replaced. */
export function applyDefaults(schema: JsonObject, value: Json): Json {
  const { items, additionalProperties } = schema;
  if (isArray(value)) return isObject(items) ? value.map((item) => applyDefaults(items, item)) : value;
  if (!isObject(value)) return value;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const result: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) {
    const child = properties[name] ?? additionalProperties;
    result[name] = isObject(child) ? applyDefaults(child, item) : item;
  }
  for (const [name, child] of Object.entries(properties)) {
    if (isObject(child) && child['default'] !== undefined && isAbsent(result[name], child))
      result[name] = applyDefaults(child, child['default']);
  }
  return result;
}

function isAbsent(value: MaybeJson, schema: JsonObject): boolean {
  return value === undefined || (value === null && schema['nullable'] !== true);
}
