// Runs the steps of a section with one kubectl against one server, and notes what it printed.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ran, runProgram } from '../support/cluster.ts';
import type { Command, Section, Watching } from './section.ts';

/** A kubectl, and the server that its kubeconfig names. */
export interface Client {
  readonly kubectl: string;
  readonly kubeconfig: string;
}

/** What a step printed, with the step as it was written. */
export interface Printed extends Ran {
  readonly step: string;
}

const WATCH_LIMIT_MS = 120_000;
const LIMIT_SECONDS = 300;
const KILLED = 137;

/** Runs a section in a namespace of its own, which is there only meanwhile. */
export async function runSection(client: Client, { name, files = {}, steps }: Section): Promise<readonly Printed[]> {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-kubectl-'));
  const runner = new Runner(client, { folder, namespace: name });
  try {
    for (const [file, content] of Object.entries(files))
      writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
    await runner.run({ run: `create namespace ${name}` });
    const printed: Printed[] = [];
    for (const step of steps) {
      const wanted = typeof step === 'string' ? { run: step } : step;
      if ('watch' in wanted) printed.push({ step: wanted.watch, ...(await runner.watch(wanted)) });
      else if (wanted.save !== undefined) await runner.run(wanted);
      else printed.push({ step: wanted.run, ...(await runner.run(wanted)) });
    }
    await runner.run({ run: `delete namespace ${name} --timeout=120s` });
    return printed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Runner {
  readonly #client: Client;
  readonly #folder: string;
  readonly #namespace: string;
  readonly #saved = new Map<string, string>();

  constructor(client: Client, { folder, namespace }: { readonly folder: string; readonly namespace: string }) {
    this.#client = client;
    this.#folder = folder;
    this.#namespace = namespace;
    mkdirSync(join(folder, '.home'));
  }

  async run({ run, input = '', editor, save }: Command): Promise<Ran> {
    const [program, args] = this.#command(run);
    const limited = ['timeout', '-s', 'KILL', String(LIMIT_SECONDS), program, ...args];
    const ran = await runProgram('env', limited, this.#fill(input), this.#env(editor));
    if (ran.code === KILLED) throw new Error(`kubectl ${run} does not end: ${ran.stdout}${ran.stderr}`);
    if (save !== undefined) this.#saved.set(save, ran.stdout);
    return ran;
  }

  // A command that never ends by itself is ended once it has printed enough.
  async watch({ watch, firstLines, change, lines }: Watching): Promise<Ran> {
    const [program, args] = this.#command(watch);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: this.#env() });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const text = { stdout: '', stderr: '' };
    let tell = (): void => undefined;
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].on('data', (chunk: Buffer) => {
        text[stream] += chunk.toString('utf8');
        tell();
      });
    const printed = async (count: number): Promise<void> =>
      await new Promise((resolve) => {
        const limit = setTimeout(resolve, WATCH_LIMIT_MS);
        tell = () => {
          if (text.stdout.split('\n').length <= count) return;
          clearTimeout(limit);
          resolve();
        };
        tell();
      });
    try {
      await printed(firstLines);
      await this.run({ run: change });
      await printed(lines);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    return { code: 0, ...text };
  }

  // The folder is where the command runs, so that what it says of files does not name it.
  #command(line: string): readonly [string, readonly string[]] {
    const words = [...this.#fill(line).matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const own = [`--namespace=${this.#namespace}`, '--request-timeout=120s'];
    return ['env', ['-C', this.#folder, this.#client.kubectl, ...own, ...words]];
  }

  #fill(text: string): string {
    return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => this.#saved.get(name) ?? whole);
  }

  #env(editor?: string): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOME: join(this.#folder, '.home'),
      KUBECONFIG: this.#client.kubeconfig,
      ...(editor === undefined ? {} : { KUBE_EDITOR: editor }),
    };
  }
}
