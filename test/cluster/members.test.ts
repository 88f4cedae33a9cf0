// Members that are replaced one by one and leave one by one, with an operator that is killed in the middle.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Kubelet } from '../../tools/control-plane/kubelet.ts';
import { describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'members-suite';
const RULE = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: quorum }
spec:
  resource:
    apiVersion: members.example.com/v1
    kind: Quorum
    crd: { schema: { spec: { type: object, properties: { version: { type: string }, members: { type: integer } } } } }
  children:
    - id: member
      forEach: =[0..spec.members - 1]
      key: =$item
      onImmutable: recreate
      rollout: { order: "=$self.metadata.labels.role = 'primary' ? 1 : 0", drain: leave }
      template:
        apiVersion: v1
        kind: Pod
        metadata: { name: "{% metadata.name %}-{% $item %}" }
        spec:
          terminationGracePeriodSeconds: 0
          containers: [{ name: store, image: "store:{% spec.version %}" }]
  tasks:
    - id: leave
      template:
        apiVersion: batch/v1
        kind: Job
        metadata: { name: "{% metadata.name %}-leave" }
        spec:
          backoffLimit: 0
          template: { spec: { restartPolicy: Never, containers: [{ name: leave, image: a, args: [=$self.metadata.name] }] } }
`;

const quorum = (spec: object) => ({
  apiVersion: 'members.example.com/v1',
  kind: 'Quorum',
  metadata: { name: 'shop', namespace: NAMESPACE },
  spec: { version: 'v1', members: 3, ...spec },
});

describeCluster('members on an API server', (cluster) => {
  let engine: EngineProcess;
  let kubelet: Kubelet;

  beforeAll(async () => {
    kubelet = new Kubelet(cluster.state.kubeconfig);
    await cluster.kubectl(`create namespace ${NAMESPACE}`);
    engine = await EngineProcess.start(cluster, { 'rule.yaml': RULE });
  });

  afterAll(async () => {
    await engine?.stop();
    await kubelet?.stop();
  });

  const restart = async () => {
    await engine.kill();
    engine = await EngineProcess.start(cluster, { 'rule.yaml': RULE });
  };
  const pods = async (): Promise<string> => {
    const { items } = JSON.parse(
      await cluster.kubectl(`get pods -n ${NAMESPACE} -l opsonata.dev/child=member -o json`),
    );
    return items
      .map(
        ({
          metadata,
          spec,
          status,
        }: {
          metadata: { name: string };
          spec: { containers: { image: string }[] };
          status: { phase: string };
        }) => `${metadata.name.slice(-1)}:${spec.containers[0]?.image.slice(6)}:${status.phase}`,
      )
      .sort()
      .join(' ');
  };
  const become = (wanted: string) => eventually(wanted, async () => (await pods()) === wanted);
  const condition = async (wanted: string) => {
    const { status } = await cluster.get('quorum', 'shop', NAMESPACE);
    return status?.conditions?.find(({ type }: { type: string }) => type === wanted);
  };
  const says = (text: string) =>
    eventually(text, async () => (await condition('Reconciling'))?.message?.includes(text) === true);
  const isReady = () => eventually('it is ready', async () => (await condition('Ready'))?.status === 'True');

  test('are replaced in their order, each when the last one is ready, also by another operator', async () => {
    await cluster.apply(quorum({}));
    await become('0:v1:Running 1:v1:Running 2:v1:Running');
    await cluster.kubectl(`label pod shop-2 -n ${NAMESPACE} role=primary`);
    kubelet.ready = false;
    const mark = await cluster.mark();
    await cluster.apply(quorum({ version: 'v2' }));
    await become('0:v1:Running 1:v2:Pending 2:v1:Running');
    await says('Pod members-suite/shop-1');
    await restart();
    await cluster.kubectl(`annotate quorum shop -n ${NAMESPACE} seen=yes`);
    kubelet.ready = true;
    await become('0:v2:Running 1:v2:Running 2:v2:Running');
    await isReady();
    const made = (await cluster.writes(mark)).filter(({ resource, code }) => resource === 'pods' && code === 201);
    expect(made.map(({ name }) => name)).toEqual(['shop-1', 'shop-0', 'shop-2']);
  });

  test('that are replaced have a reason, in the status and in one event each', async () => {
    const { status } = await cluster.get('quorum', 'shop', NAMESPACE);
    const reason = 'spec.containers[0].image: "store:v1" became "store:v2" (=spec.version, ';
    for (const name of ['shop-0', 'shop-1', 'shop-2'])
      expect(status.restarts.find((entry: { name: string }) => entry.name === name).reason).toContain(reason);
    const { items } = JSON.parse(await cluster.kubectl(`get events.v1.events.k8s.io -n ${NAMESPACE} -o json`));
    const told = items.filter(({ reason: word }: { reason: string }) => word === 'Restarted');
    expect(told.map(({ related }: { related: { name: string } }) => related.name).sort()).toEqual([
      'shop-0',
      'shop-1',
      'shop-2',
    ]);
    for (const { note, regarding } of told) {
      expect(note).toContain(reason);
      expect(regarding.name).toBe('shop');
    }
  });

  test('are drained before they leave, one by one, also by another operator', async () => {
    kubelet.ready = false;
    const mark = await cluster.mark();
    await cluster.apply(quorum({ version: 'v2', members: 1 }));
    await says('leaves after "leave"');
    const jobs = async () =>
      JSON.parse(await cluster.kubectl(`get jobs -n ${NAMESPACE} -o json`)).items.map(
        ({ spec }: { spec: { template: { spec: { containers: { args: string[] }[] } } } }) =>
          spec.template.spec.containers[0]?.args[0],
      );
    await eventually('the first drain', async () => (await jobs()).join() === 'shop-2');
    await restart();
    await cluster.kubectl(`annotate quorum shop -n ${NAMESPACE} seen=again --overwrite`);
    expect(await jobs()).toEqual(['shop-2']);
    expect(await pods()).toBe('0:v2:Running 1:v2:Running 2:v2:Running');
    kubelet.ready = true;
    await become('0:v2:Running');
    await isReady();
    const gone = (await cluster.writes(mark)).filter(({ verb, resource }) => verb === 'delete' && resource === 'pods');
    expect(gone.map(({ name }) => name)).toEqual(['shop-2', 'shop-1']);
    const { tasks } = (await cluster.get('quorum', 'shop', NAMESPACE)).status;
    expect(tasks.map(({ phase }: { phase: string }) => phase)).toEqual(['Succeeded', 'Succeeded']);
  });
});
