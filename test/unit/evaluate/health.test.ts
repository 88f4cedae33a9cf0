import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import { healthOf, judges, orderHealth } from '../../../engine/evaluate/health.ts';
import { checkSamples } from '../../../engine/evaluate/samples.ts';
import type { CompiledHealth } from '../../../engine/model/health.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { healthRuleOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const RESOURCE = '  resource: { apiVersion: example.com/v1, kind: Queue }\n';
const queue = (status: object, metadata: object = {}): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Queue',
  metadata: { name: 'a', generation: 2, ...metadata },
  status: status as never,
});
const judge = (rules: readonly CompiledHealth[], object: KubeObject) => healthOf(object, orderHealth(rules));

describe('a health rule', () => {
  const rule = healthRuleOf(`${RESOURCE}  let:
    ready: =$condition("Ready")
  cases:
    - { when: =status.phase = "Running", status: Current, message: "{% status.consumers %} consumers" }
    - { when: =$ready.reason = "Broken", status: Failed, message: =$ready.message }
    - { when: =status.phase = "Draining", status: Terminating }
    - { when: =status.phase = "Starting", status: InProgress }
`);

  test.each([
    [
      { phase: 'Running', consumers: 3 },
      { status: 'Current', message: '3 consumers' },
    ],
    [
      { phase: 'x', conditions: [{ type: 'Ready', status: 'False', reason: 'Broken', message: 'disk is full' }] },
      { status: 'Failed', message: 'disk is full' },
    ],
    [
      { phase: 'x', conditions: [{ type: 'Ready', status: 'False', reason: 'Broken' }] },
      { status: 'Failed', message: 'failed' },
    ],
    [{ phase: 'Draining' }, { status: 'Terminating', message: 'going away' }],
    [{ phase: 'Starting' }, { status: 'InProgress', message: 'not ready yet' }],
  ])('says of %j by its first case that applies %j', (status, expected) => {
    expect(judge([rule], queue(status))).toEqual(expected);
  });

  test('leaves to what is built in what no case applies to', () => {
    expect(judge([rule], queue({ conditions: [{ type: 'Ready', status: 'False', message: 'wait' }] }))).toEqual({
      status: 'InProgress',
      message: 'wait',
    });
    expect(judge([rule], queue({}))).toEqual({ status: 'Current', message: 'ready' });
  });

  test('is not asked of what goes away, nor of what its controller has not seen', () => {
    const running = { phase: 'Running', consumers: 3 };
    expect(judge([rule], queue(running, { deletionTimestamp: 'now' })).status).toBe('Terminating');
    expect(judge([rule], queue({ ...running, observedGeneration: 1 }))).toEqual({
      status: 'InProgress',
      message: 'not seen by its controller yet',
    });
    expect(judge([rule], queue({ ...running, observedGeneration: 2 })).status).toBe('Current');
  });

  test('whose formula fails tells its place, and never that all is well', () => {
    const failing = healthRuleOf(`${RESOURCE}  cases:\n    - { when: =status.size + 1 > 3, status: Current }\n`);
    expect(judge([failing], queue({ size: 'large' }))).toEqual({
      status: 'InProgress',
      message: 'its health rule failed: health.yaml:7:28: T2001: the left side of "+" is "large", not a number',
    });
    const unsure = healthRuleOf(`${RESOURCE}  cases:\n    - { when: =status.size, status: Current }\n`);
    expect(judge([unsure], queue({ size: 5 })).message).toContain('when gave the number 5, not true or false');
  });

  test('whose message fails keeps its health, and says so', () => {
    const failing = healthRuleOf(`${RESOURCE}  cases:\n    - { status: Failed, message: "of {% status.size %}" }\n`);
    const { status, message } = judge([failing], queue({}));
    expect(status).toBe('Failed');
    expect(message).toMatch(/^failed; its health rule failed: health\.yaml:7:\d+: "status\.size" gives nothing/);
  });

  test('ends within its budget', () => {
    const endless = healthRuleOf(
      `${RESOURCE}  cases:\n    - { when: "=$count($filter($range(0, 100000), function($n){ $n > 0 })) > 1", status: Current }\n`,
    );
    const { status, message } = judge([endless], queue({}));
    expect(status).toBe('InProgress');
    expect(message).toContain('U1001');
  });
});

describe('which health rule is asked', () => {
  const says = (message: string, resource: string, when = '') =>
    healthRuleOf(`  resource: ${resource}\n  cases:\n    - { ${when}status: Current, message: ${message} }\n`, message);
  const at = (apiVersion: string, kind: string): KubeObject => ({ apiVersion, kind, metadata: { name: 'a' } });

  test.each([
    ['{ apiVersion: example.com/v1, kind: Queue }', 'example.com/v1', 'Queue', true],
    ['{ apiVersion: example.com/v1, kind: Queue }', 'example.com/v2', 'Queue', false],
    ['{ apiVersion: example.com/v1, kind: Queue }', 'example.org/v1', 'Queue', false],
    ['{ apiVersion: example.com/v1, kind: [Topic, Queue] }', 'example.com/v1', 'Queue', true],
    ['{ apiVersion: example.com/v1, kind: "*" }', 'example.com/v1', 'Queue', true],
    ['{ apiVersion: example.com/*, kind: Queue }', 'example.com/v1beta1', 'Queue', true],
    ['{ apiVersion: example.com/v1*, kind: Queue }', 'example.com/v1beta1', 'Queue', true],
    ['{ apiVersion: example.com/v1*, kind: Queue }', 'example.com/v2', 'Queue', false],
    ['{ apiVersion: "*.example.com/*", kind: Queue }', 'a.b.example.com/v1', 'Queue', true],
    ['{ apiVersion: "*.example.com/*", kind: Queue }', 'example.com/v1', 'Queue', false],
    ['{ apiVersion: "*.example.com/*", kind: Queue }', 'anexample.com/v1', 'Queue', false],
    ['{ apiVersion: v1, kind: Pod }', 'v1', 'Pod', true],
    ['{ apiVersion: v1, kind: Pod }', 'example.com/v1', 'Pod', false],
  ])('of %s: for a kind of %s %s it is %s', (resource, apiVersion, kind, expected) => {
    expect(judges(says('x', resource), { apiVersion, kind })).toBe(expected);
  });

  test('is the most specific one: group, then kind, then version', () => {
    const rules = [
      says('any', '{ apiVersion: "*.com/*", kind: "*" }'),
      says('end', '{ apiVersion: "*.example.com/*", kind: Queue }'),
      says('kinds', '{ apiVersion: b.example.com/v1, kind: "*" }'),
      says('versions', '{ apiVersion: b.example.com/*, kind: Queue }'),
      says('beta', '{ apiVersion: b.example.com/v1*, kind: Queue }'),
      says('exact', '{ apiVersion: b.example.com/v1, kind: Queue }'),
    ];
    const order = (apiVersion: string) =>
      orderHealth(rules)
        .find({ apiVersion, kind: 'Queue' })
        .map(({ name }) => name);
    expect(order('b.example.com/v1')).toEqual(['exact', 'beta', 'versions', 'kinds', 'end', 'any']);
    expect(order('b.example.com/v1beta1')).toEqual(['beta', 'versions', 'end', 'any']);
    expect(order('c.example.com/v1')).toEqual(['end', 'any']);
  });

  test('is that of the user before that of the library, and then what is built in', () => {
    const library = [says('library', '{ apiVersion: v1, kind: Pod }', 'when: =status.a = 1, ')];
    const own = [says('own', '{ apiVersion: v1, kind: "*" }', 'when: =status.b = 1, ')];
    const say = (status: object) =>
      healthOf({ ...at('v1', 'Pod'), status: status as never }, orderHealth(own, library)).message;
    expect(say({ a: 1, b: 1 })).toBe('own');
    expect(say({ a: 1 })).toBe('library');
    expect(say({ phase: 'Failed' })).toBe('the pod failed');
  });
});

describe('health rules and children', () => {
  const health = orderHealth([
    healthRuleOf(`  resource: { apiVersion: example.com/v1, kind: Queue }
  cases:
    - { when: =status.phase = "Running", status: Current }
    - { status: Failed, message: =status.error }
`),
  ]);
  const children = (ready = '') => `  children:
    - id: queue
${ready}      template: { apiVersion: example.com/v1, kind: Queue, metadata: { name: =metadata.name } }
    - id: config
      after: [queue]
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name } }
`;
  const plan = (rules: string, status: object) => {
    const rule = ruleOf(rules);
    const now = '2026-01-01T00:00:00Z';
    const [first] = evaluate(rule, { owner: ownerOf(), observed: [], now, health }).desired;
    const observed = [{ ...storedOf(first?.object as KubeObject), status: status as never }];
    return evaluate(rule, { owner: ownerOf(), observed, now, health });
  };

  test('a child that a rule finds healthy lets others go on, and one that it does not holds them up', () => {
    expect(plan(children(), { phase: 'Running' })).toMatchObject({
      desired: [{ child: 'queue' }, { child: 'config' }],
      health: [{ health: { status: 'Current' } }],
    });
    expect(plan(children(), { error: 'disk is full' })).toMatchObject({
      waiting: [{ child: 'config', message: 'needs "queue": Queue default/shop: disk is full' }],
      health: [{ health: { status: 'Failed', message: 'disk is full' } }],
    });
  });

  test('the ready formula of the child itself counts more', () => {
    const own = children('      ready: =$self.status.phase = "Started"\n');
    expect(plan(own, { phase: 'Started' }).health).toMatchObject([{ health: { status: 'Current' } }]);
    expect(plan(own, { phase: 'Running' }).health).toMatchObject([{ health: { status: 'InProgress' } }]);
  });
});

describe('samples', () => {
  const rule = (sample: string) =>
    healthRuleOf(
      `${RESOURCE}  cases:\n    - { when: =status.ok, status: Current }\n    - { status: Failed, message: never }\n  samples:\n    - ${sample}\n`,
    );
  const object = (status: string, kind = 'Queue') =>
    `object: { apiVersion: example.com/v1, kind: ${kind}, metadata: { name: a }, status: { ${status} } }`;

  test.each([
    [`{ ${object('ok: true')}, status: Current }`, undefined],
    [`{ ${object('ok: false')}, status: Failed, message: never }`, undefined],
    [`{ ${object('ok: false')}, status: Current }`, 'this object is Failed (never), not Current'],
    [`{ ${object('ok: false')}, status: Failed, message: yes it did }`, 'the message is "never"'],
    [`{ ${object('', 'Topic')}, status: Current }`, 'the rule does not judge a Topic of example.com/v1'],
  ])('%s', (sample, message) => {
    const [found] = checkSamples(rule(sample));
    expect(found?.message).toBe(message);
    expect(found?.span.start.line).toBe(message === undefined ? undefined : 10);
  });
});
