// The reference of functions: complete, and every example in it does what it says.

import { readFile } from 'node:fs/promises';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import {
  type BackEnd,
  compileExpression,
  ExpressionError,
  functionNames,
} from '../../../engine/expression/expression.ts';
import { findFunction } from '../../../engine/expression/functions/functions.ts';
import type { Example } from '../../../tools/function-entry.ts';
import { functionGroups } from '../../../tools/function-examples.ts';
import { functionPage } from '../../../tools/function-page.ts';

const entries = functionGroups.flatMap((group) => group.entries);
const examples = functionGroups.flatMap(({ isOfJsonata, entries: list }) =>
  list.flatMap((entry) => entry.examples.map((example) => ({ ...example, name: entry.name, isOfJsonata }))),
);

function outcome({ formula, input }: Example, backEnd: BackEnd): unknown {
  const { expression, diagnostics } = compileExpression(formula, { backEnd, mayUseChance: true });
  expect(diagnostics, formula).toEqual([]);
  try {
    return { result: expression?.evaluate(input, {}, { now: 0, random: () => 0 }) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { error: error.code };
  }
}

describe('the reference of functions', () => {
  test('has an entry for each function, and each entry is one', () => {
    expect(entries.map(({ name }) => name).sort()).toEqual([...functionNames].sort());
    expect(entries.length).toBeGreaterThan(80);
  });

  test.each(entries)('$call takes as many arguments as its signature says', ({ name, call }) => {
    const names = (/\((.*)\)/.exec(call)?.[1] ?? '').split(', ');
    const { definition, signature } = findFunction(name) ?? expect.fail(name);
    const isVariadic = signature.most === Number.POSITIVE_INFINITY;
    expect(isVariadic ? names.at(-1) : names.length).toBe(isVariadic ? '...' : signature.most);
    const optional = names.filter((item) => item.endsWith('?')).length;
    expect(optional).toBe(definition.signature.split('?').length - 1);
  });

  test.each(entries)('$$$name has one to three examples that call it', ({ name, examples: own }) => {
    expect([1, 2, 3]).toContain(own.length);
    for (const { formula } of own) expect(formula).toMatch(new RegExp(`\\$${name}\\b`));
  });

  test.each(examples)('$formula', (example) => {
    const { result, error } = example;
    const wanted = error === undefined ? { result } : { error };
    expect(outcome(example, 'closures')).toEqual(wanted);
    expect(outcome(example, 'generated')).toEqual(wanted);
  });

  test.each(examples.filter(({ isOfJsonata }) => isOfJsonata))(
    '$formula is JSONata',
    async ({ formula, input, result, error }) => {
      const theirs = await jsonata(formula)
        .evaluate(structuredClone(input))
        .then(
          (value: unknown) => ({ result: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) }),
          (reason: { readonly code?: string }) => ({ error: reason.code }),
        );
      expect(theirs).toEqual(error === undefined ? { result } : { error });
    },
  );

  test('is up to date', async () => {
    expect(await readFile('docs/reference/functions.md', 'utf8')).toBe(functionPage(functionGroups));
  });
});
