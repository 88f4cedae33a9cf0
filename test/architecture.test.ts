// The architecture as it is drawn in docs/architecture.md, checked against every import.

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { apiServerFolders, folders, listFiles, packageOf, readImports, stageOf } from '../tools/architecture.ts';
import { OPERATOR_SUITES, OTHER_SUITES } from './support/operator-suites.ts';

// The commands that speak to a cluster, or are one.
const ONLINE: readonly string[] = ['cli/test.ts', 'cli/dev.ts', 'cli/run.ts', 'cli/apiserver.ts'];

describe('the architecture', async () => {
  const imports = await readImports('engine');
  const files = await listFiles('engine');

  test('has enough files and imports to be worth checking', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(200);
    for (const folder of Object.keys(folders))
      expect(files.filter((file) => stageOf(file) === folder).length, folder).toBeGreaterThan(0);
  });

  test('every folder of engine/ is in the table', () => {
    const seen = new Set(files.map(stageOf).filter((stage) => stage !== undefined));
    expect([...seen].sort()).toEqual(Object.keys(folders).sort());
  });

  test('a stage imports only what it may', () => {
    const wrong = imports.flatMap(({ file, target, isRelative }) => {
      const from = stageOf(file);
      if (from === undefined || !isRelative || target.startsWith('schemas/')) return [];
      const to = stageOf(target) ?? target;
      return to === from || folders[from]?.may.includes(to) === true ? [] : [`${file} imports ${target}`];
    });
    expect(wrong).toEqual([]);
  });

  test('each package has one door', () => {
    const wrong = imports.flatMap(({ file, target, isRelative }) => {
      const from = stageOf(file);
      if (isRelative) return [];
      return from !== undefined && folders[from]?.packages.includes(packageOf(target)) === true
        ? []
        : [`${file} imports ${target}`];
    });
    expect(wrong).toEqual([]);
    const doors = Object.entries(folders).flatMap(([folder, { packages }]) =>
      packages.filter((name) => !name.startsWith('node:')).map((name) => ({ folder, name })),
    );
    expect(new Set(doors.map(({ name }) => name)).size).toBe(doors.length);
  });

  test('pure folders use no clock, no I/O and no randomness', async () => {
    const pure = files.filter((file) => folders[stageOf(file) ?? '']?.isPure === true);
    expect(pure.length).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const file of pure) {
      const text = (await readFile(file, 'utf8')).replaceAll(/\/\/.*$/gm, '').replaceAll(/'[^'\n]*'/g, "''");
      const found =
        /\bMath\.random\b|\bnew Date\b|\bDate\.now\b|\bprocess\.|\bfetch\(|\bset(?:Timeout|Interval|Immediate)\(|\bcrypto\.|\bperformance\./.exec(
          text,
        );
      if (found !== null) wrong.push(`${file}: ${found[0]}`);
    }
    expect(wrong).toEqual([]);
  });

  test('a command is loaded when it is called, and one that is offline reaches no cluster and no API server', async () => {
    const all = [...imports, ...(await readImports('cli')), ...(await readImports('apiserver'))];
    const reach = (start: string): ReadonlySet<string> => {
      const seen = new Set<string>();
      const visit = (file: string): void => {
        if (seen.has(file)) return;
        seen.add(file);
        for (const { target, isRelative } of all.filter((one) => one.file === file)) if (isRelative) visit(target);
      };
      visit(start);
      return seen;
    };
    const main = await readFile('cli/main.ts', 'utf8');
    const atOnce = [...main.matchAll(/^import [^']*'([^'\n]+)'/gm)].map(([, from]) => from);
    expect(atOnce).toEqual(['node:path', 'commander', './version.ts']);
    const commands = [...main.matchAll(/await import\('\.\/([^']+)'\)/g)].map(([, file]) => `cli/${file}`);
    expect(commands.filter((file) => ONLINE.includes(file))).toEqual(ONLINE);
    const offline = ['engine/index.ts', ...commands.filter((file) => !ONLINE.includes(file))];
    expect(offline.length).toBeGreaterThan(4);
    for (const door of offline) {
      const reached = [...reach(door)];
      expect(reached.length, door).toBeGreaterThan(20);
      const isOnline = (file: string) =>
        file.startsWith('apiserver/') || ['kube', 'watch', 'run'].includes(stageOf(file) ?? '');
      expect(reached.filter(isOnline), door).toEqual([]);
    }
  });

  test('nothing in engine/ imports the command line, the tests or the tools', () => {
    const wrong = imports.filter(({ target, isRelative }) => isRelative && /^(cli|test|tools|bench|ui)\//.test(target));
    expect(wrong).toEqual([]);
  });

  test('the reconciler reads like the pipeline, in at most 120 lines', async () => {
    const text = await readFile('engine/run/reconcile.ts', 'utf8');
    expect(text.split('\n').length).toBeLessThanOrEqual(120);
    const calls = ['deps.owner()', 'deps.children(', 'evaluateNow(', 'diffNow(', 'apply(', 'report('].map((call) =>
      text.indexOf(call, text.indexOf('export async function reconcile')),
    );
    expect(calls.every((at) => at > 0)).toBe(true);
  });
});

describe('the suites on a cluster', () => {
  test('those of the operator run on both API servers', async () => {
    const files = (await listFiles('test/cluster')).filter((file) => file.endsWith('.test.ts'));
    const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
    const shared = texts.filter(({ text }) => text.includes('describeCluster('));
    const names = shared.map(({ file }) => file.replace('test/cluster/', '').replace('.test.ts', ''));
    expect(OPERATOR_SUITES.length).toBeGreaterThan(5);
    expect([...OPERATOR_SUITES, ...OTHER_SUITES].sort()).toEqual(names.sort());
  });
});

describe('the architecture of the embedded API server', async () => {
  const imports = await readImports('apiserver');
  const files = await listFiles('apiserver');
  const folderOf = (path: string): string => path.split('/')[1] ?? '';
  const isWithin = (path: string): boolean => path.split('/').length > 2;

  test('every folder is in the table', () => {
    expect(files.length).toBeGreaterThan(60);
    expect([...new Set(files.filter(isWithin).map(folderOf))].sort()).toEqual(Object.keys(apiServerFolders).sort());
  });

  test('a folder imports only what it may, and each package through one door', () => {
    const wrong = imports.flatMap(({ file, target, isRelative }) => {
      const rule = apiServerFolders[folderOf(file)];
      if (rule === undefined) return [];
      const may = isRelative ? [folderOf(file), ...rule.may] : rule.packages;
      return may.includes(isRelative ? folderOf(target) : packageOf(target)) ? [] : [`${file} imports ${target}`];
    });
    expect(imports.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  });

  test('neither it nor the engine knows of the other', async () => {
    const all = [...imports, ...(await readImports('engine'))].filter(({ isRelative }) => isRelative);
    const topOf = (path: string): string => path.split('/')[0] ?? '';
    expect(all.filter(({ file, target }) => topOf(file) !== topOf(target) && topOf(target) !== 'schemas')).toEqual([]);
  });

  test('pure folders know no process, no timers and no randomness', async () => {
    const pure = files.filter((file) => apiServerFolders[folderOf(file)]?.isPure === true);
    expect(pure.length).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const file of pure) {
      const text = (await readFile(file, 'utf8')).replaceAll(/\/\/.*$/gm, '').replaceAll(/'[^'\n]*'/g, "''");
      const found =
        /\bMath\.random\b|\bnew Date\(\)|\bDate\.now\b|\bprocess\.|\bset(?:Timeout|Interval|Immediate)\(/.exec(text);
      if (found !== null) wrong.push(`${file}: ${found[0]}`);
    }
    expect(wrong).toEqual([]);
  });
});
