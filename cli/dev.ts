// `opsonata dev`: everything that is needed to try rules, in one command: an API server in memory (or a cluster), the
// operator, and files that are taken over as soon as they are saved.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factsSchemas } from '../engine/index.ts';
import {
  FileFollower,
  loadAccess,
  ObjectApplier,
  Operator,
  realClock,
  Telemetry,
  Transport,
} from '../engine/operator.ts';
import { createConsoleLog } from './console-log.ts';
import { describeRefusals, startEmbedded } from './embedded-server.ts';
import { readFacts } from './facts.ts';
import { createLiveSource } from './file-source.ts';
import { withHealthLibrary } from './health-library.ts';
import { formatDiagnostics } from './print-diagnostics.ts';
import { secureRandom } from './secure-random.ts';
import { VERSION } from './version.ts';

interface DevOptions {
  readonly filename: readonly string[];
  readonly kubeconfig?: string;
  readonly context?: string;
}

// A person waits for it, and editors write a file at once. Chosen.
const SETTLE_MS = 100;
const WORKERS = 16;

// The API that the rules run on.
interface Backend {
  readonly access: { readonly kubeconfig?: string | undefined; readonly context?: string | undefined };
  /** What a person needs to know of it. */
  readonly heading: string;
  stop(): Promise<void>;
}

/** Runs until SIGTERM or SIGINT. Exit code: 0 after a signal, 2 when it could not start. */
export async function dev(paths: readonly string[], options: DevOptions): Promise<number> {
  const stopping = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  const { kubeconfig, context } = options;
  const backend = kubeconfig === undefined && context === undefined ? await embedded() : cluster(kubeconfig, context);
  const stops: (() => Promise<void>)[] = [backend.stop];
  try {
    process.stdout.write(`${backend.heading}\n`);
    const access = loadAccess(backend.access, realClock.now);
    const transport = new Transport(access, { userAgent: `opsonata/${VERSION}`, now: realClock.now });
    const log = createConsoleLog(
      (line) => process.stdout.write(line),
      () => performance.now(),
    );
    const deps = {
      transport,
      source: createLiveSource(),
      clock: realClock,
      log,
      random: secureRandom,
      settleMs: SETTLE_MS,
      report: (...found: Parameters<typeof formatDiagnostics>) => process.stdout.write(formatDiagnostics(...found)),
    };
    const operator = new Operator(
      { paths, settleMs: SETTLE_MS, namespace: undefined, installCrds: true, inCluster: 'watch', workers: WORKERS },
      { ...deps, schemas: factsSchemas(readFacts()), healthRules: withHealthLibrary, telemetry: new Telemetry() },
    );
    stops.unshift(() => operator.stop());
    const applier = new ObjectApplier({ ...deps, namespace: access.namespace });
    const follower = new FileFollower(options.filename, { ...deps, onChange: (collected) => applier.take(collected) });
    stops.unshift(
      () => applier.stop(),
      () => follower.stop(),
    );
    await operator.load();
    await operator.start();
    if (options.filename.length > 0) await follower.start();
    await stopping;
    return 0;
  } finally {
    for (const stop of stops) await stop();
  }
}

async function embedded(): Promise<Backend> {
  const server = await startEmbedded({ port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-dev-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, server.kubeconfig(), { mode: 0o600 });
  return {
    access: { kubeconfig },
    heading: `A Kubernetes API in memory, not Kubernetes itself. In another terminal: export KUBECONFIG=${kubeconfig}`,
    stop: async () => {
      process.stdout.write(describeRefusals(server));
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function cluster(kubeconfig: string | undefined, context: string | undefined): Backend {
  const where = [kubeconfig, context === undefined ? undefined : `context ${context}`].filter(
    (part) => part !== undefined,
  );
  return {
    access: { kubeconfig, context },
    heading: `On the cluster of ${where.join(', ')}.`,
    stop: async () => undefined,
  };
}
