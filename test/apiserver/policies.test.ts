// The policies of children on the embedded API server; test/cluster/policies.test.ts runs the same on a real one.

import { describeEmbedded } from '../support/embedded-backend.ts';
import { policiesSuite } from '../support/policies-suite.ts';

describeEmbedded('policies of children on the embedded API server', policiesSuite);
