// Why pods start anew: the field, both values and the formula; nothing where none start, and never a secret.

import { describe, expect, test } from 'vitest';
import { diff } from '../../../engine/diff/diff.ts';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { Change, Outcome } from '../../../engine/model/change.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import type { Plan } from '../../../engine/model/plan.ts';
import { listRestarts, restartOf } from '../../../engine/status/restarts.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const deployment = (spec: string, more = '') => `${more}  children:
    - id: secret
      write: once
      template: { apiVersion: v1, kind: Secret, metadata: { name: "{% metadata.name %}-secret" }, stringData: { a: b } }
    - id: app
      readsUnready: true
      template:
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: =metadata.name, labels: { version: =spec.image } }
        spec: ${spec}
`;

/** What is told when a resource goes from one spec to another; `answer`: the object as the API server stores it. */
const tell = (
  text: string,
  from: object,
  to: object,
  { rule: other = text, answer = (one: KubeObject) => one, result = 'configured' } = {},
) => {
  const plan = (one: string, spec: object, observed: readonly KubeObject[]) =>
    evaluate(ruleOf(one), momentOf({ owner: ownerOf(spec), observed }));
  const first = plan(text, from, []).desired.map(({ object }) => storedOf(object));
  const observed = [...first, ...plan(text, from, first).desired.map(({ object }) => storedOf(object))];
  const rule = ruleOf(other);
  const input = { rule: 'web', observed, records: [], settled: () => undefined, pauseOf: () => undefined };
  const { changes } = diff(plan(other, to, observed), input);
  return changes.flatMap((change) => {
    if (change.kind !== 'configure') return [];
    const live = answer(storedOf(change.desired.object));
    const outcome = { child: change.child, result } as Outcome;
    return restartOf(rule, change, result === 'skipped' ? { outcome } : { outcome, live })?.reason ?? [];
  });
};

describe('a restart', () => {
  test('names the field, both values, the formula and its line', () => {
    const rule = deployment('{ template: { spec: { containers: [{ name: app, image: =spec.image }] } } }');
    expect(tell(rule, { image: 'a:1' }, { image: 'a:2' })).toEqual([
      'spec.template.spec.containers[0].image: "a:1" became "a:2" (=spec.image, rule.yaml:16:71)',
    ]);
  });

  test('is none where only other fields change, or values are only written in another way', () => {
    const rule = deployment(
      '{ replicas: =spec.replicas, template: { spec: { containers: [{ name: app, image: a }] } } }',
    );
    expect(tell(rule, { replicas: 1, image: 'x' }, { replicas: 2, image: 'y' })).toEqual([]);
    const limits = deployment(
      '{ replicas: =spec.replicas, template: { spec: { containers: [{ name: app, resources: { limits: { cpu: =spec.cpu } } }] } } }',
    );
    const answer = (live: KubeObject) =>
      JSON.parse(JSON.stringify(live).replace('"2000m"', '"2"').replace('"2.0"', '"2"')) as KubeObject;
    expect(tell(limits, { cpu: '2' }, { cpu: '2000m' }, { answer })).toEqual([]);
    expect(tell(limits, { cpu: '2' }, { cpu: '2000m' })).toHaveLength(1);
  });

  test('never shows what was computed from a Secret, through whatever names', () => {
    const more = '  let: { word: =$secret.data.a, twice: =$word & $word }\n';
    const env = deployment(
      '{ template: { spec: { containers: [{ name: app, env: [{ name: A, value: "{% $twice ?? 1 %}{% spec.x %}" }] }] } } }',
      more,
    );
    expect(tell(env, { x: 'hidden' }, { x: 'other' })).toEqual([
      'spec.template.spec.containers[0].env[0].value: changed (=$twice ?? 1, rule.yaml:17:90)',
    ]);
    const literal = deployment('{ template: { spec: { containers: [{ name: app, env: [{ name: A, value: b }] }] } } }');
    expect(tell(env, { x: 'hidden' }, { x: 'hidden' }, { rule: literal }).join()).not.toContain('hidden');
  });

  test('is told when an object is deleted that somebody else still ends', () => {
    const rule = deployment('{ paused: =spec.paused }');
    const [told] = tell(rule, { paused: true }, { paused: false }, { result: 'skipped' });
    expect(told).toBe('spec.paused: true became false (=spec.paused, rule.yaml:16:26)');
  });

  test('is told of patches of other objects', () => {
    const live = (image: string) => {
      const containers = [
        { name: 'side', image: 'a' },
        { name: 'app', image },
      ];
      return {
        ...ownerOf(),
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        spec: { template: { spec: { containers } } },
      } as KubeObject;
    };
    const rule = ruleOf(`  patches:
    - id: pin
      target: { apiVersion: apps/v1, kind: Deployment, name: app }
      json: [{ op: replace, path: /spec/template/spec/containers/1/image, value: =spec.image }]
`);
    const differences = [{ op: 'replace', path: '/spec/template/spec/containers/1/image' }] as const;
    const change = { kind: 'patch', child: 'pin', observed: live('b:1'), differences } as unknown as Change;
    const outcome = { child: 'pin', result: 'patched' } as Outcome;
    expect(restartOf(rule, change, { outcome, live: live('b:2') })?.reason).toBe(
      'spec.template.spec.containers[1].image: "b:1" became "b:2" (rule.yaml:7:11)',
    );
    expect(restartOf(rule, change, { outcome, live: live('b:1') })).toBeUndefined();
  });

  test('names what an apply removes', () => {
    const env = '{ template: { metadata: { annotations: { a: b, c: d } } } }';
    expect(tell(deployment(env), {}, {}, { rule: deployment(env.replace('a: b, ', '')) })).toEqual([
      'spec.template.metadata.annotations.a: removed (rule.yaml:10:11)',
    ]);
  });
});

test('the status has the last restart of each object that is still there, the newest first', () => {
  const ref = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name });
  const entry = (name: string, at: string) => ({ id: 'app', kind: 'Deployment', name, at, reason: 'before' });
  const restarts = ['a', 'b', 'gone', ...'defghijklm'].map((name) => entry(name, '1'));
  const patches = { wishes: [{ live: { ...ref('m'), metadata: { name: 'm' } } }] };
  const children = ['a', 'b', ...'defghijkl'].map((name) => ({ child: 'app', ref: ref(name) }));
  const plan = { owner: { ...ownerOf(), status: { restarts } }, children, patches } as unknown as Plan;
  const outcomes = [
    { child: 'app', ref: ref('b'), result: 'configured', restart: { reason: 'now', cause: 'x' } },
  ] as const;
  const told = listRestarts(plan, outcomes, '2').map(({ name, reason }) => `${name} ${reason}`);
  expect(told).toEqual(['b now', 'a before', ...[...'defghijk'].map((name) => `${name} before`)]);
});
