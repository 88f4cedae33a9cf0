// The lives of definitions: names that others have, versions that come and go, groups of the community, what is held at
// the end, fields that selectors may name.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const MERGE = { contentType: 'application/merge-patch+json' };
const SPEC: JsonObject = {
  type: 'object',
  properties: { a: { type: 'string' }, n: { type: 'integer' }, on: { type: 'boolean' } },
};

interface Wanted {
  readonly group: string;
  readonly names: JsonObject & { readonly plural: string };
  readonly versions?: readonly JsonObject[];
  readonly annotations?: JsonObject;
}

function version(name: string, more: JsonObject = {}): JsonObject {
  const openAPIV3Schema = { type: 'object', properties: { spec: SPEC } };
  return { name, served: true, storage: name === 'v1', schema: { openAPIV3Schema }, ...more };
}

function definition({ group, names, versions = [version('v1')], annotations }: Wanted): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}`, ...(annotations === undefined ? {} : { annotations }) },
    spec: { group, scope: 'Namespaced', names, versions },
  };
}

const make = (wanted: Wanted): Step => ({ method: 'POST', path: PATH, body: definition(wanted) });
const until = (name: string, at: readonly string[], value: Json): Step => ({
  method: 'GET',
  path: `${PATH}/${name}`,
  until: { path: ['status', ...at], value },
});
const namespace = (name: string): Step => ({
  method: 'POST',
  path: '/api/v1/namespaces',
  body: { metadata: { name } },
});
const change = (name: string, body: JsonObject, query = {}): Step => ({
  method: 'PATCH',
  path: `${PATH}/${name}`,
  query,
  ...MERGE,
  body,
});

/** Two definitions that want the same names. */
function conflicts(): Script {
  const group = 'conflict.example.com';
  const first = { plural: 'ones', singular: 'one', kind: 'One', shortNames: ['o', 'on'] };
  const second = { plural: 'twos', singular: 'one', kind: 'One', shortNames: ['o', 't'], categories: ['all'] };
  const steps: Step[] = [
    namespace('conflict-ns'),
    make({ group, names: first }),
    until(`ones.${group}`, ['conditions', '1', 'status'], 'True'),
    make({ group, names: second }),
    until(`twos.${group}`, ['conditions', '0', 'status'], 'False'),
    { method: 'GET', path: `/apis/${group}/v1/namespaces/conflict-ns/twos` },
    change(`twos.${group}`, { spec: { names: { kind: 'Two', listKind: 'TwoList', singular: 'two' } } }),
    until(`twos.${group}`, ['conditions', '0', 'reason'], 'ShortNamesConflict'),
    change(`ones.${group}`, { spec: { names: { shortNames: ['on'] } } }),
    until(`twos.${group}`, ['conditions', '1', 'status'], 'True'),
    {
      method: 'GET',
      path: `/apis/${group}/v1/namespaces/conflict-ns/twos`,
      until: { path: ['kind'], value: 'TwoList' },
    },
    change(`twos.${group}`, { spec: { names: { shortNames: ['on', 'u'] } } }),
    until(`twos.${group}`, ['conditions', '0', 'status'], 'False'),
    { method: 'DELETE', path: `${PATH}/ones.${group}` },
    until(`twos.${group}`, ['conditions', '0', 'status'], 'True'),
  ];
  return { name: 'definitions-conflicts', steps };
}

/** Versions that come, are deprecated, become those that are stored, and go. */
function versions(): Script {
  const group = 'versions.example.com';
  const name = `steps.${group}`;
  const names = { plural: 'steps', kind: 'Step' };
  const base = (apiVersion: string): string => `/apis/${group}/${apiVersion}/namespaces/versions-ns/steps`;
  const object = (apiVersion: string, metadata: JsonObject): JsonObject => ({
    apiVersion: `${group}/${apiVersion}`,
    kind: 'Step',
    metadata,
    spec: { a: 'x' },
  });
  const old = { ...version('v1'), storage: false, deprecated: true };
  const all = [old, version('v2', { storage: true }), { ...old, name: 'v1beta1', deprecationWarning: 'use v2' }];
  const steps: Step[] = [
    namespace('versions-ns'),
    make({ group, names }),
    { method: 'GET', path: base('v1'), until: { path: ['kind'], value: 'StepList' } },
    {
      method: 'POST',
      path: base('v1'),
      body: object('v1', { name: 'a', finalizers: ['plain', 'a.b', 'a.b/c', '-x/y'] }),
    },
    { method: 'POST', path: base('v1'), body: object('v1', { name: 'a', finalizers: ['plain', 'a.b', 'a.b/c'] }) },
    change(name, { spec: { versions: all } }),
    { method: 'GET', path: base('v2'), until: { path: ['kind'], value: 'StepList' } },
    { method: 'GET', path: `${PATH}/${name}` },
    { method: 'GET', path: `${base('v1')}/a` },
    { method: 'GET', path: `${base('v1beta1')}/a` },
    { method: 'GET', path: `${base('v2')}/a` },
    { method: 'POST', path: base('v2'), body: object('v2', { name: 'b' }) },
    { method: 'PATCH', path: `${base('v2')}/a`, ...MERGE, body: { spec: { a: 'x' } } },
    { method: 'PATCH', path: `${base('v2')}/a`, ...MERGE, body: { spec: { n: 1 } } },
    { method: 'PATCH', path: `${base('v1')}/a`, ...MERGE, body: { metadata: { finalizers: ['a.b/c', 'new'] } } },
    { method: 'GET', path: `/apis/${group}` },
    change(name, { spec: { versions: [version('v2', { storage: true })] } }),
    change(
      name,
      { spec: { versions: [{ ...old, served: false }, version('v2', { storage: true })] } },
      { dryRun: 'All' },
    ),
    change(name, { spec: { scope: 'Cluster', names: { kind: 'Other' } } }),
    change(name, { spec: { group: 'other.example.com', names: { plural: 'others' } } }),
    change(name, { spec: { names: { singular: 'pace', shortNames: ['p'], listKind: 'Paces' } } }, { dryRun: 'All' }),
    change(name, { spec: { preserveUnknownFields: true } }),
    change(name, { spec: { conversion: { strategy: 'Other' } } }),
    change(name, {
      spec: { versions: [version('v2', { storage: true }), version('v1'), version('V3'), version('v1')] },
    }),
    {
      method: 'PATCH',
      path: `${PATH}/${name}/status`,
      ...MERGE,
      body: { status: { storedVersions: ['v2'] } },
    },
    change(name, { spec: { versions: [version('v2', { storage: true })] } }),
  ];
  return { name: 'definitions-versions', steps };
}

/** Groups of the community. */
function approvals(): Script {
  const group = 'approved.k8s.io';
  const names = { plural: 'gifts', kind: 'Gift' };
  const annotation = 'api-approved.kubernetes.io';
  const url = 'https://example.com/pull/1';
  const approved = (text: string): Step => make({ group, names, annotations: { [annotation]: text } });
  const name = `gifts.${group}`;
  const say = (text: string | null): Step => change(name, { metadata: { annotations: { [annotation]: text } } });
  const steps: Step[] = [
    make({ group, names }),
    approved('somewhere'),
    approved(url),
    until(name, ['conditions', '2', 'status'], 'True'),
    say('nowhere'),
    say(null),
    say('unapproved, a test'),
    { method: 'GET', path: `/apis/${group}/v1`, until: { path: ['kind'], value: 'APIResourceList' } },
    make({ group: 'plain', names }),
    make({ group: 'Bad_Group.com', names }),
    make({
      group: 'good.example.com',
      names: { plural: 'Gifts', kind: 'gift gift', shortNames: ['G', 'g'], categories: [''] },
    }),
    make({ group: 'good.example.com', names: { plural: 'gifts', kind: 'Gift', listKind: 'Gift', singular: 'a.b' } }),
  ];
  return { name: 'definitions-approvals', steps };
}

/** A definition that goes while one of its objects is held. */
function endings(): Script {
  const group = 'ending.example.com';
  const name = `ends.${group}`;
  const base = `/apis/${group}/v1/namespaces/ending-ns/ends`;
  const object = (metadata: JsonObject): JsonObject => ({ apiVersion: `${group}/v1`, kind: 'End', metadata });
  const steps: Step[] = [
    namespace('ending-ns'),
    make({ group, names: { plural: 'ends', kind: 'End' } }),
    { method: 'GET', path: base, until: { path: ['kind'], value: 'EndList' } },
    { method: 'POST', path: base, body: object({ name: 'held', finalizers: ['a.b/c'] }) },
    { method: 'POST', path: base, body: object({ name: 'free' }) },
    { method: 'DELETE', path: `${PATH}/${name}` },
    until(name, ['conditions', '2', 'reason'], 'InstanceDeletionInProgress'),
    { method: 'GET', path: `${base}/free`, until: { path: ['code'], value: 404 } },
    { method: 'POST', path: base, body: object({ name: 'late' }) },
    { method: 'GET', path: `${base}/held` },
    { method: 'DELETE', path: `${PATH}/${name}` },
    { method: 'PATCH', path: `${base}/held`, ...MERGE, body: { metadata: { labels: { l: 'm' } } } },
    { method: 'PATCH', path: `${base}/held`, ...MERGE, body: { metadata: { finalizers: null } } },
    { method: 'GET', path: `${PATH}/${name}`, until: { path: ['code'], value: 404 } },
  ];
  return { name: 'definitions-endings', steps };
}

/** Fields that selectors may name, and numbers that the scale subresource shows. */
function selections(): Script {
  const group = 'select.example.com';
  const base = `/apis/${group}/v1/namespaces/select-ns/picks`;
  const fields = ['.spec.a', '.spec.n', '.spec.on'].map((jsonPath) => ({ jsonPath }));
  const scale = {
    specReplicasPath: '.spec.n',
    statusReplicasPath: '.status.n',
    labelSelectorPath: '.status.text',
  };
  const schema = {
    type: 'object',
    properties: {
      spec: SPEC,
      status: { type: 'object', properties: { n: { type: 'integer' }, text: { type: 'string' } } },
    },
  };
  const picks = version('v1', {
    selectableFields: fields,
    subresources: { status: {}, scale },
    schema: { openAPIV3Schema: schema },
  });
  const object = (name: string, spec: Json): Step => ({
    method: 'POST',
    path: base,
    body: { apiVersion: `${group}/v1`, kind: 'Pick', metadata: { name }, spec },
  });
  const list = (fieldSelector: string): Step => ({ method: 'GET', path: base, query: { fieldSelector } });
  const status = (body: JsonObject): Step => ({
    method: 'PATCH',
    path: `${base}/a/status`,
    ...MERGE,
    body: { status: body },
  });
  const steps: Step[] = [
    namespace('select-ns'),
    make({ group, names: { plural: 'picks', kind: 'Pick' }, versions: [picks] }),
    { method: 'GET', path: base, until: { path: ['kind'], value: 'PickList' } },
    object('a', { a: 'x', n: 1, on: true }),
    object('b', { a: 'y', n: 2 }),
    object('c', {}),
    object('d', { n: -1 }),
    object('e', { n: 3_000_000_000 }),
    list('spec.a=x'),
    list('spec.a!=x'),
    list('spec.a='),
    list('spec.n=2'),
    list('spec.on=true,metadata.name=a'),
    list('spec.b=x'),
    list('status.n=1'),
    status({ n: -2 }),
    status({ n: 3, text: 'a=b' }),
    { method: 'GET', path: `${base}/a/scale` },
    { method: 'PATCH', path: `${base}/a/scale`, ...MERGE, body: { spec: { replicas: 7 } } },
    { method: 'GET', path: `${base}/c/scale` },
    { method: 'GET', path: `/apis/${group}/v1` },
  ];
  return { name: 'definitions-selections', steps };
}

/** All of them. */
export function definitionLives(): readonly Script[] {
  return [conflicts(), versions(), approvals(), endings(), selections()];
}
