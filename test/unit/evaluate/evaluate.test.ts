import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import type { CompiledRule } from '../../../engine/model/rule.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const plan = (rule: CompiledRule, spec: object, observed: readonly KubeObject[] = []) =>
  evaluate(rule, momentOf({ owner: ownerOf(spec), observed, now: '2026-01-01T00:00:00Z' }));

const config = (id: string, data: string, more = '') =>
  `    - id: ${id}\n${more}      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-${id}" }, data: ${data} }\n`;

describe('children', () => {
  test('carry owner, labels and the mark of the wish', () => {
    const [desired] = plan(ruleOf(`  children:\n${config('a', '{ x: =spec.x }')}`), { x: 'one' }).desired;
    expect(desired?.object).toMatchObject({
      metadata: {
        name: 'shop-a',
        namespace: 'default',
        labels: { 'opsonata.dev/rule': 'web', 'opsonata.dev/child': 'a', 'opsonata.dev/owner-uid': 'owner' },
        annotations: { 'opsonata.dev/applied': expect.stringMatching(/^[0-9a-f]{16}$/) },
        ownerReferences: [{ uid: 'owner', controller: true, blockOwnerDeletion: true }],
      },
      data: { x: 'one' },
    });
  });

  test('leave out what a formula does not find, and nulls', () => {
    const [desired] = plan(
      ruleOf(`  children:\n${config('a', '{ x: =spec.x, "y": null, z: [=spec.x, b] }')}`),
      {},
    ).desired;
    expect(desired?.object['data']).toEqual({ z: ['b'] });
  });

  test('the mark changes with the wish, and only with it', () => {
    const rule = ruleOf(`  children:\n${config('a', '{ x: =spec.x }')}`);
    const mark = (spec: object) => plan(rule, spec).desired[0]?.object.metadata.annotations?.['opsonata.dev/applied'];
    expect(mark({ x: 'one' })).toBe(mark({ x: 'one', other: 2 }));
    expect(mark({ x: 'one' })).not.toBe(mark({ x: 'two' }));
  });

  test('wait for what they read until it is there and ready; others do not', () => {
    const rule = ruleOf(
      `  children:\n    - id: deployment\n      template: { apiVersion: apps/v1, kind: Deployment, metadata: { name: =metadata.name }, spec: { replicas: 1 } }\n${config('b', '{ x: =$string($deployment.status.readyReplicas) }')}${config('c', '{}')}${config('d', '{ x: =$string($deployment.spec.replicas) }', '      readsUnready: true\n')}`,
    );
    const first = plan(rule, {});
    expect(first.desired.map(({ child }) => child)).toEqual(['deployment', 'c']);
    expect(first.waiting).toMatchObject([
      {
        child: 'b',
        code: 'DependencyMissing',
        on: 'deployment',
        message: 'needs "deployment", which does not exist yet',
      },
      { child: 'd', code: 'DependencyMissing' },
    ]);
    const stored = storedOf(first.desired[0]?.object as KubeObject);
    const second = plan(rule, {}, [stored]);
    expect(second.desired.map(({ child }) => child)).toEqual(['deployment', 'c', 'd']);
    expect(second.waiting).toMatchObject([
      {
        child: 'b',
        code: 'DependencyNotReady',
        message: 'needs "deployment": Deployment default/shop: 0 of 1 replica is ready',
      },
    ]);
    const ready = {
      ...stored,
      status: {
        observedGeneration: 1,
        replicas: 1,
        updatedReplicas: 1,
        readyReplicas: 1,
        availableReplicas: 1,
        conditions: [{ type: 'Available', status: 'True' }],
      },
    };
    expect(
      plan(rule, {}, [ready]).desired.map(({ child, object }) => [
        child,
        (object['data'] as { x?: string } | undefined)?.x,
      ]),
    ).toContainEqual(['b', '1']);
  });

  test('whose when is false are pruned, those that cannot be computed are kept', () => {
    const rule = ruleOf(
      `  children:\n${config('a', '{}', '      when: =spec.a\n')}${config('b', '{ x: =$string(spec.b + 1) }')}`,
    );
    const made = plan(rule, { a: true, b: 1 }).desired.map(({ object }) => storedOf(object));
    expect(made).toHaveLength(2);
    expect(plan(rule, { a: false, b: 1 }, made).prune).toMatchObject([{ child: 'a', reason: 'when gives false' }]);
    const broken = plan(rule, { a: true, b: 'text' }, made);
    expect(broken.prune).toEqual([]);
    expect(broken.failures).toMatchObject([{ code: 'ExpressionFailed', child: 'b', span: { start: { line: 11 } } }]);
    expect(plan(rule, { a: 'yes', b: 1 }, made)).toMatchObject({
      prune: [],
      failures: [{ code: 'InvalidResult', child: 'a' }],
    });
  });

  test('that left the rule, or have another name now, are pruned', () => {
    const before = ruleOf(`  children:\n${config('a', '{}')}${config('b', '{}')}`);
    const made = plan(before, {}).desired.map(({ object }) => storedOf(object));
    const after = ruleOf(`  children:\n${config('a', '{}').replace('-a"', '-renamed"')}`);
    expect(plan(after, {}, made).prune.map(({ child, reason }) => [child, reason])).toEqual([
      ['a', 'it has another name now'],
      ['b', 'the rule has no such child'],
    ]);
  });

  test('reading a child that is not wanted gives nothing, and waits for nothing', () => {
    const rule = ruleOf(
      `  children:\n${config('a', '{}', '      when: false\n')}${config('b', '{ x: =$a.data.x ?? "none" }')}`,
    );
    expect(plan(rule, {}).desired.map(({ object }) => object['data'])).toEqual([{ x: 'none' }]);
  });

  test('cannot be given structure by a value', () => {
    const rule = ruleOf(`  children:\n${config('a', '{ x: "{% spec.x %}" }')}`);
    const evil = '\nfoo: bar\n{{ x }} ${y} {% metadata.name %}';
    expect(plan(rule, { x: evil }).desired[0]?.object['data']).toEqual({ x: evil });
  });

  test.each([
    ['Not A Name!', 'cannot name an object'],
    [3, 'cannot name an object'],
    ['two', 'the name "two" is not one of those that the rule allows: one'],
  ])('are not made under the name %j', (name, message) => {
    const rule = ruleOf(
      '  children:\n    - id: a\n      names: [one]\n      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =spec.name } }\n',
    );
    expect(plan(rule, { name }).failures).toMatchObject([
      { code: 'InvalidResult', message: expect.stringContaining(message) },
    ]);
  });
});

describe('secrets', () => {
  const rule = ruleOf(`  let: { token: =$secret.data.token }
  children:
    - id: secret
      template: { apiVersion: v1, kind: Secret, metadata: { name: s }, data: { token: =spec.token } }
${config('a', '{ x: =$string($secret.data.token + 1) }')}${config('b', '{ x: =$string($token + 1) }')}${config('c', '{ x: =$string(spec.token + 1) }')}`);

  test('are not shown in messages, however they get into a formula', () => {
    const [secret] = plan(rule, { token: 'canary' }).desired;
    const { failures } = plan(rule, { token: 'canary' }, [storedOf(secret?.object as KubeObject)]);
    expect(failures.map(({ child, message }) => [child, message])).toEqual([
      ['c', 'T2001: the left side of "+" is "canary", not a number'],
      ['a', 'T2001: the left side of "+" is a value (string), not a number'],
      ['b', 'T2001: the left side of "+" is a value (string), not a number'],
    ]);
  });
});

describe('conditions and status', () => {
  const rule = ruleOf(
    '  conditions:\n    - { type: Big, status: =spec.size > 3, message: "size {% spec.size %}" }\n  status: { size: =spec.size, twice: =spec.size * 2 }\n',
  );

  test('are computed', () => {
    expect(plan(rule, { size: 5 })).toMatchObject({
      conditions: [{ type: 'Big', status: 'True', reason: 'Big', message: 'size 5' }],
      status: [
        ['size', 5],
        ['twice', 10],
      ],
      frozen: [],
    });
    expect(plan(rule, { size: 1 }).conditions).toMatchObject([{ status: 'False', reason: 'NotBig' }]);
  });

  test('that fail are frozen, and the others go on', () => {
    const broken = plan(rule, { size: 'text' });
    expect(broken.frozen).toEqual(['Big', 'twice']);
    expect(broken.status).toEqual([['size', 'text']]);
  });
});
