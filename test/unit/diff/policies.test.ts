import { describe, expect, test } from 'vitest';
import { diff } from '../../../engine/diff/diff.ts';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { Change, Pause } from '../../../engine/model/change.ts';
import type { KubeObject, ManagedFieldsEntry } from '../../../engine/model/object.ts';
import { ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const now = '2026-01-01T00:00:00Z';
const ruleWith = (policy: string) =>
  ruleOf(`  children:
    - id: a
      ${policy}
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: a, labels: { tier: web } }, data: { x: =spec.x, "y": two } }
`);

interface Look {
  readonly policy: string;
  /** The wish of `data.x`; what was applied is "one". */
  readonly x?: string;
  readonly live: (stored: KubeObject) => KubeObject;
  readonly pause?: Pause;
}

function look({ policy, x = 'one', live, pause }: Look): Change {
  const rule = ruleWith(policy);
  const stored = storedOf(
    evaluate(rule, { owner: ownerOf({ x: 'one' }), observed: [], now }).desired[0]?.object as never,
  );
  const observed = [live(stored)];
  const plan = evaluate(rule, { owner: ownerOf({ x }), observed, now });
  const input = { rule: 'web', observed, records: [], settled: () => undefined };
  return diff(plan, { ...input, pauseOf: (_, field) => (field === '.data.x' ? pause : undefined) })
    .changes[0] as Change;
}

type Fields = Record<string, Record<string, object>>;

/** Somebody else holds `data.x` with another value, or removed the label `tier`. */
const taken =
  (entry: Partial<ManagedFieldsEntry>, more: { readonly labels?: object } = {}) =>
  (stored: KubeObject): KubeObject => {
    const [own] = stored.metadata.managedFields ?? [];
    const fields = structuredClone(own?.fieldsV1) as unknown as Fields;
    delete fields['f:data']?.['f:x'];
    const theirs = { apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:x': {} } }, manager: 'other', ...entry };
    const managedFields = [{ ...own, fieldsV1: fields }, theirs];
    const metadata = { ...stored.metadata, managedFields, ...more };
    return { ...stored, data: { x: 'theirs', y: 'two' }, metadata } as unknown as KubeObject;
  };
const claimed = taken({ operation: 'Apply' });
const edited = taken({ operation: 'Update' });
/** The same for all of a mapping, of which nothing is ours then. */
const takenWhole =
  (operation: 'Apply' | 'Update') =>
  (stored: KubeObject): KubeObject => {
    const [own] = stored.metadata.managedFields ?? [];
    const { ['f:data']: _data, ...fields } = (own?.fieldsV1 ?? {}) as unknown as Fields;
    const theirs = { apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:x': {}, 'f:y': {} } }, manager: 'other', operation };
    const managedFields = [{ ...own, fieldsV1: fields }, theirs];
    return { ...stored, data: { x: 'theirs', y: 'theirs' }, metadata: { ...stored.metadata, managedFields } } as never;
  };
const unlabelled = (stored: KubeObject): KubeObject => {
  const fields = structuredClone(stored.metadata.managedFields?.[0]?.fieldsV1) as unknown as Fields;
  delete fields['f:metadata']?.['f:labels'];
  const { tier: _tier, ...labels } = stored.metadata.labels as Record<string, string>;
  const own = Object.keys(labels).map((name) => [`f:${name}`, {}]);
  const fieldsV1 = { ...fields, 'f:metadata': { ...fields['f:metadata'], 'f:labels': Object.fromEntries(own) } };
  const managedFields = [{ ...stored.metadata.managedFields?.[0], fieldsV1 }];
  return { ...stored, metadata: { ...stored.metadata, labels, managedFields } } as unknown as KubeObject;
};
const wishOf = (change: Change) => ('desired' in change ? change.desired.object : undefined);

describe('a field that another manager has declared', () => {
  test('is a conflict by default', () => {
    expect(look({ policy: 'onConflict: fail', live: claimed })).toMatchObject({
      kind: 'conflict',
      contested: [{ field: '.data.x', manager: 'other' }],
    });
  });

  test('is taken with onConflict: force', () => {
    expect(look({ policy: 'onConflict: force', live: claimed })).toMatchObject({
      kind: 'configure',
      reclaim: [{ field: '.data.x', manager: 'other' }],
    });
  });

  test('is left out of the wish and told of with onConflict: yield', () => {
    expect(look({ policy: 'onConflict: yield', live: claimed })).toMatchObject({
      kind: 'unchanged',
      notes: [{ code: 'FieldYielded', fields: [{ field: '.data.x', manager: 'other' }] }],
    });
    const change = look({ policy: 'onConflict: yield', x: 'new', live: claimed });
    expect(change).toMatchObject({ kind: 'configure', reclaim: [] });
    expect(wishOf(change)?.['data']).toEqual({ y: 'two' });
  });

  test('is a conflict all the same where it is a mark of the engine', () => {
    const theirMark = taken({
      operation: 'Apply',
      fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:opsonata.dev/applied': {} } } },
    });
    const live = (stored: KubeObject) => {
      const object = theirMark(stored);
      return { ...object, metadata: { ...object.metadata, annotations: { 'opsonata.dev/applied': 'theirs' } } };
    };
    expect(look({ policy: 'onConflict: yield', live })).toMatchObject({ kind: 'conflict' });
  });
});

describe('a field that somebody declared, of a child whose edits are left', () => {
  const contested = [{ field: '.data.x', manager: 'other' }];
  test.each(['warn', 'ignore'])('is no edit with onDrift: %s', (onDrift) => {
    const policy = (onConflict: string) => `onDrift: ${onDrift}\n      onConflict: ${onConflict}`;
    expect(look({ policy: policy('fail'), live: claimed })).toMatchObject({ kind: 'conflict', contested });
    expect(look({ policy: policy('force'), live: claimed })).toMatchObject({ kind: 'configure', reclaim: contested });
    expect(look({ policy: policy('yield'), live: claimed })).toMatchObject({
      kind: 'unchanged',
      notes: [{ code: 'FieldYielded', fields: contested }],
    });
  });
});

describe('all fields of a mapping', () => {
  const fields = [
    { field: '.data.x', manager: 'other' },
    { field: '.data.y', manager: 'other' },
  ];

  test('that somebody edited are left with onDrift: warn, also when the wish changes', () => {
    const note = { code: 'Drifted', fields };
    expect(look({ policy: 'onDrift: warn', live: takenWhole('Update') })).toMatchObject({
      kind: 'unchanged',
      notes: [note],
    });
    const change = look({ policy: 'onDrift: warn', x: 'new', live: takenWhole('Update') });
    expect(change).toMatchObject({ kind: 'configure', reclaim: [] });
    expect(wishOf(change)?.['data']).toBeUndefined();
  });

  test('that somebody declared are left with onConflict: yield, without a write', () => {
    expect(look({ policy: 'onConflict: yield', live: takenWhole('Apply') })).toMatchObject({
      kind: 'unchanged',
      notes: [{ code: 'FieldYielded', fields }],
    });
  });
});

describe('a field that somebody edited', () => {
  test('is left and told of with onDrift: warn, left without a word with onDrift: ignore', () => {
    const fields = [{ field: '.data.x', manager: 'other' }];
    expect(look({ policy: 'onDrift: warn', live: edited })).toMatchObject({
      kind: 'unchanged',
      notes: [{ code: 'Drifted', fields }],
    });
    expect(look({ policy: 'onDrift: ignore', live: edited })).toMatchObject({ kind: 'unchanged', notes: [] });
  });

  test('stays as it is when another field is written', () => {
    const change = look({ policy: 'onDrift: ignore', x: 'new', live: edited });
    expect(change).toMatchObject({ kind: 'configure', reclaim: [] });
    expect(wishOf(change)?.['data']).toEqual({ y: 'two' });
  });

  test('and has the wished value again is ours again', () => {
    const back = (stored: KubeObject) => ({ ...edited(stored), data: { x: 'one', y: 'two' } });
    expect(look({ policy: 'onDrift: ignore', live: back })).toMatchObject({ kind: 'configure', reclaim: [] });
  });

  test('is no drift where it was removed and the policy is to correct it', () => {
    expect(look({ policy: 'onDrift: correct', live: unlabelled })).toMatchObject({ kind: 'configure' });
    expect(look({ policy: 'onDrift: warn', live: unlabelled })).toMatchObject({
      kind: 'unchanged',
      notes: [{ code: 'Drifted', fields: [{ field: '.metadata.labels.tier', manager: undefined }] }],
    });
  });

  test('is put back whatever the policy where it is a mark of the engine', () => {
    const live = taken(
      { operation: 'Update', fieldsV1: { 'f:metadata': { 'f:labels': { 'f:opsonata.dev/child': {} } } } },
      {
        labels: {
          tier: 'web',
          'opsonata.dev/rule': 'web',
          'opsonata.dev/owner-uid': 'owner',
          'opsonata.dev/child': 'b',
        },
      },
    );
    const lost = (stored: KubeObject) => {
      const object = live(stored);
      const [own, theirs] = object.metadata.managedFields ?? [];
      const fields = structuredClone(own?.fieldsV1) as unknown as { 'f:metadata': Fields; 'f:data': object };
      delete fields['f:metadata']['f:labels']?.['f:opsonata.dev/child'];
      const managedFields = [{ ...own, fieldsV1: { ...fields, 'f:data': { 'f:x': {}, 'f:y': {} } } }, theirs];
      return {
        ...object,
        data: { x: 'one', y: 'two' },
        metadata: { ...object.metadata, managedFields },
      } as unknown as KubeObject;
    };
    expect(look({ policy: 'onDrift: ignore', live: lost })).toMatchObject({
      kind: 'configure',
      reclaim: [{ field: '.metadata.labels.opsonata.dev/child', manager: 'other' }],
    });
  });
});

describe('a field that is fought for', () => {
  const pause = { forMs: 1000, until: '2026-01-01T00:01:00Z' };

  test('is left alone as long as its pause lasts, and the rest is written', () => {
    expect(look({ policy: '', live: edited, pause })).toMatchObject({
      kind: 'contended',
      contested: [{ field: '.data.x', manager: 'other' }],
      pause,
    });
    const change = look({ policy: '', x: 'new', live: edited, pause });
    expect(change).toMatchObject({ kind: 'configure', reclaim: [] });
    expect(wishOf(change)?.['data']).toEqual({ y: 'two' });
  });

  test('is fought for with onConflict: force, too', () => {
    expect(look({ policy: 'onConflict: force', live: claimed, pause })).toMatchObject({ kind: 'contended' });
  });
});

describe('ignoreFields', () => {
  const policy = 'ignoreFields: [data.x]';

  test('make no difference', () => {
    expect(look({ policy, x: 'new', live: (stored) => stored })).toMatchObject({ kind: 'unchanged' });
    expect(look({ policy, live: edited })).toMatchObject({ kind: 'unchanged', notes: [] });
  });

  test('keep the live value as long as it is ours, since a field that is left out would be removed', () => {
    const live = (stored: KubeObject) => ({ ...unlabelled(stored), data: { x: 'live', y: 'two' } });
    const change = look({ policy, live });
    expect(change).toMatchObject({ kind: 'configure', isHolding: true });
    expect(wishOf(change)?.['data']).toEqual({ x: 'live', y: 'two' });
  });

  test('are left out of a write where they are somebody else’s', () => {
    const live = (stored: KubeObject) => {
      const object = edited(stored);
      return { ...object, metadata: { ...object.metadata, annotations: {} } };
    };
    expect(wishOf(look({ policy, live }))?.['data']).toEqual({ y: 'two' });
  });
});

describe('write: once', () => {
  test('never changes what is there, and makes what is not', () => {
    expect(look({ policy: 'write: once', x: 'new', live: claimed })).toMatchObject({ kind: 'unchanged', notes: [] });
    const rule = ruleWith('write: once');
    const plan = evaluate(rule, { owner: ownerOf({ x: 'one' }), observed: [], now });
    const input = { rule: 'web', observed: [], records: [], settled: () => undefined, pauseOf: () => undefined };
    expect(diff(plan, input).changes).toMatchObject([{ kind: 'create' }]);
  });
});

describe('onDelete: orphan', () => {
  const rule = ruleWith('onDelete: orphan');
  const plan = evaluate(rule, { owner: ownerOf({ x: 'one' }), observed: [], now });
  const stored = storedOf(plan.desired[0]?.object as KubeObject);
  const ends = (spec: string, live: KubeObject = stored) => {
    const observed = [live];
    const input = { rule: 'web', observed, records: [], settled: () => undefined, pauseOf: () => undefined };
    return diff(evaluate(ruleOf(spec), { owner: ownerOf(), observed, now }), input).changes;
  };

  test('makes a child without an owner reference, so that no garbage collector takes it', () => {
    expect(stored.metadata.ownerReferences).toBeUndefined();
    expect(stored.metadata.labels).toMatchObject({ 'opsonata.dev/owner-uid': 'owner' });
  });

  test('lets it go when the rule does not have it any more', () => {
    expect(ends('  children: []\n')).toMatchObject([{ kind: 'release', child: 'a' }]);
  });

  test('lets it go when it is excluded, also where the object does not yet know', () => {
    const excluded = `  children:
    - id: a
      onDelete: orphan
      when: false
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: a } }
`;
    const before = storedOf(
      evaluate(ruleWith(''), { owner: ownerOf({ x: 'one' }), observed: [], now }).desired[0]?.object as KubeObject,
    );
    expect(ends(excluded, before)).toMatchObject([{ kind: 'release', child: 'a' }]);
  });

  test('is forgotten where the rule says delete since, as far as we set the marks ourselves', () => {
    const excluded = `  children:
    - id: a
      when: false
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: a } }
`;
    expect(ends(excluded)).toMatchObject([{ kind: 'delete', child: 'a' }]);
    const [own] = stored.metadata.managedFields ?? [];
    const managedFields = [{ ...own, fieldsV1: { 'f:data': { 'f:x': {} } } }] as never;
    expect(ends(excluded, { ...stored, metadata: { ...stored.metadata, managedFields } })).toEqual([]);
  });

  test('lets nothing go that is not ours', () => {
    const metadata = { ...stored.metadata, managedFields: [] };
    expect(ends('  children: []\n', { ...stored, metadata })).toEqual([]);
  });
});
