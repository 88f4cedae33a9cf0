// The package: exact versions, a lock file without hosts, a bundle that starts with plain node and needs nothing else.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';

describe('the package', () => {
  test('pins every version exactly', async () => {
    const { dependencies, devDependencies, overrides } = JSON.parse(await readFile('package.json', 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    const versions = Object.entries({ ...dependencies, ...devDependencies, ...overrides });
    expect(versions.length).toBeGreaterThan(15);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('has a lock file that names no host', async () => {
    const lock = await readFile('package-lock.json', 'utf8');
    expect(lock.length).toBeGreaterThan(10_000);
    expect(lock.match(/"resolved": "http/g)).toBeNull();
  });
});

describe('the bundle', () => {
  beforeAll(() => {
    if (!existsSync('dist/opsonata.js')) expect(spawnSync('npx', ['tsx', 'tools/build.ts']).status).toBe(0);
  });

  test('starts with plain node in an empty folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'opsonata-bundle-'));
    try {
      cpSync('dist', join(folder, 'dist'), { recursive: true });
      cpSync('examples/01-webapp', join(folder, 'rules'), { recursive: true });
      const run = (...args: string[]) =>
        spawnSync(process.execPath, ['dist/opsonata.js', ...args], { cwd: folder, encoding: 'utf8' });
      expect(run('validate', 'rules')).toMatchObject({
        status: 0,
        stderr: '1 rule in 2 files: 0 errors, 0 warnings\n',
      });
      expect(run('render', 'rules/rule.yaml', '-f', 'rules/cr.yaml', '-o', 'table').stdout).toContain('deployment');
      expect(run('run', '--rules', 'rules', '--kubeconfig', 'missing')).toMatchObject({ status: 2 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('brings the facts of Kubernetes along, and finds them wherever it is copied to', () => {
    const folder = mkdtempSync(join(tmpdir(), 'opsonata-facts-'));
    try {
      cpSync('dist', folder, { recursive: true });
      const contents = "import { readFacts } from './cli/facts.ts'; console.log(readFacts().version);";
      const file = join(folder, 'facts.mjs');
      const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire('file:///');" };
      const options = { bundle: true, platform: 'node', format: 'esm', banner } as const;
      buildSync({ ...options, stdin: { contents, resolveDir: '.' }, outfile: file });
      expect(spawnSync(process.execPath, [file], { encoding: 'utf8' }).stdout).toMatch(/^v1\.36\.\d+\n$/);
      rmSync(join(folder, 'kubernetes-1.36.json.gz'));
      expect(spawnSync(process.execPath, [file], { encoding: 'utf8' }).stderr).toContain(
        `"${join(folder, 'kubernetes-1.36.json.gz')}" cannot be used: ENOENT`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('answers offline in less than 300 ms, at its best of five', () => {
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now();
      spawnSync(process.execPath, ['dist/opsonata.js', 'validate', 'examples']);
      return performance.now() - started;
    });
    expect(Math.min(...times)).toBeLessThan(300);
  });
});
