// What the engine watches: one reflector for each kind, namespace and selector, however many rules need it.

import { type Discovery, pathOf } from '../kube/discovery.ts';
import type { ApiTransport } from '../kube/transport.ts';
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

/** An observed kind, as one observer sees it. */
export interface Observed {
  readonly store: Pick<Store, 'size' | 'get' | 'list' | 'put' | 'remove' | 'index' | 'onChange'>;
  readonly reflector: Pick<Reflector, 'state' | 'message' | 'isSettled' | 'isRefused' | 'whenKnown' | 'onState'>;
}

/** What one observer observes. */
export interface InterestScope {
  /** The store of an interest; starts its reflector where none runs yet. */
  observe(interest: Interest): Observed;
  /** Ends all of it: indexes and listeners at once, and each watch that nobody else needs. Idempotent. */
  release(): void;
}

interface Watched {
  readonly store: Store;
  readonly reflector: Reflector;
  readonly scopes: Set<InterestScope>;
}

/** What watching needs of the world. */
export interface InterestDeps {
  readonly transport: ApiTransport;
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
  readonly #watched = new Map<string, Watched>();
  // Reflectors that were stopped, until nothing of them is under way.
  readonly #ending = new Set<Promise<void>>();

  constructor(deps: InterestDeps) {
    this.#deps = deps;
  }

  /** A scope for one observer. */
  scope(): InterestScope {
    const releases: (() => void)[] = [];
    const scope: InterestScope = {
      observe: (interest) => {
        const key = keyOf(interest);
        const watched = this.#watched.get(key) ?? this.#watch(interest);
        this.#watched.set(key, watched);
        if (!watched.scopes.has(scope)) releases.push(() => this.#leave(scope, watched, key));
        watched.scopes.add(scope);
        return viewOf(watched, (release) => releases.push(release));
      },
      release: () => {
        for (const release of releases.splice(0)) release();
      },
    };
    return scope;
  }

  /** Stops all reflectors. Idempotent. */
  async stop(): Promise<void> {
    await Promise.all([...[...this.#watched.values()].map(({ reflector }) => reflector.stop()), ...this.#ending]);
  }

  #watch(interest: Interest): Watched {
    const { clock, log, onListenerError } = this.#deps;
    const store = new Store(onListenerError);
    const deps: ReflectorDeps = {
      clock,
      random: () => this.#deps.random(),
      log: (event, facts) => log(event, { kind: kindKey(interest), ...facts }),
    };
    const reflector = new Reflector(sourceOf(interest, this.#deps), store, deps);
    reflector.start();
    return { store, reflector, scopes: new Set() };
  }

  #leave(scope: InterestScope, { scopes, reflector }: Watched, key: string): void {
    scopes.delete(scope);
    if (scopes.size > 0) return;
    this.#watched.delete(key);
    const ending = reflector.stop();
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }
}

function keyOf(interest: Interest): string {
  return [kindKey(interest), interest.namespace ?? '', interest.labelSelector ?? ''].join('\n');
}

// What an observer adds to a store or a reflector is remembered, so that it ends with the observer.
function viewOf({ store, reflector }: Watched, onRelease: (release: () => void) => void): Observed {
  const remember = (release: () => void): (() => void) => {
    onRelease(release);
    return release;
  };
  return {
    store: {
      get size() {
        return store.size;
      },
      get: (key) => store.get(key),
      list: () => store.list(),
      put: (object) => store.put(object),
      remove: (...args) => store.remove(...args),
      onChange: (listener) => remember(store.onChange(listener)),
      index: (keysOf) => {
        const index = store.index(keysOf);
        onRelease(() => store.removeIndex(index));
        return index;
      },
    },
    reflector: {
      get state() {
        return reflector.state;
      },
      get message() {
        return reflector.message;
      },
      get isSettled() {
        return reflector.isSettled;
      },
      get isRefused() {
        return reflector.isRefused;
      },
      whenKnown: async () => await reflector.whenKnown(),
      onState: (listener) => remember(reflector.onState(listener)),
    },
  };
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
