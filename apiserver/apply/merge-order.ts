// The order of a list that two lists make together: items of the left one stay in their places, and items of both come in
// the order of the right one.

/** An item of the result. `at` is its place in the left list where only the left list has it. */
export interface Taken {
  readonly step: string;
  readonly at?: number;
}

/** The steps of the result, given those of both lists. Steps of the left list may be there twice. */
export function mergeOrder(left: readonly string[], right: readonly string[]): readonly Taken[] {
  return new Merging(left, right).run();
}

class Merging {
  readonly #left: readonly string[];
  readonly #right: readonly string[];
  readonly #inRight: ReadonlySet<string>;
  // What both have and is not taken yet, in the order of the right list.
  readonly #shared: string[];
  readonly #merged = new Set<string>();
  readonly #order: Taken[] = [];
  #next: string | undefined;
  #l = 0;
  #r = 0;

  constructor(left: readonly string[], right: readonly string[]) {
    this.#left = left;
    this.#right = right;
    this.#inRight = new Set(right);
    const inLeft = new Set(left);
    this.#shared = right.filter((step) => inLeft.has(step));
    this.#next = this.#shared.shift();
  }

  run(): readonly Taken[] {
    while (this.#l < this.#left.length || this.#r < this.#right.length) {
      if (!this.#takeBoth() && !this.#skipShared() && !this.#takeLeft()) this.#takeRight();
    }
    return this.#order;
  }

  #takeBoth(): boolean {
    const own = this.#left[this.#l];
    if (own === undefined || own !== this.#right[this.#r]) return false;
    this.#take(own);
    this.#l += 1;
    return true;
  }

  // An item of both whose turn is later.
  #skipShared(): boolean {
    const own = this.#left[this.#l];
    if (own === undefined || this.#right[this.#r] === undefined) return false;
    if (!this.#inRight.has(own) || this.#next === undefined || this.#next === own) return false;
    this.#l += 1;
    return true;
  }

  #takeLeft(): boolean {
    const own = this.#left[this.#l];
    if (own === undefined || this.#inRight.has(own)) return false;
    this.#order.push({ step: own, at: this.#l });
    this.#l += 1;
    return true;
  }

  #takeRight(): void {
    const own = this.#left[this.#l];
    if (own !== undefined && this.#merged.has(own)) this.#l += 1;
    const wish = this.#right[this.#r];
    if (wish !== undefined) this.#take(wish);
  }

  #take(step: string): void {
    this.#merged.add(step);
    this.#order.push({ step });
    this.#r += 1;
    if (this.#next === step) this.#next = this.#shared.shift();
  }
}
