// Every function of formulas in one sentence, with examples: docs/reference/functions.md is made from this table, and
// test/unit/expression/functions.test.ts evaluates each example.

import type { Group } from './function-entry.ts';
import { jsonataGroups } from './jsonata-examples.ts';
import { kubernetesGroups } from './kubernetes-examples.ts';

/** All groups in the order of the reference. */
export const functionGroups: readonly Group[] = [...jsonataGroups, ...kubernetesGroups];
