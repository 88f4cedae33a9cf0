import { describe, expect, test } from 'vitest';
import { refOf } from '../../../engine/apply/apply.ts';
import { diff } from '../../../engine/diff/diff.ts';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { Change, OutcomeFault } from '../../../engine/model/change.ts';
import { haltOf } from '../../../engine/model/halt.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import type { Step } from '../../../engine/model/preview.ts';
import { tellObserved, tellSuspended } from '../../../engine/status/halt.ts';
import { ruleStatus } from '../../../engine/status/rule-status.ts';
import { status } from '../../../engine/status/status.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const children = (count: number) =>
  Array.from(
    { length: count },
    (_, index) =>
      `    - id: c${index}\n      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: c${index} }, data: { text: =spec.text } }\n`,
  ).join('');
const rule = ruleOf(`  children:\n${children(2)}`);
const stored = (text: string) =>
  evaluate(rule, momentOf({ owner: ownerOf({ text }) })).desired.map(({ object }) => storedOf(object));

const tell = (
  owner: KubeObject,
  observed: readonly KubeObject[],
  from = rule,
  refused: (change: Change) => { readonly fault?: OutcomeFault } = () => ({}),
) => {
  const plan = evaluate(from, momentOf({ owner, observed }));
  const input = { rule: from.name, observed, records: [], settled: () => undefined, pauseOf: () => undefined };
  const halt = haltOf(from, owner);
  const steps = diff(plan, input).changes.map((change): Step => {
    const outcome = { child: change.child, ref: refOf(change), result: 'configured', ...refused(change) } as const;
    return change.kind === 'configure' ? { change, outcome, live: change.desired.object } : { change, outcome };
  });
  const rehearsal = { steps, remembered: [], taken: [], plan };
  const told = halt?.code === 'Observing' ? tellObserved(from, halt, rehearsal) : halt && tellSuspended(halt, plan);
  const written = status(plan, {
    ...{ rule: 'web', scope: 'all', outcomes: [], notes: [], records: [], unseen: [], halt: told },
    ...{ now: '2026-01-01T00:00:00Z', allowed: undefined, isListed: () => true },
  });
  return { told, written };
};

const suspended = (spec: object, more: object = {}) =>
  ({ ...ownerOf(spec, { generation: 3, annotations: { 'opsonata.dev/suspend': 'true' } }), ...more }) as KubeObject;
const observing = (spec: object) => ownerOf(spec, { annotations: { 'opsonata.dev/observe': 'true' } });
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly observedGeneration: number;
}
const conditionsOf = (written: object | undefined) => {
  const { conditions = [] } = (written ?? {}) as { readonly conditions?: readonly Condition[] };
  return Object.fromEntries(
    conditions.map(({ type, status: value, reason, observedGeneration }) => [
      type,
      `${value} ${reason} ${observedGeneration}`,
    ]),
  );
};

describe('a halt', () => {
  test.each([
    [undefined, undefined, undefined],
    [undefined, { 'opsonata.dev/suspend': 'true' }, 'Suspended'],
    [undefined, { 'opsonata.dev/suspend': 'yes' }, 'Suspended'],
    [undefined, { 'opsonata.dev/suspend': 'false' }, undefined],
    [undefined, { 'opsonata.dev/observe': 'true' }, 'Observing'],
    [undefined, { 'opsonata.dev/observe': 'true', 'opsonata.dev/suspend': 'true' }, 'Suspended'],
    ['Observing', undefined, 'Observing'],
    ['Observing', { 'opsonata.dev/observe': 'false' }, 'Observing'],
    ['Observing', { 'opsonata.dev/suspend': 'true' }, 'Suspended'],
    ['Suspended', { 'opsonata.dev/observe': 'true' }, 'Suspended'],
  ] as const)('of a rule that says %s and annotations %j is %s', (halt, annotations, code) => {
    expect(haltOf({ halt }, ownerOf({}, { annotations }))?.code).toBe(code);
  });

  test('is none for a resource that is being deleted', () => {
    const owner = ownerOf(
      {},
      { deletionTimestamp: '2026-01-01T00:00:00Z', annotations: { 'opsonata.dev/suspend': '' } },
    );
    expect(haltOf({ halt: 'Suspended' }, owner)).toBeUndefined();
  });

  test('of a rule is what its text says', () => {
    expect(ruleOf('  suspend: true\n').halt).toBe('Suspended');
    expect(ruleOf('  observe: true\n').halt).toBe('Observing');
    expect(ruleOf('  suspend: true\n  observe: true\n').halt).toBe('Suspended');
    expect(ruleOf('  suspend: false\n').halt).toBeUndefined();
  });
});

describe('a suspended resource', () => {
  test('is ready where its children are, and says that nobody acted on what it wants now', () => {
    const { written } = tell(suspended({ text: 'new' }, { status: { observedGeneration: 2 } }), stored('old'));
    expect(written?.['observedGeneration']).toBe(2);
    expect(conditionsOf(written)).toEqual({
      Ready: 'True Ready 2',
      Reconciling: 'False NotReconciling 2',
      Stalled: 'False NotStalled 2',
      Suspended: 'True Suspended 3',
    });
  });

  test('is not ready where a child is not there', () => {
    const { told, written } = tell(suspended({ text: 'a' }), stored('a').slice(1));
    expect(told?.missing).toEqual(['ConfigMap default/c0 does not exist, and is not made']);
    expect(written?.['observedGeneration']).toBe(-1);
    expect(conditionsOf(written)).toMatchObject({ Ready: 'False Suspended 0', Reconciling: 'False NotReconciling 0' });
  });

  test('is written once', () => {
    const owner = suspended({ text: 'a' });
    const { written } = tell(owner, stored('a'));
    expect(tell({ ...owner, status: written as never }, stored('a')).written).toBeUndefined();
  });
});

describe('an observed resource', () => {
  test('tells what would be done', () => {
    const { told, written } = tell(observing({ text: 'new' }), stored('old').slice(1));
    expect(told?.message).toBe(
      'nothing is written: the annotation opsonata.dev/observe says observe; 2 changes wait: create ConfigMap default/c0; update ConfigMap default/c1 (data.text)',
    );
    expect(written?.['observedGeneration']).toBe(1);
    expect(conditionsOf(written)).toMatchObject({ Ready: 'False Observing 1', Observing: 'True Observing 1' });
  });

  test('tells the first of many', () => {
    const { told } = tell(observing({ text: 'a' }), [], ruleOf(`  children:\n${children(8)}`));
    expect(told?.message).toMatch(/; 8 changes wait: create ConfigMap default\/c0; .*c4; and 3 more$/);
  });

  test('has a preview with both values and the formula, what is unchanged last', () => {
    const { written } = tell(observing({ text: 'new' }), [...stored('new').slice(0, 1), ...stored('old').slice(1)]);
    const child = (name: string) => ({ id: name, apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name });
    expect(written?.['preview']).toEqual([
      { ...child('c1'), action: 'Update', fields: ['data.text: "old" became "new" (=spec.text, rule.yaml:10:91)'] },
      { ...child('c0'), action: 'None' },
    ]);
  });

  test('shows no value of a Secret', () => {
    const secret = ruleOf(
      '  children:\n    - id: key\n      template: { apiVersion: v1, kind: Secret, metadata: { name: key }, stringData: { key: =spec.text } }\n',
    );
    const live = evaluate(secret, momentOf({ owner: ownerOf({ text: 'old' }) })).desired.map(({ object }) =>
      storedOf(object),
    );
    const { written } = tell(observing({ text: 'new' }), live, secret);
    expect(written?.['preview']).toMatchObject([
      { id: 'key', action: 'Update', fields: ['stringData.key: changed (=spec.text, rule.yaml:8:94)'] },
    ]);
  });

  test('tells first what is refused, and is cut off where there is much', () => {
    const many = ruleOf(`  children:\n${children(60)}`);
    const message = `no: ${'x'.repeat(1000)}`;
    const fault: OutcomeFault = { code: 'Invalid', message, retry: 'never' };
    const { told, written } = tell(observing({ text: 'a' }), [], many, ({ child }) =>
      child === 'c7' ? { fault } : {},
    );
    expect(told?.message).toMatch(/; 60 changes wait: create ConfigMap default\/c7, which is refused: no: x+; create/);
    const preview = written?.['preview'] as readonly { readonly refused?: string }[];
    expect(preview.length).toBe(50);
    expect(preview[7]?.refused?.length).toBe(300);
    expect(preview.at(-1)).toEqual({ id: '', action: 'More', message: '11 more' });
  });

  test('is ready where nothing would change', () => {
    const { told, written } = tell(observing({ text: 'a' }), stored('a'));
    expect(told?.message).toMatch(/; nothing would change$/);
    expect(conditionsOf(written)).toMatchObject({ Ready: 'True Ready 1' });
  });
});

test('a rule of the cluster tells that it halts its resources', () => {
  const live = { apiVersion: 'opsonata.dev/v1alpha1', kind: 'Rule', metadata: { name: 'web' } };
  const verdict = { diagnostics: [], atWork: 'this', waiting: undefined, halt: 'Suspended' } as const;
  const written = ruleStatus(verdict, { generation: 1, live, now: '2026-01-01T00:00:00Z' });
  expect(conditionsOf(written)).toMatchObject({ Ready: 'True Suspended 1' });
});
