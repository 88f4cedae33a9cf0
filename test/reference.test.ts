// The reference of formats: one heading for each field of their schemas, each with an example that works.

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../cli/load-rules.ts';
import { isObject, type Json, type JsonObject } from '../engine/model/json.ts';
import { formatPage, formats } from '../tools/format-pages.ts';

const all = await formats();

/** What is under `properties` anywhere in a schema, each once. */
function countFields(schema: Json): number {
  if (Array.isArray(schema)) return schema.reduce((sum: number, item: Json) => sum + countFields(item), 0);
  if (!isObject(schema)) return 0;
  return Object.entries(schema).reduce((sum, [key, value]) => {
    if (key !== 'properties' || !isObject(value)) return sum + countFields(value);
    return Object.values(value as JsonObject).reduce((more: number, item) => more + 1 + countFields(item), sum);
  }, 0);
}

describe.each(all)('the reference of a $name', ({ name, schema, fields, files }) => {
  test('has a heading, a description and an example for each field of the schema', async () => {
    const page = await readFile(`docs/reference/${name}.md`, 'utf8');
    const headings = [...page.matchAll(/^## (\S+)$/gm)].map(([, path]) => path);
    expect(headings).toEqual(fields.map(({ path }) => path));
    expect(new Set(headings).size).toBe(countFields(schema));
    expect(page.match(/^```yaml\n[^`]+\n```$/gm)).toHaveLength(headings.length);
    expect(fields.filter(({ description, example }) => description === '' || example === '')).toEqual([]);
    expect(fields.length).toBeGreaterThan(name === 'rule' ? 100 : 20);
  });

  test('is as the schema and the documents are', async () => {
    expect(await readFile(`docs/reference/${name}.md`, 'utf8')).toBe(
      formatPage(all.find((one) => one.name === name) as never),
    );
  });

  test('takes its examples from documents without mistakes or warnings', async () => {
    const loaded = await loadRules(files);
    expect(loaded.diagnostics.filter(({ code }) => code !== 'FileUnreadable')).toEqual([]);
    expect(loaded.documents.length + loaded.scenarios.length).toBe(files.length);
  });
});
