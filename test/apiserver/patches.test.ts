// Patches of objects that a rule does not own, on the embedded API server; test/cluster/patches.test.ts runs the same on
// a real one.

import { describeEmbedded } from '../support/embedded-backend.ts';
import { patchesSuite } from '../support/patches-suite.ts';

describeEmbedded('patches on the embedded API server', patchesSuite);
