// What a formula found that keeps something waiting.

import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const INPUTS = `  inputs:
    - { id: probe, resource: { apiVersion: v1, kind: ConfigMap }, name: probe }
    - { id: key, resource: { apiVersion: v1, kind: Secret }, name: key }
  let: { limit: =spec.limit, since: =$now, hidden: =$key.data.a, ends: =status.end }
  memory: { last: =$key.data.a, size: =spec.limit }
`;
const named = (kind: string, name: string, data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'default' },
  data,
});
const inputs = [named('ConfigMap', 'probe', { healthy: 'no', 'a.b': '1' }), named('Secret', 'key', { a: 'c2VjcmV0' })];

/** What is told of a child whose `ready` is this, and that has this. */
function found(ready: string, data: object = {}, kind = 'ConfigMap', inputsOf = INPUTS): string {
  const rule = ruleOf(`${inputsOf}  children:
    - id: it
      ready: ${JSON.stringify(ready)}
      template: { apiVersion: v1, kind: ${kind}, metadata: { name: it } }
`);
  const owner = {
    ...ownerOf({ limit: 3, workers: [{ size: 1 }, { size: 2 }], text: 'x'.repeat(100) }),
    status: { end: 'never', memory: { last: 'c2VjcmV0', size: 2 } },
  };
  const wish = evaluate(rule, momentOf({ owner, inputs })).desired[0]?.object as KubeObject;
  const { health, failures } = evaluate(
    rule,
    momentOf({ owner, inputs, observed: [{ ...storedOf(wish), data } as KubeObject] }),
  );
  expect(failures).toEqual([]);
  const [, told] = /^its ready formula is not true yet \(rule\.yaml:\d+:\d+(?:: (.*))?\)$/s.exec(
    health[0]?.health.message ?? '',
  ) ?? [undefined, 'another message'];
  return told ?? '';
}

describe('what a formula found', () => {
  test.each([
    ["=$probe.data.healthy = 'yes'", '$probe.data.healthy is the string "no"'],
    ["=$self.data.x = 'yes'", '$self.data.x is nothing'],
    ['=spec.limit > 5 and $limit > 4', 'spec.limit is the number 3, $limit is the number 3'],
    ['=$sum(spec.workers.size) > 10', 'spec.workers.size is a list [1,2]'],
    ['=$count(spec.workers) > 10', 'spec.workers is a list of 2'],
    ['=$exists($self.data.x)', '$self.data.x is nothing'],
    ['=$not($exists($probe.data))', '$probe.data is there'],
    ["=$probe.data.`a.b` = '2'", '$probe.data.`a.b` is the string "1"'],
    ["=spec.text = ''", `spec.text is the string "${'x'.repeat(56)}...`],
    ['=$memory.size = 9', 'not shown'],
    [
      '=spec.a = 1 or spec.b = 1 or spec.c = 1 or spec.d = 1 or spec.e = 1',
      'spec.a is nothing, spec.b is nothing, spec.c is nothing, and 2 more',
    ],
    ['=false', ''],
  ])('is told of %s', (ready, told) => {
    expect(found(ready)).toBe(told.replace(/^not shown$/, '$memory.size is not shown'));
  });

  test.each([
    ["=$key.data.a = 'b'", '$key.data.a is not shown'],
    ["=$hidden = 'b'", '$hidden is not shown'],
    ["=$memory.last = 'b'", '$memory.last is not shown'],
    ['=$probe.data.healthy = $key.data.a', '$probe.data.healthy is not shown, $key.data.a is not shown'],
  ])('is not shown where it is of a Secret: %s', (ready, told) => {
    expect(found(ready)).toBe(told);
  });

  test('is not shown of a child that is a Secret', () => {
    expect(found("=$self.data.a = 'b'", { a: 'c2VjcmV0' }, 'Secret')).toBe('$self.data.a is not shown');
  });

  // It would stand in the status, and change it.
  test.each([
    "=$now = '2020'",
    "=$since = '2020'",
    "=status.end = 'now'",
    "=$ends = 'now'",
    "=metadata.resourceVersion = '0'",
    "=$self.metadata.resourceVersion = '0'",
    "=$string($) = ''",
  ])('is not told where it changes by itself: %s', (ready) => {
    expect(found(ready)).toBe('');
  });
});
