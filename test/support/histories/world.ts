// Where a history happens: an embedded API server of its own, whose time is that of the engine and moves only when it is
// moved, engines that are killed and started anew, and hands of people.

import type { ApiServer } from '../../../apiserver/server.ts';
import { startApiServer } from '../../../apiserver/server.ts';
import { readFacts } from '../../../cli/facts.ts';
import { withHealthLibrary } from '../../../cli/health-library.ts';
import { ScenarioClock, settle } from '../../../cli/scenario/clock.ts';
import { memoryTransport } from '../../../cli/scenario/transport.ts';
import { factsSchemas } from '../../../engine/compile/kinds.ts';
import type { KubeRequest } from '../../../engine/kube/transport.ts';
import type { LiveSource } from '../../../engine/load/source.ts';
import type { JsonObject } from '../../../engine/model/json.ts';
import { createLog, Operator, Telemetry } from '../../../engine/operator.ts';
import { randomOf } from '../../fault/attacks/generator.ts';
import { fairWeather, Line, type OnWrite, type Weather } from './line.ts';

const FILE = 'rules.yaml';
const MINUTE_MS = 60_000;
const schemas = factsSchemas(readFacts());

interface Running {
  readonly operator: Operator;
  readonly line: Line;
}

/** A cluster in memory and the engine that works on it. */
export class World {
  readonly clock: ScenarioClock;
  readonly weather: Weather = fairWeather();
  /** Writes that the API server has carried out. */
  written: string[] = [];
  /** What the engines have logged. */
  readonly log: string[] = [];
  readonly #server: ApiServer;
  #onWrite: OnWrite = () => () => undefined;
  #rules = '';
  #onRules: (() => void)[] = [];
  #running: Running | undefined;
  #others: Running[] = [];

  private constructor(server: ApiServer, clock: ScenarioClock) {
    this.#server = server;
    this.clock = clock;
  }

  /** A new one. Its time begins at the same moment each time. */
  static async start(): Promise<World> {
    const clock = new ScenarioClock();
    const server = await startApiServer({
      clock: {
        nowMs: () => clock.now(),
        after: (delayMs, run) => {
          const timer = clock.after(delayMs, run);
          return () => timer.cancel();
        },
      },
    });
    return new World(server, clock);
  }

  /** A copy of the API server as it is now, with nothing at work; the time is the same. */
  fork(): World {
    return new World(this.#server.fork(), this.clock);
  }

  /** Hears of all writes of engines from now on. */
  watchWrites(onWrite: OnWrite): void {
    this.#onWrite = onWrite;
  }

  /** A request of a person; undefined where the API server refuses it. */
  ask(
    method: KubeRequest['method'],
    path: string,
    body?: JsonObject,
    query = '',
    type = 'json',
  ): JsonObject | undefined {
    const answer = this.#server.handle({
      method,
      path,
      query: new URLSearchParams(query),
      headers: { accept: 'application/json', 'content-type': `application/${type}`, 'user-agent': 'hand' },
      body: body === undefined ? '' : JSON.stringify(body),
    });
    if (answer.kind !== 'json' || answer.status >= 300) return undefined;
    return answer.body as unknown as JsonObject;
  }

  /** The object at a path. */
  get(path: string): JsonObject | undefined {
    return this.ask('GET', path);
  }

  /** What the API server did not know how to do. */
  refusals(): readonly unknown[] {
    return this.#server.refusals();
  }

  /** Forgets all history. */
  compact(): void {
    this.#server.compact();
  }

  /** Gives the engine other rules. One that runs takes them over as it goes. */
  setRules(text: string): void {
    this.#rules = text;
    for (const tell of this.#onRules) tell();
  }

  /** The connection of the engine that runs. */
  get line(): Line | undefined {
    return this.#running?.line;
  }

  /** Starts an engine, unless one runs. */
  async startEngine(): Promise<void> {
    if (this.#running === undefined) await this.startAnother();
  }

  /** Starts an engine; one that runs already goes on until the engine is ended. */
  async startAnother(): Promise<void> {
    if (this.#running !== undefined) this.#others.push(this.#running);
    const { clock } = this;
    const line = new Line(
      memoryTransport(this.#server, () => undefined),
      this.weather,
      (request) => {
        const answered = this.#onWrite(request);
        return (answer) => {
          if (!(answer instanceof Error)) this.written.push(`${request.method} ${request.path}`);
          answered(answer);
        };
      },
    );
    const random = randomOf(1);
    const operator = new Operator(
      { paths: [FILE], inCluster: 'ignore', settleMs: 0, namespace: undefined, installCrds: true, workers: 4 },
      {
        transport: line,
        source: this.#source(),
        schemas,
        healthRules: withHealthLibrary,
        clock,
        log: createLog(
          (text) => this.log.push(text),
          () => clock.now(),
        ),
        telemetry: new Telemetry(),
        random: () => random(),
        report: (diagnostics) => {
          const [first] = diagnostics.filter(({ severity }) => severity === 'error');
          if (first !== undefined) throw new Error(`${first.code}: ${first.message}\n${this.#rules}`);
        },
      },
    );
    this.#running = { operator, line };
    await this.#whileMoving(operator.load());
    await this.#whileMoving(operator.start());
  }

  /** Ends all engines: they stop as asked, or die. */
  async endEngine(how: 'stop' | 'kill'): Promise<void> {
    const all = [...this.#others, ...(this.#running === undefined ? [] : [this.#running])];
    this.#others = [];
    this.#running = undefined;
    for (const { line, operator } of all) {
      if (how === 'kill') line.die();
      await this.#whileMoving(operator.stop());
    }
  }

  /** Lets everything happen that waits for no time. */
  async settle(): Promise<void> {
    await this.#whileMoving(settle());
  }

  /** Lets some time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.moveTo(this.clock.now() + ms);
  }

  /** Lets time pass until the engine has written nothing for so long; false where it does not come to that in a day. */
  async rest(quietMs: number): Promise<boolean> {
    const endMs = this.clock.now() + 24 * 60 * MINUTE_MS;
    let quietSinceMs = this.clock.now();
    while (this.clock.now() - quietSinceMs < quietMs) {
      const before = this.written.length;
      await this.pass(MINUTE_MS);
      if (this.written.length > before) quietSinceMs = this.clock.now();
      if (this.clock.now() > endMs) return false;
    }
    return true;
  }

  async stop(): Promise<void> {
    this.weather.stale = undefined;
    for (const wake of this.weather.wakers) wake();
    await this.endEngine('kill');
    await this.#server.stop();
  }

  #source(): LiveSource {
    return {
      isDirectory: async () => false,
      list: async () => [],
      read: async () => this.#rules,
      isBusy: async () => false,
      lookMs: undefined,
      watch: (_, onChange) => {
        this.#onRules.push(onChange);
        return () => {
          this.#onRules = this.#onRules.filter((one) => one !== onChange);
        };
      },
    };
  }

  // Timers that are due at once fire only when the clock is moved.
  async #whileMoving<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) await this.clock.moveTo(this.clock.now());
    return await work;
  }
}
