// The operator inside the test's own process: it starts at once, and begins anew each time as a process would.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFacts } from '../../cli/facts.ts';
import { createLiveSource } from '../../cli/file-source.ts';
import { withHealthLibrary } from '../../cli/health-library.ts';
import { formatDiagnostics } from '../../cli/print-diagnostics.ts';
import { secureRandom } from '../../cli/secure-random.ts';
import { factsSchemas } from '../../engine/compile/kinds.ts';
import { loadAccess } from '../../engine/kube/auth.ts';
import { type ApiTransport, Transport } from '../../engine/kube/transport.ts';
import type { Diagnostic } from '../../engine/model/diagnostic.ts';
import { createLog, logDiagnostic } from '../../engine/run/log.ts';
import { Operator } from '../../engine/run/operator.ts';
import { realClock } from '../../engine/run/real-clock.ts';
import { Telemetry } from '../../engine/run/telemetry.ts';
import { eventually } from './cluster.ts';
import type { Engine, LogLine } from './engine-process.ts';

/** A running operator. */
export class EngineInProcess implements Engine {
  readonly lines: LogLine[] = [];
  stderr = '';
  readonly folder: string = mkdtempSync(join(tmpdir(), 'opsonata-rules-'));
  readonly #wrong: Diagnostic[] = [];
  readonly #operator: Operator;

  private constructor(
    kubeconfig: string,
    rules: Readonly<Record<string, string>>,
    more: readonly string[],
    wrap: (transport: ApiTransport) => ApiTransport,
  ) {
    for (const [name, text] of Object.entries(rules)) writeFileSync(join(this.folder, name), text);
    const now = realClock.now;
    const transport = wrap(new Transport(loadAccess({ kubeconfig }, now), { userAgent: 'opsonata/test', now }));
    const log = createLog((line) => this.lines.push(JSON.parse(line) as LogLine), now);
    this.#operator = new Operator(
      {
        paths: [this.folder, ...more],
        settleMs: 100,
        namespace: undefined,
        installCrds: true,
        inCluster: 'install',
        workers: 4,
      },
      {
        transport,
        source: createLiveSource(),
        schemas: factsSchemas(readFacts()),
        healthRules: withHealthLibrary,
        clock: realClock,
        log,
        telemetry: new Telemetry(),
        random: secureRandom,
        report: (diagnostics, files) => {
          this.#wrong.push(...diagnostics);
          this.stderr += formatDiagnostics(diagnostics, files);
          for (const diagnostic of diagnostics) logDiagnostic(diagnostic, log);
        },
      },
    );
  }

  /** Starts an operator and waits until it works. The rules must have no mistakes. `wrap`: what breaks its connection. */
  static async start(
    kubeconfig: string,
    rules: Readonly<Record<string, string>>,
    paths: readonly string[],
    wrap: (transport: ApiTransport) => ApiTransport = (transport) => transport,
  ): Promise<EngineInProcess> {
    const engine = new EngineInProcess(kubeconfig, rules, paths, wrap);
    await engine.#operator.load();
    const wrong = engine.#wrong.map(({ message, span }) => `${span.file}:${span.start.line}: ${message}`);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    await engine.#operator.start();
    await eventually('the operator is ready', () => engine.events('ready')[0]);
    return engine;
  }

  events(...events: readonly string[]): readonly LogLine[] {
    return this.lines.filter(({ event }) => events.includes(event));
  }

  async stop(): Promise<void> {
    await this.#operator.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
