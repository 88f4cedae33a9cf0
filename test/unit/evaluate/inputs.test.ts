// What a rule reads beside its children.

import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const secret = (name: string, data: object, namespace = 'default'): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, labels: { tier: name } }, data }) as KubeObject;
const input = (more: string) => `  inputs:\n    - id: tls\n      resource: { apiVersion: v1, kind: Secret }\n${more}`;
const NAMED = '      name: =spec.secret\n';
const CHILDREN = `  children:
    - id: config
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name }, data: { key: =$tls.data.key } }
    - id: other
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-other" }, data: { a: b } }
  status: { key: =$tls.data.key, name: =metadata.name }
`;
const rule = ruleOf(input(NAMED) + CHILDREN);
const planOf = (of: typeof rule, spec: object, more: Parameters<typeof momentOf>[0] = {}) =>
  evaluate(of, momentOf({ owner: ownerOf(spec), ...more }));

describe('an input', () => {
  test('is read by name, in the namespace of the resource', () => {
    const plan = planOf(
      rule,
      { secret: 'a' },
      { inputs: [secret('a', { key: 'x' }), secret('a', { key: 'y' }, 'other')] },
    );
    expect(plan.desired[0]?.object['data']).toEqual({ key: 'x' });
    expect(plan.reads).toEqual([{ apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 'a' }]);
    expect(plan.status).toEqual([
      ['key', 'x'],
      ['name', 'shop'],
    ]);
  });

  test('that is not there is waited for, by those that read it', () => {
    const plan = planOf(rule, { secret: 'a' });
    expect(plan.waiting).toMatchObject([
      { child: 'config', code: 'InputMissing', message: 'needs "tls": Secret default/a does not exist', on: 'tls' },
    ]);
    expect(plan.waiting[0]?.span).toMatchObject({ start: { line: 12 } });
    expect(plan.desired.map(({ child }) => child)).toEqual(['other']);
    expect(plan.status).toEqual([['name', 'shop']]);
    expect(plan.frozen).toEqual([]);
  });

  test('whose name is nothing is waited for', () => {
    expect(planOf(rule, {}).waiting).toMatchObject([{ message: 'needs "tls": its name is nothing' }]);
  });

  test('that nobody can tell of freezes what reads it, and prunes nothing', () => {
    const made = planOf(rule, { secret: 'a' }, { inputs: [secret('a', { key: 'x' })] }).desired;
    const plan = planOf(
      rule,
      { secret: 'a' },
      {
        observed: made.map(({ object }) => storedOf(object)),
        read: () => ({ kind: 'unknown', reason: 'secrets is forbidden' }),
      },
    );
    expect(plan.waiting).toMatchObject([
      { child: 'config', code: 'NotListed', message: 'needs "tls": Secret default/a: secrets is forbidden' },
    ]);
    expect(plan.frozen).toEqual(['key']);
    expect(plan.failures).toEqual([]);
    expect(plan.prune).toEqual([]);
  });

  test('that is optional is nothing', () => {
    const optional = ruleOf(input(`${NAMED}      optional: true\n`) + CHILDREN);
    expect(planOf(optional, { secret: 'a' }).desired[0]?.object['data']).toEqual({});
  });

  test('is not read while when does not give true', () => {
    const guarded = ruleOf(input(`${NAMED}      when: =$exists(spec.secret)\n`) + CHILDREN);
    const plan = planOf(guarded, {});
    expect(plan.reads).toEqual([]);
    expect(plan.desired[0]?.object['data']).toEqual({});
  });

  test('by selector is a list, empty where there is none', () => {
    const selected = ruleOf(
      input('      selector: { matchLabels: { tier: =spec.tier } }\n') +
        CHILDREN.replace('=$tls.data.key }', '\'=$join($tls.data.key, ",")\' }').replace(
          '=$tls.data.key',
          '=$count($tls)',
        ),
    );
    const inputs = [secret('web', { key: 'x' }), secret('db', { key: 'y' })];
    const plan = planOf(selected, { tier: 'web' }, { inputs });
    expect(plan.reads).toMatchObject([
      { namespace: 'default', selector: [{ key: 'tier', operator: 'In', values: ['web'] }] },
    ]);
    expect(plan.desired[0]?.object['data']).toEqual({ key: 'x' });
    expect(planOf(selected, { tier: 'none' }, { inputs }).desired[0]?.object['data']).toEqual({});
  });

  test('is in another namespace only as the rule says', () => {
    const elsewhere = ruleOf(input(`${NAMED}      namespace: =spec.where\n      namespaces: [a, b]\n`) + CHILDREN);
    const inputs = [secret('x', { key: 'x' }, 'a')];
    expect(planOf(elsewhere, { secret: 'x', where: 'a' }, { inputs }).desired[0]?.object['data']).toEqual({ key: 'x' });
    expect(planOf(elsewhere, { secret: 'x', where: 'c' }, { inputs }).failures).toMatchObject([
      { message: 'the namespace "c" is not one of those that the rule allows: a, b' },
      { message: 'the namespace "c" is not one of those that the rule allows: a, b' },
    ]);
    const everywhere = ruleOf(
      input(`      selector: { matchLabels: { tier: x } }\n      namespace: "*"\n`) +
        CHILDREN.replaceAll('$tls.data.key', '$string($count($tls))'),
    );
    expect(planOf(everywhere, {}, { inputs }).desired[0]?.object['data']).toEqual({ key: '1' });
  });

  test('can be found through another input, and through a child', () => {
    const chained = ruleOf(
      `  inputs:
    - { id: first, resource: { apiVersion: v1, kind: Secret }, name: a }
    - { id: tls, resource: { apiVersion: v1, kind: Secret }, name: =$first.data.next }
    - { id: last, resource: { apiVersion: v1, kind: Secret }, name: =$config.data.key }
${CHILDREN}    - id: end
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-end" }, data: { key: =$last.data.key } }
`.replace(/ {2}status: .*\n/, ''),
    );
    const inputs = [secret('a', { next: 'b' }), secret('b', { key: 'c' }), secret('c', { key: 'end' })];
    const first = planOf(chained, {}, { inputs });
    expect(first.waiting).toMatchObject([{ child: 'end', on: 'config', code: 'DependencyMissing' }]);
    const observed = first.desired.map(({ object }) => storedOf(object));
    expect(planOf(chained, {}, { inputs, observed }).desired.at(-1)?.object['data']).toEqual({ key: 'end' });
  });

  test('does not show what a Secret holds in a message', () => {
    const failing = ruleOf(input(NAMED) + CHILDREN.replace('=$tls.data.key }', '=$string($tls.data.key + 1) }'));
    const plan = planOf(failing, { secret: 'a' }, { inputs: [secret('a', { key: 'hidden' })] });
    expect(plan.failures[0]?.message).not.toContain('hidden');
  });
});

describe('a kind of children that cannot be listed', () => {
  test('holds up its own children only, and nothing is pruned', () => {
    const two = ruleOf(
      CHILDREN.replaceAll('=$tls.data.key', '=metadata.name')
        .replace('ConfigMap, metadata: { name: "', 'Secret, metadata: { name: "')
        .replace('data: { a: b }', 'data: {}'),
    );
    const plan = planOf(two, {}, { unlisted: ({ kind }) => (kind === 'Secret' ? 'secrets is forbidden' : undefined) });
    expect(plan.desired.map(({ child }) => child)).toEqual(['config']);
    expect(plan.waiting).toMatchObject([
      { child: 'other', code: 'NotListed', message: 'cannot be looked for: secrets is forbidden' },
    ]);
  });
});

describe('a resource that the rule is not for any more', () => {
  test('loses its children', () => {
    const made = planOf(rule, { secret: 'a' }, { inputs: [secret('a', { key: 'x' })] }).desired;
    const observed = made.map(({ object }) => storedOf(object));
    const plan = planOf(rule, { secret: 'a' }, { observed, isWanted: false });
    expect(plan.desired).toEqual([]);
    expect(plan.prune).toHaveLength(2);
  });
});
