// Rules that are not covered are refused with the definition; nothing of a definition is taken and then not done.

import { expect, test } from 'vitest';
import type { Json } from '../../apiserver/model/json.ts';
import { startApiServer } from '../../apiserver/server.ts';
import { embeddedBackend } from './script.ts';

const KEYED = {
  type: 'array',
  maxItems: 9,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['k'],
  items: { type: 'object', required: ['k'], properties: { k: { type: 'string', maxLength: 9 } } },
};
const SPEC = {
  type: 'object',
  properties: {
    a: { type: 'integer' },
    b: { type: 'string', maxLength: 20 },
    when: { type: 'string', format: 'date-time' },
    keyed: KEYED,
    plain: { type: 'array', maxItems: 9, items: { type: 'integer' } },
  },
};

function definition(spec: Json): Json {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'ruleds.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'ruleds', singular: 'ruled', kind: 'Ruled', listKind: 'RuledList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
        },
      ],
    },
  };
}

const ruled = (rule: Json, schema: Json = SPEC): Json => ({
  ...(schema as object),
  'x-kubernetes-validations': [rule],
});

async function refusalOf(spec: Json): Promise<string> {
  const server = await startApiServer({ hasControllers: false });
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const { status, body } = await embeddedBackend(server).send({ method: 'POST', path, body: definition(spec) });
  expect(server.refusals().length).toBe(status === 501 ? 1 : 0);
  await server.stop();
  return status === 501 ? String((body as { readonly message: string }).message) : `status ${status}`;
}

// It is right: what is wrong is told as a real server tells it, see generate/rule-checks.ts.
test('refuses a value of a message', async () => {
  const message = await refusalOf(ruled({ rule: 'google.protobuf.Int64Value{value: 1} == 1' }));
  expect(message).toMatch(/^the embedded API server does not emulate x-kubernetes-validations with /);
  expect(message).toMatch(/a value of google\.protobuf\.Int64Value/);
});

test.each([
  ['a function that nobody knows', { rule: 'cel.bind(x, self.a, x == 1)' }],
  [
    'a rule that is wrong beside one that is not covered',
    { rule: 'self.zz == 1 || google.protobuf.Int64Value{} == 1' },
  ],
])('tells what is wrong of %s', async (_, rule) => {
  expect(await refusalOf(ruled(rule))).toBe('status 422');
});

test('takes what it knows', async () => {
  expect(await refusalOf(ruled({ rule: 'self.a == 1 && size(self.keyed) < 3' }))).toBe('status 201');
});
