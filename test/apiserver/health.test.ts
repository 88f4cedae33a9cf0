// Health rules on the embedded API server; test/cluster/health.test.ts runs the same on a real one.

import { describeEmbedded } from '../support/embedded-backend.ts';
import { healthSuite } from '../support/health-suite.ts';

describeEmbedded('health rules on the embedded API server', healthSuite);
