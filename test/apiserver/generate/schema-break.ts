// Schemas of which something is wrong: a random word more at a random place.

import { isList, isObject, type Json, type JsonObject } from '../../../apiserver/model/json.ts';
import type { Random } from './random.ts';

const WORDS: readonly (readonly [word: string, values: readonly Json[]])[] = [
  ['type', ['', 'text', 'object', 'array', 'string', 'integer', 'null']],
  ['default', [null, 1, 'x', {}, [], { unknown: 1 }, ['x', 'x']]],
  ['nullable', [true]],
  ['uniqueItems', [true]],
  ['id', ['x']],
  ['$ref', ['#/definitions/x', '']],
  ['additionalItems', [true, { type: 'string' }]],
  ['patternProperties', [{ x: { type: 'string' } }]],
  ['definitions', [{ x: { type: 'string' } }]],
  ['dependencies', [{ x: ['y'] }]],
  ['pattern', ['[', 'a(?=b)', 'x**', '\\8', '(a']],
  ['format', ['nothing', 'int32', 'date']],
  ['title', ['t']],
  ['description', ['d']],
  ['required', [['a'], ['nothing']]],
  ['additionalProperties', [true, false, { type: 'string' }, {}]],
  ['items', [{ type: 'string' }, {}, { type: 'object' }]],
  ['properties', [{ a: { type: 'string' } }, { metadata: { type: 'object' } }, { kind: { type: 'integer' } }, {}]],
  ['x-kubernetes-preserve-unknown-fields', [true, false]],
  ['x-kubernetes-int-or-string', [true]],
  ['x-kubernetes-embedded-resource', [true]],
  ['x-kubernetes-list-type', ['set', 'map', 'atomic', 'other']],
  ['x-kubernetes-list-map-keys', [['k'], ['a', 'a'], ['nothing']]],
  ['x-kubernetes-map-type', ['atomic', 'granular', 'other']],
  [
    'anyOf',
    [[{ type: 'string' }], [{ properties: { zz: { minimum: 1 } } }], [{ type: 'integer' }, { type: 'string' }]],
  ],
  ['oneOf', [[{ items: { minLength: 1 } }], [{ nullable: true, title: 't' }]]],
  ['allOf', [[{ description: 'd' }, { default: 1 }], [{ additionalProperties: { minLength: 1 } }]]],
  [
    'not',
    [{ type: 'object' }, { 'x-kubernetes-list-type': 'set' }, { properties: { metadata: { minProperties: 1 } } }],
  ],
];

/** The schema with a random word at a random place, or without one that it has. */
export function breakSchema(random: Random, schema: JsonObject): JsonObject {
  const places = placesIn(schema, []);
  return changeAt(schema, random.pick(places), (part) => {
    const names = Object.keys(part);
    if (names.length > 0 && random.chance(0.15)) {
      const { [random.pick(names)]: _, ...rest } = part;
      return rest;
    }
    const [word, values] = random.pick(WORDS);
    return { ...part, [word]: random.pick(values) };
  });
}

type Path = readonly (string | number)[];

const LISTS: readonly string[] = ['anyOf', 'oneOf', 'allOf'];

/** Where schemas are within a schema. */
function placesIn(schema: JsonObject, path: Path): readonly Path[] {
  const inner = Object.entries(schema).flatMap(([word, value]) =>
    innerOf(word, value).map(([steps, one]) => [[...path, word, ...steps], one] as const),
  );
  return [path, ...inner.flatMap(([at, one]) => (isObject(one) ? placesIn(one, at) : []))];
}

function innerOf(word: string, value: Json): readonly (readonly [steps: Path, schema: Json])[] {
  if (word === 'properties' && isObject(value)) return Object.entries(value).map(([name, inner]) => [[name], inner]);
  if (LISTS.includes(word) && isList(value)) return value.map((inner, at) => [[at], inner]);
  return ['items', 'additionalProperties', 'not'].includes(word) ? [[[], value]] : [];
}

function changeAt(value: Json, [step, ...rest]: Path, change: (part: JsonObject) => JsonObject): JsonObject {
  if (step === undefined) return change(value as JsonObject);
  if (isList(value))
    return value.map((item, at) => (at === step ? changeAt(item, rest, change) : item)) as unknown as JsonObject;
  const object = value as JsonObject;
  return { ...object, [step]: changeAt(object[step] as Json, rest, change) };
}
