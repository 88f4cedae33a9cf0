// A program of somebody else that runs against a server: started, heard and ended here.

import { spawn } from 'node:child_process';
import { eventually } from '../support/cluster.ts';

/** How it is started; the server is named by `KUBECONFIG`. */
export interface OperatorCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** A running operator. */
export interface RunningOperator {
  /** Everything that it printed so far. */
  output(): string;
  /** Asks it to end, waits, and says with which code it did. Idempotent. */
  stop(): Promise<number | null>;
}

/** Starts an operator. */
export function startOperator({ program, args }: OperatorCommand, kubeconfig: string): RunningOperator {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KUBECONFIG: kubeconfig, PYTHONDONTWRITEBYTECODE: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  }).then(() => {
    isOver = true;
  });
  return {
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      try {
        await eventually('the operator has ended', () => isOver || undefined);
      } finally {
        child.kill('SIGKILL');
        await ended;
      }
      return child.exitCode;
    },
  };
}
