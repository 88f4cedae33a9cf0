// `opsonata create api` writes what validates and holds, and replaces nothing by itself.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runProgram } from './support/cluster.ts';

const folder = mkdtempSync(join(tmpdir(), 'opsonata-create-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]) => runProgram(process.execPath, ['dist/opsonata.js', ...args]);
const create = (kind: string, dir: string, ...more: readonly string[]) =>
  run('create', 'api', '--group', 'app.example.com', '--version', 'v1alpha1', '--kind', kind, '--dir', dir, ...more);

describe('opsonata create api', () => {
  test.each(['MyApp', 'HTTPRoute', 'Proxy2'])(
    'begins a kind %s that validates and whose scenario holds',
    async (kind) => {
      const dir = join(folder, kind);
      const created = await create(kind, dir);
      expect(created.stderr).toBe('1 rule in 3 files: 0 errors, 0 warnings\n');
      expect(created.code).toBe(0);
      expect(readdirSync(dir).sort()).toEqual(['README.md', 'cr.yaml', 'rule.yaml', 'scenario.yaml']);
      const tested = await run('test', dir);
      expect(tested.stderr).toBe('1 passed, 0 failed, 0 skipped: 4 steps, 6 expectations\n');
      expect(tested.code).toBe(0);
    },
  );

  test('replaces nothing that is there, and writes nothing beside it, unless it is forced to', async () => {
    const dir = mkdtempSync(join(folder, 'there-'));
    writeFileSync(join(dir, 'cr.yaml'), 'mine');
    const refused = await create('MyApp', dir);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toBe(`opsonata: already there: ${dir}/cr.yaml; --force replaces what is there\n`);
    expect(readdirSync(dir)).toEqual(['cr.yaml']);
    expect(readFileSync(join(dir, 'cr.yaml'), 'utf8')).toBe('mine');
    expect((await create('MyApp', dir, '--force')).code).toBe(0);
    expect(readFileSync(join(dir, 'cr.yaml'), 'utf8')).toContain('kind: MyApp\n');
  });

  test.each([
    ['a group without a dot', ['--group', 'app', '--version', 'v1', '--kind', 'MyApp'], /use a domain/],
    ['a version that is none', ['--group', 'a.b', '--version', '1.0', '--kind', 'MyApp'], /use a version/],
    ['a kind in small letters', ['--group', 'a.b', '--version', 'v1', '--kind', 'myApp'], /use a word/],
  ])('refuses %s', async (_, args, text) => {
    const ran = await run('create', 'api', ...args, '--dir', join(folder, 'refused'));
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(text);
    expect(readdirSync(folder)).not.toContain('refused');
  });
});
