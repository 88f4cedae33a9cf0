// The embedded API server as a cluster for the suites of the operator: a process of its own, as users start it.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../tools/control-plane/ports.ts';
import { isRunning, type Started, startProcess, stopProcess, waitUntil } from '../../tools/control-plane/process.ts';
import type { ClusterDriver, ClusterState } from './cluster.ts';

const START_LIMIT_MS = 300_000;

interface EmbeddedState extends ClusterState {
  readonly args: readonly string[];
}

/** Starts one in a folder and waits until it serves. `kubectl` is the program that suites use, if there is one. */
export async function startEmbedded(folder: string, kubectl: string | undefined): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const [port = 0] = await freePorts(1);
  const auditLog = join(folder, 'audit.log');
  const args = [
    ...['dist/opsonata.js', 'apiserver', '--port', String(port), '--data', join(folder, 'data')],
    ...['--audit-log', auditLog, '--no-node'],
  ];
  const kubeconfig = join(folder, 'kubeconfig');
  await start(folder, { kubeconfig, kubectl, auditLog, args });
}

/** Ends it. Idempotent. */
export async function stopEmbedded(folder: string): Promise<void> {
  const state = readEmbedded(folder);
  if (state !== undefined) await stopProcess(state.apiServer, 'SIGKILL');
}

/** Drives it. */
export const embeddedCluster: ClusterDriver = {
  read: readEmbedded,
  restart: async (folder) => {
    const state = readEmbedded(folder);
    if (state === undefined) throw new Error('no API server was started here');
    await stopProcess(state.apiServer, 'SIGKILL');
    await start(folder, state);
  },
  // It remembers nothing from before its own start (test/apiserver/data.test.ts), and suites start it again.
  forgetHistory: async () => undefined,
};

async function start(folder: string, { args, ...facts }: Omit<EmbeddedState, 'apiServer'>): Promise<void> {
  const logFile = join(folder, 'apiserver.log');
  writeFileSync(logFile, '');
  const apiServer: Started = startProcess(process.execPath, args, { logFile, diesWithUs: true });
  // It prints its kubeconfig when it serves.
  const printed = (): string | undefined => /^\{\n[\s\S]*?^\}$/m.exec(readFileSync(logFile, 'utf8'))?.[0];
  const isUp = await waitUntil(() => printed() !== undefined || !isRunning(apiServer), START_LIMIT_MS);
  const kubeconfig = printed();
  if (!isUp || kubeconfig === undefined)
    throw new Error(`the embedded API server does not serve: ${readFileSync(logFile, 'utf8')}`);
  writeFileSync(facts.kubeconfig, kubeconfig, { mode: 0o600 });
  writeFileSync(join(folder, 'state.json'), JSON.stringify({ ...facts, args, apiServer }));
}

function readEmbedded(folder: string): EmbeddedState | undefined {
  const file = join(folder, 'state.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as EmbeddedState) : undefined;
}
