// Random structural schemas, with everything that they may have in them. Domains are tiny: values must meet.

import type { Json, JsonObject, MutableObject } from '../../../apiserver/model/json.ts';
import type { Random } from './random.ts';
import { randomValue } from './schema-value.ts';

const NAMES: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'x-y', 'z.z'];
const FORMATS: readonly string[] =
  'date-time date duration uuid ipv4 ipv6 cidr mac byte hostname uri email hexcolor rgbcolor isbn ssn password uuid4 bsonobjectid creditcard k8s-short-name k8s-long-name strange'.split(
    ' ',
  );
const PATTERNS: readonly string[] = ['^[a-z]+$', 'x', '^.{0,3}$', '\\d', '^(?:x|y)*$', '[^a]'];

/** A random schema of a `spec`: an object with some fields. */
export function randomSpec(random: Random): JsonObject {
  return withAlternatives(random, objectSchema(random, 0), 0);
}

/** A random schema. */
export function randomSchema(random: Random, depth: number): JsonObject {
  const makers = depth >= 3 ? SIMPLE : random.chance(0.55) ? SIMPLE : DEEP;
  const made: MutableObject = { ...random.pick(makers)(random, depth) };
  if (random.chance(0.12)) made['nullable'] = true;
  const schema = random.chance(0.2) ? withAlternatives(random, made, depth) : made;
  return random.chance(0.15) ? withDefault(random, schema) : schema;
}

type Maker = (random: Random, depth: number) => JsonObject;

const maybe = (random: Random, probability: number, fields: JsonObject): JsonObject =>
  random.chance(probability) ? fields : {};

/** The rules about texts. */
function textRules(random: Random): JsonObject {
  return {
    ...maybe(random, 0.25, { minLength: random.below(3) }),
    ...maybe(random, 0.35, { maxLength: random.below(5) + 1 }),
    ...maybe(random, 0.2, { pattern: random.pick(PATTERNS) }),
    ...maybe(random, 0.25, { format: random.pick(FORMATS) }),
    ...maybe(random, 0.15, { enum: ['x', 'y', ...(random.chance(0.3) ? ['xyz'] : [])] }),
  };
}

/** The rules about numbers; whole ones for integers, most of the time. */
function numberRules(random: Random, isWhole: boolean): JsonObject {
  const limit = (): number => (isWhole && random.chance(0.9) ? random.below(5) : random.below(9) / 2);
  return {
    ...maybe(random, 0.35, { minimum: limit() }),
    ...maybe(random, 0.15, { exclusiveMinimum: true }),
    ...maybe(random, 0.35, { maximum: limit() }),
    ...maybe(random, 0.15, { exclusiveMaximum: true }),
    ...maybe(random, 0.15, { multipleOf: isWhole ? random.below(3) + 1 : random.pick([0.5, 1, 2.5, 0.1]) }),
    ...maybe(random, 0.1, { enum: [0, 1, 2.5] }),
  };
}

function listRules(random: Random): JsonObject {
  return {
    ...maybe(random, 0.3, { minItems: random.below(3) }),
    ...maybe(random, 0.4, { maxItems: random.below(3) + 1 }),
  };
}

function countRules(random: Random): JsonObject {
  return {
    ...maybe(random, 0.15, { minProperties: random.below(3) }),
    ...maybe(random, 0.15, { maxProperties: random.below(3) + 1 }),
  };
}

const SIMPLE: readonly Maker[] = [
  (random) => ({ type: 'string', ...textRules(random) }),
  (random) => ({ type: 'string', ...textRules(random) }),
  (random) => ({
    type: 'integer',
    ...numberRules(random, true),
    ...maybe(random, 0.2, { format: random.pick(['int32', 'int64', 'int16']) }),
  }),
  (random) => ({
    type: 'number',
    ...numberRules(random, false),
    ...maybe(random, 0.2, { format: random.pick(['float', 'double']) }),
  }),
  () => ({ type: 'boolean' }),
  (random) => ({
    'x-kubernetes-int-or-string': true,
    ...maybe(random, 0.5, { anyOf: [{ type: 'integer' }, { type: 'string' }] }),
    ...maybe(random, 0.3, { maximum: 2, maxLength: 2 }),
    ...maybe(random, 0.2, { pattern: '^\\d+%?$' }),
  }),
];

const DEEP: readonly Maker[] = [
  objectSchema,
  objectSchema,
  (random, depth) => ({
    type: 'object',
    additionalProperties: random.chance(0.1) ? true : randomSchema(random, depth + 1),
    ...countRules(random),
    ...maybe(random, 0.15, { 'x-kubernetes-map-type': random.pick(['atomic', 'granular']) }),
  }),
  (random, depth) => ({
    type: 'array',
    items: randomSchema(random, depth + 1),
    ...listRules(random),
    ...maybe(random, 0.2, { 'x-kubernetes-list-type': 'atomic' }),
  }),
  (random) => ({
    type: 'array',
    'x-kubernetes-list-type': 'set',
    items: random.pick<Json>([{ type: 'string' }, { type: 'integer' }, { type: 'array', items: { type: 'integer' } }]),
    ...listRules(random),
  }),
  keyedList,
  openObject,
  embedded,
];

function objectSchema(random: Random, depth: number): JsonObject {
  const properties: MutableObject = {};
  for (const name of NAMES)
    if (random.chance(depth === 0 ? 0.75 : 0.4)) properties[name] = randomSchema(random, depth + 1);
  if (Object.keys(properties).length === 0) properties['a'] = randomSchema(random, depth + 1);
  const needed = Object.keys(properties).filter(() => random.chance(0.15));
  return {
    type: 'object',
    properties,
    ...maybe(random, needed.length > 0 ? 1 : 0, { required: needed }),
    ...countRules(random),
    ...maybe(random, 0.08, { 'x-kubernetes-preserve-unknown-fields': true }),
    ...maybe(random, 0.08, { 'x-kubernetes-map-type': random.pick(['atomic', 'granular']) }),
  };
}

function keyedList(random: Random, depth: number): JsonObject {
  const keys = random.chance(0.7) ? ['k'] : ['k', 'l'];
  return {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': keys,
    items: {
      type: 'object',
      required: ['k'],
      properties: {
        k: { type: 'string', ...maybe(random, 0.2, { maxLength: 2 }) },
        l: { type: 'integer', default: 1 },
        v: randomSchema(random, depth + 1),
      },
    },
    ...listRules(random),
  };
}

function openObject(random: Random, depth: number): JsonObject {
  return {
    ...maybe(random, 0.7, { type: 'object' }),
    'x-kubernetes-preserve-unknown-fields': true,
    ...maybe(random, 0.4, { properties: { a: randomSchema(random, depth + 1) } }),
  };
}

function embedded(random: Random, depth: number): JsonObject {
  return {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    ...(random.chance(0.7)
      ? { 'x-kubernetes-preserve-unknown-fields': true }
      : { properties: { a: randomSchema(random, depth + 1) } }),
  };
}

function withDefault(random: Random, schema: JsonObject): JsonObject {
  const value = randomValue(random, schema, 0.05);
  return value === null || value === undefined ? schema : { ...schema, default: value };
}

/** The schema with alternatives that speak of what it has. */
function withAlternatives(random: Random, schema: JsonObject, depth: number): JsonObject {
  if (!random.chance(0.35)) return schema;
  const word = random.pick(['anyOf', 'oneOf', 'allOf', 'not']);
  if (schema[word] !== undefined) return schema;
  if (word === 'not') return { ...schema, not: nestedRules(random, schema, depth) };
  const count = random.below(3) + 1;
  return { ...schema, [word]: Array.from({ length: count }, () => nestedRules(random, schema, depth)) };
}

function nestedRules(random: Random, schema: JsonObject, depth: number): JsonObject {
  const inner = random.chance(0.15) && depth < 3 ? withAlternatives(random, {}, depth + 1) : {};
  switch (schema['type']) {
    case 'string':
      return { ...textRules(random), ...inner };
    case 'integer':
      return { ...numberRules(random, true), ...inner };
    case 'number':
      return { ...numberRules(random, false), ...inner };
    case 'array':
      return { ...listRules(random), ...nestedItems(random, schema, depth), ...inner };
    case 'object':
      return { ...countRules(random), ...nestedFields(random, schema, depth), ...inner };
    default:
      return { ...maybe(random, 0.5, { enum: ['x', 1, true] }), ...inner };
  }
}

function nestedItems(random: Random, { items }: JsonObject, depth: number): JsonObject {
  return maybe(random, 0.4, { items: nestedRules(random, items as JsonObject, depth + 1) });
}

function nestedFields(random: Random, schema: JsonObject, depth: number): JsonObject {
  const properties = (schema['properties'] ?? {}) as { readonly [name: string]: JsonObject };
  const names = Object.keys(properties).filter((name) => name !== 'metadata');
  const picked = names.filter(() => random.chance(0.35));
  const needed = names.filter(() => random.chance(0.3));
  return {
    ...maybe(random, needed.length > 0 ? 1 : 0, { required: needed }),
    ...maybe(random, picked.length > 0 ? 0.7 : 0, {
      properties: Object.fromEntries(
        picked.map((name) => [name, nestedRules(random, properties[name] as JsonObject, depth + 1)]),
      ),
    }),
  };
}
