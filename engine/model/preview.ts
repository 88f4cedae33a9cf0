// What would be done for a resource that is only observed.

import type { Change, Outcome } from './change.ts';
import type { KubeObject } from './object.ts';
import type { Plan } from './plan.ts';

/** A change that was tried. */
export interface Step {
  readonly change: Change;
  readonly outcome: Outcome;
  /** The object as the API server would store it, where it says so. */
  readonly live?: KubeObject;
  /** Why nobody could try it; absent where somebody did. */
  readonly untried?: string;
}

/** What would be done until nothing is left to do, as far as it can be known. */
export interface Rehearsal {
  /** In the order in which they would be made, each object once. Those that lead to no request are among them. */
  readonly steps: readonly Step[];
  /** Names of values in the status that would be written first. */
  readonly remembered: readonly string[];
  /** Names of annotations of the resource that would be taken. */
  readonly taken: readonly string[];
  /** What is left when nothing more can be foreseen. */
  readonly plan: Plan;
}
