// Is the schema under `crd` a structural one? The API server would refuse it, with a path but without a line.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema

import type { Diagnostic } from '../../model/diagnostic.ts';
import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { PathStep, Places } from '../../model/rule.ts';
import { suggest } from '../../model/suggest.ts';
import { lintDefault } from './defaults.ts';
import { lintForms } from './forms.ts';
import { lintKeywords } from './keywords.ts';
import { lintExtensions } from './list-schema.ts';

const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean'];
const KEYWORDS = [
  ...['type', 'format', 'title', 'description', 'default', 'example', 'nullable', 'enum', 'externalDocs'],
  ...['properties', 'additionalProperties', 'required', 'minProperties', 'maxProperties'],
  ...['items', 'minItems', 'maxItems', 'uniqueItems', 'minLength', 'maxLength', 'pattern'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'allOf', 'anyOf', 'oneOf', 'not'],
  ...['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-int-or-string', 'x-kubernetes-embedded-resource'],
  ...['x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type', 'x-kubernetes-validations'],
];

/** A mistake at a place within a schema. `at`: whether the keyword or its value is wrong. */
export interface Mistake {
  readonly steps: readonly PathStep[];
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly hint: string;
}

/**
 * What the API server would refuse in the schema at `path`, and everything below it; but for rules in CEL, and defaults
 * that do not fit a format.
 */
export function lintSchema(schema: Json, path: readonly PathStep[], places: Places): readonly Diagnostic[] {
  const toDiagnostic = ({ steps, at, message, hint }: Mistake): Diagnostic => ({
    ...{ code: 'InvalidSchema', severity: 'error', message, hint },
    span: places[at]([...path, ...steps]),
  });
  const say: Say = (steps, message, hint) =>
    toDiagnostic({ steps, at: steps.at(-1) === 'type' ? 'value' : 'key', message, hint });
  if (!isObject(schema)) return [say([], 'a schema is a mapping', 'write { type: … }')];
  const unknown = Object.keys(schema).filter((keyword) => !KEYWORDS.includes(keyword));
  const keywords = lintKeywords(schema);
  return [
    ...unknown.map((keyword) =>
      say([keyword], `"${keyword}" is not a keyword of a schema`, suggest(keyword, KEYWORDS) ?? 'remove it'),
    ),
    ...lintType(schema, say),
    ...lintRequired(schema, say),
    ...keywords.map(toDiagnostic),
    // Of what cannot be read nothing more can be said.
    ...(keywords.length > 0 ? [] : [...lintForms(schema), ...lintExtensions(schema), ...lintDefault(schema)]).map(
      toDiagnostic,
    ),
    ...childSchemas(schema).flatMap(([steps, child]) => lintSchema(child, [...path, ...steps], places)),
  ];
}

type Say = (steps: readonly PathStep[], message: string, hint: string) => Diagnostic;

function lintType(schema: JsonObject, say: Say): readonly Diagnostic[] {
  const type = schema['type'];
  const typeless =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === undefined) return typeless ? [] : [say([], 'the schema has no type', `add type: ${TYPES.join(' | ')}`)];
  if (!TYPES.includes(String(type)))
    return [
      say(['type'], `"${String(type)}" is not a type`, suggest(String(type), TYPES) ?? `use ${TYPES.join(', ')}`),
    ];
  if (type === 'array' && schema['items'] === undefined)
    return [say([], 'an array needs items', 'add items: { type: … }')];
  if (schema['properties'] !== undefined && schema['additionalProperties'] !== undefined) {
    return [
      say(['additionalProperties'], 'properties and additionalProperties exclude each other', 'remove one of the two'),
    ];
  }
  return [];
}

function lintRequired(schema: JsonObject, say: Say): readonly Diagnostic[] {
  const { required, properties } = schema;
  if (!Array.isArray(required) || !isObject(properties)) return [];
  const known = Object.keys(properties);
  return required.flatMap((name: Json, index: number) =>
    known.includes(String(name))
      ? []
      : [
          say(
            ['required', index],
            `the required field "${String(name)}" is not defined`,
            suggest(String(name), known) ?? 'define it under properties',
          ),
        ],
  );
}

function childSchemas(schema: JsonObject): readonly (readonly [readonly PathStep[], Json])[] {
  const children: [PathStep[], Json][] = [];
  const { properties, items, additionalProperties } = schema;
  if (isObject(properties))
    for (const [name, child] of Object.entries(properties)) children.push([['properties', name], child]);
  if (items !== undefined) children.push([['items'], items]);
  if (isObject(additionalProperties)) children.push([['additionalProperties'], additionalProperties]);
  return children;
}
