// What a schema says of values to those who check rules: types, and how large a value can get.
//
// Sizes are those of JSON in bytes: the least that a value takes, and how many items or signs it can have in the largest
// request. Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions

import { isList, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../../model/json.ts';
import { escapeName } from '../names.ts';
import { type CheckedType, listOf, mapOf, STRING, type TypeKind, typeOf } from './type.ts';

/** What a schema describes. `type` is that of its values; the name of an object's type is where it stands. */
export interface Declared {
  readonly schema: JsonObject;
  readonly kind: 'object' | 'list' | 'map' | 'plain';
  readonly plain: TypeKind;
  /** By the names in rules. */
  readonly fields: ReadonlyMap<string, Declared>;
  /** The items of a list, or the values of a map. */
  readonly element: Declared | undefined;
  readonly minSize: bigint;
  readonly maxElements: bigint;
}

/** The largest request. */
export const MAX_REQUEST: bigint = 3n * 1024n * 1024n;
const MAX_TEXT = MAX_REQUEST - 2n;
const NO_FIELDS: ReadonlyMap<string, Declared> = new Map();

/** What a schema describes; undefined for what rules cannot look at. */
export function declare(schema: JsonObject, isResource = false): Declared | undefined {
  if (schema['x-kubernetes-int-or-string'] === true)
    return plain(schema, 'dyn', { minSize: 1n, maxElements: bytesOf(schema) ?? MAX_TEXT });
  switch (isResource || schema['type'] === 'object' ? 'object' : schema['type']) {
    case 'array':
      return declareList(schema);
    case 'object':
      return declareObject(isResource ? withObjectFields(schema) : schema);
    case 'string':
      return declareText(schema);
    case 'boolean':
      return plain(schema, 'bool', { minSize: 4n });
    case 'number':
      return plain(schema, 'double', { minSize: 1n });
    case 'integer':
      return plain(schema, 'int', { minSize: 1n });
    default:
      return undefined;
  }
}

function plain(
  schema: JsonObject,
  kind: TypeKind,
  { minSize, maxElements = 0n }: { readonly minSize: bigint; readonly maxElements?: bigint },
): Declared {
  return { schema, kind: 'plain', plain: kind, fields: NO_FIELDS, element: undefined, minSize, maxElements };
}

function declareInner(schema: JsonObject): Declared | undefined {
  return declare(schema, schema['x-kubernetes-embedded-resource'] === true);
}

function countIn(schema: JsonObject, name: string): bigint | undefined {
  const value = schema[name];
  return typeof value === 'number' ? BigInt(Math.max(0, value)) : undefined;
}

// A sign takes four bytes at most.
function bytesOf(schema: JsonObject): bigint | undefined {
  const length = countIn(schema, 'maxLength');
  return length === undefined ? undefined : length * 4n;
}

function declareList(schema: JsonObject): Declared | undefined {
  const { items } = schema;
  const element = isObject(items) ? declareInner(items) : undefined;
  if (element === undefined) return undefined;
  const maxElements = countIn(schema, 'maxItems') ?? MAX_TEXT / (element.minSize + 1n);
  return { schema, kind: 'list', plain: 'list', fields: NO_FIELDS, element, minSize: 2n, maxElements };
}

function declareObject(schema: JsonObject): Declared | undefined {
  const { additionalProperties } = schema;
  if (isObject(additionalProperties)) {
    const element = declareInner(additionalProperties);
    if (element === undefined) return undefined;
    const maxElements = countIn(schema, 'maxProperties') ?? MAX_TEXT / (element.minSize + 6n);
    return { schema, kind: 'map', plain: 'map', fields: NO_FIELDS, element, minSize: 2n, maxElements };
  }
  const fields = new Map<string, Declared>();
  const required = new Set(listIn(schema, 'required'));
  let minSize = 2n;
  for (const [name, property] of Object.entries(objectIn(schema, 'properties'))) {
    const field = isObject(property) ? declareInner(property) : undefined;
    if (field === undefined || !isObject(property)) continue;
    const escaped = escapeName(name);
    if (escaped !== undefined) fields.set(escaped, field);
    if (required.has(name) && property['default'] === undefined)
      minSize += BigInt(new TextEncoder().encode(name).length) + field.minSize + 4n;
  }
  return { schema, kind: 'object', plain: 'object', fields, element: undefined, minSize, maxElements: 0n };
}

const TEXT: JsonObject = { type: 'string' };

// Of every object rules see these, whatever its schema says of them.
function withObjectFields(schema: JsonObject): JsonObject {
  const properties = objectIn(schema, 'properties');
  const isText = (part: Json | undefined): boolean => textIn(part, 'type') === 'string';
  const inner = objectIn(properties['metadata'], 'properties');
  const isWhole =
    isText(properties['kind']) &&
    isText(properties['apiVersion']) &&
    textIn(properties['metadata'], 'type') === 'object' &&
    isText(inner['name']) &&
    isText(inner['generateName']);
  if (isWhole) return schema;
  const metadata = { type: 'object', properties: { name: TEXT, generateName: TEXT } };
  return { ...schema, properties: { ...properties, kind: TEXT, apiVersion: TEXT, metadata } };
}

function declareText(schema: JsonObject): Declared {
  switch (schema['format']) {
    case 'byte':
      return plain(schema, 'bytes', { minSize: 2n, maxElements: countIn(schema, 'maxLength') ?? MAX_TEXT });
    case 'duration':
      return plain(schema, 'duration', { minSize: 3n, maxElements: 32n });
    case 'date':
      return plain(schema, 'timestamp', { minSize: 12n, maxElements: 12n });
    case 'date-time':
      return plain(schema, 'timestamp', { minSize: 21n, maxElements: 32n });
    default:
      return plain(schema, 'string', { minSize: 2n, maxElements: bytesOf(schema) ?? longestOf(schema) });
  }
}

function longestOf(schema: JsonObject): bigint {
  const { enum: values } = schema;
  if (!isList(values) || values.length === 0) return MAX_TEXT;
  const lengths = values.map((value) => (typeof value === 'string' ? new TextEncoder().encode(value).length : 0));
  return BigInt(Math.max(...lengths));
}

/** The types of objects that are met under a name, with their fields. */
export type Named = ReadonlyMap<string, ReadonlyMap<string, CheckedType>>;

/** The type of what is declared, under a name, and all types of objects in it. */
export function namedTypes(declared: Declared, name: string): { readonly type: CheckedType; readonly named: Named } {
  const named = new Map<string, ReadonlyMap<string, CheckedType>>();
  return { type: nameType(declared, name, named), named };
}

function nameType(
  { kind, plain: plainKind, fields, element }: Declared,
  name: string,
  named: Map<string, ReadonlyMap<string, CheckedType>>,
): CheckedType {
  switch (kind) {
    case 'list':
      return listOf(nameType(element as Declared, `${name}.@idx`, named));
    case 'map':
      return mapOf(STRING, nameType(element as Declared, `${name}.@elem`, named));
    case 'object': {
      const types = [...fields].map(
        ([field, declared]) => [field, nameType(declared, `${name}.${field}`, named)] as const,
      );
      named.set(name, new Map(types));
      return typeOf('object', [], name);
    }
    default:
      return typeOf(plainKind);
  }
}
