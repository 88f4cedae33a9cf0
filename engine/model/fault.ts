// The third kind of trouble: the world failed. Thrown by the folders that do I/O, caught in `run/` only.

import type { FaultCode } from './codes.ts';
import { describeRef, type ObjectRef } from './object.ts';

/**
 * When it is worth trying again: `now` (the state we acted on was stale), `backoff` (it may pass), `never` (only a
 * change of the rule, the resource or the cluster's schema can help; it is still looked at again, rarely).
 */
export type Retry = 'now' | 'backoff' | 'never';

/** What a Fault is made of. */
export interface FaultOptions {
  readonly code: FaultCode;
  readonly retry: Retry;
  readonly message: string;
  /** The HTTP status where the API server answered. */
  readonly status?: number;
  /** The `reason` of the API server's Status object. */
  readonly reason?: string;
  readonly subject?: ObjectRef;
  /** From the `Retry-After` header or `details.retryAfterSeconds`: do not come back sooner. */
  readonly retryAfterMs?: number;
  /** The fields that the API server's answer names as causes. */
  readonly causes?: readonly { readonly field: string; readonly message: string; readonly reason: string }[];
  readonly cause?: unknown;
}

/** A failure of the world: the API server, the network, the file system. Never shows a secret value. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly retry: Retry;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly subject: ObjectRef | undefined;
  readonly retryAfterMs: number | undefined;
  readonly causes: readonly { readonly field: string; readonly message: string; readonly reason: string }[];

  constructor(options: FaultOptions) {
    const subject = options.subject === undefined ? '' : `${describeRef(options.subject)}: `;
    super(`${subject}${options.message}`, { cause: options.cause });
    this.name = 'Fault';
    this.code = options.code;
    this.retry = options.retry;
    this.status = options.status;
    this.reason = options.reason;
    this.subject = options.subject;
    this.retryAfterMs = options.retryAfterMs;
    this.causes = options.causes ?? [];
  }
}
