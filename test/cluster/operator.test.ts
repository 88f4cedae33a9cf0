// The example operator, with kubectl as the outside client.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Kubelet } from '../../tools/control-plane/kubelet.ts';
import { describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

const rule = readFileSync('examples/01-webapp/rule.yaml', 'utf8');
const NAMESPACE = 'operator-suite';

const webApp = (name: string, spec: object) => ({
  apiVersion: 'app.example.com/v1',
  kind: 'WebApp',
  metadata: { name, namespace: NAMESPACE },
  spec,
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

describeCluster('the example operator', (cluster) => {
  let engine: EngineProcess;
  let kubelet: Kubelet;

  beforeAll(async () => {
    kubelet = new Kubelet(cluster.state.kubeconfig);
    await cluster.kubectl(`create namespace ${NAMESPACE}`);
    engine = await EngineProcess.start(cluster, { 'rule.yaml': rule });
  });

  afterAll(async () => {
    await engine?.stop();
    await kubelet?.stop();
  });

  const get = (kind: string, name: string) => cluster.get(kind, name, NAMESPACE);
  const condition = async (name: string, type: string): Promise<Condition | undefined> =>
    (await get('webapp', name))?.status?.conditions?.find((item: Condition) => item.type === type);
  const becomes = (name: string, type: string, status: string) =>
    eventually(`${name} has ${type}=${status}`, async () => {
      const found = await condition(name, type);
      return found?.status === status ? found : undefined;
    });

  test('makes the children, and Ready follows the live Deployment', async () => {
    kubelet.ready = false;
    await cluster.apply(webApp('first', { image: 'registry.example.com/app:1', replicas: 2 }));
    // Until the controller of Deployments has seen it, it is told that it has not.
    const waiting = await eventually('the replicas are counted', async () => {
      const found = await becomes('first', 'Ready', 'False');
      return found.message.includes('replicas') ? found : undefined;
    });
    expect(waiting).toMatchObject({
      reason: 'Progressing',
      message: `Deployment ${NAMESPACE}/first: 0 of 2 replicas are ready`,
      observedGeneration: 1,
    });
    expect(await condition('first', 'Available')).toMatchObject({
      status: 'False',
      message: '0 of 2 replicas are ready',
    });
    kubelet.ready = true;
    await becomes('first', 'Ready', 'True');
    const live = await get('webapp', 'first');
    expect(live.status).toMatchObject({ observedGeneration: 1, readyReplicas: 2 });
    expect(live.status.conditions.map(({ type, status }: Condition) => `${type}=${status}`)).toEqual([
      'Ready=True',
      'Reconciling=False',
      'Stalled=False',
      'Available=True',
    ]);
    expect(await get('ingress', 'first')).toBeUndefined();
    const deployment = await get('deployment', 'first');
    expect(deployment.metadata.ownerReferences).toMatchObject([
      { kind: 'WebApp', name: 'first', uid: live.metadata.uid, controller: true },
    ]);
    expect(
      deployment.metadata.managedFields.filter(({ manager }: { manager: string }) => manager === 'opsonata/webapp'),
    ).toMatchObject([{ operation: 'Apply' }]);
  });

  test('kubectl wait understands the conditions', async () => {
    const out = await cluster.kubectl(`wait webapp/first -n ${NAMESPACE} --for=condition=Ready --timeout=120s`);
    expect(out).toContain('condition met');
  });

  test('carries an update through to the children', async () => {
    await cluster.apply(webApp('first', { image: 'registry.example.com/app:2', replicas: 2 }));
    await eventually(
      'the new image',
      async () =>
        (await get('deployment', 'first')).spec.template.spec.containers[0].image === 'registry.example.com/app:2',
    );
    await eventually(
      'observedGeneration 2',
      async () => (await get('webapp', 'first')).status.observedGeneration === 2,
    );
  });

  test('scales with kubectl scale on the custom resource', async () => {
    await cluster.kubectl(`scale webapp/first -n ${NAMESPACE} --replicas=3`);
    await eventually('three replicas', async () => (await get('deployment', 'first')).spec.replicas === 3);
    await eventually('readyReplicas 3', async () => (await get('webapp', 'first')).status.readyReplicas === 3);
  });

  test('repairs a child that was edited', async () => {
    await cluster.kubectl(
      `patch deployment/first -n ${NAMESPACE} --type=json -p=[{"op":"replace","path":"/spec/replicas","value":7}]`,
    );
    await eventually('three replicas again', async () => (await get('deployment', 'first')).spec.replicas === 3);
    await cluster.kubectl(`patch configmap/first -n ${NAMESPACE} --type=merge -p={"data":{"app.conf":"broken"}}`);
    await eventually('the text is back', async () =>
      (await get('configmap', 'first')).data['app.conf'].startsWith('listen 8080;'),
    );
  });

  test('repairs a child that was deleted', async () => {
    const before = (await get('service', 'first')).metadata.uid;
    await cluster.kubectl(`delete service/first -n ${NAMESPACE}`);
    const after = await eventually('the service is back', async () => (await get('service', 'first'))?.metadata.uid);
    expect(after).not.toBe(before);
  });

  test('repairs a label of the template, and one of its own', async () => {
    await cluster.kubectl(`label service/first -n ${NAMESPACE} app.kubernetes.io/name-`);
    await eventually(
      'the label is back',
      async () => (await get('service', 'first')).metadata.labels['app.kubernetes.io/name'] === 'first',
    );
    const { uid } = (await get('service', 'first')).metadata;
    await cluster.kubectl(`label service/first -n ${NAMESPACE} opsonata.dev/rule- opsonata.dev/owner-uid-`);
    await eventually(
      'the marks are back',
      async () => (await get('service', 'first')).metadata.labels['opsonata.dev/rule'] === 'webapp',
    );
    expect((await get('service', 'first')).metadata.uid).toBe(uid);
    await cluster.kubectl(`label service/first -n ${NAMESPACE} opsonata.dev/rule=other --overwrite`);
    await eventually(
      'the mark is right again',
      async () => (await get('service', 'first')).metadata.labels['opsonata.dev/rule'] === 'webapp',
    );
    expect((await get('service', 'first')).metadata.uid).toBe(uid);
  });

  test('leaves alone what others added to a child', async () => {
    await cluster.kubectl(`annotate configmap/first -n ${NAMESPACE} team=blue`);
    await cluster.kubectl(`patch configmap/first -n ${NAMESPACE} --type=merge -p={"data":{"app.conf":"broken"}}`);
    await eventually('the text is back', async () =>
      (await get('configmap', 'first')).data['app.conf'].startsWith('listen 8080;'),
    );
    expect((await get('configmap', 'first')).metadata.annotations['team']).toBe('blue');
  });

  test('makes a conditional child when its condition comes true, and removes it afterwards', async () => {
    await cluster.apply(
      webApp('first', { image: 'registry.example.com/app:2', replicas: 3, host: 'shop.example.com' }),
    );
    await eventually(
      'the ingress',
      async () => (await get('ingress', 'first'))?.spec.rules[0].host === 'shop.example.com',
    );
    await eventually('the url', async () => (await get('webapp', 'first')).status.url === 'https://shop.example.com');
    await cluster.apply(webApp('first', { image: 'registry.example.com/app:2', replicas: 3 }));
    await eventually('no ingress', async () => (await get('ingress', 'first')) === undefined);
    await eventually('no url', async () => (await get('webapp', 'first')).status.url === undefined);
  });

  test('reports a field that another manager has declared, and does not take it', async () => {
    const theirs = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'first', namespace: NAMESPACE },
      data: { 'app.conf': 'theirs' },
    };
    await cluster.apply(theirs, ' --server-side --field-manager=other --force-conflicts');
    const stalled = await becomes('first', 'Stalled', 'True');
    expect(stalled.reason).toBe('FieldConflict');
    expect(stalled.message).toContain('.data.app.conf is held by "other"');
    expect((await get('configmap', 'first')).data['app.conf']).toBe('theirs');
    const { data: _data, ...released } = theirs;
    await cluster.apply(released, ' --server-side --field-manager=other');
    await eventually('the field is ours again', async () =>
      (await get('configmap', 'first')).data?.['app.conf']?.startsWith('listen 8080;'),
    );
    await becomes('first', 'Stalled', 'False');
  });

  test('does not touch an object of the same name that it did not make', async () => {
    await cluster.kubectl(`create configmap foreign -n ${NAMESPACE} --from-literal=key=theirs`);
    await cluster.apply(webApp('foreign', { image: 'registry.example.com/app:1' }));
    const stalled = await becomes('foreign', 'Stalled', 'True');
    expect(stalled.reason).toBe('NotOwned');
    expect((await get('configmap', 'foreign')).data).toEqual({ key: 'theirs' });
    await cluster.kubectl(`delete webapp/foreign -n ${NAMESPACE}`);
    expect((await get('configmap', 'foreign')).metadata.ownerReferences).toBeUndefined();
  });

  test('killed at once and started again, it makes nothing twice and goes on', async () => {
    const applied = cluster.apply(webApp('second', { image: 'registry.example.com/app:1', replicas: 1 }));
    await eventually('the first child', () =>
      engine.events('created').find(({ owner }) => (owner as { name: string } | undefined)?.name === 'second'),
    );
    await engine.kill();
    await applied;
    const uids = async () =>
      await Promise.all(
        ['configmap', 'service', 'deployment'].map(async (kind) => (await get(kind, 'second'))?.metadata.uid),
      );
    const before = await uids();
    engine = await EngineProcess.start(cluster, { 'rule.yaml': rule });
    await becomes('second', 'Ready', 'True');
    const after = await uids();
    expect(after.every((uid) => typeof uid === 'string')).toBe(true);
    expect(before.filter((uid) => uid !== undefined).length).toBeGreaterThan(0);
    for (const [index, uid] of before.entries()) if (uid !== undefined) expect(after[index]).toBe(uid);
    const { items } = JSON.parse(
      await cluster.kubectl(`get configmap,service,deployment -n ${NAMESPACE} -l opsonata.dev/rule=webapp -o json`),
    );
    const names = items.map(
      (item: { kind: string; metadata: { name: string } }) => `${item.kind} ${item.metadata.name}`,
    );
    expect(names.filter((name: string) => name.endsWith('second')).sort()).toEqual([
      'ConfigMap second',
      'Deployment second',
      'Service second',
    ]);
  });

  test('makes its children when an owner of the same name has left some that are still going', async () => {
    const template = webApp('again', { image: 'registry.example.com/app:1', replicas: 1 });
    await cluster.apply(template);
    await eventually('the deployment', async () => await get('deployment', 'again'));
    await cluster.kubectl(
      `patch configmap/again -n ${NAMESPACE} --type=merge -p={"metadata":{"finalizers":["example.com/hold"]}}`,
    );
    const { uid } = (await get('configmap', 'again')).metadata;
    await cluster.kubectl(`delete webapp/again -n ${NAMESPACE}`);
    await cluster.apply(template);
    const held = await becomes('again', 'Ready', 'False');
    expect(held).toMatchObject({ reason: 'NotOwned', message: expect.stringContaining('it is being removed') });
    await becomes('again', 'Stalled', 'False');
    await cluster.kubectl(`patch configmap/again -n ${NAMESPACE} --type=merge -p={"metadata":{"finalizers":null}}`);
    // As long as the garbage collector may need to learn of a new kind, and some more.
    await eventually(
      'a new one',
      async () => ![undefined, uid].includes((await get('configmap', 'again'))?.metadata.uid),
    );
    await cluster.kubectl(`delete webapp/again -n ${NAMESPACE}`);
  });

  test('leaves nothing behind when the custom resource is deleted', async () => {
    await cluster.kubectl(`delete webapp --all -n ${NAMESPACE}`);
    // The controller manager looks for new kinds every 30 s; until then its garbage collector does not know ours.
    await eventually('no child is left', async () => {
      const left = JSON.parse(
        await cluster.kubectl(`get configmap,service,deployment,ingress,replicaset,pod -n ${NAMESPACE} -o json`),
      ).items;
      const ours = left.filter(
        (item: { metadata: { name: string; labels?: Record<string, string> } }) =>
          item.metadata.labels?.['app.kubernetes.io/name'] !== undefined,
      );
      return ours.length === 0 ? true : undefined;
    });
  });

  test('serves health, readiness and metrics, and ends in time on SIGTERM', async () => {
    expect(await (await fetch(`${engine.endpoints}/healthz`)).text()).toBe('ok\n');
    expect((await fetch(`${engine.endpoints}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${engine.endpoints}/metrics`)).text();
    for (const name of [
      'controller_runtime_reconcile_total{controller="webapp",result="success"}',
      'workqueue_depth{name="opsonata"}',
      'rest_client_requests_total',
    ]) {
      expect(metrics).toContain(name);
    }
    const started = Date.now();
    expect(await engine.stop()).toBe(0);
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});
