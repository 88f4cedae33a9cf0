// What the tool does with what an API server may say; what a real one says is in test/cluster/facts.test.ts.

import { describe, expect, test } from 'vitest';
import { parseFacts } from '../../../engine/load/kubernetes-facts.ts';
import type { Json, JsonObject } from '../../../engine/model/json.ts';
import { collectFacts } from '../../../tools/kubernetes-facts.ts';

const REGISTRATION = 'apiregistration.k8s.io/v1';
const KINDS = 'x-kubernetes-group-version-kind';
const kind = (group: string, name: string) => ({ [KINDS]: [{ group, version: 'v1', kind: name }] });
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const service = (group: string, automanaged: string) => ({
  metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': automanaged } },
  spec: { group, version: 'v1' },
});
const resource = (name: string, kindName: string) => ({
  ...{ name, singularName: name, namespaced: true, kind: kindName, verbs: ['get'] },
});

/** A server with the kinds Pod and Node of `v1`, its own kind of the registration, and the custom resource WebApp. */
function serve(changes: { readonly pod?: JsonObject; readonly schemas?: JsonObject; readonly services?: Json[] } = {}) {
  const shared = { type: 'object', description: 'words' };
  const pod = changes.pod ?? { type: 'object', properties: { spec: reference('Shared') } };
  const answers: Record<string, Json> = {
    '/version': { gitVersion: 'v1.2.3' },
    '/apis': {
      groups: ['app.example.com', 'apiregistration.k8s.io'].map((name) => ({
        versions: [{ groupVersion: `${name}/v1` }],
      })),
    },
    [`/apis/${REGISTRATION}/apiservices`]: {
      items: changes.services ?? [service('', 'onstart'), service('app.example.com', 'true')],
    },
    '/api/v1': {
      resources: [
        resource('pods', 'Pod'),
        { ...resource('pods/eviction', 'Eviction'), group: 'policy', version: 'v1' },
        resource('pods/status', 'Pod'),
        resource('nodes', 'Node'),
        resource('nodes/proxy', 'NodeProxyOptions'),
      ],
    },
    '/openapi/v3/api/v1': {
      components: {
        schemas: {
          Pod: { ...pod, ...kind('', 'Pod') },
          Shared: { ...shared, ...kind('', 'Shared') },
          Node: kind('', 'Node'),
          ...changes.schemas,
        },
      },
    },
    [`/apis/${REGISTRATION}`]: { resources: [resource('apiservices', 'APIService')] },
    [`/openapi/v3/apis/${REGISTRATION}`]: {
      components: {
        schemas: {
          APIService: kind('apiregistration.k8s.io', 'APIService'),
          Shared: { ...shared, description: 'other words', ...kind('apiregistration.k8s.io', 'Shared') },
        },
      },
    },
  };
  return async (path: string): Promise<Json> => {
    const answer = answers[path];
    if (answer === undefined) throw new Error(`asked for ${path}`);
    return answer;
  };
}

const podFrom = async (pod: JsonObject) => parseFacts(await collectFacts(serve({ pod }))).schema('Pod');

describe('collecting facts', () => {
  test('leaves out what is installed, and keeps the subresources of each kind', async () => {
    const facts = parseFacts(await collectFacts(serve()));
    expect(facts.apiVersions).toEqual(['v1', REGISTRATION]);
    expect(facts.kinds().map((one) => [one.kind, one.schema, one.subresources])).toEqual([
      ['APIService', 'APIService', {}],
      ['Node', 'Node', { proxy: { apiVersion: 'v1', kind: 'NodeProxyOptions', verbs: ['get'] } }],
      [
        'Pod',
        'Pod',
        {
          eviction: { apiVersion: 'policy/v1', kind: 'Eviction', verbs: ['get'] },
          status: { apiVersion: 'v1', kind: 'Pod', verbs: ['get'] },
        },
      ],
    ]);
  });

  test('joins the kinds of a schema that several groups publish', async () => {
    expect(parseFacts(await collectFacts(serve())).schema('Shared')).toEqual({
      type: 'object',
      [KINDS]: ['', 'apiregistration.k8s.io'].map((group) => ({ group, version: 'v1', kind: 'Shared' })),
    });
  });

  test('drops descriptions, not fields of that name', async () => {
    const text = { type: 'string', description: 'words' };
    const pod = {
      ...{
        description: 'words',
        properties: { description: text, list: { items: text }, map: { additionalProperties: text } },
      },
      ...{ oneOf: [text] },
    };
    const bare = { type: 'string' };
    expect(await podFrom(pod)).toEqual({
      ...{ properties: { description: bare, list: { items: bare }, map: { additionalProperties: bare } } },
      ...{ oneOf: [bare], ...kind('', 'Pod') },
    });
  });

  test('puts a wrapped reference beside the keys that go with it', async () => {
    const pod = { properties: { spec: { default: {}, allOf: [reference('Shared')] } } };
    expect(await podFrom(pod)).toMatchObject({ properties: { spec: { default: {}, $ref: 'Shared' } } });
  });

  test('keeps what it need not understand of a default', async () => {
    const pod = { default: { description: 'a value', allOf: [1] } };
    expect(await podFrom(pod)).toMatchObject(pod);
  });

  test.each([
    [
      'a key that it does not know',
      { pod: { properties: { spec: { pattern: 'a' } } } },
      '"pattern" in the schema of Pod.spec',
    ],
    [
      'more than one wrapped reference',
      { pod: { allOf: [reference('Shared'), reference('Pod')] } },
      '"allOf" in the schema',
    ],
    ['a reference to nothing', { pod: { items: reference('Gone') } }, 'Pod refers to "Gone"'],
    ['two schemas of one name', { schemas: { Shared: { type: 'string' } } }, 'two schemas "Shared"'],
    ['a kind without a schema', { schemas: { Pod: {} } }, 'no schema for v1 Pod'],
    ['a version that is not served', { services: [service('', 'onstart'), service('gone', 'onstart')] }, 'gone/v1'],
  ])('fails on %s', async (_, changes, message) => {
    await expect(collectFacts(serve(changes))).rejects.toThrow(message);
  });
});
