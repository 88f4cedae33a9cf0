// Watches that lose their place in the middle of a rollout, and two operators at once: members are still replaced one by
// one.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadAccess } from '../../engine/kube/auth.ts';
import { Transport } from '../../engine/kube/transport.ts';
import { Kubelet } from '../../tools/control-plane/kubelet.ts';
import { Api, type Live } from '../support/api.ts';
import { describeCluster, eventually } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import { EngineInProcess } from '../support/engine-in-process.ts';
import { ExpiringTransport } from '../support/expiring-transport.ts';

const NAMESPACE = 'rollouts-suite';
const API = 'rollouts.example.com/v1';
const RULE = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: crew }
spec:
  resource:
    apiVersion: ${API}
    kind: Crew
    crd: { schema: { spec: { type: object, required: [version], properties: { version: { type: string } } } } }
  children:
    - id: node
      forEach: =$range(0, 4)
      key: =$string($item)
      onImmutable: recreate
      rollout: { maxUnavailable: 1 }
      template:
        apiVersion: v1
        kind: Pod
        metadata: { name: "{% metadata.name %}-{% $item %}", labels: { crew: =metadata.name } }
        spec:
          terminationGracePeriodSeconds: 0
          containers: [{ name: node, image: "node:{% spec.version %}" }]
`;

describeCluster('a rollout under difficulties', (cluster) => {
  let api: Api;
  let kubelet: Kubelet;
  let eyes: Transport;

  beforeAll(async () => {
    api = new Api(clusterBackend(cluster), NAMESPACE);
    kubelet = new Kubelet(cluster.state.kubeconfig);
    eyes = new Transport(loadAccess({ kubeconfig: cluster.state.kubeconfig }, Date.now), {
      userAgent: 'suite',
      now: Date.now,
    });
    await api.createNamespace();
  });

  afterAll(async () => {
    await kubelet?.stop();
    api?.stop();
    eyes?.stop();
  });

  const podsOf = async (crew: string): Promise<readonly Live[]> =>
    JSON.parse(await cluster.kubectl(`get pods -n ${NAMESPACE} -l crew=${crew} -o json`)).items;
  const isReady = ({ status, metadata }: Live): boolean =>
    status?.observedGeneration === metadata.generation &&
    status.conditions.some((item: Live) => item.type === 'Ready' && item.status === 'True');

  // The most members that were missing or not ready at once, from now on.
  const follow = async (crew: string): Promise<{ most: number; stop: () => Promise<void> }> => {
    const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
    const labelSelector = `crew=${crew}`;
    const list = (await eyes.request({ method: 'GET', path, query: { labelSelector } })) as Live;
    const isServing = ({ status, metadata }: Live): boolean =>
      metadata.deletionTimestamp === undefined &&
      status?.conditions?.some((item: Live) => item.type === 'Ready' && item.status === 'True') === true;
    const ready = new Map<string, boolean>(list.items.map((pod: Live) => [pod.metadata.name, isServing(pod)]));
    const abort = new AbortController();
    const seen = { most: 0, stop: async () => {} };
    const run = async () => {
      const { signal } = abort;
      const query = { watch: true, labelSelector, resourceVersion: list.metadata.resourceVersion };
      for await (const { type, object } of eyes.watch({ path, query, signal, idleTimeoutMs: 600_000 })) {
        if (type === 'BOOKMARK') continue;
        ready.set(object.metadata.name, type !== 'DELETED' && isServing(object));
        seen.most = Math.max(seen.most, [...ready.values()].filter((value) => !value).length);
      }
    };
    const running = run().catch((error: unknown) => {
      if (!abort.signal.aborted) throw error;
    });
    seen.stop = async () => {
      abort.abort();
      await running;
    };
    return seen;
  };

  test('whose watches expire still replaces one member at a time, and all of them', async () => {
    let transport: ExpiringTransport | undefined;
    const engine = await EngineInProcess.start(cluster.state.kubeconfig, { 'rule.yaml': RULE }, [], (inner) => {
      transport = new ExpiringTransport(inner, /\/pods$/, 1);
      return transport;
    });
    await api.apply(`${API} Crew crew`, { spec: { version: '1' } }, 'user', true);
    await api.condition(`${API} Crew crew`, 'Ready', { status: 'True' });
    const seen = await follow('crew');
    (transport as ExpiringTransport).isHostile = true;
    await api.apply(`${API} Crew crew`, { spec: { version: '2' } }, 'user', true);
    await eventually('it has begun', () => ((transport as ExpiringTransport).expired >= 3 ? true : undefined));
    (transport as ExpiringTransport).isHostile = false;
    await eventually('all have the new version', async () =>
      (await podsOf('crew')).every(({ spec }) => spec.containers[0].image === 'node:2') ? true : undefined,
    );
    await api.until('it is ready', `${API} Crew crew`, isReady);
    await seen.stop();
    expect((await podsOf('crew')).length).toBe(4);
    expect(seen.most).toBe(1);
    await engine.stop();
  });

  test('by two operators at once still replaces one member at a time', async () => {
    const start = async () => await EngineInProcess.start(cluster.state.kubeconfig, { 'rule.yaml': RULE }, []);
    const engines = [await start(), await start()];
    await api.apply(`${API} Crew two`, { spec: { version: '1' } }, 'user', true);
    await api.condition(`${API} Crew two`, 'Ready', { status: 'True' });
    const seen = await follow('two');
    for (const version of ['2', '3']) {
      await api.apply(`${API} Crew two`, { spec: { version } }, 'user', true);
      await eventually(`all have version ${version}`, async () =>
        (await podsOf('two')).every(({ spec }) => spec.containers[0].image === `node:${version}`) ? true : undefined,
      );
      await api.until('it is ready', `${API} Crew two`, isReady);
    }
    await seen.stop();
    expect((await podsOf('two')).length).toBe(4);
    expect(seen.most).toBe(1);
    await Promise.all(engines.map(async (engine) => await engine.stop()));
  });
});
