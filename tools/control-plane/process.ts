// Processes that are started here and ended by pid, and never anybody else's.

import { spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';

/** A process that was started. `command` is its program, by which a pid is known to be still ours. */
export interface Started {
  readonly pid: number;
  readonly command: string;
}

const POLL_MS = 20;
const STOP_LIMIT_MS = 15_000;

/** Starts a program with its output in a file. It outlives this process unless `diesWithUs`. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: { readonly logFile: string; readonly diesWithUs: boolean },
): Started {
  const log = openSync(options.logFile, 'a');
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] });
  child.unref();
  if (child.pid === undefined) throw new Error(`${command} cannot be started`);
  const started = { pid: child.pid, command };
  if (options.diesWithUs) watchOver(started);
  return started;
}

/**
 * True while the pid belongs to the program that was started under it, and anything of that is there: one that was killed
 * holds its ports until the last of its threads has ended.
 */
export function isRunning({ pid, command }: Started): boolean {
  try {
    const [program] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (program !== '') return program === command;
    // On its way out it has no name any more, and is a zombie before its other threads have ended.
    const isZombie = /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return !isZombie || readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}

/** Sends a signal, if the process is still ours. */
export function signalProcess(started: Started, signal: NodeJS.Signals): void {
  if (isRunning(started)) process.kill(started.pid, signal);
}

/** Ends a process and waits until it is gone: SIGTERM, then SIGKILL. Idempotent. */
export async function stopProcess(started: Started, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  signalProcess(started, 'SIGCONT');
  signalProcess(started, signal);
  const gone = async (limitMs: number) => await waitUntil(() => !isRunning(started), limitMs);
  if (await gone(STOP_LIMIT_MS)) return;
  signalProcess(started, 'SIGKILL');
  if (!(await gone(STOP_LIMIT_MS))) throw new Error(`${started.command} (${started.pid}) does not end`);
}

/** Asks again and again until it is so. False when the time is up. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const endMs = Date.now() + limitMs;
  for (;;) {
    if (await isSo()) return true;
    if (Date.now() > endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Ends a program when this process is gone, however it went: a shell waits for the end of a pipe that only we hold open.
 * The result ends the watch.
 */
export function watchOver({ pid, command }: Started): () => void {
  const script = `cat >/dev/null; [ "$(tr '\\0' '\\n' </proc/${pid}/cmdline 2>/dev/null | head -n 1)" = "$0" ] && kill -9 ${pid}`;
  const guard = spawn('sh', ['-c', script, command], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return () => {
    if (guard.pid !== undefined && guard.exitCode === null) process.kill(-guard.pid, 'SIGKILL');
  };
}
