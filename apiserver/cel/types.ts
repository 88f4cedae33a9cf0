// Values of rules, made of JSON as a schema says.

import { isList, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { escapeName, isReserved } from './names.ts';
import { readDuration, readTimestamp } from './run/times.ts';
import { CelError, CelObject, Mistake, toFreeList } from './value.ts';

/** Makes values of JSON that fits a schema. */
export type ToValue = (value: Json) => unknown;

/** What makes values of what a schema describes; undefined for what rules cannot look at. */
export function toValueOf(schema: JsonObject, isResource = false): ToValue | undefined {
  const make = makerOf(schema, isResource || schema['x-kubernetes-embedded-resource'] === true);
  return make === undefined ? undefined : (value) => (value === null ? null : make(value));
}

const whole: ToValue = (value) => (typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value);

function makerOf(schema: JsonObject, isResource: boolean): ToValue | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) return whole;
  switch (schema['type']) {
    case 'string':
      return textMaker(textIn(schema, 'format'));
    case 'integer':
      return whole;
    case 'number':
    case 'boolean':
      return (value) => value;
    case 'array':
      return listMaker(schema);
    case 'object':
      return isObject(schema['additionalProperties']) ? mapMaker(schema) : objectMaker(schema, isResource);
    default:
      return undefined;
  }
}

function textMaker(format: string): ToValue {
  switch (format) {
    case 'byte':
      return (value) => toBytes(String(value));
    case 'date':
      return (value) => readTimestamp(`${value}T00:00:00Z`) ?? value;
    case 'date-time':
      return (value) => readTimestamp(String(value)) ?? value;
    case 'duration':
      return (value) => readDuration(String(value)) ?? value;
    default:
      return (value) => value;
  }
}

// The alphabet of bytes is the one that suits addresses of the web.
function toBytes(text: string): Uint8Array | Mistake {
  const wrong = text.search(/[^\w=-]/);
  if (wrong >= 0) {
    const what = `Invalid byte formatted string ${text}: illegal base64 data at input byte ${wrong}`;
    return new Mistake(new CelError(what));
  }
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(plain), (sign) => sign.charCodeAt(0));
}

function listMaker(schema: JsonObject): ToValue | undefined {
  const item = toValueOf(objectIn(schema, 'items'));
  if (item === undefined) return undefined;
  const items = (value: Json): unknown[] => (isList(value) ? value.map((one) => item(one)) : []);
  const keys = listIn(schema, 'x-kubernetes-list-map-keys').map((key) => escapeName(String(key)) ?? String(key));
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return (value) => toFreeList(items(value), keyOf);
    case 'map':
      return (value) => toFreeList(items(value), (one) => keysOf(one, keys));
    default:
      return items;
  }
}

function keyOf(value: unknown): string {
  return `${typeof value}:${String(value)}`;
}

function keysOf(item: unknown, keys: readonly string[]): string {
  const fields = item instanceof CelObject ? item.fields : new Map<string, unknown>();
  return keys.map((key) => keyOf(fields.get(key))).join('\u0000');
}

function mapMaker(schema: JsonObject): ToValue | undefined {
  const inner = toValueOf(objectIn(schema, 'additionalProperties'));
  if (inner === undefined) return undefined;
  return (value) => new Map(Object.entries(isObject(value) ? value : {}).map(([key, one]) => [key, inner(one)]));
}

const TEXT: JsonObject = { type: 'string' };
// What rules see of every object besides what its schema says.
const RESOURCE_FIELDS: JsonObject = {
  apiVersion: TEXT,
  kind: TEXT,
  metadata: { type: 'object', properties: { name: TEXT, generateName: TEXT } },
};

interface Field {
  readonly names: readonly string[];
  readonly toValue: ToValue;
}

function objectMaker(schema: JsonObject, isResource: boolean): ToValue {
  const fields = new Map<string, Field>();
  const properties = { ...objectIn(schema, 'properties'), ...(isResource ? RESOURCE_FIELDS : {}) };
  for (const [name, property] of Object.entries(properties)) {
    const escaped = escapeName(name);
    const toValue = isObject(property) ? toValueOf(property) : undefined;
    if (escaped === undefined || toValue === undefined) continue;
    // A field with a reserved name goes by that name, too.
    fields.set(name, { names: isReserved(name) ? [name, escaped] : [escaped], toValue });
  }
  return (value) => toObject(isObject(value) ? value : {}, fields);
}

function toObject(value: JsonObject, fields: ReadonlyMap<string, Field>): CelObject {
  const known = new Map<string, unknown>();
  const others: { [name: string]: Json } = {};
  for (const [name, inner] of Object.entries(value)) {
    const field = fields.get(name);
    if (field === undefined) others[name] = inner;
    // What is null is as good as not there.
    else if (inner !== null) for (const one of field.names) known.set(one, field.toValue(inner));
  }
  return new CelObject(known, others, Object.keys(value).length);
}
