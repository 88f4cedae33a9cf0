// All scenarios, in the order in which they are recorded.

import { GARBAGE } from './garbage.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

/** Scenarios of the garbage collector, then those of workloads. */
export const ALL_SCENARIOS: readonly Scenario[] = [...GARBAGE, ...SCENARIOS];
