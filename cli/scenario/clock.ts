// Time that moves only when a scenario moves it: one clock for the engine and for the embedded API server.

/** A timer that waits. */
export interface Waiting {
  readonly dueMs: number;
  readonly run: () => void;
}

/** When scenarios start: the beginning of a year, since times of day are easy to read in expectations then. */
export const START_MS: number = Date.UTC(2026, 0, 1);

/** Virtual time, with timers. */
export class ScenarioClock {
  #nowMs = START_MS;
  readonly #timers = new Set<Waiting>();

  now(): number {
    return this.#nowMs;
  }

  /** Calls back once after a time. */
  after(delayMs: number, run: () => void): { cancel(): void } {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  /** When the next timer is due, undefined without one. */
  get nextMs(): number | undefined {
    return this.#timers.size === 0 ? undefined : Math.min(...[...this.#timers].map(({ dueMs }) => dueMs));
  }

  /** Moves on to a time and fires what is due, in order, each with everything that follows from it. */
  async moveTo(ms: number): Promise<void> {
    for (;;) {
      const due = [...this.#timers].filter(({ dueMs }) => dueMs <= ms).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.dueMs);
      due.run();
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, ms);
    await settle();
  }
}

// What follows from one thing takes a few turns of the event loop where nothing waits for the network. Chosen: more than
// the longest chain, an event that leads to a write.
const TURNS = 12;

/** Lets everything run that waits for no timer. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
