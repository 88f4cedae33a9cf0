// Whether the defaults in a schema fit it.

import { type FieldError, invalid } from '../model/field-error.ts';
import { sortedKeys } from '../model/go-text.ts';
import { equals, isObject, type Json, type JsonObject, objectIn } from '../model/json.ts';
import { pruneInner } from '../schema/structural.ts';
import type { SchemaValidator } from '../schema/validate.ts';
import { checkEmbedded, coerceEmbedded, type ReadsMetadata } from './embedded.ts';

/** What checks of defaults need. */
export interface DefaultDeps {
  readonly validator: SchemaValidator;
  readonly readMetadata: ReadsMetadata;
  /** What the rules of a schema say about its default. */
  checkRules(schema: JsonObject, value: Json, path: string, isResource: boolean): readonly FieldError[];
}

type Surround = (value: Json) => JsonObject;

interface At {
  readonly path: string;
  /** The schema of the object that it is in, and how that object is made of a value here. */
  readonly root: JsonObject;
  readonly surround: Surround;
  readonly isInMetadata: boolean;
}

const WHOLE: Surround = (value) => ({ apiVersion: 'validation/v1', kind: 'Validation', ...(value as JsonObject) });
const META: readonly string[] = ['metadata', 'apiVersion', 'kind'];

/** What is wrong with the defaults of a structural schema. */
export function checkDefaults(schema: JsonObject, path: string, deps: DefaultDeps): readonly FieldError[] {
  const root = { ...schema, 'x-kubernetes-embedded-resource': true };
  return visit(root, { path, root, surround: WHOLE, isInMetadata: false }, deps);
}

function visit(schema: JsonObject, from: At, deps: DefaultDeps): readonly FieldError[] {
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const at = isEmbedded ? { ...from, root: schema, surround: WHOLE, isInMetadata: false } : from;
  const errors: FieldError[] = [];
  if (schema['default'] !== undefined) errors.push(...checkDefault(schema, at, deps));
  const { items } = schema;
  const { path, surround } = at;
  if (isObject(items))
    errors.push(...visit(items, { ...at, path: `${path}.items`, surround: (value) => surround([value]) }, deps));
  for (const [name, property] of Object.entries(objectIn(schema, 'properties'))) {
    if (!isObject(property)) continue;
    const inner = {
      ...at,
      path: `${path}.properties[${name}]`,
      surround: (value: Json) => surround({ [name]: value }),
      isInMetadata: at.isInMetadata || (isEmbedded && META.includes(name)),
    };
    errors.push(...visit(property, inner, deps));
  }
  return errors;
}

function checkDefault(schema: JsonObject, at: At, deps: DefaultDeps): readonly FieldError[] {
  const value = schema['default'] as Json;
  const path = `${at.path}.default`;
  const errors: FieldError[] = [];
  if (!at.isInMetadata && !equals(pruneInner(schema, value), value))
    errors.push(invalid(path, sortedKeys(value), 'must not have unknown fields'));
  const wrong = at.isInMetadata ? checkInMetadata(value, at, deps) : checkObjects(schema, value, path, deps);
  if (wrong.length > 0) return [...errors, ...wrong];
  const unfit = deps.validator.validate(schema, value, path);
  if (unfit.length > 0) return [...errors, ...unfit];
  return [...errors, ...deps.checkRules(schema, value, path, schema === at.root)];
}

function checkObjects(
  schema: JsonObject,
  value: Json,
  path: string,
  { readMetadata }: DefaultDeps,
): readonly FieldError[] {
  const { error } = coerceEmbedded(schema, value, readMetadata, { path });
  return error === undefined ? checkEmbedded(schema, value, path) : [error];
}

// Within metadata a default is looked at as part of the object that it will be in.
function checkInMetadata(
  value: Json,
  { path, root, surround }: At,
  { readMetadata }: DefaultDeps,
): readonly FieldError[] {
  const object = surround(value);
  const { error } = coerceEmbedded(root, object, readMetadata);
  const errors = error === undefined ? checkEmbedded(root, object, '') : [error];
  if (errors.length === 0) return [];
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const why = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return [invalid(`${path}.default`, sortedKeys(value), `must result in valid metadata: ${why}`)];
}

/** The schema with the metadata of embedded objects in its defaults as it is read: so they are stored. */
export function withReadDefaults(schema: JsonObject, read: ReadsMetadata): JsonObject {
  const { default: value, items, properties } = schema;
  const inner = (part: Json): Json => (isObject(part) ? withReadDefaults(part, read) : part);
  const coerced = value === undefined ? undefined : coerceEmbedded(schema, value, read);
  return {
    ...schema,
    ...(coerced === undefined || coerced.error !== undefined ? {} : { default: coerced.value }),
    ...(items === undefined ? {} : { items: inner(items) }),
    ...(isObject(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)])) }
      : {}),
  };
}
