// Where scenarios run: the embedded API server with time that can be moved, or a cluster with its own.

import { factsSchemas, type LiveSource } from '../../engine/index.ts';
import {
  type ApiTransport,
  createLog,
  type KubeRequest,
  loadAccess,
  Operator,
  realClock,
  Telemetry,
  Transport,
} from '../../engine/operator.ts';
import { startEmbedded } from '../embedded-server.ts';
import { readFacts } from '../facts.ts';
import { fileSource } from '../file-source.ts';
import { withHealthLibrary } from '../health-library.ts';
import { secureRandom } from '../secure-random.ts';
import { ScenarioClock, settle } from './clock.ts';
import { memoryTransport } from './transport.ts';

/** A place to run scenarios in. */
export interface World {
  /** For the scenario's own requests. */
  readonly transport: ApiTransport;
  nowMs(): number;
  /** True where time can be moved. */
  readonly canAdvance: boolean;
  /** True where the engine takes rules that are objects, too; in a cluster those are its own operator's. */
  readonly takesObjects: boolean;
  /** How long it is waited at most for something that must not happen. */
  readonly patienceMs: number;
  /** Lets time pass: as much as is needed for something to happen, at most until a time. */
  pass(untilMs: number): Promise<void>;
  /** Writes of the engine so far. */
  writes(): readonly KubeRequest[];
  /** The metrics page of the engine. */
  metrics(): Promise<string>;
  startEngine(): Promise<void>;
  stopEngine(): Promise<void>;
  stop(): Promise<void>;
}

const PAUSE_MS = 100;
// A look of some seconds finds an engine that writes again and again. Chosen.
const PATIENCE_MS = 3_000;
const WORKERS = 4;
// How long an engine may take until it works, in steps. Chosen: definitions are served within some seconds.
const MAX_PAUSES = 300;

/** The embedded API server, in this process. */
export async function embeddedWorld(paths: readonly string[]): Promise<World> {
  const clock = new ScenarioClock();
  const server = await startEmbedded({
    clock: {
      nowMs: () => clock.now(),
      after: (delayMs, run) => {
        const timer = clock.after(delayMs, run);
        return () => timer.cancel();
      },
    },
  });
  const writes: KubeRequest[] = [];
  const own = memoryTransport(server, () => undefined);
  const theirs = memoryTransport(server, (request) => writes.push(request));
  const engine = new Engine({ paths, inCluster: 'install' }, theirs, clock);
  return {
    transport: own,
    nowMs: () => clock.now(),
    canAdvance: true,
    takesObjects: true,
    patienceMs: Number.POSITIVE_INFINITY,
    pass: async (untilMs) => {
      await settle();
      await clock.moveTo(Math.min(untilMs, clock.nextMs ?? untilMs));
    },
    writes: () => writes,
    metrics: async () => await engine.metrics(),
    startEngine: async () => {
      await whileMoving(engine.start(), clock);
      // Definitions take their time to be served.
      for (let tries = 0; tries < MAX_PAUSES && !engine.isReady; tries += 1)
        await clock.moveTo(Math.min(clock.nextMs ?? clock.now(), clock.now() + PAUSE_MS));
      if (!engine.isReady) throw new Error('the rules do not begin to work');
    },
    stopEngine: async () => await whileMoving(engine.stop(), clock),
    stop: async () => {
      await whileMoving(engine.stop(), clock);
      await server.stop();
    },
  };
}

/** A cluster, as a kubeconfig names it. */
export async function clusterWorld(
  paths: readonly string[],
  options: { readonly kubeconfig?: string; readonly context?: string },
): Promise<World> {
  const access = () => loadAccess({ ...options, asGroups: [] }, realClock.now);
  const open = () => new Transport(access(), { userAgent: 'opsonata-test', now: realClock.now });
  const writes: KubeRequest[] = [];
  const own = open();
  let inner: Transport | undefined;
  let engine: Engine | undefined;
  const stopEngine = async (): Promise<void> => {
    await engine?.stop();
    inner?.stop();
  };
  return {
    transport: own,
    nowMs: realClock.now,
    canAdvance: false,
    takesObjects: false,
    patienceMs: PATIENCE_MS,
    pass: pause,
    writes: () => writes,
    metrics: async () => (await engine?.metrics()) ?? '',
    startEngine: async () => {
      const transport = open();
      inner = transport;
      const counted: ApiTransport = {
        request: async (request) => {
          if (request.method !== 'GET') writes.push(request);
          return await transport.request(request);
        },
        watch: (request) => transport.watch(request),
        stop: () => transport.stop(),
      };
      engine = new Engine({ paths, inCluster: 'ignore' }, counted, realClock);
      await engine.start();
      await waitFor(engine);
    },
    stopEngine,
    stop: async () => {
      await stopEngine();
      own.stop();
    },
  };
}

const pause = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

// Timers that are due at once fire only when the clock is moved.
async function whileMoving(work: Promise<void>, clock: ScenarioClock): Promise<void> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  work.then(over, over);
  while (!isOver) await clock.moveTo(clock.now());
  await work;
}

async function waitFor(engine: Engine): Promise<void> {
  for (let tries = 0; tries < MAX_PAUSES && !engine.isReady; tries += 1) await pause();
  if (!engine.isReady) throw new Error('the rules do not begin to work');
}

// A scenario's rules do not change while it runs.
const source: LiveSource = { ...fileSource, watch: () => () => undefined, isBusy: async () => false };

interface EngineRules {
  readonly paths: readonly string[];
  readonly inCluster: 'ignore' | 'install';
}

class Engine {
  readonly #rules: EngineRules;
  readonly #transport: ApiTransport;
  readonly #clock: ScenarioClock | typeof realClock;
  readonly #telemetry = new Telemetry();
  #operator: Operator | undefined;

  constructor(rules: EngineRules, transport: ApiTransport, clock: ScenarioClock | typeof realClock) {
    this.#rules = rules;
    this.#transport = transport;
    this.#clock = clock;
  }

  get isReady(): boolean {
    return this.#operator?.notReady().length === 0;
  }

  async metrics(): Promise<string> {
    return (await this.#telemetry.page()).text;
  }

  /** Begins to work. Throws where no rule can run. */
  async start(): Promise<void> {
    const clock = this.#clock;
    const operator = new Operator(
      {
        ...this.#rules,
        settleMs: 0,
        namespace: undefined,
        installCrds: true,
        workers: WORKERS,
      },
      {
        transport: this.#transport,
        source,
        schemas: factsSchemas(readFacts()),
        healthRules: withHealthLibrary,
        clock,
        log: createLog(
          () => undefined,
          () => clock.now(),
        ),
        telemetry: this.#telemetry,
        random: secureRandom,
        report: () => undefined,
      },
    );
    this.#operator = operator;
    const { rules, broken } = await operator.load();
    if (rules.size === 0 || broken.length > 0) throw new Error(`rules in ${this.#rules.paths.join(', ')} cannot run`);
    await operator.start();
  }

  async stop(): Promise<void> {
    await this.#operator?.stop();
    this.#operator = undefined;
  }
}
