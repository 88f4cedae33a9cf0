// Runs README's first command as a newcomer does, on a copy of the examples: sees it reach Ready and take over an edit,
// then ends it as Ctrl-C does. Part of .ci/run.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const LIMIT_MS = 300_000;
const SETUP = 'npm ci && ';

const [, block = ''] = /```sh\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
const first = (block.split('\n')[0] ?? '').replace(/\s+#.*/, '');
assert(first.startsWith(SETUP), `README's first command is "${first}"`);
const command = first.slice(SETUP.length);

const folder = mkdtempSync(join(tmpdir(), 'opsonata-readme-'));
cpSync('examples', join(folder, 'examples'), { recursive: true });
mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
symlinkSync(resolve('dist/opsonata.js'), join(folder, 'node_modules', '.bin', 'opsonata'));

console.log(`$ ${command}`);
// A group of its own, as a terminal makes it: the signal reaches all that the command starts.
const child = spawn('bash', ['-c', `exec ${command}`], {
  cwd: folder,
  detached: true,
  stdio: ['ignore', 'pipe', 'pipe'],
});
const ended = new Promise<void>((settle) => child.once('close', () => settle()));
try {
  await waitFor(child, /webapp default\/shop Ready=True/);
  const rule = join(folder, 'examples/01-webapp/rule.yaml');
  const text = readFileSync(rule, 'utf8');
  assert(text.includes('port: 80,'));
  writeFileSync(rule, text.replace('port: 80,', 'port: 81,'));
  await waitFor(child, /service default\/shop configured/);
} finally {
  if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGINT');
  await ended;
  rmSync(folder, { recursive: true });
}
console.log('README: the first command reaches Ready, takes over an edit, and ends');

async function waitFor({ stdout, stderr }: ChildProcess, pattern: RegExp): Promise<void> {
  await new Promise<void>((settle, reject) => {
    const limit = setTimeout(() => reject(new Error(`${pattern} did not come in ${LIMIT_MS} ms`)), LIMIT_MS);
    let output = '';
    const take = (chunk: Buffer): void => {
      process.stdout.write(chunk);
      output += chunk.toString('utf8');
      if (!pattern.test(output)) return;
      clearTimeout(limit);
      stdout?.off('data', take);
      settle();
    };
    stdout?.on('data', take);
    stderr?.once('data', (chunk: Buffer) => reject(new Error(chunk.toString('utf8'))));
    void ended.then(() => reject(new Error('it ended')));
  });
}
