// What one evaluation may use. Counted, not timed: the same formula on the same data ends the same way everywhere.

import { type ExpressionError, raise } from './errors.ts';

/** The limits of one evaluation. */
export interface Budget {
  /**
   * Steps: one for each item of a loop, each call of a function and each 8 nodes of a large formula, and more for work
   * that takes longer, such as going through a long text.
   */
  readonly fuel: number;
  /** Characters of text and items of arrays that may be made, in all. */
  readonly size: number;
  /** How many functions of the formula may be inside each other. */
  readonly depth: number;
}

/**
 * Many times what a real rule takes; the worst formula that stays within takes less than 50 ms. Measured by
 * test/fault/expressions.test.ts, which also shows how far a heavy real rule is from it.
 */
export const DEFAULT_BUDGET: Budget = { fuel: 120_000, size: 4_000_000, depth: 200 };

// How deep a result may nest. Chosen: far more than any object of a cluster, far less than the stack takes.
const MAX_NESTING = 500;

// The room of an array or object in the result, of each of its items, and of each key of an object with many, which the
// machine copies slowly. A text takes a quarter of its length, too. Measured.
const CONTAINER_ROOM = 100;
const ITEM_ROOM = 5;
const KEY_ROOM = 60;
const MANY_KEYS = 32;

/** The room of an array in the result. */
export function arrayRoom(items: number): number {
  return CONTAINER_ROOM + items * ITEM_ROOM;
}

/** The room of an object in the result. */
export function objectRoom(keys: number): number {
  return CONTAINER_ROOM + keys * (keys > MANY_KEYS ? KEY_ROOM : ITEM_ROOM);
}

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

/**
 * What is left of a budget. One evaluation after another may use the same. What is no number leaves nothing: it must not
 * make an endless budget.
 */
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
    this.#copies = this.#budget.size;
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
    if (!(this.#fuel >= 0)) raise('U1001', {});
  }

  /** How many steps are left, for `rewind`. */
  mark(): number {
    return this.#fuel;
  }

  /** Gives back the steps taken since a mark: the work is done anew in another way. */
  rewind(mark: number): void {
    this.#fuel = mark;
  }

  /** Takes room for text that is about to be made, and the steps of making it. Throws ExpressionError U1001, U1003. */
  grow(size: number): void {
    this.#size -= size;
    if (!(this.#size >= 0)) raise('U1003', { value: this.#budget.size });
    this.#fuel -= size >> 5;
    if (!(this.#fuel >= 0)) raise('U1001', {});
  }

  /** Takes room for items that are about to be made, and the steps of making them. Throws ExpressionError U1001, U1003. */
  fill(count: number): void {
    this.#size -= count;
    if (!(this.#size >= 0)) raise('U1003', { value: this.#budget.size });
    this.#fuel -= count;
    if (!(this.#fuel >= 0)) raise('U1001', {});
  }

  /** Takes the steps of going through a text. Throws ExpressionError U1001. */
  read(length: number): void {
    this.#fuel -= length >> 6;
    if (!(this.#fuel >= 0)) raise('U1001', {});
  }

  /** Enters a function, or `levels` of them. Throws ExpressionError U1005 where too many are inside each other. */
  enter(levels = 1): void {
    this.#depth -= levels;
    if (!(this.#depth >= 0)) raise('U1005', {});
  }

  /** Copies one more array or object of the result. Throws ExpressionError U1003, U1005. */
  open(room: number): void {
    this.copied(room);
    this.#nesting += 1;
    if (this.#nesting > MAX_NESTING) raise('U1005', {});
  }

  /** It is copied. */
  close(): void {
    this.#nesting -= 1;
  }

  /** Takes room in the result for what is made or copied, however often it is the same. Throws ExpressionError U1003. */
  copied(room: number): void {
    this.#copies -= room;
    if (!(this.#copies >= 0)) raise('U1003', { value: this.#budget.size });
  }

  /** Takes the room of a list of results. */
  made(list: readonly unknown[]): void {
    this.copied(arrayRoom(list.length));
    for (const item of list) if (typeof item === 'string') this.copied(item.length >> 2);
  }

  /** Leaves what was entered. */
  leave(levels = 1): void {
    this.#depth += levels;
  }
}
