// One child, many objects: `forEach` and `key`.

import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const WORKERS = `  children:
    - id: worker
      forEach: =spec.workers
      key: =$item.queue
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "{% metadata.name %}-{% $item.queue %}" }
        data: { size: =$string($item.size), place: =$string($index) }
    - id: summary
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: =metadata.name }
        data: { queues: "=$join($worker.metadata.name, ',')", sizes: "=$join($worker.data.size, ',')" }
`;
const rule = ruleOf(WORKERS);
const worker = (queue: unknown, size: unknown = 1) => ({ queue, size });
const planOf = (workers: unknown, observed: readonly KubeObject[] = [], of = rule) =>
  evaluate(of, momentOf({ owner: ownerOf({ workers }), observed }));
const namesOf = (plan: ReturnType<typeof planOf>) => plan.desired.map(({ object }) => object.metadata.name);
const stored = (workers: unknown): readonly KubeObject[] =>
  planOf(workers).desired.map(({ object }) => storedOf(object));

describe('a child with forEach', () => {
  test('exists once for each item, with its key', () => {
    const plan = planOf([worker('mail', 2), worker('pdf')]);
    expect(plan.desired.map(({ child, key, object }) => [child, key, object.metadata.name, object['data']])).toEqual([
      ['worker', 'mail', 'shop-mail', { size: '2', place: '0' }],
      ['worker', 'pdf', 'shop-pdf', { size: '1', place: '1' }],
    ]);
    expect(plan.desired[0]?.object.metadata.annotations).toMatchObject({ 'opsonata.dev/key': 'mail' });
  });

  test.each([[undefined], [null], [[]]])('exists not at all for %j', (workers) => {
    const plan = planOf(workers);
    expect(namesOf(plan)).toEqual(['shop']);
    expect(plan.failures).toEqual([]);
  });

  test('takes one item that is no list for a list of one', () => {
    expect(namesOf(planOf(worker('mail')))).toEqual(['shop-mail']);
  });

  test('is read as an array, in the order of the items, once all are there', () => {
    const [mail, pdf] = stored([worker('mail'), worker('pdf')]) as [KubeObject, KubeObject];
    const first = planOf([worker('pdf'), worker('mail')], [mail]);
    expect(first.waiting).toMatchObject([
      { child: 'summary', message: 'needs "worker" of "pdf", which does not exist yet', on: 'worker' },
    ]);
    const second = planOf([worker('pdf'), worker('mail')], [mail, pdf]);
    expect(second.desired.at(-1)?.object['data']).toEqual({ queues: 'shop-pdf,shop-mail', sizes: '1,1' });
  });

  test('keeps the identity of items that come in another order', () => {
    const fixed = ruleOf(WORKERS.replace(', place: =$string($index)', ''));
    const before = planOf([worker('mail'), worker('pdf')], [], fixed).desired;
    const after = planOf([worker('pdf'), worker('mail')], [], fixed).desired;
    const marks = (desired: typeof before) =>
      Object.fromEntries(
        desired.map(({ key, object }) => [key, object.metadata.annotations?.['opsonata.dev/applied']]),
      );
    expect(marks(after)).toEqual(marks(before));
  });

  test('loses the objects whose items are gone, and only those', () => {
    const observed = stored([worker('mail'), worker('pdf')]);
    const plan = planOf([worker('mail')], observed);
    expect(plan.prune.map(({ object, reason }) => [object.metadata.name, reason])).toEqual([
      ['shop-pdf', 'no item has the key "pdf"'],
    ]);
  });

  test.each([
    ['the same key', [worker('mail'), worker('mail')], 'items 0 and 1 have the same key, "mail"'],
    ['a key that is no text', [worker({ a: 1 })], 'the key of item 0 is a mapping {"a":1}, not a text'],
    ['no key', [worker('mail'), {}], 'the key of item 1 is nothing, not a text'],
  ])('touches nothing where items have %s', (_what, workers, message) => {
    const observed = stored([worker('mail'), worker('pdf')]);
    const plan = planOf(workers, observed);
    expect(plan.failures).toMatchObject([{ child: 'worker', code: 'InvalidResult', message }]);
    expect(plan.desired.filter(({ child }) => child === 'worker')).toEqual([]);
    expect(plan.prune).toEqual([]);
    expect(plan.waiting).toMatchObject([{ child: 'summary', message: 'needs "worker", whose formula failed' }]);
  });

  test('touches nothing where two items have the same name', () => {
    const same = ruleOf(WORKERS.replace('{% metadata.name %}-{% $item.queue %}', '{% metadata.name %}-x'));
    const plan = planOf([worker('mail'), worker('pdf')], [], same);
    expect(plan.failures).toMatchObject([
      { message: 'the items with the keys "mail" and "pdf" have the same name, "shop-x"' },
    ]);
  });

  test('keeps what exists of an item whose formula fails, and makes the others', () => {
    const observed = stored([worker('mail'), worker('pdf'), worker('old')]);
    const strict = ruleOf(WORKERS.replace('$string($item.size)', '$string($item.size * 2)'));
    const plan = planOf([worker('mail', 'many'), worker('pdf', 4)], observed, strict);
    expect(plan.failures).toMatchObject([{ child: 'worker', code: 'ExpressionFailed' }]);
    expect(namesOf(plan)).toEqual(['shop-pdf']);
    expect(plan.prune.map(({ object }) => object.metadata.name)).toEqual(['shop-old']);
    expect(plan.waiting).toMatchObject([{ message: 'needs "worker" of "mail", whose formula failed' }]);
  });

  test('asks when for each item', () => {
    const some = ruleOf(WORKERS.replace('      template:', '      when: =$item.size > 1\n      template:'));
    const plan = planOf([worker('mail', 2), worker('pdf')], stored([worker('pdf')]), some);
    expect(namesOf(plan)).toEqual(['shop-mail']);
    expect(plan.prune.map(({ object }) => object.metadata.name)).toEqual(['shop-pdf']);
  });

  test('judges each by its own ready formula', () => {
    const judged = ruleOf(WORKERS.replace('      template:', '      ready: =$self.data.size = "1"\n      template:'));
    const observed = stored([worker('mail', 2), worker('pdf')]);
    const plan = planOf([worker('mail', 2), worker('pdf')], observed, judged);
    expect(plan.health.map(({ ref, health }) => [ref.name, health.status])).toEqual([
      ['shop-mail', 'InProgress'],
      ['shop-pdf', 'Current'],
    ]);
    expect(plan.waiting).toMatchObject([
      {
        child: 'summary',
        message:
          'needs "worker" of "mail": ConfigMap default/shop-mail: its ready formula is not true yet (rule.yaml:10:15: $self.data.size is the string "2")',
      },
    ]);
  });
});
