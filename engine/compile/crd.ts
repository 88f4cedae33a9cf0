// A rule's `resource.crd` -> the CustomResourceDefinition.
//
// What the engine adds to the author's schema: `status.observedGeneration`, `status.conditions` (merged by type),
// `status.children` (which objects the rule made) and `status.patches` (what it did to objects that are not its own), `status.restarts` (why pods started anew), and the default `observedGeneration: -1`, so that a resource that no
// engine has seen yet is never taken for ready. Source: kstatus, which takes a status without conditions for current.

import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { groupOf } from '../model/object.ts';
import type { LooseRule } from '../model/rule.ts';

type Resource = NonNullable<NonNullable<LooseRule['spec']>['resource']>;

/** The schema of `status.conditions`. */
export const CONDITIONS: JsonObject = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
    properties: {
      type: { type: 'string', maxLength: 316 },
      status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
      observedGeneration: { type: 'integer', format: 'int64' },
      lastTransitionTime: { type: 'string', format: 'date-time' },
      reason: { type: 'string', maxLength: 1024 },
      message: { type: 'string', maxLength: 32768 },
    },
  },
};

const CHILDREN: JsonObject = {
  type: 'array',
  'x-kubernetes-list-type': 'atomic',
  items: {
    type: 'object',
    required: ['id', 'apiVersion', 'kind', 'name'],
    properties: {
      id: { type: 'string' },
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      name: { type: 'string' },
      namespace: { type: 'string' },
      key: { type: 'string' },
    },
  },
};

interface Schemas {
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
}

const listBy = (keys: readonly string[], properties: JsonObject): JsonObject => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
  items: {
    type: 'object',
    required: keys,
    properties: { ...Object.fromEntries(keys.map((key) => [key, { type: 'string' }])), ...properties },
  },
});

// What the rule remembers; nothing for a rule that does not.
function stateOf({ spec = {} }: LooseRule): JsonObject {
  const text: JsonObject = { type: 'string' };
  const task: JsonObject = {
    phase: text,
    attempt: { type: 'integer' },
    startedAt: text,
    finishedAt: text,
    message: text,
  };
  return {
    ...(spec.tasks === undefined ? {} : { tasks: listBy(['id', 'key'], task) }),
    ...(spec.memory === undefined ? {} : { memory: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }),
    ...(spec.schedules === undefined ? {} : { schedules: listBy(['id'], { spec: text, last: text, next: text }) }),
    ...(spec.triggers === undefined
      ? {}
      : { triggers: listBy(['id'], { value: text, at: text, pending: { type: 'boolean' } }) }),
  };
}

// Why pods started anew; nothing for a rule without.
function restartsOf({ spec = {} }: LooseRule): JsonObject {
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'];
  const mayStart =
    (spec.children ?? []).some((one) => one?.rollout !== undefined || kinds.includes(one?.template?.kind ?? '')) ||
    (spec.patches ?? []).some((one) => kinds.includes(one?.target?.kind ?? ''));
  const text: JsonObject = { type: 'string' };
  const told: JsonObject = { id: text, kind: text, name: text, at: text, reason: text };
  // Of one that is about to be made. Source: toPendingJson in engine/model/restart.ts.
  const pending: JsonObject = { apiVersion: text, namespace: text, cause: text, mark: text, uid: text };
  const items: JsonObject = { type: 'object', required: Object.keys(told), properties: { ...told, ...pending } };
  return mayStart ? { restarts: { type: 'array', 'x-kubernetes-list-type': 'atomic', items } } : {};
}

// What would be done, of a resource that is only observed. Source: toPreviewJson in engine/status/preview.ts.
const PREVIEW: JsonObject = {
  type: 'array',
  'x-kubernetes-list-type': 'atomic',
  items: {
    type: 'object',
    required: ['id', 'action'],
    properties: {
      id: { type: 'string' },
      action: { type: 'string' },
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      name: { type: 'string' },
      namespace: { type: 'string' },
      fields: { type: 'array', 'x-kubernetes-list-type': 'atomic', items: { type: 'string' } },
      startsAnew: { type: 'boolean' },
      refused: { type: 'string' },
      message: { type: 'string' },
    },
  },
};

const PATCHES: JsonObject = {
  type: 'array',
  'x-kubernetes-list-type': 'atomic',
  items: {
    type: 'object',
    required: ['id', 'mode', 'apiVersion', 'kind', 'name', 'uid', 'hash'],
    properties: {
      id: { type: 'string' },
      mode: { type: 'string' },
      subresource: { type: 'string' },
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      name: { type: 'string' },
      namespace: { type: 'string' },
      uid: { type: 'string' },
      hash: { type: 'string' },
      applied: { type: 'boolean' },
      effects: {
        type: 'array',
        'x-kubernetes-list-type': 'atomic',
        items: {
          type: 'object',
          required: ['path'],
          properties: {
            path: { type: 'string' },
            before: { 'x-kubernetes-preserve-unknown-fields': true },
            after: { 'x-kubernetes-preserve-unknown-fields': true },
            was: { 'x-kubernetes-preserve-unknown-fields': true },
          },
        },
      },
    },
  },
};

/** The names of a custom resource in URLs and messages. */
export interface ResourceNames {
  readonly plural: string;
  readonly singular: string;
}

/** The names that a kind gets when its author gives none. Source: the plural rule of gengo, which kubebuilder uses. */
export function namesOf(kind: string): ResourceNames {
  const singular = kind.toLowerCase();
  if (/[^aeiou]y$/.test(singular)) return { singular, plural: `${singular.slice(0, -1)}ies` };
  return { singular, plural: /(s|x|z|ch|sh)$/.test(singular) ? `${singular}es` : `${singular}s` };
}

/** The CustomResourceDefinition of a rule that defines one. */
export function toCrd(rule: LooseRule): JsonObject | undefined {
  const { apiVersion, kind, crd }: Resource = rule.spec?.resource ?? {};
  if (crd === undefined || apiVersion === undefined || kind === undefined) return undefined;
  const names = namesOf(kind);
  const plural = crd.plural ?? names.plural;
  const group = groupOf(apiVersion);
  const optional = (key: string, value: readonly (string | null)[] | undefined) =>
    value === undefined ? {} : { [key]: value.filter((item) => item !== null) };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: crd.singular ?? names.singular,
        ...optional('shortNames', crd.shortNames),
        ...optional('categories', crd.categories),
      },
      scope: crd.scope ?? 'Namespaced',
      versions: toVersions(apiVersion.slice(group.length + 1), crd, rule),
    },
  };
}

// All with the same schema: an API server that converts nothing drops what the version that is written through does not
// have, also where it was there before.
function toVersions(newest: string, crd: NonNullable<Resource['crd']>, rule: LooseRule): Json {
  const common: JsonObject = {
    subresources: { status: {}, ...(crd.scale === undefined ? {} : { scale: crd.scale as JsonObject }) },
    additionalPrinterColumns: printerColumns(crd.printerColumns ?? []),
    schema: { openAPIV3Schema: toSchema(crd.schema as Schemas | undefined, rule) },
  };
  const older = (crd.versions ?? []).flatMap((version): JsonObject[] => {
    const { name, served = true, deprecated, deprecationWarning: warning } = version ?? {};
    if (name === undefined) return [];
    const isDeprecated = deprecated === true || warning !== undefined;
    return [
      {
        ...{ name, served, storage: false },
        ...(isDeprecated ? { deprecated: true } : {}),
        ...(warning === undefined ? {} : { deprecationWarning: warning }),
        ...common,
      },
    ];
  });
  return [{ name: newest, served: true, storage: true, ...common }, ...older];
}

function printerColumns(columns: readonly (object | null)[]): Json {
  const ready = { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' };
  const reason = { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' };
  const age = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
  return [...(columns.filter((column) => column !== null) as JsonObject[]), ready, reason, age];
}

function toSchema(schema: Schemas | undefined, rule: LooseRule): JsonObject {
  const own = schema?.status ?? { type: 'object' };
  const properties = own['properties'] as JsonObject | undefined;
  const status: JsonObject = {
    ...own,
    default: { observedGeneration: -1 },
    properties: {
      ...properties,
      observedGeneration: { type: 'integer', format: 'int64' },
      conditions: CONDITIONS,
      children: CHILDREN,
      ...stateOf(rule),
      ...restartsOf(rule),
      patches: PATCHES,
      preview: PREVIEW,
    },
  };
  const spec: JsonObject = schema?.spec ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const isRequired = Array.isArray(spec['required']) && spec['required'].length > 0;
  const required = isRequired ? { required: ['spec'] } : {};
  return {
    type: 'object',
    ...required,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: isRequired ? spec : withDefault(spec),
      status,
    },
  };
}

// What says more of a default than that its fields fit.
const WITH_DEMANDS = ['default', 'minProperties', 'x-kubernetes-validations', 'allOf', 'anyOf', 'oneOf', 'not'];

// An API server fills in defaults only where the mapping is that they are in: a resource without a spec would have none.
function withDefault(spec: JsonObject): JsonObject {
  const fields = isObject(spec['properties']) ? Object.values(spec['properties']) : [];
  const hasDefaults = fields.some((field) => isObject(field) && field['default'] !== undefined);
  return hasDefaults && !WITH_DEMANDS.some((keyword) => spec[keyword] !== undefined) ? { ...spec, default: {} } : spec;
}
