// The policies of children; test/apiserver/policies.test.ts runs the same in one process.

import { describeCluster } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import { policiesSuite } from '../support/policies-suite.ts';

describeCluster('policies of children', (cluster) => {
  policiesSuite(() => clusterBackend(cluster));
});
