// The servers that are compared, each started with nothing in it: etcd with kube-apiserver, the command `opsonata
// apiserver`, and the embedded server in this process.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiServer } from '../../apiserver/server.ts';
import { type Client, clientOf, memoryClient } from './client.ts';
import { until } from './until.ts';

/** A server that runs. */
export interface Server {
  readonly client: Client;
  /** From the start of its first process until it was ready and had the default namespace. */
  readonly readyMs: number;
  /** What its processes have of the memory of the machine. */
  residentBytes(): number;
  stop(): Promise<void>;
}

const CONTROL_PLANE = ['--import', 'tsx', 'tools/cluster.ts'];

// What is not there yet is built first.
const BUILD_MS = 900_000;

/** Starts etcd and kube-apiserver, without controllers. */
export async function startReal(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-bench-'));
  const control = (verb: string, ...args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [...CONTROL_PLANE, verb, '--dir', folder, ...args], {
      stdio: 'ignore',
    });
  const starting = control('start', '--no-controller-manager');
  const stop = async (): Promise<void> => {
    await ended(control('stop'));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const stateFile = join(folder, 'state.json');
    await until('the control plane has its processes', () => existsSync(stateFile) || hasFailed(starting), BUILD_MS);
    const { kubeconfig, caFile, processes } = JSON.parse(readFileSync(stateFile, 'utf8'));
    await until('there is a certificate', () => existsSync(caFile));
    const client = clientOf(readFileSync(kubeconfig, 'utf8'));
    await isReady(client);
    const readyMs = ageMs(processes.etcd.pid);
    await ended(starting);
    const pids: readonly number[] = [processes.etcd.pid, processes.apiServer.pid];
    const residentBytes = () => pids.reduce((sum, pid) => sum + residentOf(pid), 0);
    return { client, readyMs, residentBytes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the command, as users do. */
export async function startCommand(): Promise<Server> {
  const started = performance.now();
  const child = spawn(process.execPath, ['dist/opsonata.js', 'apiserver'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended(child);
  };
  try {
    const client = clientOf(await firstDocument(child));
    await isReady(client);
    const readyMs = performance.now() - started;
    const residentBytes = () => residentOf(child.pid as number);
    return { client, readyMs, residentBytes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts a server in this process. */
export async function startInMemory(): Promise<Server> {
  const started = performance.now();
  const server = await startApiServer({ factsFolder: 'schemas', simulate: false });
  const client = memoryClient(server);
  await isReady(client);
  const readyMs = performance.now() - started;
  return { client, readyMs, residentBytes: () => process.memoryUsage.rss(), stop: () => server.stop() };
}

async function isReady(client: Client): Promise<void> {
  const answers = async (path: string) => {
    try {
      return (await client.send({ method: 'GET', path })).status === 200;
    } catch {
      return false;
    }
  };
  for (const path of ['/readyz', '/api/v1/namespaces/default'])
    await until(`${path} is there`, async () => await answers(path));
}

function hasFailed({ exitCode }: ChildProcess): boolean {
  if (exitCode !== null) throw new Error('the control plane cannot be started: see `npm run cluster -- start`');
  return false;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}

// The kubeconfig comes as one JSON document, in one piece or in several.
async function firstDocument(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    try {
      JSON.parse(text);
      return text;
    } catch {
      // More of it comes.
    }
  }
  throw new Error('the command ended without a kubeconfig');
}

// Source: proc_pid_stat(5); the fields after the name in brackets begin with the third.
function ageMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const startTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3]);
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return (uptime - startTicks / ticksPerSecond()) * 1000;
}

function ticksPerSecond(): number {
  return Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;
}

function residentOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`the memory of process ${pid} cannot be read`);
  return Number(kilobytes) * 1024;
}
