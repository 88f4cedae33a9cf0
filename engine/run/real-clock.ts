// The clock of the machine.

import type { Clock } from '../model/clock.ts';

/** Real time and real timers. */
export const realClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    // Longer delays than setTimeout can take would fire at once.
    const timer = setTimeout(callback, Math.min(delayMs, 2 ** 31 - 1));
    return { cancel: () => clearTimeout(timer) };
  },
};
