// Health rules on a real API server; test/apiserver/health.test.ts runs the same on the embedded one.

import { describeCluster } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import { healthSuite } from '../support/health-suite.ts';

describeCluster('health rules on a real API server', (cluster) => {
  healthSuite(() => clusterBackend(cluster));
});
