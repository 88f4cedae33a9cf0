// How long to wait before trying again.

/** Delays of one kind of retry, in milliseconds. */
export interface BackoffPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Retries of one key after faults that may pass. Source: client-go's default item backoff, with our own upper limit. */
export const KEY_BACKOFF: BackoffPolicy = { firstMs: 20, maxMs: 5 * 60_000 };

/** Retries of a CRD that could not be installed. Chosen: as a watch that was refused. */
export const CRD_BACKOFF: BackoffPolicy = { firstMs: 800, maxMs: 30_000 };

/** How often a fault that only a change can cure is looked at again all the same. Chosen: F14 of our fault catalogue. */
export const STALLED_RETRY_MS: number = 5 * 60_000;

/** The delay before try number `failures` (from 1): doubled each time, with up to half of it random. */
export function backoffMs(failures: number, policy: BackoffPolicy, random: () => number): number {
  const full = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(30, failures - 1));
  return Math.round(full / 2 + (random() * full) / 2);
}

/**
 * Fights over a field: how often another manager may change it back before it is left alone, for how long at first and
 * at most, and how long after the last round it still counts as the same fight. Chosen; the limits of F37 of our fault
 * catalogue are five rounds and a minute.
 */
export const FIGHT: BackoffPolicy & { readonly changesBack: number; readonly memoryMs: number } = {
  changesBack: 2,
  firstMs: 60_000,
  maxMs: 60 * 60_000,
  memoryMs: 5 * 60_000,
};
