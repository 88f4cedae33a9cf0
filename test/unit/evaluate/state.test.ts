// What a rule remembers: schedules, memory and triggers.

import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import type { CompiledRule } from '../../../engine/model/rule.ts';
import { checkText } from '../../../tools/error-examples.ts';
import { momentOf, ownerOf, ruleOf } from '../../support/rules.ts';

const planOf = (
  rule: CompiledRule,
  now: string,
  status: object = {},
  more: { spec?: object; annotations?: object; mayRemember?: boolean } = {},
) => {
  const { spec = {}, annotations, mayRemember } = more;
  const owner = { ...ownerOf(spec, annotations === undefined ? {} : { annotations }), status } as KubeObject;
  return evaluate(rule, momentOf({ owner, now, ...(mayRemember === undefined ? {} : { mayRemember }) }));
};

describe('a schedule without formulas', () => {
  test.each([
    'cron: 0 25 * * *',
    'cron: 0 3 * **',
    'cron: 0 3 * * *, timeZone: Europe/Berln',
    'every: 10 minutes',
    'every: 0s',
  ])('is read before the rule runs: %s', (fields) => {
    const text = (which: string) =>
      `apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: web }\nspec:\n  resource: { apiVersion: example.com/v1, kind: Web }\n  schedules: [{ id: s, ${which} }]\n`;
    const [wrong, ...others] = checkText(text(fields)).diagnostics;
    const { line, column = 0 } = wrong?.span.start ?? {};
    expect([wrong?.code, line, others]).toEqual(['WrongValue', 6, []]);
    // It stands under the value that is wrong.
    const value = fields.slice(fields.lastIndexOf(': ') + 2);
    expect(
      text(fields)
        .split('\n')[5]
        ?.slice(column - 1),
    ).toBe(`${value} }]`);
    expect(checkText(text('cron: "30 2 * * 1-5", timeZone: Europe/Berlin')).diagnostics).toEqual([]);
  });
});

describe('a schedule', () => {
  const nightly = ruleOf(
    '  schedules: [{ id: nightly, cron: =spec.cron, timeZone: =spec.zone }]\n  status: { at: =$nightly }\n',
  );
  const spec = { cron: '0 3 * * *', zone: 'Europe/Berlin' };
  const keptOf = (next: string, last?: string) => ({
    schedules: [{ id: 'nightly', spec: '0 3 * * * Europe/Berlin', next, ...(last === undefined ? {} : { last }) }],
  });

  test('begins with the next time, and has not come before', () => {
    const { state, status } = planOf(nightly, '2026-01-10T12:00:00Z', {}, { spec });
    expect(state.write).toEqual(keptOf('2026-01-11T02:00:00Z'));
    expect(state.wakeAtMs).toBe(Date.parse('2026-01-11T02:00:00Z'));
    expect(status).toEqual([]);
  });

  test('writes nothing while it has not come', () => {
    const { state } = planOf(nightly, '2026-01-11T01:59:59Z', keptOf('2026-01-11T02:00:00Z'), { spec });
    expect(state.write).toBeUndefined();
    expect(state.wakeAtMs).toBe(Date.parse('2026-01-11T02:00:00Z'));
  });

  test('is kept first, and read afterwards', () => {
    const come = planOf(nightly, '2026-01-11T02:00:00Z', keptOf('2026-01-11T02:00:00Z'), { spec });
    expect(come.state.write).toEqual(keptOf('2026-01-12T02:00:00Z', '2026-01-11T02:00:00Z'));
    expect(come.status).toEqual([]);
    const kept = planOf(nightly, '2026-01-11T02:00:01Z', come.state.write, { spec });
    expect(kept.state.write).toBeUndefined();
    expect(kept.status).toEqual([['at', '2026-01-11T02:00:00Z']]);
  });

  test('that came several times while nobody looked came once, at the last of them', () => {
    const { state } = planOf(nightly, '2026-01-14T12:00:00Z', keptOf('2026-01-11T02:00:00Z'), { spec });
    expect(state.write).toEqual(keptOf('2026-01-15T02:00:00Z', '2026-01-14T02:00:00Z'));
  });

  test('does not wait for years after a clock that was ahead, and does not come again after a small step back', () => {
    const ahead = keptOf('2027-01-11T02:00:00Z', '2027-01-10T02:00:00Z');
    const { state } = planOf(nightly, '2026-01-10T12:00:00Z', ahead, { spec });
    const written = keptOf('2026-01-11T02:00:00Z', '2027-01-10T02:00:00Z');
    expect(state.write).toEqual(written);
    expect(planOf(nightly, '2026-01-10T12:00:01Z', written, { spec }).state.write).toBeUndefined();
    expect(planOf(nightly, '2026-01-11T02:00:00Z', written, { spec }).state.write).toEqual(
      keptOf('2026-01-12T02:00:00Z', '2026-01-11T02:00:00Z'),
    );
    const step = keptOf('2026-01-12T02:00:00Z', '2026-01-11T02:00:00Z');
    expect(planOf(nightly, '2026-01-11T01:59:58Z', step, { spec }).state.write).toBeUndefined();
  });

  test('follows the clocks of its zone', () => {
    const { state } = planOf(nightly, '2026-03-29T12:00:00Z', keptOf('2026-03-29T01:00:00Z'), { spec });
    expect(state.write).toEqual(keptOf('2026-03-30T01:00:00Z', '2026-03-29T01:00:00Z'));
  });

  test('that is changed begins anew and keeps what came', () => {
    const changed = { ...spec, cron: '30 4 * * *' };
    const { state } = planOf(nightly, '2026-01-11T12:00:00Z', keptOf('2026-01-12T02:00:00Z', '2026-01-11T02:00:00Z'), {
      spec: changed,
    });
    expect(state.write).toEqual({
      schedules: [
        { id: 'nightly', spec: '30 4 * * * Europe/Berlin', last: '2026-01-11T02:00:00Z', next: '2026-01-12T03:30:00Z' },
      ],
    });
  });

  test.each([
    [{ cron: '61 * * * *' }, '"61 * * * *" is no cron schedule: minute, hour, day of month, month, day of week'],
    [{ cron: '* * * * * *' }, '"* * * * * *" is no cron schedule: minute, hour, day of month, month, day of week'],
    [{ cron: '0 3 * * *', zone: 'Mars/Base' }, 'the string "Mars/Base" is no time zone of the IANA database'],
  ])('keeps what is kept where it is %j', (wrong, message) => {
    const kept = keptOf('2026-01-11T02:00:00Z');
    const plan = planOf(nightly, '2026-01-12T12:00:00Z', kept, { spec: wrong });
    expect(plan.failures).toMatchObject([{ code: 'InvalidResult', message }]);
    expect(plan.state.write).toBeUndefined();
  });

  test('is none where its formula gives nothing', () => {
    expect(planOf(nightly, '2026-01-11T02:00:00Z', {}, {}).state).toEqual({
      write: undefined,
      consume: [],
      wakeAtMs: undefined,
    });
  });

  test('comes once in each period', () => {
    const often = ruleOf('  schedules: [{ id: often, every: 10m }]\n');
    const first = planOf(often, '2026-01-10T12:00:00Z');
    expect(first.state.write).toEqual({
      schedules: [{ id: 'often', spec: 'every 10m', next: '2026-01-10T12:10:00Z' }],
    });
    const later = planOf(often, '2026-01-10T12:35:00Z', first.state.write);
    expect(later.state.write).toEqual({
      schedules: [{ id: 'often', spec: 'every 10m', last: '2026-01-10T12:30:00Z', next: '2026-01-10T12:45:00Z' }],
    });
  });
});

describe('memory', () => {
  const rule = ruleOf(`  memory: { highest: "=$max([spec.size, $memory.highest])", first: =$memory.first ?? spec.size }
  status: { highest: =$memory.highest }
`);

  test('is written before it is read', () => {
    const first = planOf(rule, '', {}, { spec: { size: 3 } });
    expect(first.state.write).toEqual({ memory: { highest: 3, first: 3 } });
    expect(first.status).toEqual([]);
    const second = planOf(rule, '', first.state.write, { spec: { size: 3 } });
    expect(second.state.write).toBeUndefined();
    expect(second.status).toEqual([['highest', 3]]);
    const third = planOf(rule, '', first.state.write, { spec: { size: 2 } });
    expect(third.state.write).toBeUndefined();
    expect(planOf(rule, '', first.state.write, { spec: { size: 5 } }).state.write).toEqual({
      memory: { highest: 5, first: 3 },
    });
  });

  test('is kept where its formula fails or reads what nobody knows', () => {
    const kept = { memory: { a: 1, b: 2, c: 3 } };
    const failing = ruleOf(`  inputs: [{ id: other, resource: { apiVersion: v1, kind: Secret }, name: a }]
  memory: { a: =spec.text + 1, b: =$other.metadata.uid, c: =$memory.c + spec.more }
`);
    const owner = { ...ownerOf({ text: 'x', more: 1 }), status: kept } as KubeObject;
    const plan = evaluate(failing, momentOf({ owner, read: () => ({ kind: 'unknown', reason: 'forbidden' }) }));
    expect(plan.failures).toMatchObject([{ code: 'ExpressionFailed' }]);
    expect(plan.state.write).toEqual({ memory: { a: 1, b: 2, c: 4 } });
  });

  test('that changes with every evaluation is named', () => {
    const restless = ruleOf('  memory: { "n": =($memory.n ?? 0) + 1 }\n');
    const plan = planOf(restless, '', { memory: { n: 5 } }, { mayRemember: false });
    expect(plan.state.write).toBeUndefined();
    expect(plan.failures).toMatchObject([
      { code: 'InvalidResult', message: 'the value of "n" changes with every evaluation' },
    ]);
  });

  test('of an earlier rule is taken back', () => {
    const forgetful = ruleOf('  status: { a: =spec.a }\n');
    const managedFields = [
      {
        manager: 'opsonata/web/state',
        operation: 'Apply',
        apiVersion: 'example.com/v1',
        subresource: 'status',
        fieldsV1: { 'f:status': { 'f:memory': {} } },
      },
    ];
    const owner = { ...ownerOf({}, { managedFields }), status: { memory: {} } } as KubeObject;
    expect(evaluate(forgetful, momentOf({ owner })).state.write).toEqual({});
  });
});

describe('a trigger', () => {
  const rule = ruleOf(`  triggers: [{ id: restart, annotation: example.com/restart }]
  status: { at: =$triggers.restart.at, why: =$triggers.restart.value }
`);
  const set = { annotations: { 'example.com/restart': 'now', other: 'x' } };
  const taken = (pending: boolean, at = '2026-01-01T00:00:00Z') => ({
    triggers: [{ id: 'restart', value: 'now', at, pending }],
  });

  test('is kept, then removed, then acted on', () => {
    expect(planOf(rule, '2026-01-01T00:00:00Z').state).toEqual({
      write: undefined,
      consume: [],
      wakeAtMs: undefined,
    });
    const first = planOf(rule, '2026-01-01T00:00:00Z', { triggers: [] }, set);
    expect(first.state.write).toEqual(taken(true));
    expect(first.status).toEqual([]);
    const second = planOf(rule, '2026-01-01T00:00:05Z', taken(true), set);
    expect(second.state).toMatchObject({
      write: undefined,
      consume: [{ annotation: 'example.com/restart', value: 'now' }],
    });
    const third = planOf(rule, '2026-01-01T00:00:06Z', taken(true), { annotations: { other: 'x' } });
    expect(third.state).toMatchObject({ write: taken(false), consume: [] });
    const last = planOf(rule, '2026-01-01T00:00:07Z', taken(false), { annotations: { other: 'x' } });
    expect(last.state).toMatchObject({ write: undefined, consume: [] });
    expect(last.status).toEqual([
      ['at', '2026-01-01T00:00:00Z'],
      ['why', 'now'],
    ]);
  });

  test('with the same value counts again once it was removed', () => {
    const again = planOf(rule, '2026-02-01T00:00:00Z', taken(false), set);
    expect(again.state.write).toEqual(taken(true, '2026-02-01T00:00:00Z'));
  });
});
