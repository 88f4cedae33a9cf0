// Gets operators of other people from their registries, once for each set of versions, into a folder outside the repository.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { cacheFolder } from '../../tools/control-plane/build.ts';
import { runProgram } from '../support/cluster.ts';

/** A program that is there, or why it is not. */
export type Obtained =
  | { readonly kind: 'ready'; readonly program: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** The Python operator: kopf and a client in an environment of their own. */
export async function obtainKopf(): Promise<Obtained> {
  if (!answers('python3', '--version')) return { kind: 'unavailable', reason: 'there is no python3 here' };
  const requirements = resolve('test/clients/kopf/requirements.txt');
  // An environment knows its own place, so that it is made where it stays.
  const folder = join(cacheFolder(), 'clients', `kopf-${hashOf([requirements])}`);
  const program = join(folder, 'bin', 'kopf');
  const done = join(folder, 'complete');
  if (existsSync(done)) return { kind: 'ready', program };
  rmSync(folder, { recursive: true, force: true });
  const failure =
    (await run('python3', ['-m', 'venv', folder])) ??
    (await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--no-input', '-r', requirements]));
  if (failure !== undefined) return { kind: 'unavailable', reason: `kopf cannot be installed: ${failure}` };
  mkdirSync(done);
  return { kind: 'ready', program };
}

const SOURCES = resolve('test/clients/controller-runtime');

/** The Go operator, built from its sources here. */
export async function obtainControllerRuntime(): Promise<Obtained> {
  if (!answers('go', 'version')) return { kind: 'unavailable', reason: 'there is no Go here' };
  const files = readdirSync(SOURCES).map((name) => join(SOURCES, name));
  const program = join(cacheFolder(), 'clients', `controller-runtime-${hashOf(files)}`, 'operator');
  if (existsSync(program)) return { kind: 'ready', program };
  mkdirSync(dirname(program), { recursive: true });
  const temporary = mkdtempSync(`${dirname(program)}.`);
  const made = join(temporary, 'operator');
  const args = ['build', '-C', SOURCES, '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', made, '.'];
  const failure = await run('go', args, { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' });
  if (failure === undefined && !existsSync(program)) renameSync(made, program);
  rmSync(temporary, { recursive: true, force: true });
  if (failure !== undefined) return { kind: 'unavailable', reason: `the operator cannot be built: ${failure}` };
  return { kind: 'ready', program };
}

/** The Go files that are not formatted as gofmt does it; undefined where there is no gofmt. */
export async function unformattedGo(): Promise<string | undefined> {
  if (!answers('go', 'version')) return undefined;
  const { stdout, stderr } = await runProgram('gofmt', ['-l', SOURCES]);
  return stdout + stderr;
}

function answers(program: string, argument: string): boolean {
  return spawnSync(program, [argument]).status === 0;
}

// The last line of what it says, where it fails.
async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string | undefined> {
  const { code, stdout, stderr } = await runProgram(program, args, '', { ...process.env, ...env });
  return code === 0 ? undefined : (`${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? 'it says nothing');
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
