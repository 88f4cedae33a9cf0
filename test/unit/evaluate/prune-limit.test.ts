import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { momentOf, ownerOf, ruleOf } from '../../support/rules.ts';

const limited = (limit: string) => ruleOf(`  prune: { limit: ${limit} }\n  children: []\n`);

const observed = (count: number): readonly KubeObject[] =>
  Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `c${index}`, namespace: 'default', uid: `u${index}`, labels: { 'opsonata.dev/child': 'gone' } },
  }));

const planOf = (limit: string, count: number, annotations: Record<string, string> = {}, more: object = {}) =>
  evaluate(limited(limit), {
    ...momentOf({ owner: ownerOf({}, { annotations, ...more }), observed: observed(count) }),
  });

describe('a limit of what may go at once', () => {
  test.each([
    ['3', 3, 3],
    ['3', 4, 0],
    ['0', 1, 0],
    ['100%', 4, 4],
    ['99%', 4, 0],
  ])('%s of %i lets %i go', (limit, count, goes) => {
    const plan = planOf(limit, count);
    expect(plan.prune).toHaveLength(goes);
    expect(plan.waiting.map(({ code }) => code)).toEqual(goes === count ? [] : ['PruneHeld']);
  });

  test('names a value that lets these very objects go, and no others', () => {
    const message = planOf('50%', 4).waiting[0]?.message ?? '';
    const hash = /"([0-9a-f]{8})"/.exec(message)?.[1] as string;
    const confirmed = { 'opsonata.dev/confirm-prune': hash };
    expect(planOf('50%', 4, confirmed).prune).toHaveLength(4);
    expect(planOf('50%', 4, confirmed).state.consume).toEqual([]);
    expect(planOf('50%', 5, confirmed).prune).toEqual([]);
  });

  test('takes a confirmation that is used, or was never needed', () => {
    const consume = [{ annotation: 'opsonata.dev/confirm-prune', value: 'x' }];
    expect(planOf('50%', 0, { 'opsonata.dev/confirm-prune': 'x' }).state.consume).toEqual(consume);
    expect(planOf('50%', 4, { 'opsonata.dev/confirm-prune': 'x' }).state.consume).toEqual([]);
  });

  test('does not hold what goes with its resource', () => {
    expect(planOf('0', 4, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }).prune).toHaveLength(4);
  });
});
