// A version upgrade by tasks: back up, migrate, roll out; and what an operator does when one of them fails.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Kubelet } from '../../tools/control-plane/kubelet.ts';
import { describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'tasks-suite';
const job = (name: string) => `
        apiVersion: batch/v1
        kind: Job
        metadata: { name: "{% metadata.name %}-${name}" }
        spec:
          backoffLimit: 0
          template: { spec: { restartPolicy: Never, containers: [{ name: run, image: =spec.version }] } }`;
const RULE = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: upgrade }
spec:
  resource:
    apiVersion: tasks.example.com/v1
    kind: Database
    crd:
      schema:
        spec: { type: object, required: [version], properties: { version: { type: string } } }
        status: { type: object, properties: { migrated: { type: string } } }
  tasks:
    - id: backup
      key: =spec.version
      template:${job('backup')}
    - id: migrate
      key: =spec.version
      after: [backup]
      retries: 1
      template:${job('migrate')}
  children:
    - id: config
      after: [migrate]
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: =metadata.name }
        data: { version: =spec.version }
  status: { migrated: "=$migrate.phase = 'Succeeded' ? $migrate.key" }
`;

const database = (name: string, version: string) => ({
  apiVersion: 'tasks.example.com/v1',
  kind: 'Database',
  metadata: { name, namespace: NAMESPACE },
  spec: { version },
});

interface Run {
  readonly id: string;
  readonly key: string;
  readonly phase: string;
  readonly attempt: number;
}

describeCluster('tasks on an API server', (cluster) => {
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

  const version = async (name: string) => (await cluster.get('configmap', name, NAMESPACE))?.data.version;
  const runs = async (name: string): Promise<readonly string[]> =>
    ((await cluster.get('database', name, NAMESPACE)).status.tasks ?? []).map(
      ({ id, key, phase, attempt }: Run) => `${id} ${key} ${phase} ${attempt}`,
    );
  const jobs = async (name: string) => {
    const { items } = JSON.parse(await cluster.kubectl(`get jobs -n ${NAMESPACE} -o json`));
    return items.filter((item: { metadata: { name: string } }) => item.metadata.name.startsWith(`${name}-`));
  };
  // What the controller of Jobs would say, had a node run the pods.
  const finish = async (name: string, task: string, type: 'Complete' | 'Failed') => {
    const found = await eventually(`the Job of ${task}`, async () =>
      (await jobs(name)).find(
        (item: { metadata: { name: string }; status: { conditions?: object[] } }) =>
          item.metadata.name.startsWith(`${name}-${task}-`) && (item.status.conditions ?? []).length === 0,
      ),
    );
    const pods = `get pods -n ${NAMESPACE} -l batch.kubernetes.io/job-name=${found.metadata.name} -o json`;
    const pod = await eventually('its pod', async () => JSON.parse(await cluster.kubectl(pods)).items[0]);
    const phase = type === 'Complete' ? 'Succeeded' : 'Failed';
    const state = { terminated: { exitCode: type === 'Complete' ? 0 : 1 } };
    const status = {
      phase,
      containerStatuses: [{ name: 'run', image: 'a', imageID: 'a', ready: false, restartCount: 0, state }],
    };
    const patch = JSON.stringify({ status });
    const args = [
      'patch',
      'pod',
      pod.metadata.name,
      '-n',
      NAMESPACE,
      '--subresource=status',
      '--type=merge',
      '-p',
      patch,
    ];
    const ran = await cluster.try(args);
    expect(ran.stderr).toBe('');
    return found.metadata.name as string;
  };
  const becomes = (name: string, ...expected: readonly string[]) =>
    eventually(`${name}: ${expected.join(', ')}`, async () =>
      JSON.stringify(await runs(name)) === JSON.stringify(expected) ? true : undefined,
    );

  test('run in their order, each once, and gate what comes after them', async () => {
    kubelet.ready = false;
    await cluster.apply(database('shop', 'v1'));
    await becomes('shop', 'backup v1 Running 1');
    expect(await version('shop')).toBeUndefined();
    await finish('shop', 'backup', 'Complete');
    await becomes('shop', 'backup v1 Succeeded 1', 'migrate v1 Running 1');
    await finish('shop', 'migrate', 'Complete');
    await eventually('the roll-out', async () => ((await version('shop')) === 'v1' ? true : undefined));
    expect((await cluster.get('database', 'shop', NAMESPACE)).status.migrated).toBe('v1');
    const before = (await jobs('shop')).length;
    await engine.kill();
    await cluster.kubectl(`delete jobs --all -n ${NAMESPACE}`);
    engine = await EngineProcess.start(cluster, { 'rule.yaml': RULE });
    await cluster.apply({
      ...database('shop', 'v1'),
      metadata: { name: 'shop', namespace: NAMESPACE, labels: { seen: 'yes' } },
    });
    await becomes('shop', 'backup v1 Succeeded 1', 'migrate v1 Succeeded 1');
    expect(before).toBe(2);
    expect(await jobs('shop')).toEqual([]);
  });

  test('that fail stop the upgrade, say so, and are superseded by a newer wish', async () => {
    kubelet.ready = false;
    await cluster.apply(database('fail', 'v1'));
    await finish('fail', 'backup', 'Complete');
    const first = await finish('fail', 'migrate', 'Failed');
    await becomes('fail', 'backup v1 Succeeded 1', 'migrate v1 Running 2');
    const second = await finish('fail', 'migrate', 'Failed');
    expect(second).not.toBe(first);
    await becomes('fail', 'backup v1 Succeeded 1', 'migrate v1 Failed 2');
    const stalled = await eventually('it is stalled', async () =>
      (await cluster.get('database', 'fail', NAMESPACE)).status.conditions.find(
        ({ type, status }: { type: string; status: string }) => type === 'Stalled' && status === 'True',
      ),
    );
    expect(stalled.message).toContain('the task failed for "v1"');
    expect(await version('fail')).toBeUndefined();
    await cluster.apply(database('fail', 'v2'));
    await finish('fail', 'backup', 'Complete');
    await finish('fail', 'migrate', 'Complete');
    await eventually('the roll-out', async () => ((await version('fail')) === 'v2' ? true : undefined));
  });
});
