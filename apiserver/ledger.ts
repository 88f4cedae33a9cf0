// What is emulated and what is not, in one place: the server refuses through it, and counts what it refused.

import { type ApiError, notEmulated } from './model/api-error.ts';
import type { ApiRequest } from './model/request.ts';

/** The subresources that are emulated, on every kind that has them. */
const SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'scale', 'token']);

// Forms of bodies that the real server reads.
const UNREAD_BODIES: ReadonlySet<string> = new Set([
  'application/vnd.kubernetes.protobuf',
  'application/cbor',
  'application/apply-patch+cbor',
]);

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

  /** Throws for what no answer could be right about, whatever it is about. */
  checkRequest({ headers, query }: ApiRequest): void {
    if (query.has('shardSelector')) throw this.refuse('shardSelector');
    const type = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    if (UNREAD_BODIES.has(type)) throw this.refuse(`bodies of ${type}`);
  }

  /** Throws for a subresource that is not emulated. */
  checkSubresource(plural: string, subresource: string): void {
    if (!SUBRESOURCES.has(subresource)) throw this.refuse(`subresource ${plural}/${subresource}`);
  }
}
