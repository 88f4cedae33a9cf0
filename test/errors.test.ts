// Every code has a page with an example that produces it, and is used.

import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { codes } from '../engine/model/codes.ts';
import { listFiles } from '../tools/architecture.ts';
import { errorExamples } from '../tools/error-examples.ts';
import { errorPages } from '../tools/error-pages.ts';

const names = Object.keys(codes) as (keyof typeof codes)[];

describe('the codes', () => {
  test('are many, and in CamelCase', () => {
    expect(names.length).toBeGreaterThan(45);
    expect(names.filter((name) => !/^[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
  });

  test.each(names)('the example of %s produces it', async (name) => {
    const produced = await errorExamples[name].produce();
    expect(produced.map(({ code }) => code)).toContain(name);
    // Our own words; an answer of the API server stays as it is.
    for (const { message, diagnostic } of produced)
      if (diagnostic !== undefined) expect(message).toMatch(/^(?:YAML |[^A-Z\s])[^\n]*[^.\s]$/);
  });

  test('each has a page that is up to date, and there is no page without a code', async () => {
    const pages = await errorPages();
    for (const [file, text] of pages) expect(await readFile(file, 'utf8'), file).toBe(text);
    const files = (await readdir('docs/errors')).filter((file) => file !== 'README.md').sort();
    expect(files).toEqual(names.map((name) => `${name}.md`).sort());
  });

  test('each is used by the engine', async () => {
    const texts = await Promise.all(
      (await listFiles('engine')).filter((file) => !file.endsWith('codes.ts')).map((file) => readFile(file, 'utf8')),
    );
    const all = texts.join('\n');
    expect(names.filter((name) => !all.includes(`'${name}'`))).toEqual([]);
  });
});
