// The tables of built-in kinds are those that the real server made when they were recorded, of the same objects
// (test/cluster/tables.test.ts records).

import { describe, expect, test } from 'vitest';
import { KINDS } from '../../apiserver/ledger.ts';
import { AGE, toAge } from '../../apiserver/printers/printer.ts';
import { OTHER_FORMS } from '../../apiserver/registry/forms.ts';
import { PRINTED_KINDS, readTables, tableDifferences } from './printed/tables.ts';

describe('the tables of built-in kinds', () => {
  const tables = readTables();

  test.each(tables)('prints $kind as the real server does', (table) => {
    expect(table.rows.length).toBeGreaterThan(0);
    expect(tableDifferences(table)).toEqual([]);
  });

  test('are recorded for every kind that is emulated', () => {
    const recorded = new Set(tables.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`));
    expect(recorded).toEqual(new Set(PRINTED_KINDS.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)));
    // Definitions have the plain table, like roles; reviews are never listed; other forms have the table of the stored one.
    const isListed = (kind: string) =>
      !kind.startsWith('apiextensions') && !kind.endsWith('Review') && OTHER_FORMS[kind] === undefined;
    const missing = Object.keys(KINDS).filter((kind) => !recorded.has(kind) && isListed(kind));
    expect(missing).toEqual([]);
  });

  test.each([
    [-5000, '<invalid>'],
    [-1500, '0s'],
    [0, '0s'],
    [119_999, '119s'],
    [120_000, '2m'],
    [200_000, '3m20s'],
    [3_600_000, '60m'],
    [5 * 3_600_000 + 60_000, '5h1m'],
    [47 * 3_600_000, '47h'],
    [49 * 3_600_000, '2d1h'],
    [30 * 86_400_000, '30d'],
    [3 * 365 * 86_400_000 + 86_400_000, '3y1d'],
    [9 * 365 * 86_400_000, '9y'],
  ])('says the age of %d ms as %s', (ageMs, text) => {
    expect(toAge(ageMs)).toBe(text);
  });

  test('does not know the age of what has no time', () => {
    expect(AGE.cell({ metadata: {} }, 0)).toBe('<unknown>');
  });
});
