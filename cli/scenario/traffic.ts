// What the engine and a scenario have to do with a cluster at the moment: requests, and children on their way.
//
// Tells when the cluster has caught up with the engine's clock, so that this may be moved: see
// docs/decisions/0013-time-of-scenarios.md.

import { healthOf, type Json, type JsonObject, type KubeObject, RULE_LABEL } from '../../engine/index.ts';
import type { ApiTransport, KubeRequest, realClock, WatchEvent } from '../../engine/operator.ts';

// After the answer to a read it is known at once whether something follows from it. Chosen.
const QUIET_MS = 200;
// A child that says nothing new for so long hangs. Chosen: controllers of Kubernetes gather for a second at most.
const STUCK_MS = 5_000;
const SECOND_MS = 1_000;

interface Moving {
  readonly version: string | undefined;
  readonly sinceMs: number;
}

/** The traffic with a cluster. */
export class Traffic {
  readonly #machine: typeof realClock;
  #underWay = 0;
  #lastMs = 0;
  #lastWriteMs = 0;
  readonly #moving = new Map<string, Moving>();

  constructor(machine: typeof realClock) {
    this.#machine = machine;
  }

  /** True when nothing is under way, and nothing is to be expected of what was. */
  get isAtRest(): boolean {
    const nowMs = this.#machine.now();
    const isLater = Math.floor(nowMs / SECOND_MS) > Math.floor(this.#lastWriteMs / SECOND_MS);
    const isStuck = ({ sinceMs }: Moving) => sinceMs + STUCK_MS < nowMs;
    return (
      this.#underWay === 0 && nowMs > this.#lastMs + QUIET_MS && isLater && [...this.#moving.values()].every(isStuck)
    );
  }

  /** A transport whose traffic counts. */
  count(inner: ApiTransport): ApiTransport {
    return {
      request: async (request) => await this.#request(inner, request),
      watch: (request) => this.#watch(inner.watch(request)),
      stop: () => inner.stop(),
    };
  }

  async #request(inner: ApiTransport, request: KubeRequest): Promise<Json> {
    this.#underWay += 1;
    try {
      const answer = await inner.request(request);
      for (const object of objectsOf(answer)) this.#see(object);
      return answer;
    } finally {
      this.#underWay -= 1;
      this.#lastMs = this.#machine.now();
      if (request.method !== 'GET') this.#lastWriteMs = this.#lastMs;
    }
  }

  async *#watch(events: AsyncIterable<WatchEvent>): AsyncGenerator<WatchEvent, void, void> {
    for await (const event of events) {
      if (event.type === 'DELETED') this.#moving.delete(event.object.metadata.uid ?? '');
      else if (event.type !== 'BOOKMARK') this.#see(event.object);
      yield event;
    }
  }

  #see(object: KubeObject): void {
    const { uid, resourceVersion: version, labels } = object.metadata;
    if (uid === undefined || labels?.[RULE_LABEL] === undefined) return;
    if (!isOnItsWay(object)) this.#moving.delete(uid);
    else if (this.#moving.get(uid)?.version !== version)
      this.#moving.set(uid, { version, sinceMs: this.#machine.now() });
  }
}

function isOnItsWay(object: KubeObject): boolean {
  // kstatus takes a Job for current as soon as it runs.
  if (object.kind === 'Job' && object.metadata.deletionTimestamp === undefined) return !hasEnded(object);
  const { status } = healthOf(object, undefined);
  return status === 'InProgress' || status === 'Terminating';
}

function hasEnded(job: KubeObject): boolean {
  const { conditions = [] } = (job['status'] ?? {}) as { readonly conditions?: readonly JsonObject[] };
  return conditions.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
}

// The object or the objects of an answer; items of a list do not say their kind.
function objectsOf(answer: Json): readonly KubeObject[] {
  const { apiVersion, kind, items, metadata } = answer as unknown as KubeObject & { readonly items?: KubeObject[] };
  if (items === undefined) return metadata?.uid === undefined ? [] : [answer as unknown as KubeObject];
  return items.map((item) => ({ ...item, apiVersion, kind: kind.replace(/List$/, '') }));
}
