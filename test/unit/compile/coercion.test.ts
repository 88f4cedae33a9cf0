// Where a field takes a list, a formula over a list gives one: of no, one or more values.

import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import { getPath, type Json } from '../../../engine/model/json.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { momentOf } from '../../support/rules.ts';
import { checkPlace } from '../../support/typed-rule.ts';

function argsOf(formula: string, spec: object): unknown {
  const { rule, diagnostics } = checkPlace('args', formula);
  expect(diagnostics).toEqual([]);
  if (rule === undefined) throw new Error('no rule');
  const owner = {
    apiVersion: 'example.com/v1',
    kind: 'Web',
    metadata: { name: 'shop', namespace: 'default', uid: 'u', generation: 1 },
    spec: { image: 'nginx', tier: 'web', ...spec },
  } as KubeObject;
  const plan = evaluate(rule, momentOf({ owner, observed: [], now: '2026-01-01T00:00:00Z' }));
  expect(plan.failures).toEqual([]);
  const deployment = plan.desired.find(({ child }) => child === 'deployment')?.object as unknown as Json;
  const [container] = getPath(deployment, ['spec', 'template', 'spec', 'containers']) as readonly Json[];
  return getPath(container, ['args']);
}

const env = (...names: readonly string[]) => ({ env: names.map((name) => ({ name })) });

describe('a formula that gives none, one or several values', () => {
  test.each([
    ['=spec.env.name', env(), []],
    ['=spec.env.name', env('A'), ['A']],
    ['=spec.env.name', env('A', 'B'), ['A', 'B']],
    ['=spec.env[name = "B"].name', env('A', 'B'), ['B']],
    ['=spec.env[name = "C"].name', env('A', 'B'), []],
    ['=$map(spec.env, function($e){ $e.name })', env('A'), ['A']],
    ['=spec.env.name', {}, []],
  ])('becomes a list where the field takes one: %s of %j', (formula, spec, wanted) => {
    expect(argsOf(formula, spec)).toEqual(wanted);
  });

  test('leaves a list that is not there absent, and one that is there as it is', () => {
    expect(argsOf('=spec.tags', {})).toBeUndefined();
    expect(argsOf('=spec.tags', { tags: ['a'] })).toEqual(['a']);
  });
});
