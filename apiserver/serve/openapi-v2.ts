// The OpenAPI v2 document: schemas only. kubectl checks lists by it, before it sends their items, and takes it in
// protobuf only.
// Source: https://github.com/google/gnostic-models/blob/main/openapiv2/OpenAPIv2.proto (the numbers of the fields)

import type { KubernetesFacts } from '../facts/facts.ts';
import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  listIn,
  type MutableObject,
  objectIn,
  textIn,
} from '../model/json.ts';
import type { ApiAnswer } from '../model/request.ts';
import type { Resource } from '../registry/resource.ts';
import { integer, messageOf, nested, type Part, several, text } from '../schema/protobuf-writer.ts';
import { openApiDocument } from './openapi.ts';

const BINARY = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** The document in the form that is accepted. */
export function answerOpenApiV2(
  resources: readonly Resource[],
  facts: KubernetesFacts,
  accept: string | undefined,
): ApiAnswer {
  const document = toDocument(resources, facts);
  if ((accept ?? '').includes('proto-openapi.spec.v2'))
    return { kind: 'text', status: 200, body: toBinary(document), contentType: BINARY };
  return { kind: 'json', status: 200, body: document, warnings: [] };
}

function toDocument(resources: readonly Resource[], facts: KubernetesFacts): JsonObject {
  const definitions: MutableObject = {};
  let info: Json = {};
  for (const apiVersion of new Set(resources.map((resource) => resource.apiVersion))) {
    const document = openApiDocument(resources, apiVersion, facts);
    info = objectIn(document, 'info');
    for (const [name, schema] of Object.entries(objectIn(document, 'components', 'schemas')))
      definitions[name] ??= toV2(schema as JsonObject);
  }
  return { swagger: '2.0', info, paths: {}, definitions };
}

const IN_V3 = '#/components/schemas/';
const KEPT: ReadonlySet<string> = new Set(['type', 'format', 'required', 'description']);

// What v2 cannot say it leaves open: values of several types, and fields that are kept without being known.
function toV2(schema: JsonObject): JsonObject {
  const [reference] = listIn(schema, 'allOf');
  const $ref = textIn(reference, '$ref') || textIn(schema, '$ref');
  if ($ref !== '') return { $ref: `#/definitions/${$ref.slice(IN_V3.length)}` };
  const isOpen = schema['nullable'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema['x-kubernetes-int-or-string'] === true)
    return partsOf(schema, ['description', 'x-kubernetes-int-or-string']);
  if (schema['oneOf'] !== undefined) return { type: 'string' };
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => {
      const part = isOpen && !key.startsWith('x-kubernetes-') ? undefined : toV2Part(key, value);
      return part === undefined ? [] : [[key, part]];
    }),
  );
}

function partsOf(schema: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => names.includes(name)));
}

function toV2Part(key: string, value: Json): Json | undefined {
  switch (key) {
    case 'properties':
      return Object.fromEntries(
        Object.entries(value as JsonObject).map(([name, inner]) => [name, toV2(inner as JsonObject)]),
      );
    case 'items':
    case 'additionalProperties':
      return isObject(value) ? toV2(value) : value;
    default:
      return KEPT.has(key) || key.startsWith('x-kubernetes-') ? value : undefined;
  }
}

function toBinary(document: JsonObject): Uint8Array {
  const definitions = Object.entries(objectIn(document, 'definitions')).map(([name, schema]) => named(1, name, schema));
  const { title, version } = objectIn(document, 'info');
  return messageOf([
    text(1, '2.0'),
    nested(2, [text(1, String(title)), text(2, String(version))]),
    nested(8, []),
    nested(9, definitions),
  ]);
}

function named(field: number, name: string, schema: Json): Part {
  return nested(field, [text(1, name), nested(2, schemaParts(schema as JsonObject))]);
}

function schemaParts(schema: JsonObject): readonly Part[] {
  return Object.entries(schema).map(([key, value]) => schemaPart(key, value));
}

function schemaPart(key: string, value: Json): Part {
  switch (key) {
    case '$ref':
      return text(1, String(value));
    case 'format':
      return text(2, String(value));
    case 'description':
      return text(4, String(value));
    case 'required':
      return several((isList(value) ? value : []).map((name) => text(19, String(name))));
    case 'additionalProperties':
      return nested(21, [isObject(value) ? nested(1, schemaParts(value)) : integer(2, value === true ? 1 : 0)]);
    case 'type':
      return nested(22, [text(1, String(value))]);
    case 'items':
      return nested(23, [nested(1, schemaParts(value as JsonObject))]);
    case 'properties':
      return nested(
        25,
        Object.entries(value as JsonObject).map(([name, inner]) => named(1, name, inner)),
      );
    default:
      // Any value stands there as YAML, of which JSON is a part.
      return nested(31, [text(1, key), nested(2, [text(2, JSON.stringify(value))])]);
  }
}
