// The published differences are true: JSONata still does what the page says, and so do we, in both back ends.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MaybeJson } from '../../../engine/model/json.ts';
import { differences } from '../../support/differences.ts';
import { ours, theirs } from '../../support/oracle.ts';

const page = readFileSync('docs/reference/expression-differences.md', 'utf8');

describe('the published differences from JSONata', () => {
  test('are the rows of the page, in its order', () => {
    const from = page.indexOf('|---|');
    const table = page.slice(from, page.indexOf('\n\n', from));
    const rows = table.split('\n').slice(1);
    expect(rows.map((row) => row.split(' | ')[0]?.replace('| ', ''))).toEqual(differences.map(({ title }) => title));
  });

  test.each(differences)('$title', async ({ formula, input, theirs: wanted, ours: own }) => {
    expect((await theirs(formula, input)).outcome).toEqual(wanted);
    expect(own).not.toEqual(wanted);
    for (const backEnd of ['closures', 'generated'] as const)
      expect(ours(formula, input as MaybeJson, { profile: 'jsonata', backEnd }).outcome, backEnd).toEqual(own);
  });
});
