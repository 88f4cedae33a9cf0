// What one evaluation may use. Counted, not timed: the same formula on the same data ends the same way everywhere.

import { raise } from './errors.ts';

/** The limits of one evaluation. */
export interface Budget {
  /** Steps: one for each item of a loop and each call of a function. */
  readonly fuel: number;
  /** Characters of text and items of arrays that may be made, in all. */
  readonly size: number;
}

/** Generous for any real rule; the worst formula that stays within takes well under a second. Chosen. */
export const DEFAULT_BUDGET: Budget = { fuel: 1_000_000, size: 4_000_000 };

/** What is left of a budget. */
export class Meter {
  #fuel: number;
  #size: number;
  readonly #limit: number;

  constructor(budget: Budget) {
    this.#fuel = budget.fuel;
    this.#size = budget.size;
    this.#limit = budget.size;
  }

  /** Takes steps. Throws ExpressionError U1001 when none are left. */
  step(count = 1): void {
    this.#fuel -= count;
    if (this.#fuel < 0) raise('U1001', {});
  }

  /** Takes room for text or items that are about to be made. Throws ExpressionError U1003 when none is left. */
  grow(size: number): void {
    this.#size -= size;
    if (this.#size < 0) raise('U1003', { value: this.#limit });
  }
}
