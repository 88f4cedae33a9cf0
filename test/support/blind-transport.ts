// A connection whose lists and watches do not show some objects, as those of an API server that is behind.

import type { ApiTransport, KubeRequest, WatchEvent, WatchRequest } from '../../engine/kube/transport.ts';
import { getPath, isArray, type Json, type JsonObject } from '../../engine/model/json.ts';
import type { KubeObject } from '../../engine/model/object.ts';

/** A connection that hides objects from whoever does not ask for them by name. */
export class BlindTransport implements ApiTransport {
  /** GETs of single objects, by path. */
  readonly asked: string[] = [];
  readonly #inner: ApiTransport;
  readonly #hides: (object: KubeObject) => boolean;

  constructor(inner: ApiTransport, hides: (object: KubeObject) => boolean) {
    this.#inner = inner;
    this.#hides = hides;
  }

  async request(request: KubeRequest): Promise<Json> {
    const answer = await this.#inner.request(request);
    const items = getPath(answer, ['items']);
    if (request.method !== 'GET') return answer;
    if (!isArray(items)) {
      this.asked.push(request.path);
      return answer;
    }
    const shown = items.filter((item) => !this.#hides(item as unknown as KubeObject));
    return { ...(answer as JsonObject), items: shown };
  }

  async *watch(request: WatchRequest): AsyncGenerator<WatchEvent> {
    for await (const event of this.#inner.watch(request))
      if (event.type === 'BOOKMARK' || !this.#hides(event.object)) yield event;
  }

  stop(): void {
    this.#inner.stop();
  }
}
