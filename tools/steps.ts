// Runs commands one after the other, for the scripts of this folder.

import { spawn } from 'node:child_process';

/** One command of a script. */
export interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

/** Runs a command with this terminal. The result is its exit code; 1 when a signal ended it. */
export async function runStep(step: Step): Promise<number> {
  const [program = '', ...args] = step.command;
  return await new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
