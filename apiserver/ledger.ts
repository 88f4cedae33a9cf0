// What is emulated and what is not, in one place: the server refuses through it, and counts what it refused.

import { type ApiError, notEmulated } from './model/api-error.ts';

/** The subresources that are emulated, on every kind that has them. */
const SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'scale', 'token']);

/** Something that is asked for and not emulated, and how often. */
export interface Refusal {
  readonly what: string;
  readonly count: number;
}

/** Counts what is refused because it is not emulated. */
export class Ledger {
  readonly #refusals = new Map<string, number>();

  /** The error for something that is not emulated; counts it. */
  refuse(what: string): ApiError {
    this.#refusals.set(what, (this.#refusals.get(what) ?? 0) + 1);
    return notEmulated(what);
  }

  /** What was refused so far, the most frequent first. */
  refusals(): readonly Refusal[] {
    return [...this.#refusals].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count);
  }

  /** Throws for a subresource that is not emulated. */
  checkSubresource(plural: string, subresource: string): void {
    if (!SUBRESOURCES.has(subresource)) throw this.refuse(`subresource ${plural}/${subresource}`);
  }
}
