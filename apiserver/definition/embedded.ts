// Whole objects within custom resources (`x-kubernetes-embedded-resource`): their metadata is read and checked like that
// of objects of their own.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, invalid, required } from '../model/field-error.ts';
import { sortedKeys } from '../model/go-text.ts';
import { isList, isObject, type Json, type JsonObject, type MutableObject, textIn } from '../model/json.ts';
import { schemaOfField } from '../schema/correlate.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { checkPathName } from '../validation/names.ts';
import { checkLabel1035 } from './names.ts';

/** Metadata as it was read, and the paths of the fields that metadata does not have. */
export interface ReadMetadata {
  readonly object: JsonObject;
  readonly unknown: readonly string[];
}

/** Reads metadata; gives the reason where it cannot be read. */
export type ReadsMetadata = (metadata: JsonObject) => ReadMetadata | { readonly problem: string };

/** A value whose embedded objects have metadata as it is stored. */
export interface Coerced {
  readonly value: Json;
  readonly unknown: readonly string[];
  /** The first field that cannot be read. */
  readonly error: FieldError | undefined;
}

/** How embedded objects are read. */
export interface CoerceOptions {
  /** Where the value is. */
  readonly path?: string;
  /** What cannot be read is left out, and is no error. */
  readonly dropsWrong?: boolean;
}

/** Reads the metadata of all embedded objects of a value. */
export function coerceEmbedded(
  schema: JsonObject,
  value: Json,
  read: ReadsMetadata,
  { path = '', dropsWrong = false }: CoerceOptions = {},
): Coerced {
  const coercing = new Coercing(read, dropsWrong);
  const coerced = coercing.visit(schema, value, path);
  return { value: coerced, unknown: coercing.unknown.sort(), error: coercing.error };
}

class Coercing {
  readonly unknown: string[] = [];
  error: FieldError | undefined;
  readonly #read: ReadsMetadata;
  readonly #dropsWrong: boolean;

  constructor(read: ReadsMetadata, dropsWrong: boolean) {
    this.#read = read;
    this.#dropsWrong = dropsWrong;
  }

  visit(schema: JsonObject | undefined, value: Json, at: string): Json {
    if (schema === undefined || this.error !== undefined) return value;
    if (isObject(value)) return this.#object(schema, value, at);
    if (!isList(value)) return value;
    const items = isObject(schema['items']) ? schema['items'] : undefined;
    return value.map((item, index) => this.visit(items, item, `${at}[${index}]`));
  }

  #object(schema: JsonObject, object: JsonObject, at: string): JsonObject {
    const isWhole = schema['x-kubernetes-embedded-resource'] === true;
    const out: MutableObject = {};
    for (const [name, field] of Object.entries(object)) {
      const inside = this.visit(schemaOfField(schema, name), field, placeOf(schema, name, at));
      const kept = isWhole ? this.#field(name, inside, join(at, name)) : inside;
      if (kept !== undefined) out[name] = kept;
    }
    return out;
  }

  #field(name: string, field: Json, at: string): Json | undefined {
    if (name === 'metadata') return this.#metadata(field, at);
    if ((name !== 'apiVersion' && name !== 'kind') || typeof field === 'string') return field;
    if (this.#dropsWrong) return undefined;
    this.error ??= invalid(at, sortedKeys(field), 'must be a string');
    return field;
  }

  #metadata(field: Json, at: string): Json {
    const found = isObject(field) || field === null ? this.#read(field ?? {}) : { problem: notAnObject(field) };
    if (!('problem' in found)) {
      this.unknown.push(...found.unknown.map((inner) => `${at}.${inner}`));
      return withoutNoTime(found.object);
    }
    if (!this.#dropsWrong) this.error ??= invalid(at, sortedKeys(field), found.problem);
    return this.#dropsWrong && isObject(field) ? withoutNoTime(readSingly(field, this.#read)) : field;
  }
}

function placeOf(schema: JsonObject, name: string, at: string): string {
  const isNamed = isObject(schema['properties']) && Object.hasOwn(schema['properties'], name);
  return isNamed || schema['additionalProperties'] === undefined ? join(at, name) : `${at}[${name}]`;
}

function withoutNoTime({ creationTimestamp, ...rest }: JsonObject): JsonObject {
  return creationTimestamp === undefined || creationTimestamp === null ? rest : { ...rest, creationTimestamp };
}

// The fields of metadata that can be read each for itself.
function readSingly(metadata: JsonObject, read: ReadsMetadata): JsonObject {
  const parts = Object.entries(metadata).map(([name, value]) => read({ [name]: value }));
  return Object.assign({}, ...parts.map((part) => ('problem' in part ? {} : part.object))) as JsonObject;
}

function notAnObject(value: Json): string {
  const kind = isList(value) ? 'array' : typeof value;
  return `json: cannot unmarshal ${kind === 'boolean' ? 'bool' : kind} into Go value of type v1.ObjectMeta`;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** What is wrong with the embedded objects of a value. `isWhole`: the value itself is one. */
export function checkEmbedded(schema: JsonObject, value: Json, path: string, isWhole = false): readonly FieldError[] {
  if (isList(value)) {
    const { items } = schema;
    if (!isObject(items)) return [];
    return value.flatMap((item, at) => checkEmbedded(items, item, `${path}[${at}]`));
  }
  if (!isObject(value)) return [];
  const isEmbedded = isWhole || schema['x-kubernetes-embedded-resource'] === true;
  const errors = isEmbedded ? [...checkObject(value, path)] : [];
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  for (const [name, inner] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const additional = schema['additionalProperties'];
    if (isObject(property)) errors.push(...checkEmbedded(property, inner, join(path, name)));
    else if (isObject(additional)) errors.push(...checkEmbedded(additional, inner, `${path}[${name}]`));
  }
  return errors;
}

function checkObject(object: JsonObject, path: string): readonly FieldError[] {
  const errors: FieldError[] = ['apiVersion', 'kind']
    .filter((name) => object[name] === undefined)
    .map((name) => required(join(path, name)));
  const { apiVersion, kind, metadata } = object;
  if (apiVersion !== undefined) errors.push(...checkTypeText(apiVersion, join(path, 'apiVersion'), checkVersion));
  if (kind !== undefined) errors.push(...checkTypeText(kind, join(path, 'kind'), checkKind));
  if (isObject(metadata)) errors.push(...checkInnerMetadata(metadata, path));
  return errors;
}

function checkTypeText(value: Json, path: string, check: (text: string) => string | undefined): readonly FieldError[] {
  if (typeof value !== 'string') return [invalid(path, sortedKeys(value), 'must be a string')];
  const why = value === '' ? 'must not be empty' : check(value);
  return why === undefined ? [] : [invalid(path, value, why)];
}

function checkVersion(text: string): string | undefined {
  return text.split('/').length > 2 ? `unexpected GroupVersion string: ${text}` : undefined;
}

function checkKind(text: string): string | undefined {
  const messages = checkLabel1035(text.toLowerCase());
  return messages.length === 0 ? undefined : `may have mixed case, but should otherwise match: ${messages.join(',')}`;
}

function checkInnerMetadata(metadata: JsonObject, path: string): readonly FieldError[] {
  // Objects within others need no name.
  const named = textIn(metadata, 'name') === '' ? { ...metadata, name: 'fakename' } : metadata;
  const object: ApiObject = { apiVersion: '', kind: '', metadata: named };
  const isNamespaced = textIn(metadata, 'namespace') !== '';
  return checkMetadata(object, { isNamespaced, checkName: checkPathName }).map((error) => ({
    ...error,
    field: join(path, error.field),
  }));
}
