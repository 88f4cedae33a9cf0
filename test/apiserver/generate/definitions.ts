// Definitions: made, wrong, changed, served in two versions, shown as tables, deleted with their objects.

import type { Json, JsonObject, MutableObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';
import { definitionLives } from './definition-life.ts';
import { unreadableScript } from './unreadable.ts';

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

interface Shape {
  readonly plural: string;
  readonly kind: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly versions: readonly JsonObject[];
}

function definition({ plural, kind, scope, versions }: Shape): JsonObject {
  const group = 'defined.example.com';
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope, names: { plural, kind, shortNames: ['sh'] }, versions },
  };
}

function version(name: string, spec: JsonObject, more: JsonObject = {}): JsonObject {
  const schema = {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec, status: { type: 'object', properties: { n: { type: 'integer' }, m: { type: 'integer' } } } },
    },
  };
  return { name, served: true, storage: name === 'v1', schema, ...more };
}

const SPEC = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1 },
    mode: { type: 'string', default: 'plain' },
    replicas: { type: 'integer' },
  },
};
const COLUMNS = [
  { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
  { name: 'Mode', type: 'string', jsonPath: '.spec.mode', description: 'how', priority: 1 },
  { name: 'Missing', type: 'string', jsonPath: '.spec.missing' },
];
const FULL = {
  additionalPrinterColumns: COLUMNS,
  subresources: {
    status: {},
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.m' },
  },
};

const established = (name: string): Step => ({
  method: 'GET',
  path: `${PATH}/${name}`,
  until: { path: ['status', 'conditions', '1', 'status'], value: 'True' },
});

/** The life of a definition with a status, columns and two versions. */
function fullLife(): Script {
  const group = 'defined.example.com';
  const name = `boxes.${group}`;
  const shape: Shape = { plural: 'boxes', kind: 'Box', scope: 'Namespaced', versions: [version('v1', SPEC, FULL)] };
  const base = `/apis/${group}/v1/namespaces/defined-ns/boxes`;
  const box = (metadata: JsonObject, spec: Json): JsonObject => ({
    apiVersion: `${group}/v1`,
    kind: 'Box',
    metadata,
    spec,
  });
  const merge = { contentType: 'application/merge-patch+json' };
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'defined-ns' } } },
    { method: 'GET', path: base },
    { method: 'POST', path: PATH, body: definition(shape) },
    established(name),
    { method: 'POST', path: PATH, body: definition(shape) },
    { method: 'GET', path: base, until: { path: ['kind'], value: 'BoxList' } },
    { method: 'POST', path: base, body: box({ name: 'a' }, { size: 1 }) },
    { method: 'POST', path: base, body: box({ name: 'b' }, {}) },
    { method: 'POST', path: base, body: box({ name: 'b' }, { size: 0, mode: 5 }) },
    { method: 'POST', path: base, body: { metadata: { name: 'b' } } },
    { method: 'POST', path: base, body: { ...box({ name: 'b' }, { size: 1 }), kind: 'Other' } },
    { method: 'POST', path: base, body: { ...box({ name: 'b' }, { size: 1 }), status: { n: 3 } } },
    { method: 'GET', path: base },
    { method: 'GET', path: base, accept: TABLE },
    { method: 'GET', path: `${base}/a`, accept: TABLE },
    { method: 'PATCH', path: `${base}/a/status`, ...merge, body: { status: { n: 2 }, spec: { size: 9 } } },
    { method: 'PATCH', path: `${base}/a/status`, ...merge, body: { status: { n: 'x' } } },
    { method: 'PATCH', path: `${base}/a`, ...merge, body: { status: { n: 5 }, spec: { mode: null } } },
    { method: 'PATCH', path: `${base}/a`, contentType: 'application/strategic-merge-patch+json', body: {} },
    { method: 'PATCH', path: `${base}/a/nothing`, ...merge, body: {} },
    { method: 'PUT', path: `${base}/a`, body: box({ name: 'a' }, { size: 2 }) },
    { method: 'GET', path: `${base}/a/scale` },
    { method: 'PATCH', path: `${base}/a`, ...merge, body: { spec: { replicas: 3 } } },
    { method: 'GET', path: `${base}/a/scale` },
    { method: 'PATCH', path: `${base}/a/scale`, ...merge, body: { spec: { replicas: 4 } } },
    { method: 'GET', path: `${base}/a` },
    { method: 'GET', path: `/apis/${group}/v1` },
    { method: 'GET', path: `/apis/${group}` },
    { method: 'DELETE', path: `${base}/a` },
    { method: 'DELETE', path: `${PATH}/${name}` },
    { method: 'GET', path: `${PATH}/${name}`, until: { path: ['code'], value: 404 } },
  ];
  return { name: 'definitions-full', steps };
}

/** Two versions without conversion. */
function twoVersions(): Script {
  const group = 'defined.example.com';
  const shape: Shape = {
    plural: 'crates',
    kind: 'Crate',
    scope: 'Cluster',
    versions: [
      version('v1', SPEC),
      version('v2', { ...SPEC, properties: { ...SPEC.properties, lid: { type: 'boolean' } } }),
    ],
  };
  const path = (apiVersion: string) => `/apis/${group}/${apiVersion}/crates`;
  const apply = (apiVersion: string, manager: string, spec: JsonObject): Step => ({
    method: 'PATCH',
    path: `${path(apiVersion)}/a`,
    query: { fieldManager: manager, force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion: `${group}/${apiVersion}`, kind: 'Crate', metadata: { name: 'a' }, spec },
  });
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'two-versions' } } },
    { method: 'POST', path: PATH, body: definition(shape) },
    established(`crates.${group}`),
    { method: 'GET', path: path('v2'), until: { path: ['kind'], value: 'CrateList' } },
    apply('v1', 'one', { size: 1 }),
    apply('v2', 'two', { size: 1, lid: true }),
    { method: 'GET', path: `${path('v1')}/a` },
    { method: 'GET', path: `${path('v2')}/a` },
    apply('v1', 'one', { size: 2 }),
    apply('v2', 'one', { size: 2, lid: false }),
    apply('v1', 'one', { size: 3 }),
    { method: 'GET', path: path('v2') },
    { method: 'DELETE', path: `${path('v2')}/a` },
  ];
  return { name: 'definitions-two-versions', steps };
}

/** Definitions that are wrong. */
function wrongOnes(): Script {
  const good: Shape = { plural: 'wrongs', kind: 'Wrong', scope: 'Namespaced', versions: [version('v1', SPEC)] };
  const change = (edit: (object: MutableObject) => void): JsonObject => {
    const object = structuredClone(definition(good)) as MutableObject;
    edit(object);
    return object;
  };
  const spec = (object: MutableObject): MutableObject => object['spec'] as MutableObject;
  const schema = (properties: JsonObject): JsonObject =>
    definition({ ...good, versions: [version('v1', { type: 'object', properties })] });
  const bodies: readonly JsonObject[] = [
    change((object) => (object['metadata'] = { name: 'other' })),
    change((object) => (spec(object)['scope'] = 'Everywhere')),
    change((object) => delete spec(object)['scope']),
    change((object) => (spec(object)['versions'] = [])),
    change((object) => (spec(object)['versions'] = [{ ...version('v1', SPEC), storage: false }])),
    change((object) => (spec(object)['versions'] = [{ name: 'v1', served: true, storage: true }])),
    schema({ a: {} }),
    schema({ a: { type: 'text' } }),
    schema({ a: { type: 'array' } }),
    schema({ a: { type: 'object', properties: { b: {} } } }),
  ];
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'wrong-definitions' } } },
    ...bodies.map((body): Step => ({ method: 'POST', path: PATH, body })),
  ];
  return { name: 'definitions-wrong', steps };
}

/** Scaling what has pods, and what has none. */
function scaling(): Script {
  const base = '/apis/apps/v1/namespaces/scaled/deployments';
  const merge = { contentType: 'application/merge-patch+json' };
  const labels = { app: 'x' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'a:1' }] } };
  const body = { metadata: { name: 'x' }, spec: { replicas: 0, selector: { matchLabels: labels }, template } };
  const scale = (replicas: number, more: JsonObject = {}): JsonObject => ({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name: 'x', namespace: 'scaled', ...more },
    spec: { replicas },
  });
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'scaled' } } },
    { method: 'GET', path: `${base}/x/scale` },
    { method: 'POST', path: base, body },
    { method: 'GET', path: `${base}/x/scale` },
    { method: 'PUT', path: `${base}/x/scale`, query: { fieldManager: 'scaler' }, body: scale(2) },
    { method: 'PUT', path: `${base}/x/scale`, body: scale(3, { resourceVersion: '{{2.metadata.resourceVersion}}' }) },
    { method: 'PATCH', path: `${base}/x/scale`, ...merge, body: { spec: { replicas: 4 } } },
    { method: 'GET', path: `${base}/x` },
    {
      method: 'PATCH',
      path: `${base}/x`,
      query: { fieldManager: 'm' },
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: { replicas: 1 } },
    },
    { method: 'POST', path: `${base}/x/scale`, body: scale(1) },
  ];
  return { name: 'definitions-scale', steps };
}

/** The order of lists that several managers apply. */
function orders(): Script {
  const base = '/apis/script.example.com/v1/namespaces/ordered/things';
  const names = ['cab', 'eda', 'bd', 'fa', 'edcba', 'bxa', 'c', 'abcdef', 'fxbya', ''];
  const apply = (letters: string, manager: string): Step => ({
    method: 'PATCH',
    path: `${base}/x`,
    query: { fieldManager: manager, force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: {
      apiVersion: 'script.example.com/v1',
      kind: 'Thing',
      metadata: { name: 'x' },
      spec: { set: [...letters], map: [...letters].map((name) => ({ name, value: manager })) },
    },
  });
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'ordered' } } },
    apply('abcde', 'first'),
    ...names.map((letters, at) => apply(letters, at % 2 === 0 ? 'second' : 'third')),
  ];
  return { name: 'definitions-orders', steps };
}

/** All scripts about definitions. */
export function definitionScripts(): readonly Script[] {
  return [fullLife(), twoVersions(), wrongOnes(), scaling(), orders(), unreadableScript(), ...definitionLives()];
}
