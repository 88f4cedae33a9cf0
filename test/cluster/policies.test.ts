// The policies of children on a real API server; test/apiserver/policies.test.ts runs the same on the embedded one.

import { describeCluster } from '../support/cluster.ts';
import { policiesSuite } from '../support/policies-suite.ts';

describeCluster('policies of children on a real API server', (cluster) => {
  policiesSuite(() => ({ kubeconfig: cluster.state.kubeconfig }));
});
