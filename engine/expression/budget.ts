// What one evaluation may use. Counted, not timed: the same formula on the same data ends the same way everywhere.

import { type ExpressionError, raise } from './errors.ts';

/** The limits of one evaluation. */
export interface Budget {
  /** Steps: one for each item of a loop and each call of a function. */
  readonly fuel: number;
  /** Characters of text and items of arrays that may be made, in all. */
  readonly size: number;
  /** How many functions of the formula may be inside each other. */
  readonly depth: number;
}

/** Generous for any real rule; the worst formula that stays within takes well under a second. Chosen. */
export const DEFAULT_BUDGET: Budget = { fuel: 1_000_000, size: 4_000_000, depth: 200 };

// How deep a result may nest. Chosen: far more than any object of a cluster, far less than the stack takes.
const MAX_NESTING = 500;

/** What an evaluation takes from outside, and only in the profile of the whole language. */
export interface Environment {
  /** Milliseconds since 1970. Rules have none. */
  readonly now: number | undefined;
  /** The next number of a random sequence, from 0 to below 1. */
  readonly random: () => number;
  /** Evaluates text as a formula. */
  readonly evaluate: (source: string, input: unknown) => unknown;
}

/** What work is counted with. */
export type Steps = Pick<Meter, 'step'>;

/** What is left of a budget. One evaluation after another may use the same. */
export class Meter {
  readonly environment: Environment;
  /** The first value that cannot leave the evaluation: an error for who waits for the result, once all is computed. */
  failure: ExpressionError | undefined;
  #fuel = 0;
  #size = 0;
  #depth = 0;
  #copies = 0;
  #nesting = 0;
  readonly #budget: Budget;

  constructor(budget: Budget, environment: Environment) {
    this.#budget = budget;
    this.environment = environment;
    this.reset();
  }

  /** Fills everything up. */
  reset(): void {
    this.#fuel = this.#budget.fuel;
    this.#size = this.#budget.size;
    this.#depth = this.#budget.depth;
    this.#copies = this.#budget.size / 10;
    this.#nesting = 0;
    this.failure = undefined;
  }

  /** What is left, for comparisons. */
  get left(): Budget {
    return { fuel: this.#fuel, size: this.#size, depth: this.#depth };
  }

  /** Takes steps. Throws ExpressionError U1001 when none are left. */
  step(count = 1): void {
    this.#fuel -= count;
    if (this.#fuel < 0) raise('U1001', {});
  }

  /** How many steps are left, for `rewind`. */
  mark(): number {
    return this.#fuel;
  }

  /** Gives back the steps taken since a mark: the work is done anew in another way. */
  rewind(mark: number): void {
    this.#fuel = mark;
  }

  /** Takes room for text or items that are about to be made. Throws ExpressionError U1003 when none is left. */
  grow(size: number): void {
    this.#size -= size;
    if (this.#size < 0) raise('U1003', { value: this.#budget.size });
  }

  /** Enters a function. Throws ExpressionError U1005 where too many are inside each other. */
  enter(): void {
    this.#depth -= 1;
    if (this.#depth < 0) raise('U1005', {});
  }

  /** Copies one more array or object of the result. Throws ExpressionError U1003, U1005. */
  open(): void {
    this.#copies -= 1;
    this.#nesting += 1;
    if (this.#copies < 0) raise('U1003', { value: this.#budget.size });
    if (this.#nesting > MAX_NESTING) raise('U1005', {});
  }

  /** It is copied. */
  close(): void {
    this.#nesting -= 1;
  }

  /** Leaves a function. */
  leave(): void {
    this.#depth += 1;
  }
}
