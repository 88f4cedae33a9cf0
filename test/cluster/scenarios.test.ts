// The scenarios of examples, rules and test/peers on a real API server, all of them: the same files as on the embedded
// one (test/scenarios.test.ts). Time passes by itself there, and the scenario moves that of the engine
// (docs/decisions/0013-time-of-scenarios.md).

import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadRules } from '../../cli/load-rules.ts';
import { runOne } from '../../cli/test.ts';
import { Kubelet } from '../../tools/control-plane/kubelet.ts';
import { describeCluster, eventually } from '../support/cluster.ts';

const { scenarios } = await loadRules(['examples', 'rules', 'test/peers']);
// One of those with a schedule of every minute, on a slow machine that has other things to do.
const RULES = 'rules.opsonata.dev';

describeCluster('scenarios on a real API server', (cluster) => {
  let kubelet: Kubelet;
  const passed: string[] = [];

  beforeAll(async () => {
    kubelet = new Kubelet(cluster.state.kubeconfig);
    // Another suite may have left the kind; where it is, a scenario with rules does not run.
    await cluster.kubectl(`delete crd ${RULES} --ignore-not-found`);
    // A scenario applies it.
    await cluster.kubectl('create namespace restored');
  });

  afterAll(async () => {
    await kubelet?.stop();
  });

  test.each(scenarios.map((scenario) => [scenario.file, scenario] as const))('%s', async (file, scenario) => {
    const result = await runOne(scenario, { backend: 'cluster', kubeconfig: cluster.state.kubeconfig });
    expect(result.lines).toEqual([]);
    expect(result.kind).toBe('passed');
    passed.push(file);
  });

  test('none was left out', () => {
    expect(passed).toEqual(scenarios.map(({ file }) => file));
    expect(passed.length).toBeGreaterThanOrEqual(38);
  });

  test('what scenarios made is gone, and what was there before is not', async () => {
    const live = async (name: string) => await cluster.get('namespace', name, 'default');
    expect((await live('restored')).metadata.deletionTimestamp).toBeUndefined();
    for (const name of ['nightly', 'ending', 'upgrading'])
      await eventually(`the namespace ${name} is gone`, async () => (await live(name)) === undefined);
  });

  test('rules that are objects go with the scenario, and where their kind is there before, it is skipped', async () => {
    expect(await cluster.get('crd', RULES, 'default')).toBeUndefined();
    await cluster.apply({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: RULES },
      spec: {
        group: 'opsonata.dev',
        scope: 'Cluster',
        names: { plural: 'rules', kind: 'Rule' },
        versions: [{ name: 'v1alpha1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    });
    const delivery = scenarios.find(({ file }) => file === 'examples/15-delivery/scenario.yaml');
    const result = await runOne(delivery as (typeof scenarios)[number], {
      backend: 'cluster',
      kubeconfig: cluster.state.kubeconfig,
    });
    expect(result).toEqual({
      kind: 'skipped',
      steps: 0,
      checks: 0,
      lines: [
        `the scenario applies rules, and the cluster has the definition ${RULES} already: its own operator may take them, too`,
      ],
    });
    expect(await cluster.get('crd', RULES, 'default')).toBeDefined();
    await cluster.kubectl(`delete crd ${RULES}`);
  });
});
