// The connection of one engine in a history: it can be cut for good, fail for a while, show nothing of what happens, and
// it lets everything be seen that is written.

import { unavailable } from '../../../engine/kube/session.ts';
import type { ApiTransport, KubeRequest, WatchEvent, WatchRequest } from '../../../engine/kube/transport.ts';
import { Fault } from '../../../engine/model/fault.ts';
import type { Json } from '../../../engine/model/json.ts';
import { classify } from '../../../engine/operator.ts';

/** What goes wrong with a request. `lost`: it is carried out, and its answer does not arrive. */
export type Mishap = 'conflict' | 'throttled' | 'internal' | 'cut' | 'lost';

/** What all connections of a history have in common. */
export interface Weather {
  /** For the next writes, one after the other. */
  mishaps: Mishap[];
  /** How many further reads fail. */
  failingReads: number;
  /** Paths that may not be written, read or watched. */
  forbidden: RegExp | undefined;
  /** The watches that tell nothing, by their paths. */
  stale: RegExp | undefined;
  /** Called when it is not stale any more. */
  wakers: Set<() => void>;
}

/** Fair weather. */
export function fairWeather(): Weather {
  return { mishaps: [], failingReads: 0, forbidden: undefined, stale: undefined, wakers: new Set() };
}

/** When a process dies: before the write leaves, or before its answer is there. */
export type Moment = 'before' | 'after';

/** Hears of each write: before it is sent, and of its answer. */
export type OnWrite = (request: KubeRequest) => (answer: Json | Fault) => void;

/** A connection in some weather. */
export class Line implements ApiTransport {
  isDead = false;
  readonly #inner: ApiTransport;
  readonly #weather: Weather;
  readonly #onWrite: OnWrite;
  readonly #watches = new Set<(fault: Fault) => void>();
  #left = Number.POSITIVE_INFINITY;
  #moment: Moment = 'before';

  constructor(inner: ApiTransport, weather: Weather, onWrite: OnWrite) {
    this.#inner = inner;
    this.#weather = weather;
    this.#onWrite = onWrite;
  }

  /** Ends it at the n-th write from now on. */
  dieAt(writes: number, moment: Moment): void {
    this.#left = writes;
    this.#moment = moment;
  }

  /** Ends it now. */
  die(): void {
    this.isDead = true;
    for (const end of this.#watches) end(unavailable('killed'));
  }

  /** Ends all watches, as an API server does that has forgotten their versions, or one that ends. */
  cutWatches(fault: Fault): void {
    for (const end of this.#watches) end(fault);
  }

  async request(request: KubeRequest): Promise<Json> {
    if (this.isDead) throw unavailable('killed');
    this.#check(request.path, request.method);
    if (request.method === 'GET') return await this.#read(request);
    if (request.query?.['dryRun'] === 'All') return await this.#inner.request(request);
    this.#left -= 1;
    if (this.#left === 0) {
      if (this.#moment === 'after') await this.#write(request).catch(() => undefined);
      this.die();
      throw unavailable('killed');
    }
    const mishap = this.#weather.mishaps.shift();
    const early = mishap === undefined || mishap === 'lost' ? undefined : toFault(mishap, request);
    if (early !== undefined) throw early;
    const answer = await this.#write(request);
    if (mishap === 'lost') throw unavailable('lost');
    return answer;
  }

  async *watch(request: WatchRequest): AsyncGenerator<WatchEvent> {
    if (this.isDead) throw unavailable('killed');
    this.#check(request.path, 'GET');
    const own = new AbortController();
    let ended: Fault | undefined;
    const end = (fault: Fault): void => {
      ended = fault;
      own.abort();
      this.#wake();
    };
    const stop = (): void => own.abort();
    request.signal.addEventListener('abort', stop);
    this.#watches.add(end);
    try {
      for await (const event of this.#inner.watch({ ...request, signal: own.signal })) {
        await this.#whileStale(request.path, own.signal);
        if (ended !== undefined) throw ended;
        if (own.signal.aborted) return;
        yield event;
      }
      if (ended !== undefined) throw ended;
    } finally {
      this.#watches.delete(end);
      request.signal.removeEventListener('abort', stop);
    }
  }

  stop(): void {
    this.#inner.stop();
  }

  #wake(): void {
    for (const wake of this.#weather.wakers) wake();
  }

  async #whileStale(path: string, signal: AbortSignal): Promise<void> {
    const { wakers } = this.#weather;
    while (this.#weather.stale?.test(path) === true && !signal.aborted)
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          wakers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        wakers.add(wake);
        signal.addEventListener('abort', wake);
      });
  }

  #check(path: string, method: string): void {
    if (this.#weather.forbidden?.test(path) !== true) return;
    throw classify({ status: 403, body: statusOf(403, 'Forbidden', `may not ${method} ${path}`) });
  }

  async #read(request: KubeRequest): Promise<Json> {
    if (this.#weather.failingReads > 0) {
      this.#weather.failingReads -= 1;
      throw unavailable('the answer was cut short');
    }
    return await this.#inner.request(request);
  }

  async #write(request: KubeRequest): Promise<Json> {
    const answered = this.#onWrite(request);
    try {
      const answer = await this.#inner.request(request);
      answered(answer);
      return answer;
    } catch (error) {
      if (error instanceof Fault) answered(error);
      throw error;
    }
  }
}

function toFault(mishap: Exclude<Mishap, 'lost'>, { subject }: KubeRequest): Fault {
  switch (mishap) {
    case 'cut':
      return unavailable('cut');
    case 'conflict': {
      const body = statusOf(409, 'Conflict', 'the object has been modified; please apply your changes');
      return classify({ status: 409, body, subject });
    }
    case 'throttled':
      return classify({ status: 429, body: 'Too many requests', retryAfterMs: 1000, subject });
    case 'internal':
      return classify({ status: 500, body: statusOf(500, 'InternalError', 'etcdserver: request timed out'), subject });
  }
}

function statusOf(code: number, reason: string, message: string): Json {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message };
}
