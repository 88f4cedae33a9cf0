// The operator as a process of its own, as users run it: the bundle, started with plain node.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchOver } from '../../tools/control-plane/process.ts';
import { eventually } from './cluster.ts';
import { dieAfterWrites } from './die-after-writes.ts';

/** A line of the operator's log. */
export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly [fact: string]: unknown;
}

/** Where an operator works. */
export interface EnginePlace {
  readonly state: { readonly kubeconfig: string };
}

/** A running operator, as suites see it. */
export interface Engine {
  /** The folder of its rules. */
  readonly folder: string;
  /** What it printed of mistakes in rules. */
  readonly stderr: string;
  /** The lines of some events. */
  events(...events: readonly string[]): readonly LogLine[];
  stop(): Promise<unknown>;
}

/** How an operator is started. */
export interface EngineOptions {
  /** How it brings the definitions. */
  readonly crds?: readonly string[];
  /** After so many writes it dies. */
  readonly diesAfter?: number;
}

/** A running operator. */
export class EngineProcess implements Engine {
  readonly lines: LogLine[] = [];
  stderr = '';
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #rest = '';

  constructor(
    cluster: EnginePlace,
    rules: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    { crds = ['--install-crds'], diesAfter }: EngineOptions = {},
  ) {
    this.folder = mkdtempSync(join(tmpdir(), 'opsonata-rules-'));
    for (const [name, text] of Object.entries(rules)) writeFileSync(join(this.folder, name), text);
    const command = [
      ...(diesAfter === undefined ? [] : ['--import', dieAfterWrites(diesAfter)]),
      'dist/opsonata.js',
      'run',
      '--rules',
      this.folder,
      '--kubeconfig',
      cluster.state.kubeconfig,
      '--port',
      '0',
      ...crds,
      ...args,
    ];
    this.#child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    // Chunks may end in the middle of a character.
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    const unwatch = watchOver({ pid: this.pid, command: process.execPath });
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve));
    void this.#ended.then(unwatch);
  }

  /** Starts an operator and waits until it works. */
  static async start(
    cluster: EnginePlace,
    rules: Readonly<Record<string, string>>,
    args: readonly string[] = [],
  ): Promise<EngineProcess> {
    const engine = new EngineProcess(cluster, rules, args);
    try {
      await eventually('the operator is ready', () => {
        if (engine.isOver) throw new Error(`the operator ended: ${engine.stderr}`);
        return engine.lines.find(({ event }) => event === 'ready');
      });
    } catch (error) {
      await engine.kill();
      throw error;
    }
    return engine;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Whether it has ended, of itself or not. */
  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The address of /healthz, /readyz and /metrics. */
  get endpoints(): string {
    return String(this.lines.find(({ event }) => event === 'started')?.['endpoints']);
  }

  /** The lines of some events. */
  events(...events: readonly string[]): readonly LogLine[] {
    return this.lines.filter(({ event }) => events.includes(event));
  }

  /** Asks it to stop; the result is the exit code. */
  async stop(): Promise<number | null> {
    if (!this.isOver) this.#child.kill('SIGTERM');
    return await this.#end();
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#end();
  }

  async #end(): Promise<number | null> {
    const code = await this.#ended;
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() as string;
    for (const line of lines) this.lines.push(JSON.parse(line) as LogLine);
  }
}
