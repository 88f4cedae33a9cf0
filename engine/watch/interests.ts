// What the engine watches: one reflector for each kind, namespace and selector, however many rules need it.

import { type Discovery, pathOf } from '../kube/discovery.ts';
import type { Transport } from '../kube/transport.ts';
import { Fault } from '../model/fault.ts';
import { getPath, isArray, isObject, type Json } from '../model/json.ts';
import { type GroupVersionKind, type KubeObject, kindKey } from '../model/object.ts';
import { Reflector, type ReflectorDeps, type ReflectorSource, type ReflectorState } from './reflector.ts';
import { Store } from './store.ts';

/** Which objects somebody wants to observe. */
export interface Interest extends GroupVersionKind {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
}

/** An observed kind. */
export interface Observed {
  readonly store: Store;
  readonly reflector: Reflector;
}

/** What watching needs of the world. */
export interface InterestDeps {
  readonly transport: Transport;
  readonly discovery: Discovery;
  readonly clock: ReflectorDeps['clock'];
  random(): number;
  log(
    event: 'fault' | 'state',
    facts: { readonly kind: string; readonly state: ReflectorState; readonly message: string },
  ): void;
  /** Hears of what a listener of a store throws. */
  onListenerError(error: unknown): void;
}

/** The reflectors that run. */
export class Interests {
  readonly #deps: InterestDeps;
  readonly #observed = new Map<string, Observed>();

  constructor(deps: InterestDeps) {
    this.#deps = deps;
  }

  /** The store of an interest; starts its reflector where none runs yet. */
  observe(interest: Interest): Observed {
    const key = [kindKey(interest), interest.namespace ?? '', interest.labelSelector ?? ''].join('\n');
    const known = this.#observed.get(key);
    if (known !== undefined) return known;
    const { clock, log, onListenerError } = this.#deps;
    const store = new Store(onListenerError);
    const deps: ReflectorDeps = {
      clock,
      random: () => this.#deps.random(),
      log: (event, facts) => log(event, { kind: kindKey(interest), ...facts }),
    };
    const reflector = new Reflector(sourceOf(interest, this.#deps), store, deps);
    const observed = { store, reflector };
    this.#observed.set(key, observed);
    reflector.start();
    return observed;
  }

  /** What is observed, for readiness and metrics. */
  list(): readonly Observed[] {
    return [...this.#observed.values()];
  }

  /** Stops all reflectors. Idempotent. */
  async stop(): Promise<void> {
    await Promise.all([...this.#observed.values()].map(({ reflector }) => reflector.stop()));
  }
}

function sourceOf(interest: Interest, { transport, discovery }: InterestDeps): ReflectorSource {
  const { apiVersion, kind, namespace, labelSelector } = interest;
  const toPath = async () => pathOf(await discovery.resolve(interest), { namespace });
  // Items of a list do not say their kind.
  const complete = (object: KubeObject): KubeObject => ({ ...object, apiVersion, kind });
  return {
    list: async ({ limit, continueToken, signal }) => {
      const query = { limit, labelSelector, continue: continueToken };
      const list = await withForget(transport.request({ method: 'GET', path: await toPath(), query, signal }));
      const items = getPath(list, ['items']);
      const token = getPath(list, ['metadata', 'continue']);
      return {
        items: (isArray(items) ? (items.filter(isObject) as unknown as KubeObject[]) : []).map(complete),
        resourceVersion: String(getPath(list, ['metadata', 'resourceVersion']) ?? ''),
        continueToken: typeof token === 'string' && token !== '' ? token : undefined,
      };
    },
    watch: async function* ({ resourceVersion, timeoutSeconds, idleTimeoutMs, signal }) {
      const query = { watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds, labelSelector };
      for await (const event of transport.watch({ path: await toPath(), query, signal, idleTimeoutMs })) {
        yield event.type === 'BOOKMARK' ? event : { ...event, object: complete(event.object) };
      }
    },
  };

  async function withForget(work: Promise<Json>): Promise<Json> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof Fault && (error.code === 'KindNotFound' || error.code === 'NotFound'))
        discovery.forget(apiVersion);
      throw error;
    }
  }
}
