// What the steps of a path collect.

import type { Meter } from '../budget.ts';
import { isSequence, isSpread, toSequence, type Value } from '../value.ts';

/** The items that a predicate chose. */
export class Items {
  readonly items: Value[];

  constructor(items: Value[]) {
    this.items = items;
  }
}

/**
 * The results of a step for all items. One array alone is handed on by the last step as it is; otherwise what came is
 * taken apart by one level.
 */
export class Results {
  readonly #meter: Meter;
  #count = 0;
  #only: Value;
  #list: Value[] | undefined;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** Takes a value that is something. */
  add(value: Value): void {
    this.#count += 1;
    if (this.#count === 1) this.#only = value;
    else this.#put(this.list(), value);
  }

  /** Takes what a predicate chose: it was counted when it was asked, and is listed as it is. */
  choose(chosen: Value | Items): void {
    if (!(chosen instanceof Items)) {
      this.add(chosen);
      return;
    }
    if (this.#count === 0) this.#list = chosen.items;
    else for (const item of chosen.items) this.list().push(item);
    this.#count += 2;
  }

  /** All of them, as the next step takes them. */
  list(): Value[] {
    if (this.#list === undefined) {
      this.#list = [];
      if (this.#count > 0) this.#put(this.#list, this.#only);
    }
    return this.#list;
  }

  /** The value of the path. `isRaw`: a sequence even where it holds one value or none. */
  last(isRaw: boolean): Value {
    if (this.#list === undefined && this.#count === 1) {
      const only = this.#only;
      if (!Array.isArray(only)) return isRaw ? toSequence([only]) : only;
      if (!isSequence(only)) return only;
    }
    const list = this.list();
    if (isRaw) return toSequence(list);
    return list.length > 1 ? toSequence(list) : list[0];
  }

  #put(list: Value[], value: Value): void {
    if (!isSpread(value)) {
      list.push(value);
      return;
    }
    this.#meter.step(value.length);
    for (const item of value) list.push(item);
  }
}
