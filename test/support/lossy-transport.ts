// A connection on which the writes of each manager to each place fail twice: first one does not arrive, then one is carried
// out and its answer is lost.

import { unavailable } from '../../engine/kube/session.ts';
import type { ApiTransport, KubeRequest, WatchEvent, WatchRequest } from '../../engine/kube/transport.ts';
import type { Json } from '../../engine/model/json.ts';

/** A connection that loses requests and answers. Writes of definitions are spared. */
export class LossyTransport implements ApiTransport {
  /** How many were lost. */
  lost = 0;
  readonly #inner: ApiTransport;
  readonly #tries = new Map<string, number>();

  constructor(inner: ApiTransport) {
    this.#inner = inner;
  }

  async request(request: KubeRequest): Promise<Json> {
    const { method, path, query } = request;
    if (method === 'GET' || /customresourcedefinitions|\/rules/.test(path)) return await this.#inner.request(request);
    const key = JSON.stringify([method, path, query?.['fieldManager'], query?.['dryRun']]);
    const tries = this.#tries.get(key) ?? 0;
    this.#tries.set(key, tries + 1);
    if (tries >= 2) return await this.#inner.request(request);
    this.lost += 1;
    if (tries === 1) await this.#inner.request(request);
    throw unavailable('lost');
  }

  async *watch(request: WatchRequest): AsyncGenerator<WatchEvent> {
    yield* this.#inner.watch(request);
  }

  stop(): void {
    this.#inner.stop();
  }
}
