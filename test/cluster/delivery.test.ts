// How rules come and go on a real API server; test/apiserver/delivery.test.ts runs the same on the embedded one.

import { expect, test } from 'vitest';
import { describeCluster } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import { deliverySuite } from '../support/delivery-suite.ts';

describeCluster('delivery of rules on a real API server', (cluster) => {
  deliverySuite(() => clusterBackend(cluster));

  test('explains the fields of a rule, and shows rules as a table', async () => {
    expect(await cluster.kubectl('explain rule.spec.children.template')).toContain(
      'The object, with formulas as values.',
    );
    expect(await cluster.kubectl('get rules')).toMatch(/^NAME +KIND +ACCEPTED +READY +REASON +AGE\n/);
  });
});
