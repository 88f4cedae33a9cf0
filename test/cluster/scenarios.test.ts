// The scenarios of examples, rules and test/peers on a real API server, where time passes by itself. What needs time to be
// moved is left to the embedded server (test/scenarios.test.ts), and so is what brings rules as objects
// (test/cluster/delivery.test.ts).

import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadRules } from '../../cli/load-rules.ts';
import { runOne } from '../../cli/test.ts';
import { Kubelet } from '../../tools/control-plane/kubelet.ts';
import { describeCluster } from '../support/cluster.ts';

const { scenarios } = await loadRules(['examples', 'rules', 'test/peers']);
const quick = scenarios.filter(({ content }) =>
  (content.spec?.steps ?? []).every(
    (step) => step?.advance === undefined && step?.apply?.some((object) => object?.kind === 'Rule') !== true,
  ),
);

describeCluster('scenarios on a real API server', (cluster) => {
  let kubelet: Kubelet;

  beforeAll(() => {
    kubelet = new Kubelet(cluster.state.kubeconfig);
  });

  afterAll(async () => {
    await kubelet?.stop();
  });

  test('there are some', () => {
    expect(quick.length).toBeGreaterThanOrEqual(6);
  });

  test.each(quick.map((scenario) => [scenario.file, scenario] as const))('%s', async (_file, scenario) => {
    const result = await runOne(scenario, { backend: 'cluster', kubeconfig: cluster.state.kubeconfig });
    expect(result.lines).toEqual([]);
    expect(result.kind).toBe('passed');
  });
});
