// A definition with every kind of list and map, and random values for its objects. Domains are tiny: collisions matter.

import type { Json, JsonObject, MutableObject } from '../../../apiserver/model/json.ts';
import type { Random } from './random.ts';

const item = {
  type: 'object',
  properties: { name: { type: 'string' }, value: { type: 'string' }, on: { type: 'boolean' } },
};
const keyed = { ...item, required: ['name'] };

/** The schema of `spec`, which `status` shares. */
const PART: JsonObject = {
  type: 'object',
  properties: {
    text: { type: 'string', maxLength: 6 },
    number: { type: 'integer', minimum: 0, maximum: 9 },
    ratio: { type: 'number' },
    on: { type: 'boolean' },
    size: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
    level: { type: 'string', enum: ['low', 'high'], default: 'low' },
    maybe: { type: 'string', nullable: true },
    set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    map: { type: 'array', items: keyed, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
    ports: {
      type: 'array',
      items: {
        type: 'object',
        required: ['port'],
        properties: {
          port: { type: 'integer' },
          protocol: { type: 'string', default: 'TCP' },
          label: { type: 'string' },
        },
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
    },
    list: { type: 'array', items: item, 'x-kubernetes-list-type': 'atomic' },
    plain: { type: 'array', items: { type: 'integer' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    atom: {
      type: 'object',
      'x-kubernetes-map-type': 'atomic',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
    },
    nested: {
      type: 'object',
      properties: {
        deep: {
          ...item,
          properties: { ...item.properties, labels: { type: 'object', additionalProperties: { type: 'string' } } },
        },
      },
      default: { deep: { name: 'd' } },
    },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};

/** The definition. */
export const THINGS: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.script.example.com' },
  spec: {
    group: 'script.example.com',
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: PART, status: PART } } },
      },
    ],
  },
};

/** A random `spec` or `status`. Some are wrong. */
export function randomPart(random: Random): JsonObject {
  const part: MutableObject = {};
  for (const [name, make] of Object.entries(MAKERS)) {
    if (!random.chance(0.35)) continue;
    part[name] = random.chance(0.04) ? null : make(random);
  }
  if (random.chance(0.02)) part['strange'] = 'x';
  return part;
}

const word = (random: Random): string => random.pick(['a', 'b', 'c']);
const someWords = (random: Random): Json => Array.from({ length: random.below(4) }, () => word(random));
const labels = (random: Random): Json =>
  Object.fromEntries(Array.from({ length: random.below(3) }, () => [word(random), word(random)]));

function someItem(random: Random): MutableObject {
  const made: MutableObject = {};
  if (random.chance(0.95)) made['name'] = word(random);
  if (random.chance(0.6)) made['value'] = word(random);
  if (random.chance(0.3)) made['on'] = random.chance(0.5);
  return made;
}

const someItems = (random: Random): Json => Array.from({ length: random.below(4) }, () => someItem(random));

function free(random: Random, depth = 0): Json {
  switch (random.below(depth > 2 ? 4 : 7)) {
    case 0:
      return word(random);
    case 1:
      return random.below(3);
    case 2:
      return random.chance(0.5);
    case 3:
      return random.chance(0.3) ? null : {};
    case 4:
      return Array.from({ length: random.below(3) }, () => free(random, depth + 1));
    default:
      return Object.fromEntries(Array.from({ length: random.below(3) }, () => [word(random), free(random, depth + 1)]));
  }
}

const MAKERS: { readonly [name: string]: (random: Random) => Json } = {
  text: (random) => (random.chance(0.03) ? 'too long a text' : word(random)),
  number: (random) => (random.chance(0.03) ? 12 : random.below(3)),
  ratio: (random) => random.below(8) / 4,
  on: (random) => random.chance(0.5),
  size: (random) => (random.chance(0.5) ? random.below(3) : '50%'),
  level: (random) => random.pick(['low', 'high', 'high', 'high', 'other']),
  maybe: word,
  set: someWords,
  map: someItems,
  ports: (random) =>
    Array.from({ length: random.below(3) }, () => ({
      port: random.below(2) + 1,
      ...(random.chance(0.5) ? { protocol: random.pick(['TCP', 'UDP']) } : {}),
      ...(random.chance(0.5) ? { label: word(random) } : {}),
    })),
  list: someItems,
  plain: (random) => Array.from({ length: random.below(3) }, () => random.below(2)),
  labels,
  atom: (random) => (random.chance(0.2) ? {} : { a: word(random), ...(random.chance(0.5) ? { b: word(random) } : {}) }),
  nested: (random) =>
    random.chance(0.2)
      ? {}
      : { deep: { ...someItem(random), ...(random.chance(0.5) ? { labels: labels(random) } : {}) } },
  free: (random) => Object.fromEntries(Array.from({ length: random.below(4) }, () => [word(random), free(random)])),
};
