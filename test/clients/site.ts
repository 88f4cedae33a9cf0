// What the operators of other people are tried with: a kind, one object of it, and what its user does.

import { type Json, type JsonObject, textIn } from '../../apiserver/model/json.ts';
import type { Backend, Step } from '../apiserver/script.ts';
import { eventually } from '../support/cluster.ts';

/** Where the sites of a group are, and who operates them: each group has a namespace of its own. */
export function namespaceFor(group: string): string {
  return `sites-${group.split('.')[0]}`;
}

const SPEC: JsonObject = {
  type: 'object',
  required: ['image'],
  properties: {
    image: { type: 'string' },
    replicas: { type: 'integer', minimum: 0, default: 1 },
    greeting: { type: 'string', default: 'hello' },
  },
};

// Some keep more in the status than they say.
const ANYTHING: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The definition of the kind in a group. */
export function definitionOf(group: string, status: JsonObject = ANYTHING): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `sites.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'sites', singular: 'site', kind: 'Site' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: SPEC, status },
            },
          },
        },
      ],
    },
  };
}

/** Writes a user makes; each must be taken. */
export async function write(backend: Backend, step: Step): Promise<void> {
  const { status, body } = await backend.send(step);
  if (status >= 300) throw new Error(`${step.method} ${step.path}: ${status} ${JSON.stringify(body)}`);
}

/** Makes the namespace, and kinds, and waits until they are served. */
export async function prepare(backend: Backend, namespace: string, definitions: readonly JsonObject[]): Promise<void> {
  await write(backend, { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } });
  for (const body of definitions) {
    await write(backend, { method: 'POST', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body });
    const path = `/apis/${textIn(body, 'spec', 'group')}/v1/namespaces/${namespace}/${textIn(body, 'spec', 'names', 'plural')}`;
    await eventually(
      `${path} is served`,
      async () => (await backend.send({ method: 'GET', path })).status === 200 || undefined,
    );
  }
}

/** The path of the sites of a group. */
export function sitesOf(group: string): string {
  return `/apis/${group}/v1/namespaces/${namespaceFor(group)}/sites`;
}

/** A change of the site. */
export function change(group: string, spec: JsonObject): Step {
  const contentType = 'application/merge-patch+json';
  return { method: 'PATCH', path: `${sitesOf(group)}/shop`, contentType, body: { spec } };
}

/** The site. */
export function siteIn(group: string): Json {
  return {
    apiVersion: `${group}/v1`,
    kind: 'Site',
    metadata: { name: 'shop', namespace: namespaceFor(group) },
    spec: { image: 'shop:1', replicas: 2 },
  };
}
