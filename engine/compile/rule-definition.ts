// The CustomResourceDefinition of `Rule` itself: rules as objects of the cluster.
//
// Made from the schema of rule files, so that both say the same. An API server takes structural schemas only, and drops
// fields that they do not have without a word; so it is told to keep all fields, and what a rule may not have is said by
// the engine, with its place, in the object's conditions.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema

import ruleSchema from '../../schemas/rule.schema.json' with { type: 'json' };
import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { CONDITIONS } from './crd.ts';

const KEEP_ALL = { 'x-kubernetes-preserve-unknown-fields': true } as const;

// Keywords that mean the same in both, but for those below.
const SAME = ['description', 'enum', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'];

/** The definition of `Rule`. */
export function ruleDefinition(): JsonObject {
  const { properties } = ruleSchema;
  const name = toStructural(properties.metadata.properties.name as Json);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'rules.opsonata.dev' },
    spec: {
      group: 'opsonata.dev',
      names: { kind: 'Rule', listKind: 'RuleList', plural: 'rules', singular: 'rule', categories: ['opsonata'] },
      scope: 'Cluster',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: 'Kind', type: 'string', jsonPath: '.spec.resource.kind' },
            { name: 'Accepted', type: 'string', jsonPath: '.status.conditions[?(@.type=="Accepted")].status' },
            { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
            { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
            { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
          ],
          schema: {
            openAPIV3Schema: {
              description: ruleSchema.description,
              type: 'object',
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object', properties: { name } },
                spec: toStructural(properties.spec as Json),
                status: {
                  description: 'What the engine says of the rule.',
                  type: 'object',
                  default: { observedGeneration: -1 },
                  properties: { observedGeneration: { type: 'integer', format: 'int64' }, conditions: CONDITIONS },
                },
              },
            },
          },
        },
      ],
    },
  };
}

function toStructural(schema: Json): JsonObject {
  if (!isObject(schema)) return KEEP_ALL;
  const { $ref, const: only, type, properties, items, additionalProperties, required } = schema;
  if (typeof $ref === 'string') return toStructural(definitionOf($ref));
  const same = Object.fromEntries(SAME.flatMap((word) => (schema[word] === undefined ? [] : [[word, schema[word]]])));
  // A value of several types cannot be told in a structural schema: anything is taken, and the engine checks it.
  const isOneType = typeof type === 'string' || only !== undefined || schema['enum'] !== undefined;
  return {
    ...same,
    ...(isOneType ? { type: typeof type === 'string' ? type : 'string' } : KEEP_ALL),
    ...(only === undefined ? {} : { enum: [only] }),
    ...(isArray(required) ? { required } : {}),
    ...(isObject(items) ? { items: toStructural(items) } : {}),
    ...(type === 'object' ? toMapping(properties, additionalProperties) : {}),
  };
}

function toMapping(properties: Json | undefined, others: Json | undefined): JsonObject {
  if (isObject(others)) return { additionalProperties: toStructural(others) };
  if (!isObject(properties)) return KEEP_ALL;
  const known = Object.entries(properties).map(([name, schema]) => [name, toStructural(schema)] as const);
  return { ...KEEP_ALL, properties: Object.fromEntries(known) };
}

function definitionOf(ref: string): Json {
  const definitions: { readonly [name: string]: unknown } = ruleSchema.definitions;
  return definitions[ref.slice(ref.lastIndexOf('/') + 1)] as Json;
}
