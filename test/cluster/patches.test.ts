// Patches of objects that a rule does not own, on a real API server; test/apiserver/patches.test.ts runs the same on the
// embedded one.

import { describeCluster } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import { patchesSuite } from '../support/patches-suite.ts';

describeCluster('patches on a real API server', (cluster) => {
  patchesSuite(() => clusterBackend(cluster));
});
