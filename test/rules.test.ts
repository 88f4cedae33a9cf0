// All rules in the repository type-check: without errors, and without warnings.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../cli/load-rules.ts';

const ROOTS = ['rules', 'examples', 'test/peers'];

const yaml = ROOTS.flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => `${root}/${file}`),
).filter((file) => file.endsWith('.yaml'));
const filesWith = (kind: string): readonly string[] =>
  yaml.filter((file) => new RegExp(`^kind: ${kind}$`, 'm').test(readFileSync(file, 'utf8'))).sort();

describe('the rules of the repository', async () => {
  const { documents, healthDocuments, diagnostics } = await loadRules(ROOTS);

  test('have no mistakes, and nothing that may be one', () => {
    expect(diagnostics).toEqual([]);
  });

  test('are all looked at', () => {
    const looked = new Set(documents.map(({ file }) => file));
    expect([...looked].sort()).toEqual(filesWith('Rule'));
    expect(looked.size).toBeGreaterThanOrEqual(18);
    const health = new Set(healthDocuments.map(({ file }) => file));
    expect([...health].sort()).toEqual(filesWith('Health'));
    expect(health.size).toBeGreaterThan(60);
  });
});
