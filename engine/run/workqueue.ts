// Decides when a key is worked on.
//
// Promises: a key never runs twice at once; adding a key that waits already does nothing; one that is added while it
// runs, runs once more; a key that failed comes back after a pause of its own that grows with each failure, and holds up
// no other key. Order is first in, first out. Source of the semantics: client-go util/workqueue.

import type { Clock, Timer } from '../model/clock.ts';
import { backoffMs, KEY_BACKOFF } from './backoff.ts';

/** What the worker says after a key: done, or come back. */
export type WorkResult =
  | { readonly kind: 'done' }
  /** Come back after the key's own growing pause, but not before `atLeastMs`. */
  | { readonly kind: 'backoff'; readonly atLeastMs?: number }
  /** Come back after exactly this. The key counts as healthy. */
  | { readonly kind: 'after'; readonly delayMs: number };

/** What the workqueue needs of the world. */
export interface WorkqueueDeps {
  readonly clock: Clock;
  random(): number;
  /** Works on one key. Must not throw: what is thrown counts as `backoff`. */
  work(key: string): Promise<WorkResult>;
  /** Hears of additions, waits and retries; for metrics. */
  readonly observer?: WorkqueueObserver;
}

/** Hears what happens in the queue. */
export interface WorkqueueObserver {
  added(depth: number): void;
  started(waitedMs: number, depth: number): void;
  finished(tookMs: number): void;
  retried(): void;
}

/** The queue and its workers. */
export class Workqueue {
  readonly #deps: WorkqueueDeps;
  readonly #concurrency: number;
  readonly #waiting = new Map<string, number>();
  readonly #running = new Set<string>();
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { timer: Timer; dueMs: number }>();
  readonly #inFlight = new Set<Promise<void>>();
  #started = false;
  #stopped = false;

  constructor(concurrency: number, deps: WorkqueueDeps) {
    this.#concurrency = concurrency;
    this.#deps = deps;
  }

  /** Keys that wait for a worker, without those that wait for their time. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** True when nothing waits for a worker and nothing runs. */
  get idle(): boolean {
    return this.#waiting.size === 0 && this.#running.size === 0;
  }

  /** Asks for a key to be worked on soon. */
  add(key: string): void {
    if (this.#stopped) return;
    this.#cancelTimer(key);
    if (this.#running.has(key)) {
      this.#again.add(key);
      return;
    }
    if (this.#waiting.has(key)) return;
    this.#waiting.set(key, this.#deps.clock.now());
    this.#deps.observer?.added(this.#waiting.size);
    this.#pump();
  }

  /** Forgets a key's failures, so that its next failure starts with a short pause again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Starts the workers; keys that were added before wait until then. */
  start(): void {
    this.#started = true;
    this.#pump();
  }

  /** Takes no more keys and waits for those that run. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    for (const key of [...this.#timers.keys()]) this.#cancelTimer(key);
    await Promise.all(this.#inFlight);
  }

  #pump(): void {
    while (this.#started && !this.#stopped && this.#running.size < this.#concurrency) {
      const next = this.#waiting.entries().next();
      if (next.done) return;
      const [key, sinceMs] = next.value;
      this.#waiting.delete(key);
      this.#running.add(key);
      const run = this.#run(key, sinceMs);
      this.#inFlight.add(run);
      void run.finally(() => this.#inFlight.delete(run));
    }
  }

  async #run(key: string, sinceMs: number): Promise<void> {
    const { clock, observer } = this.#deps;
    const startMs = clock.now();
    observer?.started(startMs - sinceMs, this.#waiting.size);
    const result = await this.#deps.work(key).catch((): WorkResult => ({ kind: 'backoff' }));
    observer?.finished(clock.now() - startMs);
    this.#running.delete(key);
    this.#settle(key, result);
    this.#pump();
  }

  #settle(key: string, result: WorkResult): void {
    if (result.kind !== 'backoff') this.#failures.delete(key);
    const again = this.#again.delete(key);
    if (result.kind === 'backoff') {
      this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1);
      this.#deps.observer?.retried();
    }
    // What happened meanwhile may be the cure: it cuts the pause short, as it would have done a moment later.
    if (again) this.add(key);
    else if (result.kind === 'backoff') this.#addAfter(key, this.#pauseMs(key, result.atLeastMs));
    else if (result.kind === 'after') this.#addAfter(key, result.delayMs);
  }

  #pauseMs(key: string, atLeastMs = 0): number {
    const failures = this.#failures.get(key) ?? 1;
    return Math.max(
      backoffMs(failures, KEY_BACKOFF, () => this.#deps.random()),
      atLeastMs,
    );
  }

  #addAfter(key: string, delayMs: number): void {
    if (this.#stopped) return;
    const dueMs = this.#deps.clock.now() + delayMs;
    this.#cancelTimer(key);
    const timer = this.#deps.clock.after(delayMs, () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, { timer, dueMs });
  }

  #cancelTimer(key: string): void {
    this.#timers.get(key)?.timer.cancel();
    this.#timers.delete(key);
  }
}
