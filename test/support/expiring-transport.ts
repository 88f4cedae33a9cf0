// A connection whose watches lose their place: the API server says that it does not know the version any more.

import type { ApiTransport, KubeRequest, WatchEvent, WatchRequest } from '../../engine/kube/transport.ts';
import { Fault } from '../../engine/model/fault.ts';
import type { Json } from '../../engine/model/json.ts';

/** A connection on which watches of some paths end by 410. */
export class ExpiringTransport implements ApiTransport {
  /** How often one did. */
  expired = 0;
  /** Whether they do so now. */
  isHostile = false;
  readonly #inner: ApiTransport;
  readonly #path: RegExp;
  readonly #events: number;

  /** `events`: how many come before the end. */
  constructor(inner: ApiTransport, path: RegExp, events: number) {
    this.#inner = inner;
    this.#path = path;
    this.#events = events;
  }

  async request(request: KubeRequest): Promise<Json> {
    return await this.#inner.request(request);
  }

  async *watch(request: WatchRequest): AsyncGenerator<WatchEvent> {
    let left = this.#events;
    for await (const event of this.#inner.watch(request)) {
      if (this.isHostile && this.#path.test(request.path) && event.type !== 'BOOKMARK') {
        if (left === 0) {
          this.expired += 1;
          throw new Fault({ code: 'Expired', retry: 'now', message: 'too old resource version' });
        }
        left -= 1;
      }
      yield event;
    }
  }

  stop(): void {
    this.#inner.stop();
  }
}
