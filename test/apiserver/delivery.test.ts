// How rules come and go on the embedded API server; test/cluster/delivery.test.ts runs the same on a real one.

import { deliverySuite } from '../support/delivery-suite.ts';
import { describeEmbedded } from '../support/embedded-backend.ts';

describeEmbedded('delivery of rules on the embedded API server', deliverySuite);
