// The command line as it is typed: exit codes, and what it says when it cannot do it.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { administratorFetch } from './apiserver/network.ts';

const RULE = 'examples/01-webapp/rule.yaml';
const CR = 'examples/01-webapp/cr.yaml';
const folder = mkdtempSync(join(tmpdir(), 'opsonata-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

// What it prints, results first.
function run(...args: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/opsonata.js', ...args], {
    encoding: 'utf8',
  });
  return { status, text: `${stdout}${stderr}`.replaceAll(`${folder}/`, '') };
}

describe('the command line', () => {
  beforeAll(() => {
    if (!existsSync('dist/opsonata.js')) expect(spawnSync('npx', ['tsx', 'tools/build.ts']).status).toBe(0);
  });

  test.each([
    ['no command', [], 2, /^Usage: opsonata/],
    ['an unknown command', ['rendr'], 2, /unknown command 'rendr'\n\(Did you mean render\?\)/],
    ['a format that is none', ['validate', '-o', 'xml'], 2, /use text, json, yaml/],
    ['no workers', ['run', '--rules', RULE, '--workers', '0'], 2, /use a number from 1 upwards/],
    ['a rule that is missing', ['validate', 'gone.yaml'], 2, /gone\.yaml:1:1: error FileUnreadable/],
    ['a rule that is missing among others', ['validate', RULE, 'gone.yaml'], 2, /FileUnreadable/],
    ['definitions of a missing rule', ['crd', 'gone.yaml'], 2, /^gone\.yaml:1:1: error FileUnreadable.*\n.*hint.*\n$/],
    ['a missing rule to render', ['render', 'gone.yaml', '-f', CR], 2, /FileUnreadable/],
    [
      'a missing resource',
      ['render', RULE, '-f', 'gone.yaml'],
      2,
      /^gone\.yaml:1:1: error FileUnreadable.*\n.*hint.*\n$/,
    ],
    ['a missing state', ['render', RULE, '-f', CR, '--state', 'gone.yaml'], 2, /FileUnreadable/],
    ['a resource that is none', ['render', RULE, '-f', fileOf('cr.yaml', 'a: [')], 1, /cr\.yaml:1:5: error YamlSyntax/],
    [
      'a resource of another kind',
      ['render', RULE, '-f', RULE],
      2,
      /holds a Rule of .*; the rules here operate WebApp/,
    ],
  ])('%s', (_, args, status, text) => {
    expect(run(...args)).toMatchObject({ status, text: expect.stringMatching(text) });
  });

  test('goes on when nobody reads its errors any more', () => {
    const command = `node dist/opsonata.js crd gone.yaml 2>&1 | true; exit "\${PIPESTATUS[0]}"`;
    expect(spawnSync('bash', ['-c', command]).status).toBe(2);
  });

  test('does not let a file steer the terminal', () => {
    const { status, text } = run('validate', fileOf('escape.yaml', 'kind: Rule\nspec: { a\u001b[2J: 1 }\n'));
    expect(status).toBe(1);
    expect(text).not.toContain('\u001b');
  });

  test('serves the Kubernetes API until it is asked to stop', async () => {
    const child = spawn(process.execPath, ['dist/opsonata.js', 'apiserver'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    try {
      let text = '';
      const kubeconfig = await new Promise<string>((resolve, reject) => {
        child.once('close', () => reject(new Error('it ended')));
        child.stdout.on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8');
          if (text.endsWith('\n}\n')) resolve(text);
        });
      });
      const answer = await administratorFetch(kubeconfig)('/api/v1/namespaces');
      const namespaces = (await answer.json()) as { items: unknown[] };
      expect(namespaces.items.length).toBeGreaterThan(0);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  });
});
