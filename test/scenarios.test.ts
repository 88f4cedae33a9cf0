// The scenarios of examples, rules and test/peers hold on the embedded API server, and `opsonata test` says so, or what does not.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../cli/load-rules.ts';
import { runOne } from '../cli/test.ts';
import { runProgram } from './support/cluster.ts';

const { scenarios, diagnostics, documents } = await loadRules(['examples', 'rules', 'test/peers']);

describe('scenarios', () => {
  test('stand beside every example and rule, and have no mistakes', () => {
    expect(diagnostics.filter(({ code }) => code !== 'DuplicateRule')).toEqual([]);
    const folders = readdirSync('examples').filter((name) => /^\d\d-/.test(name));
    const covered = new Set(scenarios.map(({ file }) => dirname(file)));
    const wanted = [...folders.map((name) => `examples/${name}`), ...documents.map(({ file }) => dirname(file))];
    expect(wanted.filter((folder) => !covered.has(folder))).toEqual([]);
    expect(scenarios.length).toBeGreaterThanOrEqual(folders.length);
  });

  test.each(scenarios.map((scenario) => [scenario.file, scenario] as const))('%s', async (_file, scenario) => {
    const result = await runOne(scenario, { backend: 'embedded' });
    expect(result.lines).toEqual([]);
    expect(result.kind).toBe('passed');
    expect(result.checks).toBeGreaterThan(0);
  });
});

describe('opsonata test', () => {
  const run = (...args: readonly string[]) => runProgram(process.execPath, ['dist/opsonata.js', 'test', ...args]);
  const copyOf = (change: (text: string) => string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'opsonata-scenario-'));
    for (const name of ['rule.yaml', 'cr.yaml', 'scenario.yaml']) {
      const text = readFileSync(`examples/01-webapp/${name}`, 'utf8');
      writeFileSync(join(folder, name), name === 'scenario.yaml' ? change(text) : text);
    }
    return folder;
  };

  test('tells what held', async () => {
    const ran = await run('examples/01-webapp');
    expect(ran.stderr).toBe('1 passed, 0 failed, 0 skipped: 7 steps, 9 expectations\n');
    expect(ran.stdout).toMatch(/^passed {2}examples\/01-webapp\/scenario\.yaml: /);
    expect(ran.code).toBe(0);
  });

  test('names the step and the field that does not hold', async () => {
    const folder = copyOf((text) => text.replace('readyReplicas: 3', 'readyReplicas: 4'));
    const ran = await run(folder);
    rmSync(folder, { recursive: true });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('scenario.yaml:22: step 5, the number of replicas follows the resource\n');
    expect(ran.stdout).toContain('WebApp shop.status.readyReplicas: is 3, not 4\n');
  });

  test('names a change that is not refused, or with other words', async () => {
    const refuse = (spec: string, message: string) => `
        - apply: { apiVersion: app.example.com/v1, kind: WebApp, metadata: { name: other }, spec: ${spec} }
          message: "${message}"`;
    const steps = `    - refuse:${refuse('{ image: "a" }', 'anything')}${refuse('{}', 'spec.image: Invalid')}${refuse('{}', 'spec.image: Required')}\n`;
    const folder = copyOf((text) =>
      text.replace('    - name: nothing is written', `${steps}    - name: nothing is written`),
    );
    const ran = await run(folder);
    rmSync(folder, { recursive: true });
    expect(ran.code).toBe(1);
    const [, at, ...problems] = ran.stdout.trimEnd().split('\n');
    expect(at).toMatch(/scenario\.yaml:14: step 2$/);
    expect(problems.map((line) => line.trim())).toEqual([
      'WebApp other is not refused',
      expect.stringMatching(/^WebApp other is refused with .*spec\.image: Required.*, not with spec\.image: Invalid$/),
    ]);
  });

  test('names the line of a mistake', async () => {
    const folder = copyOf((text) => text.replace('expect:', 'expects:'));
    const ran = await run(folder);
    rmSync(folder, { recursive: true });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/scenario\.yaml:8:7: error UnknownField: .*has no field "expects"/);
  });
});
