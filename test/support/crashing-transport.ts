// A connection that ends for good at the n-th write, as if the process was killed there.

import { unavailable } from '../../engine/kube/session.ts';
import type { ApiTransport, KubeRequest, WatchEvent, WatchRequest } from '../../engine/kube/transport.ts';
import type { Json } from '../../engine/model/json.ts';

/** When the process dies: before the write leaves, or before its answer is there. */
export type Moment = 'before' | 'after';

/** A connection that ends. Writes of definitions, which every start repeats, do not count. */
export class CrashingTransport implements ApiTransport {
  writes: string[] = [];
  isDead = false;
  readonly #inner: ApiTransport;
  readonly #at: number;
  readonly #moment: Moment;

  /** `at`: from 1; a number that is never reached only counts. */
  constructor(inner: ApiTransport, at: number, moment: Moment) {
    this.#inner = inner;
    this.#at = at;
    this.#moment = moment;
  }

  async request(request: KubeRequest): Promise<Json> {
    if (this.isDead) throw unavailable('killed');
    if (request.method === 'GET' || /customresourcedefinitions|\/rules/.test(request.path))
      return await this.#inner.request(request);
    this.writes.push(`${request.method} ${request.path}`);
    if (this.writes.length !== this.#at) return await this.#inner.request(request);
    this.isDead = true;
    if (this.#moment === 'after') await this.#inner.request(request).catch(() => undefined);
    throw unavailable('killed');
  }

  async *watch(request: WatchRequest): AsyncGenerator<WatchEvent> {
    if (this.isDead) throw unavailable('killed');
    yield* this.#inner.watch(request);
  }

  stop(): void {
    this.#inner.stop();
  }
}
