import { describe, expect, test } from 'vitest';
import { diff } from '../../../engine/diff/diff.ts';
import { findDisputed, findUncovered } from '../../../engine/diff/field-set.ts';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const rule = ruleOf(
  '  children:\n    - id: a\n      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: a, labels: { tier: web } }, data: { x: =spec.x, "y": two } }\n',
);
const now = '2026-01-01T00:00:00Z';
const planOf = (x: string, observed: readonly KubeObject[]) =>
  evaluate(rule, momentOf({ owner: ownerOf({ x }), observed, now }));
const changesOf = (x: string, observed: readonly KubeObject[], settled: ReadonlySet<string> = new Set()) =>
  diff(planOf(x, observed), { rule: 'web', observed, records: [], settled: () => settled, pauseOf: () => undefined })
    .changes;
const stored = storedOf(planOf('one', []).desired[0]?.object as KubeObject);

/** As an edit by another manager: the field is theirs, with another value. */
const taken = (entry: object, data: object = { x: 'theirs', y: 'two' }): KubeObject => {
  const [own] = stored.metadata.managedFields ?? [];
  const fields = structuredClone(own?.fieldsV1) as { 'f:data': Record<string, object> };
  delete fields['f:data']['f:x'];
  const managedFields = [
    { ...own, fieldsV1: fields },
    { manager: 'kubectl-edit', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:x': {} } }, ...entry },
  ];
  return { ...stored, data, metadata: { ...stored.metadata, managedFields } } as unknown as KubeObject;
};

describe('a child', () => {
  test('that is not there is created', () => {
    expect(changesOf('one', [])).toMatchObject([{ kind: 'create', child: 'a' }]);
  });

  test('that carries the mark and all our fields is unchanged, whatever the server made of the values', () => {
    expect(changesOf('one', [stored])).toMatchObject([{ kind: 'unchanged' }]);
    expect(changesOf('one', [{ ...stored, data: { x: 'ONE', y: 'two' }, status: { more: true } }])).toMatchObject([
      { kind: 'unchanged' },
    ]);
  });

  test('whose wish changed is configured, and the differences are named', () => {
    expect(changesOf('two', [stored])).toMatchObject([
      {
        kind: 'configure',
        reclaim: [],
        differences: [{ op: 'replace', path: '/data/x' }],
      },
    ]);
  });

  test('that somebody edited is taken back', () => {
    expect(changesOf('one', [taken({})])).toMatchObject([
      { kind: 'configure', reclaim: [{ field: '.data.x', manager: 'kubectl-edit' }] },
    ]);
  });

  test('of which another manager declared a field is left alone', () => {
    expect(changesOf('one', [taken({ operation: 'Apply', manager: 'other' })])).toMatchObject([
      { kind: 'conflict', contested: [{ field: '.data.x', manager: 'other' }] },
    ]);
    expect(changesOf('one', [taken({ subresource: 'scale', manager: 'hpa' })])).toMatchObject([
      { kind: 'conflict', contested: [{ field: '.data.x', manager: 'hpa (scale)' }] },
    ]);
  });

  test('of which another manager holds a field with our value is no conflict', () => {
    expect(changesOf('one', [taken({ operation: 'Apply', manager: 'other' }, { x: 'one', y: 'two' })])).toMatchObject([
      { kind: 'configure', reclaim: [] },
    ]);
  });

  test('of which a webhook rewrites a field is not written for ever', () => {
    expect(changesOf('one', [taken({})], new Set(['.data.x']))).toMatchObject([{ kind: 'unchanged' }]);
  });

  test('that is being deleted is waited for', () => {
    expect(changesOf('one', [{ ...stored, metadata: { ...stored.metadata, deletionTimestamp: now } }])).toMatchObject([
      { kind: 'terminating' },
    ]);
  });
});

describe('a deletion', () => {
  const without = ruleOf('  children: []\n');
  const deletions = (object: KubeObject) =>
    diff(evaluate(without, momentOf({ owner: ownerOf(), observed: [object], now })), {
      rule: 'web',
      observed: [object],
      records: [],
      settled: () => undefined,
      pauseOf: () => undefined,
    }).changes;

  test('needs our labels, our owner reference and our field manager', () => {
    expect(deletions(stored)).toMatchObject([{ kind: 'delete', child: 'a' }]);
    const { metadata } = stored;
    const labels = metadata.labels as Record<string, string>;
    const others = [
      { labels: { ...labels, 'opsonata.dev/rule': 'other' } },
      { labels: { ...labels, 'opsonata.dev/owner-uid': 'other' } },
      { ownerReferences: [] },
      { managedFields: [] },
      { managedFields: metadata.managedFields?.map((entry) => ({ ...entry, manager: 'opsonata/other' })) },
    ];
    for (const change of others)
      expect(deletions({ ...stored, metadata: { ...metadata, ...change } } as KubeObject)).toEqual([]);
  });
});

const textsOf = (places: readonly { readonly text: string }[]) => places.map(({ text }) => text);

describe('field sets', () => {
  const ports = { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:name': {} } };

  test.each([
    ['a scalar', { a: 1 }, { 'f:a': {} }, []],
    ['a missing scalar', { a: 1, b: 2 }, { 'f:a': {} }, ['.b']],
    ['a whole object', { a: { b: 1 } }, { 'f:a': {} }, []],
    ['items by key, with a default', { ports: [{ port: 80, name: 'x' }] }, { 'f:ports': ports }, []],
    ['an item that is not ours', { ports: [{ port: 81 }] }, { 'f:ports': ports }, ['.ports[0]']],
    [
      'a field of an item',
      { ports: [{ port: 80, targetPort: 8080 }] },
      { 'f:ports': ports },
      ['.ports[port=80,protocol=TCP].targetPort'],
    ],
    ['a set', { finalizers: ['a', 'b'] }, { 'f:finalizers': { 'v:"a"': {} } }, ['.finalizers[1]']],
    ['nothing at all', { a: 1 }, undefined, ['.']],
  ])('cover %s', (_name, value, fields, uncovered) => {
    expect(textsOf(findUncovered(value as never, fields as never))).toEqual(uncovered);
  });

  test('name what is disputed', () => {
    const both = findDisputed({ a: 1, b: { c: 2 } }, { a: 2, b: { c: 3 } }, { 'f:a': {}, 'f:b': { 'f:c': {} } });
    expect(both).toEqual([
      { text: '.a', steps: ['a'] },
      { text: '.b.c', steps: ['b', 'c'] },
    ]);
    expect(findDisputed({ a: 1 }, { a: 1 }, { 'f:a': {} })).toEqual([]);
    expect(textsOf(findDisputed({ args: ['x'] }, { args: ['y'] }, { 'f:args': {} }))).toEqual(['.args']);
    const live = { ports: [{ port: 80, protocol: 'TCP', name: 'y' }] };
    expect(findDisputed({ ports: [{ port: 80, name: 'x' }] }, live, { 'f:ports': ports })).toEqual([
      { text: '.ports[port=80,protocol=TCP].name', steps: ['ports', 0, 'name'] },
    ]);
  });
});
