// `opsonata run`: the operator as a process.

import { factsSchemas } from '../engine/index.ts';
import {
  createLog,
  Endpoints,
  loadAccess,
  logDiagnostic,
  Operator,
  realClock,
  Telemetry,
  Transport,
} from '../engine/operator.ts';
import { readFacts } from './facts.ts';
import { createLiveSource } from './file-source.ts';
import { withHealthLibrary } from './health-library.ts';
import { formatDiagnostics } from './print-diagnostics.ts';
import { secureRandom } from './secure-random.ts';
import { VERSION } from './version.ts';

interface RunOptions {
  readonly rules: readonly string[];
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly as?: string;
  readonly asGroup: readonly string[];
  readonly installCrds: boolean;
  readonly address: string;
  readonly port: number;
  readonly workers: number;
}

// The orchestrator kills after its grace period; we end well before the shortest that people set.
const STOP_LIMIT_MS = 4_000;
// Volumes and checkouts change some files after others; nobody waits for them. Chosen.
const SETTLE_MS = 500;

/** Runs until SIGTERM or SIGINT. Exit code: 0 after a signal, 2 when it could not start. */
export async function runOperator(options: RunOptions): Promise<number> {
  const log = createLog((line) => process.stdout.write(line), realClock.now);
  const stopping = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  const { rules: paths, kubeconfig, context, as: asUser, asGroup: asGroups, namespace, installCrds, workers } = options;
  const access = loadAccess({ kubeconfig, context, asUser, asGroups }, realClock.now);
  const telemetry = new Telemetry();
  const onRequest = (facts: Parameters<Telemetry['request']>[0]) => telemetry.request(facts);
  const transport = new Transport(access, { userAgent: `opsonata/${VERSION}`, now: realClock.now, onRequest });
  const operator = new Operator(
    { paths, settleMs: SETTLE_MS, namespace, installCrds, inCluster: installCrds ? 'install' : 'watch', workers },
    {
      transport,
      source: createLiveSource(),
      schemas: factsSchemas(readFacts()),
      healthRules: withHealthLibrary,
      clock: realClock,
      log,
      telemetry,
      random: secureRandom,
      report: (diagnostics, files) => {
        process.stderr.write(formatDiagnostics(diagnostics, files));
        for (const diagnostic of diagnostics) logDiagnostic(diagnostic, log);
      },
    },
  );
  const endpoints = new Endpoints({ notReady: () => operator.notReady(), metrics: () => telemetry.page() });
  try {
    const { rules, broken } = await operator.load();
    // Without any, they are waited for: in the files, or as objects of the cluster.
    if (rules.size === 0 && broken.length > 0) {
      process.stderr.write(`opsonata: none of ${broken.length} rules can run\n`);
      return 2;
    }
    const address = await endpoints.start(options.address, options.port);
    log.info('started', { version: VERSION, rules: [...rules.keys()], endpoints: address });
    await Promise.race([operator.start(), stopping]);
    log.info('stopping', { signal: await stopping });
    return 0;
  } finally {
    // What does not end in time is abandoned at a write boundary: the next start goes on from there.
    const limit = setTimeout(() => process.exit(0), STOP_LIMIT_MS);
    limit.unref();
    await operator.stop();
    await endpoints.stop();
  }
}
