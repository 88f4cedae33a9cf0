// OpenAPI schemas -> types. Objects stay lazy: a field's type is made when it is first asked for.

import type { FieldType, KindSchema, ObjectType, SchemaObject, Type } from '../../model/type.ts';
import { ANY, arrayOf, BOOLEAN, INTEGER, NULL, NUMBER, OBJECT, objectOf, STRING, unionOf } from './algebra.ts';

/** Finds the schema behind a `$ref`. */
export type Resolve = (ref: string) => SchemaObject | undefined;

const NO_REFERENCES: Resolve = () => undefined;

// The same schema gives the same type, so that unions of it stay small. Schemas are never changed after they were read.
const known = new WeakMap<SchemaObject, Type>();

/** The type of the values that a schema allows. */
export function typeOfSchema(schema: SchemaObject, resolve: Resolve = NO_REFERENCES): Type {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const type = toType(schema, resolve);
  known.set(schema, type);
  return type;
}

function toType(schema: SchemaObject, resolve: Resolve): Type {
  const target = referenceOf(schema);
  if (target !== undefined) {
    const found = resolve(target);
    return found === undefined ? ANY : typeOfSchema(found, resolve);
  }
  const type = plainType(schema, resolve);
  return schema['nullable'] === true ? unionOf([type, NULL]) : type;
}

// References of the API server stand alone or, beside a default, as the only entry of allOf.
function referenceOf(schema: SchemaObject): string | undefined {
  const all = schema['allOf'];
  const [only] = Array.isArray(all) && all.length === 1 ? (all as readonly SchemaObject[]) : [];
  const ref = schema['$ref'] ?? only?.['$ref'];
  return typeof ref === 'string' ? ref : undefined;
}

function plainType(schema: SchemaObject, resolve: Resolve): Type {
  if (schema['x-kubernetes-int-or-string'] === true || schema['format'] === 'int-or-string')
    return unionOf([INTEGER, STRING]);
  switch (schema['type']) {
    case 'string':
      return textType(schema);
    case 'integer':
      return INTEGER;
    case 'number':
      return NUMBER;
    case 'boolean':
      return BOOLEAN;
    case 'array':
      return arrayType(schema, resolve);
    case 'object':
      return objectType(schema, resolve);
    default:
      return alternativesOf(schema, resolve);
  }
}

// Quantities are texts or numbers; a choice between objects that differ is not looked at.
function alternativesOf(schema: SchemaObject, resolve: Resolve): Type {
  const choices = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(choices) || choices.length === 0)
    return schema['properties'] === undefined ? ANY : objectType(schema, resolve);
  return unionOf((choices as readonly SchemaObject[]).map((choice) => typeOfSchema(choice, resolve)));
}

function textType(schema: SchemaObject): Type {
  const values = schema['enum'];
  const isKnown = Array.isArray(values) && values.every((value) => typeof value === 'string');
  return isKnown ? { kind: 'string', values: values as readonly string[] } : STRING;
}

function arrayType(schema: SchemaObject, resolve: Resolve): Type {
  const items = isSchema(schema['items']) ? typeOfSchema(schema['items'], resolve) : ANY;
  const keys = schema['x-kubernetes-list-map-keys'];
  const isMap = schema['x-kubernetes-list-type'] === 'map' && Array.isArray(keys) && keys.length > 0;
  return isMap ? { ...arrayOf(items), keys: keys as readonly string[] } : arrayOf(items);
}

function objectType(schema: SchemaObject, resolve: Resolve): ObjectType {
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly string[]) : [];
  const fields = new Map<string, FieldType>();
  return {
    kind: 'object',
    required,
    names: () => Object.keys(properties),
    field: (name) => {
      const before = fields.get(name);
      if (before !== undefined) return before;
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (!isSchema(property)) return undefined;
      // The API server fills in defaults, so such a field is there whenever the object around it is.
      const isPresent = required.includes(name) || property['default'] !== undefined;
      const field = { type: typeOfSchema(property, resolve), isPresent };
      fields.set(name, field);
      return field;
    },
    rest: restOf(schema, properties, resolve),
  };
}

function restOf(schema: SchemaObject, properties: SchemaObject, resolve: Resolve): Type | undefined {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return ANY;
  const others = schema['additionalProperties'];
  if (isSchema(others)) return typeOfSchema(others, resolve);
  return others === true || Object.keys(properties).length === 0 ? ANY : undefined;
}

function isSchema(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// What the API server gives to every object that it stores.
const STORED = ['name', 'uid', 'resourceVersion', 'creationTimestamp'];

/** The metadata of any object, where no better schema is at hand. */
const METADATA: ObjectType = objectOf(
  {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    uid: STRING,
    resourceVersion: STRING,
    generation: INTEGER,
    creationTimestamp: STRING,
    deletionTimestamp: STRING,
    deletionGracePeriodSeconds: INTEGER,
    labels: objectOf({}, { rest: STRING }),
    annotations: objectOf({}, { rest: STRING }),
    finalizers: arrayOf(STRING),
    ownerReferences: arrayOf(OBJECT),
    managedFields: arrayOf(OBJECT),
    selfLink: STRING,
  },
  {
    optional: new Set([
      ...['generateName', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'labels'],
      ...['annotations', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'finalizers', 'ownerReferences'],
      ...['managedFields', 'selfLink'],
    ]),
  },
);

// Fields of the spec that the API server fills in by code, where its schema has no default. Source: the API reference,
// which names the default of each.
const FILLED: { readonly [kind: string]: readonly string[] } = {
  Deployment: ['replicas', 'strategy', 'revisionHistoryLimit', 'progressDeadlineSeconds'],
  StatefulSet: ['replicas', 'podManagementPolicy', 'updateStrategy', 'revisionHistoryLimit'],
  ReplicaSet: ['replicas'],
  DaemonSet: ['updateStrategy', 'revisionHistoryLimit'],
  Service: ['type', 'sessionAffinity', 'internalTrafficPolicy'],
  Job: ['parallelism', 'backoffLimit', 'completionMode', 'suspend'],
  CronJob: ['suspend', 'concurrencyPolicy', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'],
  PersistentVolumeClaim: ['volumeMode'],
  Pod: ['restartPolicy', 'dnsPolicy', 'schedulerName', 'serviceAccountName'],
};

/** Facts of an object that go beyond its schema. */
export interface KindFacts {
  readonly kind: string;
  /** It is in the cluster: the API server has filled in what every object has. */
  readonly isStored: boolean;
  readonly isNamespaced: boolean | undefined;
  /** Every change of its spec is counted, as for all custom resources with a status. */
  readonly hasGeneration?: boolean;
}

/** The type of an object of a kind. */
export function typeOfKind(kind: Pick<KindSchema, 'schema' | 'resolve'>, facts: KindFacts): ObjectType {
  const type = typeOfSchema(kind.schema, kind.resolve);
  if (type.kind !== 'object') return { ...OBJECT, name: facts.kind };
  const always = [
    ...(facts.isStored ? STORED : ['name']),
    ...(facts.isNamespaced === true && facts.isStored ? ['namespace'] : []),
    ...(facts.hasGeneration === true ? ['generation'] : []),
  ];
  const own = type.field('metadata')?.type;
  const base = own?.kind === 'object' && own.names().length > 0 ? own : METADATA;
  const metadata: FieldType = { type: withPresent(base, new Set(always), ['name']), isPresent: true };
  const filled = facts.isStored && Object.hasOwn(FILLED, facts.kind) ? FILLED[facts.kind] : undefined;
  const names = [...new Set([...type.names(), 'apiVersion', 'kind', 'metadata'])];
  return {
    ...type,
    name: facts.kind,
    required: [...new Set([...type.required, 'metadata'])],
    names: () => names,
    field: (name) => {
      if (name === 'metadata') return metadata;
      if (name === 'apiVersion' || name === 'kind') return { type: STRING, isPresent: true };
      const field = type.field(name);
      if (name !== 'spec' || filled === undefined || field?.type.kind !== 'object') return field;
      return { ...field, type: withPresent(field.type, new Set(filled), field.type.required) };
    },
  };
}

function withPresent(type: ObjectType, always: ReadonlySet<string>, required: readonly string[]): ObjectType {
  return {
    ...type,
    required,
    field: (name) => {
      const field = type.field(name);
      return field !== undefined && always.has(name) ? { ...field, isPresent: true } : field;
    },
  };
}
