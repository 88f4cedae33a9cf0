// `opsonata dev` as a process of its own, as a person starts it: the bundle, with plain node.

import { type ChildProcess, spawn } from 'node:child_process';
import { eventually } from './cluster.ts';

/** A running `opsonata dev`. */
export class DevProcess {
  output = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #seen = 0;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, ['dist/opsonata.js', 'dev', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve));
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** The kubeconfig that it names. */
  get kubeconfig(): string {
    return /KUBECONFIG=(\S+)/.exec(this.output)?.[1] ?? '';
  }

  /** Waits for a line that has not been waited for, and that matches. The result is the line. */
  async line(pattern: RegExp): Promise<string> {
    const find = (): string | undefined => {
      if (this.#child.exitCode !== null) throw new Error('it ended');
      const lines = this.output.slice(this.#seen).split('\n').slice(0, -1);
      const index = lines.findIndex((line) => pattern.test(line));
      if (index < 0) return undefined;
      this.#seen += lines.slice(0, index + 1).join('\n').length + 1;
      return lines[index];
    };
    return await eventually(`a line with ${pattern}`, find).catch((error: Error) => {
      throw new Error(`${error.message} in:\n${this.output}`);
    });
  }

  /** Asks it to stop; the result is the exit code. */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode === null) this.#child.kill(signal);
    return await this.#ended;
  }
}
