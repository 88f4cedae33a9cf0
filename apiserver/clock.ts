// The time of a server: that of the machine, or one that stands still until a test moves it.

/** Time in milliseconds since the epoch, and timers. */
export interface Clock {
  nowMs(): number;
  /** Calls back once after a time, unless the result is called before. */
  after(delayMs: number, run: () => void): () => void;
}

// setTimeout fires at once for what is longer.
const LONGEST_MS = 2 ** 31 - 1;

/** The time of the machine. Its timers keep no process alive. */
export const realClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(delayMs, LONGEST_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

// A Tuesday at midnight; any other would do.
const START_MS = Date.UTC(2030, 0, 1);

/** Time that moves only when it is told to. */
export class VirtualClock implements Clock {
  #nowMs: number;
  readonly #timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();

  constructor(startMs: number = START_MS) {
    this.#nowMs = startMs;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on by a time. What is due on the way is done in its order, each with everything that follows from it. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    for (let due = this.#firstUntil(endMs); due !== undefined; due = this.#firstUntil(endMs)) {
      this.#timers.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.dueMs);
      due.run();
      await settled();
    }
    this.#nowMs = endMs;
  }

  #firstUntil(endMs: number) {
    return [...this.#timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}

// Until everything has run that waits for no timer.
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
