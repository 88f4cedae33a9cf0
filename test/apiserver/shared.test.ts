// What objects have in common is kept once, and nothing is another value for it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldSetOf, isWithin, union } from '../../apiserver/apply/field-set.ts';
import { merge } from '../../apiserver/apply/typed.ts';
import type { ApiObject } from '../../apiserver/model/api-object.ts';
import type { Json, JsonObject } from '../../apiserver/model/json.ts';
import { copyOf, sharedWith } from '../../apiserver/model/shared.ts';
import { DEDUCED } from '../../apiserver/schema/type-node.ts';
import { startApiServer } from '../../apiserver/server.ts';
import { Store } from '../../apiserver/store/store.ts';
import { freezeStored } from './frozen.ts';

freezeStored();

// Few names and values, so that two of them have much in common.
const values = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, 0, 'a', 'b', '__proto__'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('value')), { maxLength: 3 })
      .map((entries): Json => Object.fromEntries(entries)),
  ),
})).value;

test('is the same value, text for text, whatever it shares', () => {
  let shared = 0;
  const check = fc.property(values, values, (value, other) => {
    const [before, beside] = [JSON.stringify(value), JSON.stringify(other)];
    const result = sharedWith(value, other);
    expect(JSON.stringify(result)).toBe(before);
    expect([JSON.stringify(value), JSON.stringify(other)]).toEqual([before, beside]);
    if (before === beside) expect(result).toBe(other);
    if (before === beside && typeof result === 'object') shared += 1;
  });
  fc.assert(check, { numRuns: 5_000, seed: 1 });
  expect(shared).toBeGreaterThan(20);
  expect(JSON.stringify(sharedWith({ a: 1, b: 2 }, { b: 2, a: 1 }))).toBe('{"a":1,"b":2}');
});

test('a copy is the same value and shares nothing', () => {
  const check = fc.property(values, (value) => {
    const copy = copyOf(value);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
    const parts = partsOf(value);
    expect([...partsOf(copy)].filter((part) => parts.has(part))).toEqual([]);
  });
  fc.assert(check, { numRuns: 1_000, seed: 1 });
});

test('a copy shares what another value has at the same place, and nothing else', () => {
  const own = { a: { b: { c: 1 } }, list: [{ d: 1 }, { e: 1 }], gone: {} };
  const value = { a: { b: own.a.b, f: {} }, list: [own.list[0] as JsonObject, { e: 1 }], moved: own.gone };
  const copy = copyOf(value, own);
  expect(copy).toEqual(value);
  expect(copy.a.b).toBe(own.a.b);
  expect(copy.list[0]).toBe(own.list[0]);
  expect(copy.a).not.toBe(value.a);
  expect(copy.list[1]).not.toBe(value.list[1]);
  expect(copy.moved).not.toBe(own.gone);
});

test('what an apply leaves as it was is not made anew', () => {
  const left = { spec: { ports: [{ name: 'a' }, { name: 'b' }], image: 'x', hosts: ['h'] }, labels: { l: '1' } };
  expect(merge(DEDUCED, left, structuredClone(left))).toBe(left);
  const right = { spec: { image: 'y', hosts: ['h'] }, labels: { l: '1' } };
  const merged = merge(DEDUCED, left, right) as typeof left;
  expect(merged).toEqual({ ...left, spec: { ...left.spec, image: 'y' } });
  expect(merged.spec.ports).toBe(left.spec.ports);
  expect(merged.spec.hosts).toBe(left.spec.hosts);
  expect(merged.labels).toBe(left.labels);
});

test('sets of fields stay the same where nothing is added to them', () => {
  const large = fieldSetOf(['spec', 'a'], ['spec', 'b'], ['metadata']);
  const small = fieldSetOf(['spec', 'b']);
  expect(union(large, small)).toBe(large);
  expect(union(small, large)).toEqual(fieldSetOf(['spec', 'b'], ['spec', 'a'], ['metadata']));
  expect([isWithin(small, large), isWithin(large, small), isWithin(large, large)]).toEqual([true, false, true]);
  expect(isWithin(fieldSetOf(['spec', 'c']), large)).toBe(false);
});

test('a store keeps what versions and neighbours of an object have in common once', () => {
  const store = new Store();
  const object = (name: string, image: string): ApiObject => ({
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { name, managedFields: [{ manager: 'a', fieldsV1: { 'f:spec': { 'f:image': {} } } }] },
    spec: { image, ports: [{ name: 'http', port: 80 }] },
  });
  const first = store.put('/things', object('first', 'web:1'));
  const second = store.put('/things', object('second', 'web:2'));
  const next = store.put('/things', object('first', 'web:3'));
  for (const one of [second, next]) {
    expect(one.metadata['managedFields']).toBe(first.metadata['managedFields']);
    expect((one['spec'] as JsonObject)['ports']).toBe((first['spec'] as JsonObject)['ports']);
  }
  expect([first, second, next].map(({ metadata, spec }) => [metadata['resourceVersion'], spec])).toEqual([
    ['2', { image: 'web:1', ports: [{ name: 'http', port: 80 }] }],
    ['3', { image: 'web:2', ports: [{ name: 'http', port: 80 }] }],
    ['4', { image: 'web:3', ports: [{ name: 'http', port: 80 }] }],
  ]);
});

function partsOf(value: Json, parts: Set<Json> = new Set()): ReadonlySet<Json> {
  if (typeof value !== 'object' || value === null) return parts;
  parts.add(value);
  for (const part of Object.values(value) as readonly Json[]) partsOf(part, parts);
  return parts;
}

test('defaults are filled in again without a touch on what is kept', async () => {
  const server = await startApiServer({ simulate: false });
  const apply = (path: string, body: Json) => {
    const headers = { accept: 'application/json', 'content-type': 'application/apply-patch+yaml' };
    const query = new URLSearchParams({ fieldManager: 'a' });
    return server.handle({ method: 'PATCH', path, query, headers, body: JSON.stringify(body) }).status;
  };
  const limits = { cpu: '1', memory: '0.5Gi' };
  const pods = '/api/v1/namespaces/default/pods';
  const spec = { containers: [{ name: 'a', image: 'a', resources: { limits } }], serviceAccountName: 'x' };
  const ranges = '/api/v1/namespaces/default/limitranges';
  const range = { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '0.1' } }] };
  const name = 'kept';
  for (const [path, kind, parts] of [
    ['/api/v1/namespaces', 'Namespace', {}],
    [pods, 'Pod', { spec }],
    [ranges, 'LimitRange', { spec: range }],
  ] as const)
    for (const [note, status] of [
      ['first', 201],
      ['second', 200],
    ] as const) {
      const metadata = { name, annotations: { note } };
      expect(apply(`${path}/${name}`, { apiVersion: 'v1', kind, metadata, ...parts })).toBe(status);
    }
  await server.stop();
});
