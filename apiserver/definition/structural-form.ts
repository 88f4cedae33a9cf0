// Whether a schema is structural: it says of every value which type it has, and rules about values stand beside that.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema

import { type FieldError, forbidden, invalid, required } from '../model/field-error.ts';
import { equals, isList, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { parsePattern } from '../schema/pattern.ts';

type Level = 'root' | 'item' | 'field';

/** What is not structural about a schema that can be one. */
export function checkStructural(schema: JsonObject, path: string): readonly FieldError[] {
  return [...checkForm(schema, 'root', path), ...checkCompleteness(schema, schema, { place: path, rule: path })];
}

const UNSUPPORTED: readonly (readonly [field: string, word: string])[] = [
  ['id', 'id'],
  ['$schema', 'schema'],
  ['$ref', '$ref'],
  ['patternProperties', 'patternProperties'],
  ['dependencies', 'dependencies'],
  ['additionalItems', 'additionalItems'],
  ['definitions', 'definitions'],
];

/** Why a schema cannot be a structural one at all; undefined where it can. */
export function structuralProblem(schema: Json | undefined): string | undefined {
  if (!isObject(schema)) return undefined;
  for (const [field, word] of UNSUPPORTED) {
    const value = schema[field];
    if (
      value !== undefined &&
      value !== '' &&
      !(isObject(value) && Object.keys(value).length === 0 && field !== 'additionalItems')
    )
      return `OpenAPIV3Schema '${word}' is not supported`;
  }
  if (isList(schema['items'])) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  for (const inner of innerSchemas(schema)) {
    const problem = structuralProblem(inner);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The schemas that are directly in a schema. */
export function innerSchemas(schema: JsonObject): readonly JsonObject[] {
  const { items, not, additionalProperties } = schema;
  return [
    ...(isList(items) ? items : [items]),
    ...['allOf', 'anyOf', 'oneOf'].flatMap((word) => listIn(schema, word)),
    not,
    ...Object.values(objectIn(schema, 'properties')),
    additionalProperties,
  ].filter(isObject);
}

function checkForm(schema: JsonObject, level: Level, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { items, additionalProperties } = schema;
  if (schema['type'] === 'array' && !isObject(items)) errors.push(required(`${path}.items`, 'must be specified'));
  if (isObject(items)) errors.push(...checkForm(items, 'item', `${path}.items`));
  for (const [name, property] of Object.entries(objectIn(schema, 'properties')))
    if (isObject(property)) errors.push(...checkForm(property, 'field', `${path}.properties[${name}]`));
  if (additionalProperties !== undefined && level === 'root')
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  if (isObject(additionalProperties))
    errors.push(...checkForm(additionalProperties, 'field', `${path}.additionalProperties`));
  errors.push(...checkExtensions(schema, path));
  errors.push(...checkRules(schema, path, { any: isEither(schema['anyOf']), firstAll: isEither(firstAnyOf(schema)) }));
  errors.push(...checkTypeOf(schema, level, path), ...checkObjectFields(schema, level, path));
  return errors;
}

const EITHER: Json = [{ type: 'integer' }, { type: 'string' }];

// A reference to nothing is none, and to allow no other properties says nothing.
function isEither(anyOf: Json | undefined): boolean {
  if (!isList(anyOf)) return false;
  const bare = anyOf.map((one): Json => {
    const { $ref = '', additionalProperties = false, ...rest } = isObject(one) ? one : {};
    return $ref === '' && additionalProperties === false ? rest : one;
  });
  return equals(bare, EITHER);
}

function firstAnyOf(schema: JsonObject): Json | undefined {
  const [first] = listIn(schema, 'allOf');
  return isObject(first) ? first['anyOf'] : undefined;
}

function checkExtensions(schema: JsonObject, path: string): readonly FieldError[] {
  if (schema['x-kubernetes-int-or-string'] !== true) return [];
  return ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource']
    .filter((name) => schema[name] === true)
    .map((name) => invalid(`${path}.${name}`, true, 'must be false if x-kubernetes-int-or-string is true'));
}

const EMPTY: { readonly [level in Level]: string } = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function checkTypeOf(schema: JsonObject, level: Level, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const type = textIn(schema, 'type');
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (isEmbedded && type !== 'object') {
    const what = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? required(`${path}.type`, what) : invalid(`${path}.type`, type, what));
  } else if (type === '' && schema['x-kubernetes-int-or-string'] !== true && !isOpen)
    errors.push(required(`${path}.type`, EMPTY[level]));
  if (isEmbedded && schema['additionalProperties'] !== undefined)
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
  if (level === 'root' && type !== '' && type !== 'object')
    errors.push(invalid(`${path}.type`, type, 'must be object at the root'));
  if (isEmbedded && !isOpen && Object.keys(objectIn(schema, 'properties')).length === 0)
    errors.push(
      required(
        `${path}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  return errors;
}

function checkObjectFields(schema: JsonObject, level: Level, path: string): readonly FieldError[] {
  const isObjectHere = level === 'root' || schema['x-kubernetes-embedded-resource'] === true;
  const properties = objectIn(schema, 'properties');
  const errors: FieldError[] = [];
  const at = (name: string): string => `${path}.properties[${name}]`;
  for (const name of ['kind', 'apiVersion']) {
    const property = properties[name];
    const type = textIn(property, 'type');
    if (isObjectHere && property !== undefined && type !== 'string')
      errors.push(invalid(`${at(name)}.type`, type, 'must be string'));
  }
  const { metadata } = properties;
  if (!isObject(metadata)) return errors;
  const type = textIn(metadata, 'type');
  if (isObjectHere && type !== 'object') errors.push(invalid(`${at('metadata')}.type`, type, 'must be object'));
  if (level === 'root' && !hasOnlyNames(metadata))
    errors.push(
      forbidden(
        at('metadata'),
        'must not specify anything other than name and generateName, but metadata is implicitly specified',
      ),
    );
  return errors;
}

function hasOnlyNames(metadata: JsonObject): boolean {
  const { type: _, default: __, properties, ...rest } = metadata;
  const names = Object.keys(isObject(properties) ? properties : {});
  return Object.keys(rest).length === 0 && names.every((name) => name === 'name' || name === 'generateName');
}

interface Skipped {
  readonly any: boolean;
  readonly firstAll: boolean;
}

const NONE: Skipped = { any: false, firstAll: false };

// The rules about values; what they are about must be said elsewhere.
function checkRules(schema: JsonObject, path: string, skipped: Skipped): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const word of ['anyOf', 'allOf', 'oneOf']) {
    if (word === 'anyOf' && skipped.any) continue;
    for (const [at, one] of listIn(schema, word).entries()) {
      const any = word === 'allOf' && at === 0 && skipped.firstAll;
      if (isObject(one)) errors.push(...checkNested(one, `${path}.${word}[${at}]`, { ...NONE, any }));
    }
  }
  const { not } = schema;
  if (isObject(not)) errors.push(...checkNested(not, `${path}.not`, NONE));
  const pattern = textIn(schema, 'pattern');
  const parsed = pattern === '' ? undefined : parsePattern(pattern);
  if (parsed !== undefined && 'problem' in parsed)
    errors.push(
      invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${parsed.problem}`),
    );
  return errors;
}

const FORBIDDEN: readonly (readonly [field: string, what: string])[] = [
  ['type', 'must be empty to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function checkNested(schema: JsonObject, path: string, skipped: Skipped): readonly FieldError[] {
  const errors = [...checkRules(schema, path, skipped)];
  const { items, additionalProperties } = schema;
  if (isObject(items)) errors.push(...checkNested(items, `${path}.items`, NONE));
  const properties = objectIn(schema, 'properties');
  for (const [name, property] of Object.entries(properties))
    if (isObject(property)) errors.push(...checkNested(property, `${path}.properties[${name}]`, NONE));
  if (additionalProperties !== undefined && additionalProperties !== false)
    errors.push(forbidden(`${path}.additionalProperties`, 'must be undefined to be structural'));
  for (const [field, what] of FORBIDDEN)
    if (schema[field] !== undefined) errors.push(forbidden(`${path}.${field}`, what));
  if (properties['metadata'] !== undefined)
    errors.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  return errors;
}

interface Paths {
  readonly place: string;
  readonly rule: string;
}

// Whatever a rule is about must be said of the value as such, too.
function checkCompleteness(rule: JsonObject, schema: JsonObject | undefined, paths: Paths): readonly FieldError[] {
  const { not } = rule;
  const nested: (readonly [Json | undefined, string])[] = [[not, 'not']];
  for (const word of ['allOf', 'anyOf', 'oneOf'])
    for (const [at, one] of listIn(rule, word).entries()) nested.push([one, `${word}[${at}]`]);
  return nested.flatMap(([one, name]) =>
    isObject(one) ? checkNestedCompleteness(one, schema, { ...paths, rule: `${paths.rule}.${name}` }) : [],
  );
}

function checkNestedCompleteness(
  rule: JsonObject,
  schema: JsonObject | undefined,
  paths: Paths,
): readonly FieldError[] {
  if (schema === undefined) return [required(paths.place, `because it is defined in ${paths.rule}`)];
  const errors = [...checkCompleteness(rule, schema, paths)];
  const inner = (one: Json | undefined, known: Json | undefined, name: string): void => {
    const at = { place: `${paths.place}.${name}`, rule: `${paths.rule}.${name}` };
    if (isObject(one)) errors.push(...checkNestedCompleteness(one, isObject(known) ? known : undefined, at));
  };
  inner(rule['items'], schema['items'], 'items');
  const known = objectIn(schema, 'properties');
  for (const [name, property] of Object.entries(objectIn(rule, 'properties')))
    inner(property, Object.hasOwn(known, name) ? known[name] : undefined, `properties[${name}]`);
  return errors;
}
