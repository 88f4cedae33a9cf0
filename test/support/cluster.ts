// The cluster as suites see it, a real control plane or the embedded API server: kubectl as the outside client, the audit log, the ways to break it.

import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { type Started, signalProcess, stopProcess } from '../../tools/control-plane/process.ts';
import { embeddedCluster, startEmbedded, stopEmbedded } from './embedded-cluster.ts';
import { realCluster } from './real-cluster.ts';
import { runStandIn } from './stand-in.ts';

/** What a program printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A request that changed something, as the API server's audit log has it. */
export interface AuditedRequest {
  readonly verb: string;
  readonly uri: string;
  readonly userAgent: string;
  readonly code: number;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

const MUTATING = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const OURS = /^opsonata\//;

function isDryRun(uri: string): boolean {
  return uri.includes('dryRun=All');
}

/** What is known of a cluster. */
export interface ClusterState {
  /** For an administrator. */
  readonly kubeconfig: string;
  /** A program; where there is none, a stand-in does its work. */
  readonly kubectl?: string | undefined;
  readonly auditLog: string;
  readonly apiServer: Started;
}

/** How a cluster is driven that runs in a folder. */
export interface ClusterDriver {
  /** What is known of it; undefined where none was started. */
  read(folder: string): ClusterState | undefined;
  /** Ends the API server at once, and starts it again on the same data and port. */
  restart(folder: string): Promise<void>;
  /** Makes an API server that is started from now on know nothing of versions before. */
  forgetHistory(folder: string): Promise<void>;
}

/**
 * Runs a suite against the control plane of the project, or against an embedded API server of its own; skipped, with the
 * reason in its title, where there is none.
 */
export function describeCluster(title: string, suite: (cluster: Cluster) => void): void {
  const provided = inject('cluster');
  switch (provided.kind) {
    case 'unavailable':
      describe.skip(`${title} (skipped: ${provided.reason})`, () => suite(new Cluster('', realCluster)));
      return;
    case 'real':
      describe(title, () => suite(new Cluster(provided.folder, realCluster)));
      return;
    case 'embedded':
      describe(`${title} (embedded API server)`, () => {
        const folder = mkdtempSync(join(tmpdir(), 'opsonata-embedded-'));
        beforeAll(async () => await startEmbedded(folder, provided.kubectl));
        afterAll(async () => {
          await stopEmbedded(folder);
          rmSync(folder, { recursive: true, force: true });
        });
        suite(new Cluster(folder, embeddedCluster));
      });
  }
}

/** A running cluster. */
export class Cluster {
  readonly #folder: string;
  readonly #driver: ClusterDriver;
  // Where in the audit log to look for writes under way: behind other suites, and behind what an API server that was
  // killed was at, which has no end.
  #beginning: number;

  constructor(folder: string, driver: ClusterDriver) {
    this.#folder = folder;
    this.#driver = driver;
    const log = driver.read(folder)?.auditLog;
    this.#beginning = log === undefined ? 0 : statSync(log).size;
  }

  get state(): ClusterState {
    const state = this.#driver.read(this.#folder);
    if (state === undefined) throw new Error('the cluster is gone');
    return state;
  }

  /** Runs kubectl as the administrator. */
  async try(args: readonly string[], input = ''): Promise<Ran> {
    const { kubectl, kubeconfig } = this.state;
    if (kubectl === undefined) return await runStandIn(kubeconfig, args, input);
    return await runProgram(kubectl, [`--kubeconfig=${kubeconfig}`, ...args], input);
  }

  /** Runs kubectl; a failure of it is a failure of the test. */
  async kubectl(args: string, input = ''): Promise<string> {
    const ran = await this.try(args.split(' '), input);
    if (ran.code !== 0) throw new Error(`kubectl ${args}: ${ran.stderr}`);
    return ran.stdout;
  }

  /** Applies objects as a user would. */
  async apply(objects: string | object, args = ''): Promise<void> {
    const text = typeof objects === 'string' ? objects : JSON.stringify(objects);
    await this.kubectl(`apply -f -${args}`, text);
  }

  /** An object as JSON, or undefined where it is not there. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind
  async get(kind: string, name: string, namespace: string): Promise<any> {
    const ran = await this.try(['get', kind, name, '-n', namespace, '-o', 'json', '--show-managed-fields']);
    if (ran.code === 0) return JSON.parse(ran.stdout);
    if (/NotFound|not found|doesn't have a resource type/.test(ran.stderr)) return undefined;
    throw new Error(`kubectl get ${kind} ${name}: ${ran.stderr}`);
  }

  /** The writes of the engine in the audit log from a byte offset on, with all that were begun. Dry runs are none. */
  async writes(from: number): Promise<readonly AuditedRequest[]> {
    return (await this.#changes(from)).filter(({ uri }) => !isDryRun(uri));
  }

  /** The requests of the engine that only asked what would be written, from a byte offset on. */
  async dryRuns(from: number): Promise<readonly AuditedRequest[]> {
    return (await this.#changes(from)).filter(({ uri }) => isDryRun(uri));
  }

  async #changes(from: number): Promise<readonly AuditedRequest[]> {
    await this.#written();
    return this.#audit(from).filter(({ verb, userAgent }) => MUTATING.has(verb) && OURS.test(userAgent));
  }

  /** The reads of the engine from a byte offset on, without watches. */
  reads(from: number): readonly AuditedRequest[] {
    return this.#audit(from).filter(
      ({ verb, userAgent }) => (verb === 'get' || verb === 'list') && OURS.test(userAgent),
    );
  }

  /** Where the audit log ends, once all writes of the engine that were begun are in it. */
  async mark(): Promise<number> {
    await this.#written();
    return statSync(this.state.auditLog).size;
  }

  async killApiServer(): Promise<void> {
    await stopProcess(this.state.apiServer, 'SIGKILL');
    this.#beginning = statSync(this.state.auditLog).size;
  }

  async restartApiServer(): Promise<void> {
    await this.#driver.restart(this.#folder);
  }

  /** Lets the next API server know nothing of the versions before. */
  async forgetHistory(): Promise<void> {
    await this.#driver.forgetHistory(this.#folder);
  }

  pauseApiServer(): void {
    signalProcess(this.state.apiServer, 'SIGSTOP');
  }

  resumeApiServer(): void {
    signalProcess(this.state.apiServer, 'SIGCONT');
  }

  // What a write did is seen before the log tells of its end.
  async #written(): Promise<void> {
    const begun = this.#open();
    await eventually('the audit log tells the end of each write', () => {
      const open = this.#open();
      return [...begun].every((id) => !open.has(id));
    });
  }

  // The writes of the engine that have no end in the log.
  #open(): ReadonlySet<string> {
    const open = new Set<string>();
    for (const { auditID, stage, verb, userAgent = '' } of this.#events(this.#beginning)) {
      if (stage === 'ResponseComplete' || stage === 'Panic') open.delete(auditID);
      else if (MUTATING.has(verb) && OURS.test(userAgent)) open.add(auditID);
    }
    return open;
  }

  // biome-ignore lint/suspicious/noExplicitAny: lines of a log
  #events(from: number): readonly any[] {
    const lines = textFrom(this.state.auditLog, from).split('\n');
    return lines.flatMap((line) => (line.endsWith('}') ? [JSON.parse(line)] : []));
  }

  #audit(from: number): readonly AuditedRequest[] {
    return this.#events(from).flatMap((event): AuditedRequest[] => {
      if (event.stage !== 'ResponseComplete') return [];
      const { verb, requestURI: uri, userAgent = '', responseStatus, objectRef = {} } = event;
      const { resource = '', subresource = '', namespace = '', name = '' } = objectRef;
      return [{ verb, uri, userAgent, code: responseStatus?.code ?? 0, resource, subresource, namespace, name }];
    });
  }
}

function textFrom(file: string, from: number): string {
  const log = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(log).size - from));
    return bytes.toString('utf8', 0, readSync(log, bytes, 0, bytes.length, from));
  } finally {
    closeSync(log);
  }
}

/** Runs a program to its end. */
export async function runProgram(
  program: string,
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ran> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      }),
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

// Ends what waits in vain. Says nothing about speed: machines are slow, and have other things to do.
const PATIENCE_MS = 120_000;

/** Asks until there is an answer that is not false; the error says what was waited for in vain. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > endMs) throw new Error(`waited ${PATIENCE_MS} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
