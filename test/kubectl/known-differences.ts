// In what kubectl is known to print something else with the embedded server, each with its reason. An entry that explains
// nothing any more fails the tests: then it must go.

import type { Printed } from './run.ts';

/** A difference that is known. */
export interface KnownDifference {
  readonly reason: string;
  /** True for the outputs that it explains; both are normalised. */
  explains(real: Printed, embedded: Printed): boolean;
}

/** All of them. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];
