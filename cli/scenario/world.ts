// Where scenarios run: the embedded API server, whose time is that of the engine, or a cluster (cluster-world.ts).

import { type ApiTransport, type KubeRequest, Telemetry } from '../../engine/operator.ts';
import { startEmbedded } from '../embedded-server.ts';
import { ScenarioClock, settle } from './clock.ts';
import { Engine } from './engine.ts';
import { memoryTransport } from './transport.ts';

/** A place to run scenarios in. */
export interface World {
  /** For the scenario's own requests. */
  readonly transport: ApiTransport;
  /** The engine's time. */
  nowMs(): number;
  /** True where what a scenario made outlives it. */
  readonly isShared: boolean;
  /** Lets a little time pass: as much as is needed for something to happen, at most until a time. */
  pass(untilMs: number): Promise<void>;
  /** Moves the engine's time on; what is due on the way happens in its order. */
  advance(untilMs: number): Promise<void>;
  /** Writes of the engine so far. */
  writes(): readonly KubeRequest[];
  /** The metrics page of the engine. */
  metrics(): Promise<string>;
  /** Has the engine take rules that are objects, too, when it starts. Why it must not, where that is so. */
  takeRules(): Promise<string | undefined>;
  startEngine(): Promise<void>;
  stopEngine(): Promise<void>;
  stop(): Promise<void>;
}

const PAUSE_MS = 100;
/** How long an engine may take until it works, in steps of 100 ms. Chosen: definitions are served within some seconds. */
export const MAX_PAUSES = 300;

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
  const telemetry = new Telemetry();
  const engine = new Engine({ paths, clock, telemetry });
  let takesRules = false;
  const pass = async (untilMs: number): Promise<void> => {
    await settle();
    await clock.moveTo(Math.min(untilMs, clock.nextMs ?? untilMs));
  };
  return {
    transport: own,
    nowMs: () => clock.now(),
    isShared: false,
    pass,
    advance: async (untilMs) => {
      while (clock.now() < untilMs) await pass(untilMs);
    },
    writes: () => writes,
    metrics: async () => (await telemetry.page()).text,
    takeRules: async () => {
      takesRules = true;
      return undefined;
    },
    startEngine: async () => {
      await whileMoving(engine.start(theirs, takesRules), clock);
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
