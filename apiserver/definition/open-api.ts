// What a schema of a definition may say at all, and how its parts go together.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/

import { type FieldError, forbidden, invalid, notSupported } from '../model/field-error.ts';
import { isList, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkListType, checkMapType } from './list-type.ts';
import { checkRuleFields, type RuleScope } from './rule-fields.ts';

/** What is wrong with a schema, and what is wrong with its rules, which are looked at where the schema is right. */
export interface SchemaErrors {
  readonly schema: readonly FieldError[];
  readonly rules: readonly FieldError[];
}

/** Where a schema stands. */
export interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  /** Undefined where defaults are allowed; else why they are not. */
  readonly noDefaults: string | undefined;
  /** Within apiVersion, kind or metadata. */
  readonly isInMetadata: boolean;
  /** The first list on the way here whose items are known by nothing. */
  readonly uncorrelated: string | undefined;
  /** Undefined where rules are not looked at. */
  readonly scope: RuleScope | undefined;
}

/** What is wrong with a schema. */
export function checkOpenApi(schema: Json | undefined, place: Place): SchemaErrors {
  if (!isObject(schema)) return { schema: [], rules: [] };
  const { path, scope } = place;
  const inner = innerErrors(schema, place);
  const errors: FieldError[] = [
    ...checkWords(schema, place),
    ...inner.flatMap((one) => one.schema),
    ...checkMapType(schema, path),
    ...checkListType(schema, path),
  ];
  if (schema['uniqueItems'] === true)
    errors.push(
      forbidden(
        `${path}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  const hasProperties = Object.keys(objectIn(schema, 'properties')).length > 0;
  const { additionalProperties } = schema;
  if (hasProperties && additionalProperties !== undefined && additionalProperties !== true)
    errors.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  errors.push(...checkRuleFields(schema, path));
  const rules = inner.flatMap((one) => one.rules);
  if (errors.length > 0 || scope === undefined) return { schema: errors, rules };
  return { schema: errors, rules: [...rules, ...scope.check(schema, path, place.uncorrelated)] };
}

const TYPES: readonly string[] = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const UNSUPPORTED: readonly string[] = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
];

function checkWords(schema: JsonObject, { path, noDefaults, isInMetadata }: Place): readonly FieldError[] {
  const errors: FieldError[] = [];
  const type = textIn(schema, 'type');
  if (type !== '' && !TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, TYPES));
  if (schema['default'] !== undefined && noDefaults !== undefined)
    errors.push(forbidden(`${path}.default`, `must not be set ${noDefaults}`.trim()));
  for (const word of UNSUPPORTED)
    if (isSaid(word, schema[word])) errors.push(forbidden(`${path}.${word}`, `${word} is not supported`));
  if (type === 'null')
    errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  if (listIn(schema, 'items').length > 0)
    errors.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  if (isInMetadata && schema['x-kubernetes-embedded-resource'] === true)
    errors.push(forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  return errors;
}

// Some count as soon as they are there, others when there is something in them.
function isSaid(word: string, value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (word === 'id') return value !== '';
  return !['patternProperties', 'definitions'].includes(word) || Object.keys(value as JsonObject).length > 0;
}

const META: readonly string[] = ['metadata', 'kind', 'apiVersion'];

type Inner = readonly [schema: Json | undefined, name: string, change: Partial<Place>];

function innerErrors(schema: JsonObject, place: Place): readonly SchemaErrors[] {
  const all = [
    ...inAdditional(schema, place),
    ...inProperties(schema, place),
    ...inRules(schema),
    ...inItems(schema, place),
  ];
  return all.map(([inner, name, change]) =>
    checkOpenApi(inner, { ...place, ...change, path: `${place.path}.${name}`, isRoot: false }),
  );
}

function inAdditional(schema: JsonObject, { scope, isInMetadata }: Place): readonly Inner[] {
  const { additionalProperties } = schema;
  if (!isObject(additionalProperties)) return [];
  const noDefaults = isInMetadata ? { noDefaults: 'inside additionalProperties applying to object metadata' } : {};
  return [[additionalProperties, 'additionalProperties', { scope: scope?.inAdditional(schema), ...noDefaults }]];
}

function inProperties(schema: JsonObject, { path, scope, isRoot, uncorrelated }: Place): readonly Inner[] {
  const mapType = textIn(schema, 'x-kubernetes-map-type');
  const isCorrelated = ['', 'granular', 'atomic'].includes(mapType);
  const isWhole = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  return Object.entries(objectIn(schema, 'properties')).map(([name, property]) => {
    const isMeta = isWhole && META.includes(name);
    const change = {
      scope: scope?.inProperty(schema, name),
      ...(isCorrelated ? {} : { uncorrelated: uncorrelated ?? path }),
      ...(isMeta ? { isInMetadata: true } : {}),
      ...(isMeta && isRoot ? { noDefaults: `in top-level ${name}` } : {}),
    };
    return [property, `properties[${name}]`, change];
  });
}

// Where rules about values stand there are no rules of the other kind.
function inRules(schema: JsonObject): readonly Inner[] {
  const none = { scope: undefined };
  const found: Inner[] = [[schema['not'], 'not', none]];
  for (const word of ['allOf', 'oneOf', 'anyOf'])
    for (const [at, one] of listIn(schema, word).entries()) found.push([one, `${word}[${at}]`, none]);
  for (const word of ['definitions', 'dependencies'])
    for (const [name, one] of Object.entries(objectIn(schema, word))) found.push([one, `${word}[${name}]`, none]);
  return found;
}

function inItems(schema: JsonObject, { path, scope, uncorrelated }: Place): readonly Inner[] {
  const { items } = schema;
  const isKeyed = schema['x-kubernetes-list-type'] === 'map';
  const change = {
    scope: scope?.inItems(schema),
    ...(isKeyed ? {} : { uncorrelated: uncorrelated ?? path }),
  };
  return isList(items) ? items.map((one, at) => [one, `items[${at}]`, change]) : [[items, 'items', change]];
}
