import { describe, expect, test } from 'vitest';
import { apply } from '../../../engine/apply/apply.ts';
import { diff } from '../../../engine/diff/diff.ts';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import { classify } from '../../../engine/kube/classify.ts';
import type { KubeClient } from '../../../engine/kube/client.ts';
import type { Change, Outcome } from '../../../engine/model/change.ts';
import { Fault } from '../../../engine/model/fault.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import type { Plan } from '../../../engine/model/plan.ts';
import { ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const now = '2026-01-01T00:00:00Z';
const planOf = (policy: string, kind = 'apiVersion: v1, kind: ConfigMap', spec = ''): Plan =>
  evaluate(
    ruleOf(`  children:
    - id: config
      ${policy}
      template: { ${kind}, metadata: { name: shop }${spec} }
`),
    { owner: ownerOf(), observed: [], now },
  );

interface Call {
  readonly verb: string;
  readonly body: unknown;
}

interface World {
  readonly live: KubeObject;
  /** What an apply is answered with, by its number from 0; undefined: the object as it was sent. */
  readonly applies?: readonly (Fault | KubeObject | undefined)[];
  readonly owner?: KubeObject;
  /** The object that a delete leaves. */
  readonly left?: KubeObject;
}

async function run(change: Change, world: World): Promise<{ outcome: Outcome; calls: readonly Call[] }> {
  const calls: Call[] = [];
  const applies = [...(world.applies ?? [])];
  const client: KubeClient = {
    get: async (ref) => (ref.kind === 'Web' ? (world.owner ?? ownerOf()) : world.live),
    apply: async (body, { force = false }) => {
      calls.push({ verb: force ? 'force' : 'apply', body });
      const answer = applies.shift();
      if (answer instanceof Fault) throw answer;
      return answer ?? body;
    },
    patch: async (_ref, body) => {
      calls.push({ verb: 'patch', body });
      return world.live;
    },
    delete: async (_ref, body) => {
      calls.push({ verb: 'delete', body });
      return world.left;
    },
  };
  const deps = { client, observe: () => undefined, forget: () => undefined };
  const [applied] = await apply(
    [change],
    { rule: 'web', owner: ownerOf(), journal: 'status', records: [], inventory: [] },
    deps,
  );
  return { outcome: applied?.outcome as Outcome, calls };
}

const verbsOf = (calls: readonly Call[]) => calls.map(({ verb }) => verb);
const conflict = new Fault({ code: 'Conflict', retry: 'now', message: 'it is there' });

describe('adopt: ifUnowned', () => {
  const plan = planOf('adopt: ifUnowned');
  const create = { kind: 'create', child: 'config', desired: plan.desired[0] } as Change;
  const foreign = (metadata: object = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'shop', namespace: 'default', uid: 'foreign', resourceVersion: '7', ...metadata },
  });

  test('puts our marks on an object that nobody owns, bound to the version that was looked at', async () => {
    const other = { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'x' };
    const { outcome, calls } = await run(create, { live: foreign({ ownerReferences: [other] }), applies: [conflict] });
    expect(outcome).toMatchObject({ result: 'adopted' });
    expect(verbsOf(calls)).toEqual(['apply', 'patch']);
    expect(calls[1]?.body).toMatchObject({
      metadata: {
        resourceVersion: '7',
        labels: { 'opsonata.dev/rule': 'web', 'opsonata.dev/child': 'config', 'opsonata.dev/owner-uid': 'owner' },
        ownerReferences: [other, { uid: 'owner', controller: true }],
      },
    });
  });

  test.each([
    [
      'has a controller',
      { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'x', controller: true }] },
    ],
    ['carries a rule’s label', { labels: { 'opsonata.dev/rule': 'other' } }],
    ['carries an owner’s label', { labels: { 'opsonata.dev/owner-uid': 'other' } }],
    ['is being deleted', { deletionTimestamp: now }],
  ])('does not touch an object that %s', async (_, metadata) => {
    const { outcome, calls } = await run(create, { live: foreign(metadata), applies: [conflict] });
    expect(outcome).toMatchObject({ result: 'failed', fault: { code: 'NotOwned' } });
    expect(verbsOf(calls)).toEqual(['apply']);
  });

  test('asks first whether the owner is still there: the garbage collector would take the object', async () => {
    const owner = ownerOf({}, { uid: 'another' });
    const { outcome, calls } = await run(create, { live: foreign(), applies: [conflict], owner });
    expect(outcome).toMatchObject({ result: 'failed', fault: { code: 'Conflict', retry: 'now' } });
    expect(verbsOf(calls)).toEqual(['apply']);
  });

  test('is not what happens by default', async () => {
    const change = { kind: 'create', child: 'config', desired: planOf('').desired[0] } as Change;
    const { outcome } = await run(change, { live: foreign(), applies: [conflict] });
    expect(outcome).toMatchObject({ fault: { code: 'NotOwned' } });
  });
});

const immutable = (...messages: readonly string[]) =>
  classify({
    status: 422,
    body: {
      message: `is invalid: ${messages.join(', ')}`,
      reason: 'Invalid',
      details: { name: 'shop', causes: messages.map((message) => ({ reason: 'x', field: 'spec', message })) },
    },
  });
const WORDINGS = [
  'Invalid value: {}: field is immutable',
  'Invalid value: ["10.0.0.9"]: may not change once set',
  "Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
];

describe('onImmutable: recreate', () => {
  const configure = (policy: string, kind?: string, spec?: string) => {
    const plan = planOf(policy, kind, spec);
    const live = storedOf(plan.desired[0]?.object as KubeObject, 'web', { annotations: {} });
    const input = { rule: 'web', observed: [live], records: [], settled: () => undefined, pauseOf: () => undefined };
    return { change: diff(plan, input).changes[0] as Change, live };
  };

  test.each(WORDINGS)('deletes the child and makes it anew when the API server says "%s"', async (wording) => {
    const { change, live } = configure('onImmutable: recreate');
    const { outcome, calls } = await run(change, { live, applies: [immutable(wording)] });
    expect(outcome).toMatchObject({ result: 'recreated' });
    expect(verbsOf(calls)).toEqual(['apply', 'delete', 'apply']);
    expect(calls[1]?.body).toEqual({ uid: 'uid-ConfigMap-shop', resourceVersion: '20' });
  });

  test.each([
    ['the rule does not say so', 'onImmutable: fail', [WORDINGS[0]]],
    ['something else is wrong, too', 'onImmutable: recreate', [WORDINGS[0], 'Required value']],
  ])('deletes nothing when %s', async (_, policy, messages) => {
    const { change, live } = configure(policy);
    const { outcome, calls } = await run(change, { live, applies: [immutable(...(messages as string[]))] });
    expect(outcome).toMatchObject({ result: 'failed', fault: { code: 'ImmutableField', retry: 'never' } });
    expect(verbsOf(calls)).toEqual(['apply']);
  });

  test('deletes no StatefulSet that has claims by now, unless the rule says it twice', async () => {
    const kind = 'apiVersion: apps/v1, kind: StatefulSet';
    const withClaims = (live: KubeObject) => ({ ...live, spec: { volumeClaimTemplates: [] } });
    const { change, live } = configure('onImmutable: recreate', kind);
    const claims = { ...change, observed: withClaims(live) } as Change;
    const once = await run(claims, { live, applies: [immutable(WORDINGS[2] as string)] });
    expect(once.outcome).toMatchObject({ result: 'failed', fault: { code: 'ImmutableField' } });
    const twice = configure('onImmutable: recreate\n      recreate: dataToo', kind);
    const said = { ...twice.change, observed: withClaims(live) } as Change;
    const { outcome } = await run(said, { live, applies: [immutable(WORDINGS[2] as string)] });
    expect(outcome).toMatchObject({ result: 'recreated' });
  });

  test('a pod of a rollout is made anew when its spec would change, and only then', async () => {
    const more = 'onImmutable: recreate\n      forEach: [a]\n      key: =$item\n      rollout: {}';
    const { change, live } = configure(more, 'apiVersion: v1, kind: Pod', ', spec: { nodeName: new }');
    const replaced = await run(change, { live, applies: [{ ...live, spec: { nodeName: 'old' } }] });
    expect(replaced.outcome).toMatchObject({ result: 'recreated' });
    expect(verbsOf(replaced.calls)).toEqual(['apply', 'delete', 'apply']);
    const labelled = await run(change, { live, applies: [live] });
    expect(labelled.outcome).toMatchObject({ result: 'configured' });
    expect(verbsOf(labelled.calls)).toEqual(['apply', 'apply']);
    const refused = await run(change, { live, applies: [classify({ status: 422, body: { message: 'no' } })] });
    expect(refused.outcome).toMatchObject({ result: 'failed', fault: { code: 'Invalid' } });
    expect(verbsOf(refused.calls)).toEqual(['apply']);
  });

  test('makes nothing as long as a finalizer holds the old one', async () => {
    const { change, live } = configure('onImmutable: recreate');
    const { outcome, calls } = await run(change, { live, left: live, applies: [immutable(WORDINGS[0] as string)] });
    expect(outcome).toMatchObject({ result: 'skipped' });
    expect(verbsOf(calls)).toEqual(['apply', 'delete']);
  });
});

describe('a conflict that only the API server saw', () => {
  const plan = planOf('onDrift: warn');
  const live = storedOf(plan.desired[0]?.object as KubeObject, 'web', { annotations: {} });
  const input = { rule: 'web', observed: [live], records: [], settled: () => undefined, pauseOf: () => undefined };
  const change = diff(plan, input).changes[0] as Change;
  const field = new Fault({ code: 'FieldConflict', retry: 'never', message: 'conflict with "other"' });

  test('is looked at again where the object changed meanwhile', async () => {
    const changed = { ...live, metadata: { ...live.metadata, resourceVersion: '21' } };
    const { outcome, calls } = await run(change, { live: changed, applies: [field] });
    expect(outcome).toMatchObject({ fault: { code: 'Conflict', retry: 'now' } });
    expect(verbsOf(calls)).toEqual(['apply']);
  });

  test('is reported where it did not', async () => {
    expect((await run(change, { live, applies: [field] })).outcome).toMatchObject({ fault: { code: 'FieldConflict' } });
  });

  test('is forced, bound to the version that was looked at, with onConflict: force', async () => {
    const forced = diff(planOf('onConflict: force'), input).changes[0] as Change;
    const { outcome, calls } = await run(forced, { live, applies: [field] });
    expect(outcome).toMatchObject({ result: 'configured' });
    expect(verbsOf(calls)).toEqual(['apply', 'force']);
    expect(calls[1]?.body).toMatchObject({ metadata: { uid: live.metadata.uid, resourceVersion: '20' } });
  });
});

describe('release', () => {
  const plan = planOf('onDelete: orphan');
  const live = storedOf(plan.desired[0]?.object as KubeObject);
  const change = { kind: 'release', child: 'config', prune: { child: 'config', object: live } } as unknown as Change;

  test('takes the marks, and our owner reference and no other', async () => {
    const references = ['owner', 'other'].map((uid) => ({ apiVersion: 'v1', kind: 'Pod', name: uid, uid }));
    const referred = { ...live, metadata: { ...live.metadata, ownerReferences: references } };
    const prune = { child: 'config', object: referred };
    const { outcome, calls } = await run({ ...change, prune } as unknown as Change, { live: referred });
    expect(outcome).toMatchObject({ result: 'released' });
    expect(calls).toEqual([
      {
        verb: 'patch',
        body: {
          metadata: {
            resourceVersion: '20',
            labels: { 'opsonata.dev/rule': null, 'opsonata.dev/child': null, 'opsonata.dev/owner-uid': null },
            annotations: { 'opsonata.dev/applied': null, 'opsonata.dev/on-delete': null },
            ownerReferences: [references[1]],
          },
        },
      },
    ]);
  });

  test('asks first whether the owner still says so', async () => {
    const { outcome, calls } = await run(change, { live, owner: ownerOf({}, { generation: 2 }) });
    expect(outcome).toMatchObject({ result: 'failed', fault: { code: 'Conflict' } });
    expect(calls).toEqual([]);
  });
});
