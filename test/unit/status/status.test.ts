import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { Outcome } from '../../../engine/model/change.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { status } from '../../../engine/status/status.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const rule = ruleOf(`  children:
    - id: deployment
      template: { apiVersion: apps/v1, kind: Deployment, metadata: { name: =metadata.name }, spec: { replicas: 2 } }
    - id: config
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name }, data: { ready: =$string($deployment.status.readyReplicas) } }
  conditions:
    - { type: Big, status: =spec.size > 3 }
  status: { size: =spec.size }
`);

const wanted = (
  owner: KubeObject,
  observed: readonly KubeObject[],
  outcomes: readonly Outcome[] = [],
  more: object = {},
) =>
  status(evaluate(rule, momentOf({ owner, observed, now: '2026-01-01T00:00:00Z' })), {
    rule: 'web',
    scope: 'all',
    outcomes,
    notes: [],
    records: [],
    unseen: [],
    now: '2026-01-01T00:00:00Z',
    allowed: undefined,
    isListed: () => true,
    halt: undefined,
    ...more,
  }) as
    | undefined
    | {
        observedGeneration: number;
        conditions: { type: string; status: string; reason: string; message: string; lastTransitionTime: string }[];
        children: object[];
        size?: number;
      };

const condition = (result: ReturnType<typeof wanted>, type: string) =>
  result?.conditions.find((item) => item.type === type);
const first = evaluate(rule, momentOf({ owner: ownerOf({ size: 5 }), observed: [], now: '' })).desired.map(
  ({ object }) => storedOf(object),
);

describe('the status', () => {
  test('keeps a child of a kind that was not listed, and only that', () => {
    const left = (kind: string) => ({ id: 'old', apiVersion: 'v1', kind, name: 'old' });
    const owner = { ...ownerOf({ size: 5 }), status: { children: [left('Secret'), left('Service')] } };
    const isListed = ({ kind }: { kind: string }) => kind !== 'Secret';
    expect(wanted(owner, [], [], { isListed })?.children).toEqual([left('Secret')]);
  });

  test('shortens a long message in its middle, and cuts no character in two', () => {
    const message = `spec.template: ${'😀'.repeat(20_000)}: field is immutable`;
    const fault = { code: 'ImmutableField', message, retry: 'never' } as const;
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'shop' };
    const result = wanted(ownerOf({ size: 5 }), first, [{ child: 'config', ref, result: 'failed', fault }]);
    for (const type of ['Ready', 'Stalled']) {
      const shown = condition(result, type)?.message ?? '';
      expect(shown).toMatch(
        /^child "config": spec\.template: \p{Emoji}+ … \p{Emoji}+: field is immutable( \(and \d more\))?$/u,
      );
      expect(shown.length).toBeLessThanOrEqual(1024);
      expect(shown.length).toBeGreaterThan(1000);
    }
  });

  test('names the root cause in Ready, not the child that waits for it', () => {
    const result = wanted(ownerOf({ size: 5 }), first);
    expect(condition(result, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'Progressing',
      message: 'Deployment default/shop: 0 of 2 replicas are ready (and 1 more)',
    });
    expect(condition(result, 'Reconciling')).toMatchObject({
      status: 'True',
      message: expect.stringContaining('child "config" needs "deployment"'),
    });
    expect(condition(result, 'Stalled')).toMatchObject({ status: 'False' });
    expect(result).toMatchObject({
      observedGeneration: 1,
      size: 5,
      children: [{ id: 'deployment', apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' }],
    });
  });

  test('names the first of a chain, also where what waits for it has failed meanwhile', () => {
    const workload = (id: string, reads: string) => `    - id: ${id}
      readsUnready: true
      template:
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: ${id}, annotations: { sees: =$string(${reads}) } }
        spec: { replicas: 1 }
`;
    const chain = ruleOf(
      `  children:\n${workload('front', '$app.spec.replicas')}${workload('app', '$db.spec.replicas')}${workload('db', '1')}${workload('alone', '1')}`,
    );
    const rolled = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
    const states = {
      current: { ...rolled, conditions: [{ type: 'Available', status: 'True' }] },
      working: { observedGeneration: 1 },
      failed: {
        observedGeneration: 1,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
      },
    };
    const ready = (given: { [child: string]: keyof typeof states }) => {
      const observed = Object.entries(given).map(([name, state]) => ({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, generation: 1, namespace: 'default', labels: { 'opsonata.dev/child': name } },
        spec: { replicas: 1 },
        status: states[state],
      }));
      const plan = evaluate(chain, { owner: ownerOf(), observed, now: '2026-01-01T00:00:00Z' });
      const said = status(plan, {
        rule: 'web',
        scope: 'all',
        outcomes: [],
        now: '2026-01-01T00:00:00Z',
        allowed: undefined,
        isListed: () => true,
        halt: undefined,
        notes: [],
        records: [],
        unseen: [],
      }) as ReturnType<typeof wanted>;
      return condition(said, 'Ready')?.message;
    };
    const alone = 'current' as const;
    const slow = (name: string) => `Deployment default/${name}: 0 of 1 replica is ready`;
    const late = (name: string) => `Deployment default/${name}: the rollout exceeded its deadline`;
    expect(ready({ db: 'working', alone })).toBe(`${slow('db')} (and 1 more)`);
    expect(ready({ db: 'working', app: 'failed', alone })).toBe(`${slow('db')} (and 1 more)`);
    expect(ready({ db: 'working', app: 'failed', front: 'failed', alone })).toBe(`${slow('db')} (and 2 more)`);
    expect(ready({ db: 'current', app: 'failed', front: 'failed', alone })).toBe(`${late('app')} (and 1 more)`);
    expect(ready({ db: 'current', app: 'current', front: 'failed', alone })).toBe(late('front'));
    // What depends on nothing that blocks is a cause of its own, and one that only somebody can help comes first.
    expect(ready({ db: 'working', app: 'working', alone: 'failed' })).toBe(`${late('alone')} (and 2 more)`);
  });

  test('says when only somebody can help', () => {
    const fault = { code: 'FieldConflict', message: '.data.x is halted by "other"', retry: 'never' } as const;
    const outcome: Outcome = {
      child: 'config',
      ref: { apiVersion: 'v1', kind: 'ConfigMap', name: 'shop' },
      result: 'failed',
      fault,
    };
    const result = wanted(ownerOf({ size: 5 }), first, [outcome]);
    expect(condition(result, 'Stalled')).toMatchObject({
      status: 'True',
      reason: 'FieldConflict',
      message: 'child "config": .data.x is halted by "other"',
    });
    expect(condition(result, 'Ready')).toMatchObject({ status: 'False', reason: 'FieldConflict' });
  });

  test('is not written again while nothing changes, and keeps the time of each condition', () => {
    const result = wanted(ownerOf({ size: 5 }), first);
    const owner = { ...ownerOf({ size: 5 }), status: result } as unknown as KubeObject;
    expect(wanted(owner, first, [], { now: '2026-02-02T00:00:00Z' })).toBeUndefined();
    const changed = wanted(
      { ...owner, spec: { size: 1 }, metadata: { ...owner.metadata, generation: 2 } } as unknown as KubeObject,
      first,
      [],
      { now: '2026-02-02T00:00:00Z' },
    );
    expect(condition(changed, 'Big')).toMatchObject({ status: 'False', lastTransitionTime: '2026-02-02T00:00:00Z' });
    expect(condition(changed, 'Ready')).toMatchObject({ status: 'False', lastTransitionTime: '2026-01-01T00:00:00Z' });
  });

  test('keeps what a failing formula said before', () => {
    const live = wanted(ownerOf({ size: 5 }), first);
    const owner = { ...ownerOf({ size: 'text' }), status: live } as unknown as KubeObject;
    const result = wanted(owner, first);
    expect(condition(result, 'Big')).toMatchObject({ status: 'True' });
    expect(condition(result, 'Stalled')).toMatchObject({
      status: 'True',
      reason: 'ExpressionFailed',
      message: expect.stringMatching(/^rule\.yaml:12:\d+: T2009: /),
    });
  });

  test('leaves out what the schema of the kind does not have', () => {
    expect(Object.keys(wanted(ownerOf({ size: 5 }), first, [], { allowed: ['conditions'] }) ?? {})).toEqual([
      'conditions',
    ]);
  });

  test('is written to remove a field that is wanted no more', () => {
    const live = wanted(ownerOf({ size: 5 }), first);
    const managedFields = [
      {
        manager: 'opsonata/web',
        operation: 'Apply' as const,
        apiVersion: 'example.com/v1',
        subresource: 'status',
        fieldsV1: { 'f:status': { 'f:old': {}, 'f:size': {} } },
      },
    ];
    const owner = { ...ownerOf({ size: 5 }, { managedFields }), status: { ...live, old: 1 } } as unknown as KubeObject;
    expect(Object.keys(wanted(owner, first) ?? {})).not.toContain('old');
    expect(wanted(owner, first)).toBeDefined();
  });
});
