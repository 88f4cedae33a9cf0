// A schema, data that conforms to it, and whether a value is of a type.

import fc from 'fast-check';
import { partsOf, typeOfKind } from '../../engine/expression/expression.ts';
import { isObject, type Json, type MaybeJson } from '../../engine/model/json.ts';
import type { ObjectType, SchemaObject, Type, TypeEnvironment } from '../../engine/model/type.ts';

const text = { type: 'string' };
const integer = { type: 'integer' };
const listMap = (key: string, properties: SchemaObject, required: readonly string[]): SchemaObject => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [key],
  items: { type: 'object', required, properties },
});

const properties = {
  spec: {
    type: 'object',
    required: ['image', 'tier', 'size'],
    properties: {
      image: text,
      tier: { type: 'string', enum: ['web', 'api', 'worker'] },
      size: integer,
      replicas: { type: 'integer', default: 1 },
      ratio: { type: 'number' },
      host: text,
      debug: { type: 'boolean' },
      note: { type: 'string', nullable: true },
      port: { 'x-kubernetes-int-or-string': true },
      tags: { type: 'array', items: text },
      matrix: { type: 'array', items: { type: 'array', items: integer } },
      labels: { type: 'object', additionalProperties: text },
      weights: { type: 'object', additionalProperties: integer },
      env: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: text, value: text } } },
      ports: listMap('name', { name: text, port: integer, protocol: { type: 'string', enum: ['TCP', 'UDP'] } }, [
        'name',
        'port',
      ]),
      backup: {
        type: 'object',
        required: ['schedule'],
        properties: {
          schedule: text,
          keep: integer,
          target: { type: 'object', required: ['path'], properties: { path: text, size: { type: 'number' } } },
        },
      },
      groups: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'members'],
          properties: { name: text, members: { type: 'array', items: text }, quota: integer },
        },
      },
      extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
  },
  status: {
    type: 'object',
    properties: {
      phase: { type: 'string', enum: ['Pending', 'Running'] },
      ready: integer,
      conditions: listMap('type', { type: text, status: { type: 'string', enum: ['True', 'False', 'Unknown'] } }, [
        'type',
        'status',
      ]),
    },
  },
};

const schema: SchemaObject = { type: 'object', required: ['spec'], properties };

/** The types of the context, and of no variables. */
export const environment: TypeEnvironment = {
  context: typeOfKind(
    { schema, resolve: () => undefined },
    { kind: 'Web', isStored: true, isNamespaced: true, hasGeneration: true },
  ),
  variable: () => ({ kind: 'any' }),
  present: new Set(),
};

/** How data is made: `isFull`: every field is there, and no array is empty. */
interface Filling {
  readonly isFull: boolean;
}

const texts = fc.constantFrom('a', 'b', 'web', 'http', '10', 'x y', '', 'app:1.2');
const names = fc.constantFrom('a', 'b', 'http', 'web', 'team');
const anything: fc.Arbitrary<Json> = fc.oneof(
  texts,
  fc.nat(5),
  fc.boolean(),
  fc.constant(null),
  fc.dictionary(names, fc.nat(3)),
);

function dataOf(given: SchemaObject, filling: Filling): fc.Arbitrary<Json> {
  const plain = plainOf(given, filling);
  return given['nullable'] === true && !filling.isFull ? fc.oneof(plain, fc.constant(null)) : plain;
}

function plainOf(given: SchemaObject, filling: Filling): fc.Arbitrary<Json> {
  if (given['x-kubernetes-int-or-string'] === true) return fc.oneof(fc.integer({ min: -2, max: 9 }), texts);
  if (Array.isArray(given['enum'])) return fc.constantFrom(...(given['enum'] as readonly string[]));
  switch (given['type']) {
    case 'string':
      return texts;
    case 'integer':
      return fc.integer({ min: -2, max: 9 });
    case 'number':
      return fc.oneof(fc.integer({ min: -2, max: 9 }), fc.constantFrom(0.5, 2.25));
    case 'boolean':
      return fc.boolean();
    case 'array':
      return arrayOf(given, filling);
    default:
      return objectOf(given, filling);
  }
}

function arrayOf(given: SchemaObject, filling: Filling): fc.Arbitrary<Json> {
  const items = dataOf(given['items'] as SchemaObject, filling);
  const length = { minLength: filling.isFull ? 1 : 0, maxLength: 3 };
  const [key] = (given['x-kubernetes-list-map-keys'] ?? []) as readonly string[];
  if (key === undefined) return fc.array(items, length);
  return fc.uniqueArray(items, { ...length, selector: (item) => (item as Record<string, Json>)[key] });
}

function objectOf(given: SchemaObject, filling: Filling): fc.Arbitrary<Json> {
  const others = given['additionalProperties'] as SchemaObject | undefined;
  const size = { minKeys: filling.isFull ? 1 : 0, maxKeys: 3 };
  if (others !== undefined) return fc.dictionary(names, dataOf(others, filling), size);
  const fields = (given['properties'] ?? {}) as Readonly<Record<string, SchemaObject>>;
  if (Object.keys(fields).length === 0) return fc.dictionary(names, anything, size);
  const made = Object.entries(fields).map(([name, field]) => [name, dataOf(field, filling)] as const);
  const always = Object.keys(fields).filter(
    (name) => filling.isFull || fields[name]?.['default'] !== undefined || isRequired(given, name),
  );
  return fc.record(Object.fromEntries(made), { requiredKeys: always, noNullPrototype: true }) as fc.Arbitrary<Json>;
}

function isRequired(given: SchemaObject, name: string): boolean {
  return ((given['required'] ?? []) as readonly string[]).includes(name);
}

const stored = { name: 'shop', namespace: 'default', uid: 'u-1', resourceVersion: '7', generation: 2 };

/** Custom resources that conform to the schema. */
export function resources(filling: Filling): fc.Arbitrary<Json> {
  const labels = fc.dictionary(names, texts, { minKeys: filling.isFull ? 1 : 0, maxKeys: 2 });
  const metadata = fc.oneof(
    labels.map((more) => ({ ...stored, creationTimestamp: '2026-01-02T03:04:05Z', labels: more })),
    fc.constant({
      ...stored,
      creationTimestamp: '2026-01-02T03:04:05Z',
      ...(filling.isFull ? { labels: { a: 'b' } } : {}),
    }),
  );
  return fc
    .tuple(objectOf(schema, filling), metadata)
    .map(([object, more]) => ({ ...(object as object), apiVersion: 'example.com/v1', kind: 'Web', metadata: more }));
}

/** True if a type allows a value; undefined is nothing. */
export function isOfType(value: MaybeJson, type: Type): boolean {
  return partsOf(type).some((part) => isOfPart(value, part));
}

function isOfPart(value: MaybeJson, type: Type): boolean {
  switch (type.kind) {
    case 'any':
      return true;
    case 'nothing':
      return value === undefined;
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean' && (type.value === undefined || type.value === value);
    case 'number':
      return (
        typeof value === 'number' &&
        (!type.isInteger || Number.isInteger(value)) &&
        (type.value === undefined || type.value === value)
      );
    case 'string':
      return typeof value === 'string' && type.values?.includes(value) !== false;
    case 'array':
      return Array.isArray(value) && value.every((item: Json) => isOfType(item, type.items));
    case 'sequence':
      if (value === undefined || isOfType(value, type.items)) return true;
      return Array.isArray(value) && value.every((item: Json) => isOfType(item, type.items));
    case 'object':
      return isObject(value) && hasFields(value, type);
    case 'function':
    case 'union':
      return false;
  }
}

function hasFields(value: Readonly<Record<string, Json>>, type: ObjectType): boolean {
  const isGiven = type.names().every((name) => {
    const field = type.field(name);
    const item = Object.hasOwn(value, name) ? value[name] : undefined;
    return field === undefined || (item === undefined ? !field.isPresent : isOfType(item, field.type));
  });
  const others = Object.keys(value).filter((name) => type.field(name) === undefined);
  return isGiven && others.every((name) => type.rest !== undefined && isOfType(value[name], type.rest));
}
