// How much the engine writes, counted by the API server's own audit log; and how fast it repairs.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadAccess } from '../../engine/kube/auth.ts';
import { Transport } from '../../engine/kube/transport.ts';
import { type Cluster, describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

// Four children whose health needs no controller, so that nothing else interferes.
const rule = `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: bundle }
spec:
  resource:
    apiVersion: writes.example.com/v1
    kind: Bundle
    crd: { schema: { spec: { type: object, properties: { text: { type: string } } } } }
  children:
    - id: account
      template: { apiVersion: v1, kind: ServiceAccount, metadata: { name: =metadata.name } }
    - id: config
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name }, data: { text: =spec.text } }
    - id: secret
      template: { apiVersion: v1, kind: Secret, metadata: { name: =metadata.name }, stringData: { hash: =$hash($config.data) } }
    - id: service
      template:
        apiVersion: v1
        kind: Service
        metadata: { name: =metadata.name }
        spec: { selector: { app: =metadata.name }, ports: [{ port: 80 }] }
`;

const bundles = (namespace: string, count: number) => ({
  apiVersion: 'v1',
  kind: 'List',
  items: Array.from({ length: count }, (_, index) => ({
    apiVersion: 'writes.example.com/v1',
    kind: 'Bundle',
    metadata: { name: `bundle-${index}`, namespace },
    spec: { text: `text ${index}` },
  })),
});

const countReady = async (cluster: Cluster, namespace: string): Promise<number> => {
  const { items } = JSON.parse(await cluster.kubectl(`get bundles -n ${namespace} -o json`));
  return items.filter((item: { status?: { conditions?: { type: string; status: string }[] } }) =>
    item.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  ).length;
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

describeCluster('the number of writes and the time of a repair', (cluster) => {
  let engine: EngineProcess;
  let transport: Transport;

  beforeAll(async () => {
    for (const namespace of ['writes-100', 'writes-50', 'writes-repair'])
      await cluster.kubectl(`create namespace ${namespace}`);
    transport = new Transport(loadAccess({ kubeconfig: cluster.state.kubeconfig }, Date.now), {
      userAgent: 'probe',
      now: Date.now,
    });
  });

  afterAll(async () => {
    await engine?.stop();
    transport?.stop();
  });

  test('100 resources with 4 children created at once: one apply for each child, one status write for each resource', async () => {
    engine = await EngineProcess.start(cluster, { 'rule.yaml': rule });
    const mark = await cluster.mark();
    await cluster.apply(bundles('writes-100', 100), ' --server-side');
    await eventually('100 ready', async () => (await countReady(cluster, 'writes-100')) === 100);
    const writes = (await cluster.writes(mark)).filter(({ namespace }) => namespace === 'writes-100');
    const count = (resource: string, subresource = '') =>
      writes.filter((write) => write.resource === resource && write.subresource === subresource).length;
    expect({
      serviceaccounts: count('serviceaccounts'),
      configmaps: count('configmaps'),
      secrets: count('secrets'),
      services: count('services'),
      status: count('bundles', 'status'),
      all: writes.length,
      failed: writes.filter(({ code }) => code >= 300).length,
    }).toEqual({
      serviceaccounts: 100,
      configmaps: 100,
      secrets: 100,
      services: 100,
      status: 100,
      all: 500,
      failed: 0,
    });
    console.log(`writes per resource: ${writes.length / 100} (4 children and 1 status)`);
  });

  test('one deleted child is back, in the median, within 5 times what one server-side apply takes', async () => {
    const namespace = 'writes-repair';
    await cluster.apply(bundles(namespace, 1));
    await eventually('ready', async () => (await countReady(cluster, namespace)) === 1);
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const repairs: number[] = [];
    const applies: number[] = [];
    const events = transport.watch({
      path,
      query: { watch: true, fieldSelector: 'metadata.name=bundle-0' },
      signal: new AbortController().signal,
      idleTimeoutMs: 600_000,
    });
    await events.next();
    // The two are taken in turn, so that the machine's mood is the same for both.
    for (let round = 0; round < 40; round += 1) {
      const started = performance.now();
      await transport.request({ method: 'DELETE', path: `${path}/bundle-0` });
      for (;;) {
        const event = (await events.next()).value;
        if (event?.type === 'ADDED') break;
      }
      repairs.push(performance.now() - started);
      const body = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `probe-${round}`, namespace },
        data: { text: 'probe' },
      };
      const before = performance.now();
      await transport.request({
        method: 'PATCH',
        path: `${path}/probe-${round}`,
        query: { fieldManager: 'probe' },
        contentType: 'application/apply-patch+yaml',
        body,
      });
      applies.push(performance.now() - before);
    }
    const ratio = median(repairs) / median(applies);
    console.log(
      `repair of a deleted child: median ${median(repairs).toFixed(1)} ms, one apply: ${median(applies).toFixed(1)} ms, ratio ${ratio.toFixed(2)}`,
    );
    expect(repairs).toHaveLength(40);
    expect(ratio).toBeLessThan(5);
  });

  test('50 idle resources: no write and no read in 60 s', async () => {
    await cluster.apply(bundles('writes-50', 50));
    await eventually('50 ready', async () => (await countReady(cluster, 'writes-50')) === 50);
    const mark = await cluster.mark();
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    expect(await cluster.writes(mark)).toEqual([]);
    expect(cluster.reads(mark)).toEqual([]);
  });

  test('a restart with resources present: no write', async () => {
    await engine.stop();
    const mark = await cluster.mark();
    engine = await EngineProcess.start(cluster, { 'rule.yaml': rule });
    await eventually('every resource was looked at', async () => {
      const metrics = await (await fetch(`${engine.endpoints}/metrics`)).text();
      const found = /controller_runtime_reconcile_total\{controller="bundle",result="success"\} (\d+)/.exec(metrics);
      return Number(found?.[1] ?? 0) >= 151;
    });
    expect(await cluster.writes(mark)).toEqual([]);
  });
});
