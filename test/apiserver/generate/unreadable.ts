// Objects in objects whose metadata one version takes as it is, and another one cannot read.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';

const GROUP = 'unreadable.example.com';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const MERGE = { contentType: 'application/merge-patch+json' };

const METADATA: readonly Json[] = [
  { labels: 5 },
  { labels: { a: 5 } },
  'x',
  [],
  { finalizers: { a: 1 } },
  { creationTimestamp: 'x' },
  { ownerReferences: [{ uid: 5 }] },
  { generation: 'x' },
  { labels: null },
  { unknown: 1 },
  null,
];

function version(name: string, more: JsonObject): JsonObject {
  const inner = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, ...more };
  const spec = { type: 'object', properties: { inner } };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  return { name, served: true, storage: name === 'v1', schema };
}

function path(apiVersion: string): string {
  return `/apis/${GROUP}/${apiVersion}/namespaces/default/holders`;
}

/** A script in which objects are written in one version, and read, changed and deleted in another. */
export function unreadableScript(): Script {
  const whole = { 'x-kubernetes-embedded-resource': true };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `holders.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { plural: 'holders', kind: 'Holder' },
      versions: [version('v1', {}), version('v2', whole)],
    },
  };
  const until = { path: ['kind'], value: 'HolderList' };
  const steps: Step[] = [
    { method: 'POST', path: DEFINITIONS, body: definition },
    { method: 'GET', path: path('v1'), until },
    { method: 'GET', path: path('v2'), until },
  ];
  for (const [at, metadata] of METADATA.entries()) {
    const name = `h${at}`;
    const body = { apiVersion: `${GROUP}/v1`, kind: 'Holder', metadata: { name }, spec: { inner: { metadata } } };
    const applied = { apiVersion: `${GROUP}/v2`, kind: 'Holder', metadata: { name, labels: { a: 'b' } } };
    const contentType = 'application/apply-patch+yaml';
    steps.push(
      { method: 'POST', path: path('v1'), body },
      { method: 'GET', path: `${path('v2')}/${name}` },
      { method: 'PATCH', path: `${path('v2')}/${name}`, ...MERGE, body: { metadata: { annotations: { a: 'b' } } } },
      { method: 'PATCH', path: `${path('v2')}/${name}`, query: { fieldManager: 'm' }, contentType, body: applied },
      { method: 'PATCH', path: `${path('v1')}/${name}`, ...MERGE, body: { metadata: { annotations: { a: 'c' } } } },
      { method: 'DELETE', path: `${path('v2')}/${name}` },
      { method: 'DELETE', path: `${path('v1')}/${name}` },
    );
  }
  steps.push({ method: 'DELETE', path: `${DEFINITIONS}/holders.${GROUP}` });
  return { name: 'definitions-unreadable', steps };
}
