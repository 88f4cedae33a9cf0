// The only clock of the engine. Tests pass a virtual one.

/** A cancelled timer never fires. */
export interface Timer {
  cancel(): void;
}

/** Time in milliseconds since the epoch, and timers. */
export interface Clock {
  now(): number;
  /** Calls back once after `delayMs`; the callback must not throw. */
  after(delayMs: number, callback: () => void): Timer;
}
