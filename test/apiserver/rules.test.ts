// Rules that are not covered are refused with the definition; nothing of a definition is taken and then not done.

import { expect, test } from 'vitest';
import type { Json } from '../../apiserver/model/json.ts';
import { startApiServer } from '../../apiserver/server.ts';
import { embeddedBackend } from './script.ts';

const KEYED = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['k'],
  items: { type: 'object', required: ['k'], properties: { k: { type: 'string' } } },
};
const SPEC = {
  type: 'object',
  properties: {
    a: { type: 'integer' },
    b: { type: 'string' },
    when: { type: 'string', format: 'date-time' },
    keyed: KEYED,
    plain: { type: 'array', items: { type: 'integer' } },
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

test.each([
  ['a function that nobody knows', { rule: 'self.b.soundex() == 1' }, /soundex/],
  ['a function that only the package knows', { rule: 'cel.bind(x, self.a, x == 1)' }, /cel\.bind/],
  ['a field that is not there', { rule: 'self.zz == 1' }, /zz/],
  ['a rule that is no truth', { rule: 'self.a' }, /int where a bool/],
  ['a message that is no text', { rule: 'self.a == 1', messageExpression: '1' }, /int where a string/],
  ['a text that is no rule', { rule: 'self.a ==' }, /x-kubernetes-validations/],
  ['a field of a type that is not covered', { rule: "self.when == timestamp('2020-01-01T00:00:00Z')" }, /when/],
  ['lists that are maps, compared', { rule: 'self.keyed == oldSelf.keyed' }, /sets or maps/],
  ['objects that have such lists, compared', { rule: 'self == oldSelf' }, /sets or maps/],
  [
    'such lists inside of a macro',
    { rule: 'self.plain.all(i, i == 1 && self.keyed == oldSelf.keyed)' },
    /sets or maps/,
  ],
  ['a pattern that means something else here', { rule: "self.b.matches('(?=x)')" }, /pattern/],
  ['a verb of format', { rule: "'%x'.format([self.a]) == '1'" }, /format/],
  ['a reason that nobody knows', { rule: 'self.a == 1', reason: 'Because' }, /reason/],
  ['a field path that leads nowhere', { rule: 'self.a == 1', fieldPath: '.zz' }, /field path/],
  ['an old value that is not used', { rule: 'self.a == 1', optionalOldSelf: true }, /oldSelf/],
])('refuses %s', async (_, rule, words) => {
  const message = await refusalOf(ruled(rule));
  expect(message).toMatch(/^the embedded API server does not emulate x-kubernetes-validations with /);
  expect(message).toMatch(words);
});

test('refuses old values of items that are known by nothing', async () => {
  const plain = { type: 'array', items: ruled({ rule: 'self == oldSelf' }, { type: 'integer' }) };
  expect(await refusalOf({ type: 'object', properties: { plain } })).toMatch(/known by nothing/);
});

test('takes what it knows', async () => {
  expect(await refusalOf(ruled({ rule: 'self.a == 1 && size(self.keyed) < 3' }))).toBe('status 201');
});
