// The names that a formula binds, and what they may stand for.

import { type Shape, union } from './shape.ts';

/** The names of a block, a function or a path. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #declared: ReadonlySet<string>;
  readonly #bound = new Map<string, Shape>();
  // Names that were asked for before they were bound.
  readonly #early = new Set<string>();

  constructor(parent: Scope | undefined, declared: readonly string[] = []) {
    this.#parent = parent;
    this.#declared = new Set(declared);
  }

  /** What a name stands for; undefined where it is bound nowhere. */
  get(name: string): Shape | undefined {
    const found = this.#bound.get(name);
    if (found !== undefined) return found;
    if (this.#declared.has(name)) this.#early.add(name);
    return this.#parent?.get(name);
  }

  /** Binds a name as `:=` does: in the block or function around it that declares it. The result is that of `bind`. */
  assign(name: string, shape: Shape): boolean {
    let scope: Scope = this;
    while (!scope.#declared.has(name) && scope.#parent !== undefined) scope = scope.#parent;
    return scope.bind(name, shape);
  }

  /** Binds a name. False where the name already meant something to what was looked at before. */
  bind(name: string, shape: Shape): boolean {
    const before = this.#bound.get(name);
    this.#bound.set(name, before === undefined ? shape : union([before, shape]));
    return before === undefined && !this.#early.has(name);
  }
}
