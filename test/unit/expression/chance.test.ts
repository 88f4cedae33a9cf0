// $randomPassword: where it may stand, and what it makes of chance.

import { describe, expect, test } from 'vitest';
import { secureRandom } from '../../../cli/secure-random.ts';
import { compile } from '../../../engine/compile/compile.ts';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import { compileExpression, type Expression, ExpressionError } from '../../../engine/expression/expression.ts';
import { load } from '../../../engine/load/load.ts';
import type { CompiledRule, RuleDocument } from '../../../engine/model/rule.ts';
import { ownerOf } from '../../support/rules.ts';

const passwordOf = (length: number, random: () => number): unknown => {
  const { expression } = compileExpression(`$randomPassword(${length})`, { mayUseChance: true });
  return (expression as Expression).evaluate({}, {}, { now: 0, random });
};

const check = (text: string) => {
  const [document] = load([{ file: 'rule.yaml', text, found: false }]).documents;
  return compile(document as RuleDocument);
};
const rule = (parts: {
  let?: string;
  child?: string;
  name?: string;
  data?: string;
  write?: string;
  status?: string;
}) => `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource: { apiVersion: example.com/v1, kind: Web }
  let: { a: ${parts.let ?? '1'} }
  children:
    - id: secret
      write: ${parts.write ?? 'once'}
      ${parts.child ?? ''}
      template:
        apiVersion: v1
        kind: Secret
        metadata: { name: ${parts.name ?? 'a'} }
        stringData: { password: ${parts.data ?? 'b'} }
  status: { a: ${parts.status ?? '1'} }
`;

describe('$randomPassword', () => {
  test('takes each character from the next number', () => {
    const numbers = [0, 0.5, 0.999999, 0.25, 0, 0, 0, 0];
    expect(passwordOf(8, () => numbers.shift() as number)).toBe('Af9PAAAA');
  });

  test('makes every letter and digit about as often, and no two alike, of numbers that nobody can guess', () => {
    const made = Array.from({ length: 400 }, () => passwordOf(62, secureRandom) as string);
    expect(new Set(made).size).toBe(400);
    const counts = new Map<string, number>();
    for (const letter of made.join('')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // 400 expected of each; a fair source leaves this range less often than once in a million runs.
    for (const [letter, count] of counts) expect(count, letter).toSatisfy((n: number) => n > 280 && n < 520);
  });

  test('fails where there is no source of chance', () => {
    const { expression } = compileExpression('$randomPassword(8)', { mayUseChance: true });
    expect(() => (expression as Expression).evaluate({})).toThrow(ExpressionError);
  });
});

describe('$randomPassword in a rule', () => {
  const password = '=$randomPassword(24)';

  test('may stand in the content of a child with write: once', () => {
    expect(check(rule({ data: password })).diagnostics).toEqual([]);
    expect(check(rule({ data: '"user:{% $randomPassword(24) %}"' })).diagnostics).toEqual([]);
  });

  test.each([
    ['a child that is written again', { write: 'always', data: password }, '15:34'],
    ['the name of a child', { name: '"{% $randomPassword(24) %}"' }, '14:31'],
    ['when', { child: 'when: =$randomPassword(24) != ""' }, '10:14'],
    ['ready', { child: 'ready: =$randomPassword(24) != ""' }, '10:15'],
    ['let', { let: password }, '6:14'],
    ['status', { status: password }, '16:17'],
    ['a function that is passed on', { write: 'always', data: "'=$map([8], $randomPassword)'" }, '15:45'],
  ])('is refused in %s, with its place and a way out', (_, parts, place) => {
    const [diagnostic, ...more] = check(rule(parts)).diagnostics;
    expect(more).toEqual([]);
    const { line, column } = diagnostic?.span.start ?? {};
    expect({ ...diagnostic, place: `${line}:${column}` }).toMatchObject({
      code: 'ExpressionUnsupported',
      severity: 'error',
      message:
        '$randomPassword gives another value each time, so it may stand only in the content of a child with write: once',
      hint: 'put it into a Secret with write: once, and read that as $ID',
      place,
    });
  });

  test('gives the same plan for the same chance', () => {
    const compiled = check(rule({ data: password })).rule as CompiledRule;
    const planOf = (seed: number) => {
      let state = seed;
      const random = () => {
        state = (state * 48_271) % 2_147_483_647;
        return state / 2_147_483_647;
      };
      return evaluate(compiled, { owner: ownerOf(), observed: [], now: '2026-01-01T00:00:00Z', random });
    };
    expect(planOf(1)).toEqual(planOf(1));
    expect(planOf(1).desired[0]?.object['stringData']).not.toEqual(planOf(2).desired[0]?.object['stringData']);
  });
});
