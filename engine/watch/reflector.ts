// Keeps a store in step with one kind of the cluster: list, then watch, for ever.
//
// Promises: a cut watch goes on from the last version without a list; a version that is too old leads to one list; a
// list counts only when it is complete; an event is never lost to a broken stream, since the version moves only with
// what was taken in; failures come back with growing, random pauses and never before the API server allows; a kind that
// is not served is asked for again until it is. Never goes back in time (see Store).
// Does not decide what changes mean. Source of the rules: client-go's Reflector and kube-rs' watcher.

import type { WatchEvent } from '../kube/transport.ts';
import type { Clock } from '../model/clock.ts';
import { Fault } from '../model/fault.ts';
import { type KubeObject, nameKey } from '../model/object.ts';
import { type Store, versionOf } from './store.ts';

/** One page of a list. */
export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly continueToken: string | undefined;
}

/** Where lists and events come from. Methods throw Fault. */
export interface ReflectorSource {
  list(options: {
    readonly limit: number;
    readonly continueToken: string | undefined;
    readonly signal: AbortSignal;
  }): Promise<ListPage>;
  watch(options: {
    readonly resourceVersion: string;
    readonly timeoutSeconds: number;
    readonly idleTimeoutMs: number;
    readonly signal: AbortSignal;
  }): AsyncIterable<WatchEvent>;
}

/** What a reflector needs of the world. */
export interface ReflectorDeps {
  readonly clock: Clock;
  random(): number;
  /** Hears of every fault and of every change of state. */
  log(event: 'fault' | 'state', facts: { readonly state: ReflectorState; readonly message: string }): void;
}

/** `missing`: the API server does not serve the kind. `failing`: it cannot be reached or refuses; the store is old. */
export type ReflectorState = 'starting' | 'synced' | 'missing' | 'failing';

const PAGE_SIZE = 500;
// Bookmarks come about once a minute; a stream that is silent for longer than this is dead. Chosen.
const IDLE_TIMEOUT_MS = 90_000;
// The API server ends a watch after 5 to 10 minutes, so that they spread over servers. Source: client-go.
const WATCH_SECONDS = 300;
// A watch that ends sooner than this without an event is a failure. Source: client-go's VeryShortWatchError.
const SHORT_WATCH_MS = 1_000;
// A reflector that was well for this long starts with a short pause again. Source: client-go.
const HEALTHY_MS = 120_000;

interface Pauses {
  readonly firstMs: number;
  readonly maxMs: number;
}

const UNREACHABLE = { firstMs: 250, maxMs: 4_000 };
const REFUSED = { firstMs: 800, maxMs: 30_000 };
const MISSING = { firstMs: 1_000, maxMs: 10_000 };

/** Lists and watches one kind. */
export class Reflector {
  readonly #source: ReflectorSource;
  readonly #store: Store;
  readonly #deps: ReflectorDeps;
  readonly #abort = new AbortController();
  readonly #waiters = new Set<() => void>();
  #running: Promise<void> | undefined;
  #state: ReflectorState = 'starting';
  #message = 'it was not listed yet';
  #isForbidden = false;
  readonly #stateListeners = new Set<(state: ReflectorState) => void>();
  #version: string | undefined;
  #failures = 0;
  #expiries = 0;
  #healthySinceMs: number | undefined;

  constructor(source: ReflectorSource, store: Store, deps: ReflectorDeps) {
    this.#source = source;
    this.#store = store;
    this.#deps = deps;
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** True once the store was complete, or the kind turned out not to be served. */
  get isSettled(): boolean {
    return (
      this.#state === 'synced' ||
      this.#state === 'missing' ||
      (this.#state === 'failing' && this.#version !== undefined)
    );
  }

  /** True while the API server does not let us look: what was seen before is not what is there. */
  get isRefused(): boolean {
    return this.#state === 'failing' && this.#isForbidden;
  }

  /** What the state is about, for people. */
  get message(): string {
    return this.#message;
  }

  /** Hears of every later change of state. The result ends that. */
  onState(listener: (state: ReflectorState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Resolves when the reflector is settled, the API server refuses to list the kind, or it is stopped. */
  async whenKnown(): Promise<void> {
    if (this.isSettled || this.#isForbidden || this.#abort.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#waiters.add(resolve);
    });
  }

  /** Starts listing and watching. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Stops and waits until nothing is under way. Idempotent. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    this.#release();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (!signal.aborted) await this.#recover(error);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const items: KubeObject[] = [];
    let continueToken: string | undefined;
    let version = '';
    do {
      const page = await this.#source.list({ limit: PAGE_SIZE, continueToken, signal });
      items.push(...page.items);
      version = page.resourceVersion;
      continueToken = page.continueToken;
    } while (continueToken !== undefined);
    // What the list does not have is gone, unless it is newer than the list: the answer to a write of ours meanwhile.
    const present = new Set(items.map(({ metadata }) => nameKey(metadata)));
    for (const object of this.#store.list()) {
      if (!present.has(nameKey(object.metadata))) this.#store.remove(object, versionOf(version));
    }
    for (const item of items) this.#store.put(item);
    this.#version = version;
    this.#setState('synced', `${items.length} objects`);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#deps;
    const startMs = clock.now();
    const timeoutSeconds = Math.round(WATCH_SECONDS * (1 + random()));
    let events = 0;
    const stream = this.#source.watch({
      resourceVersion: this.#version as string,
      timeoutSeconds,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      signal,
    });
    for await (const event of stream) {
      events += 1;
      this.#take(event);
      if (this.#state !== 'synced') this.#setState('synced', 'the watch is back');
      this.#healthySinceMs ??= clock.now();
      if (clock.now() - this.#healthySinceMs > HEALTHY_MS) this.#forgive();
    }
    const isShort = events === 0 && clock.now() - startMs < SHORT_WATCH_MS;
    if (isShort && !signal.aborted)
      throw new Fault({ code: 'ApiUnavailable', retry: 'backoff', message: 'the watch ended at once' });
    if (!isShort) this.#forgive();
  }

  #forgive(): void {
    this.#failures = 0;
    this.#expiries = 0;
  }

  #take({ type, object }: WatchEvent): void {
    if (type === 'DELETED') this.#store.remove(object);
    else if (type !== 'BOOKMARK') this.#store.put(object);
    this.#version = object.metadata.resourceVersion ?? this.#version;
  }

  async #recover(error: unknown): Promise<void> {
    const fault =
      error instanceof Fault
        ? error
        : new Fault({ code: 'InternalError', retry: 'backoff', message: String(error), cause: error });
    this.#healthySinceMs = undefined;
    this.#failures += 1;
    if (fault.code === 'Expired') {
      this.#version = undefined;
      this.#expiries += 1;
      // One list at once, however long the API server could not be reached before; a second one soon after it waits.
      if (this.#expiries === 1) return;
      return await this.#fail(fault, REFUSED, this.#expiries - 1);
    }
    if (fault.code === 'KindNotFound' || fault.code === 'NotFound') {
      this.#version = undefined;
      // First: who hears of an object that goes must not take it for one that somebody deleted.
      this.#setState('missing', fault.message);
      for (const object of this.#store.list()) this.#store.remove(object);
      return await this.#pause(fault, MISSING, this.#failures);
    }
    this.#isForbidden = fault.code === 'Forbidden';
    await this.#fail(fault, fault.code === 'ApiUnavailable' ? UNREACHABLE : REFUSED, this.#failures);
  }

  async #fail(fault: Fault, policy: Pauses, failures: number): Promise<void> {
    this.#setState('failing', fault.message);
    this.#deps.log('fault', { state: this.#state, message: fault.message });
    await this.#pause(fault, policy, failures);
  }

  async #pause(fault: Fault, policy: Pauses, failures: number): Promise<void> {
    const fullMs = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(20, failures - 1));
    const delayMs = Math.max(fullMs / 2 + (this.#deps.random() * fullMs) / 2, fault.retryAfterMs ?? 0);
    const { signal } = this.#abort;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        timer.cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = this.#deps.clock.after(delayMs, end);
      signal.addEventListener('abort', end);
    });
  }

  #setState(state: ReflectorState, message: string): void {
    this.#message = message;
    if (state !== this.#state) {
      this.#state = state;
      this.#deps.log('state', { state, message });
      for (const listener of this.#stateListeners) listener(state);
    }
    if (this.isSettled || this.#isForbidden) this.#release();
  }

  #release(): void {
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }
}
