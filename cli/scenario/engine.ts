// The engine of a scenario, in this process.

import { factsSchemas, type LiveSource } from '../../engine/index.ts';
import { type ApiTransport, createLog, Operator, type Telemetry } from '../../engine/operator.ts';
import { readFacts } from '../facts.ts';
import { fileSource } from '../file-source.ts';
import { withHealthLibrary } from '../health-library.ts';
import { secureRandom } from '../secure-random.ts';
import type { ScenarioClock } from './clock.ts';
import type { ShiftedClock } from './shifted-clock.ts';

const WORKERS = 4;

// A scenario's rules do not change while it runs.
const source: LiveSource = {
  ...fileSource,
  watch: () => () => undefined,
  isBusy: async () => false,
  lookMs: undefined,
};

/** What an engine works with. */
export interface EngineDeps {
  /** Files and folders with rules. */
  readonly paths: readonly string[];
  readonly clock: ScenarioClock | ShiftedClock;
  readonly telemetry: Telemetry;
}

/** An engine that can be started again. */
export class Engine {
  readonly #deps: EngineDeps;
  #operator: Operator | undefined;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
  }

  get isReady(): boolean {
    return this.#operator?.notReady().length === 0;
  }

  /** Begins to work. `takesRules`: those that are objects, too. Throws where no rule can run. */
  async start(transport: ApiTransport, takesRules: boolean): Promise<void> {
    const { paths, clock, telemetry } = this.#deps;
    const operator = new Operator(
      {
        paths,
        inCluster: takesRules ? 'install' : 'ignore',
        settleMs: 0,
        namespace: undefined,
        installCrds: true,
        workers: WORKERS,
      },
      {
        transport,
        source,
        schemas: factsSchemas(readFacts()),
        healthRules: withHealthLibrary,
        clock,
        log: createLog(
          () => undefined,
          () => clock.now(),
        ),
        telemetry,
        random: secureRandom,
        report: () => undefined,
      },
    );
    this.#operator = operator;
    const { rules, broken } = await operator.load();
    if (rules.size === 0 || broken.length > 0) throw new Error(`rules in ${paths.join(', ')} cannot run`);
    await operator.start();
  }

  async stop(): Promise<void> {
    await this.#operator?.stop();
    this.#operator = undefined;
  }
}
