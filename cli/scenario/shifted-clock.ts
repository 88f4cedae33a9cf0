// Time for the engine of a scenario on a cluster: it goes on by itself, and the scenario moves it on. See
// docs/decisions/0013-time-of-scenarios.md.

import type { realClock } from '../../engine/operator.ts';
import { START_MS, type Waiting } from './clock.ts';

/** From a moment of the machine's clock on, how far this one is ahead of it; negative where it is behind. */
interface Shift {
  readonly sinceMs: number;
  readonly aheadMs: number;
}

const SECOND_MS = 1_000;

/** Time that starts where scenarios start, in step with the machine's, with timers. */
export class ShiftedClock {
  readonly #machine: typeof realClock;
  // The latest first. Whole seconds, so that of two moments that one second has for the API server none becomes older.
  readonly #shifts: Shift[];
  readonly #timers = new Set<Waiting>();
  #alarm: { cancel(): void } | undefined;

  constructor(machine: typeof realClock) {
    this.#machine = machine;
    const startMs = Math.floor(machine.now() / SECOND_MS) * SECOND_MS;
    this.#shifts = [{ sinceMs: Number.NEGATIVE_INFINITY, aheadMs: START_MS - startMs }];
  }

  now(): number {
    return this.#machine.now() + this.#latest.aheadMs;
  }

  /** Calls back once after a time. */
  after(delayMs: number, run: () => void): { cancel(): void } {
    const timer = { dueMs: this.now() + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    this.#arm();
    return {
      cancel: () => {
        if (this.#timers.delete(timer)) this.#arm();
      },
    };
  }

  /** When the next timer is due, undefined without one. */
  get nextMs(): number | undefined {
    return this.#next?.dueMs;
  }

  /** Moves on to a time, or less than a second beyond it, and fires what is due, in order. */
  jumpTo(ms: number): void {
    const sinceMs = this.#machine.now();
    const byMs = Math.ceil((ms - this.now()) / SECOND_MS) * SECOND_MS;
    if (byMs > 0) this.#shifts.unshift({ sinceMs, aheadMs: this.#latest.aheadMs + byMs });
    this.#fire();
  }

  /** What this clock showed when the API server wrote a time, which is cut to whole seconds. */
  toShifted(stampMs: number): number {
    const shift = this.#shifts.find(({ sinceMs }) => sinceMs < stampMs + SECOND_MS) as Shift;
    return stampMs + shift.aheadMs;
  }

  get #latest(): Shift {
    return this.#shifts[0] as Shift;
  }

  get #next(): Waiting | undefined {
    return [...this.#timers].sort((a, b) => a.dueMs - b.dueMs)[0];
  }

  #fire(): void {
    for (let next = this.#next; next !== undefined && next.dueMs <= this.now(); next = this.#next) {
      this.#timers.delete(next);
      next.run();
    }
    this.#arm();
  }

  #arm(): void {
    this.#alarm?.cancel();
    const next = this.#next;
    this.#alarm = next && this.#machine.after(Math.max(0, next.dueMs - this.now()), () => this.#fire());
  }
}
