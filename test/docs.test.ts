// What the documents promise: links lead somewhere, commands exist, tests that are named are there.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const files = spawnSync('git', ['ls-files', '*.md'], { encoding: 'utf8' })
  .stdout.split('\n')
  .filter((file) => file !== '');
const sources = spawnSync('git', ['ls-files'], { encoding: 'utf8' })
  .stdout.split('\n')
  .filter((file) => /\.(ts|ya?ml|json|md)$|^\.ci\/run$/.test(file));

describe('the documents', () => {
  test('are there', () => {
    expect(files.length).toBeGreaterThan(50);
    for (const file of [
      'README.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'docs/architecture.md',
      'examples/01-webapp/README.md',
    ])
      expect(files).toContain(file);
  });

  test('every link inside the repository leads somewhere', async () => {
    const wrong: string[] = [];
    for (const file of files) {
      const text = (await readFile(file, 'utf8')).replaceAll(/```[\s\S]*?```/g, '');
      for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
        if (!/^https?:/.test(target) && !existsSync(join(dirname(file), target))) wrong.push(`${file}: ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('every test, bench and source file that is named is there', async () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const [path] of (await readFile(file, 'utf8')).matchAll(
        /\b(?:test|bench|tools|engine|apiserver|cli|examples|schemas)\/[\w./-]+\.(?:ts|yaml|json)\b/g,
      )) {
        if (!existsSync(path)) wrong.push(`${file}: ${path}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('every npm script that is named is there', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named: string[] = [];
    for (const file of files)
      for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(/npm run ([\w:-]+)/g)) named.push(name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe('the sources', () => {
  test('every export of the engine and of the embedded API server has a doc comment', async () => {
    const wrong: string[] = [];
    let exports = 0;
    for (const file of sources.filter(
      (path) => /^(engine|apiserver)\//.test(path) && path.endsWith('.ts') && !path.endsWith('.generated.ts'),
    )) {
      const lines = (await readFile(file, 'utf8')).split('\n');
      for (const [index, line] of lines.entries()) {
        if (
          !/^export (?:declare )?(?:async )?(?:function\*?|class|const|interface|type|abstract)\b/.test(line) ||
          /^export type \{/.test(line)
        )
          continue;
        exports += 1;
        if (!/\*\/\s*$/.test(lines[index - 1] ?? '')) wrong.push(`${file}:${index + 1}`);
      }
    }
    expect(exports).toBeGreaterThan(150);
    expect(wrong).toEqual([]);
  });

  test('every main file of a stage begins with a module comment', async () => {
    const files = sources.filter((path) => /^engine\/(\w+)\/\1\.ts$/.test(path));
    expect(files.length).toBeGreaterThan(6);
    for (const file of files) expect((await readFile(file, 'utf8')).startsWith('// '), file).toBe(true);
  });

  test('no note to do something later stands without a number', async () => {
    const wrong: string[] = [];
    for (const file of sources.filter((path) => path !== 'test/docs.test.ts')) {
      for (const [line] of (await readFile(file, 'utf8')).matchAll(/^.*\b(?:TODO|FIXME|XXX)\b(?!.*#\d+).*$/gm))
        wrong.push(`${file}: ${line.trim()}`);
    }
    expect(sources.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });
});
