// What rules read beside their children, children of many, and rules for kinds of somebody else.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'inputs-suite';

const SITE = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: site }
spec:
  resource:
    apiVersion: inputs.example.com/v1
    kind: Site
    crd:
      schema:
        spec:
          type: object
          properties:
            secret: { type: string }
            workers: { type: array, items: { type: object, properties: { queue: { type: string }, size: { type: integer } } } }
        status: { type: object, properties: { quotas: { type: integer } } }
  inputs:
    - id: tls
      when: =$exists(spec.secret)
      resource: { apiVersion: v1, kind: Secret }
      name: =spec.secret
    - id: quotas
      resource: { apiVersion: v1, kind: ConfigMap }
      selector: { matchLabels: { for: sites } }
  children:
    - id: config
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: =metadata.name }
        data: { hash: =$hash($tls.data) }
    - id: worker
      forEach: =spec.workers
      key: =$item.queue
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "{% metadata.name %}-{% $item.queue %}" }
        data: { size: =$string($item.size) }
  status: { quotas: =$count($quotas) }
`;

const DECORATOR = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: team-config }
spec:
  resource:
    apiVersion: v1
    kind: Namespace
    selector: { matchLabels: { inputs-suite: "yes" } }
  children:
    - id: config
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: team, namespace: =metadata.name }
        data: { team: =metadata.labels.team }
`;

const site = (name: string, spec: object) => ({
  apiVersion: 'inputs.example.com/v1',
  kind: 'Site',
  metadata: { name, namespace: NAMESPACE },
  spec,
});
const secret = (name: string, value: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: NAMESPACE },
  stringData: { value },
});

describeCluster('what a rule reads and repeats', (cluster) => {
  let engine: EngineProcess;

  beforeAll(async () => {
    await cluster.kubectl(`create namespace ${NAMESPACE}`);
    engine = await EngineProcess.start(cluster, { 'site.yaml': SITE, 'namespace.yaml': DECORATOR });
  });

  afterAll(async () => {
    await engine?.stop();
  });

  const get = (kind: string, name: string, namespace = NAMESPACE) => cluster.get(kind, name, namespace);
  const ready = async (name: string) =>
    (await get('site', name))?.status?.conditions?.find(({ type }: { type: string }) => type === 'Ready');
  const becomes = (name: string, status: string) =>
    eventually(`${name} has Ready=${status}`, async () => {
      const found = await ready(name);
      return found?.status === status ? found : undefined;
    });
  // How many there were, once all that began are over: a status is seen before what wrote it is counted.
  const reconciles = async (rule: string) =>
    await eventually(`nothing of the rule ${rule} is worked on`, async () => {
      const metrics = await (await fetch(`${engine.endpoints}/metrics`)).text();
      const sumOf = (name: string): number =>
        metrics
          .split('\n')
          .filter((line) => line.startsWith(name) && line.includes(`"${rule}"`))
          .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
      const isIdle = sumOf('controller_runtime_active_workers') === 0;
      return isIdle ? sumOf('controller_runtime_reconcile_total') : undefined;
    });

  test('an input that comes late, changes and goes is followed', async () => {
    await cluster.apply(site('late', { secret: 'late-tls' }));
    expect(await becomes('late', 'False')).toMatchObject({
      reason: 'InputMissing',
      message: expect.stringMatching(
        /^child "config" needs "tls": Secret inputs-suite\/late-tls does not exist \(.*site\.yaml:30:30\)$/,
      ),
    });
    await cluster.apply(secret('late-tls', 'one'));
    await becomes('late', 'True');
    const first = (await get('configmap', 'late')).data.hash;
    await cluster.apply(secret('late-tls', 'two'));
    await eventually('the hash follows', async () => (await get('configmap', 'late')).data.hash !== first || undefined);
    // What is gone is waited for; what was made with it stays.
    await cluster.kubectl(`delete secret late-tls -n ${NAMESPACE}`);
    await becomes('late', 'False');
    expect(await get('configmap', 'late')).toBeDefined();
  });

  test('only those that read an object are woken by it', async () => {
    await cluster.apply(secret('shared', 'one'));
    for (const name of ['wake-a', 'wake-b', 'wake-c']) await cluster.apply(site(name, { secret: 'shared' }));
    await cluster.apply(site('sleeper', { secret: 'other' }));
    for (const name of ['wake-a', 'wake-b', 'wake-c']) await becomes(name, 'True');
    await becomes('sleeper', 'False');
    const before = await reconciles('site');
    await cluster.apply(secret('shared', 'two'));
    const hashes = async () =>
      new Set(
        await Promise.all(['wake-a', 'wake-b', 'wake-c'].map(async (name) => (await get('configmap', name)).data.hash)),
      );
    const first = await hashes();
    await eventually(
      'all follow',
      async () => ((await hashes()).size === 1 && (await reconciles('site')) >= before + 3) || undefined,
    );
    expect(first.size).toBeGreaterThan(0);
    expect(await reconciles('site')).toBe(before + 3);
  });

  test('a list by selector follows what comes and goes', async () => {
    await cluster.apply(site('lister', {}));
    await becomes('lister', 'True');
    expect((await get('site', 'lister')).status.quotas).toBe(0);
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'quota', namespace: NAMESPACE, labels: { for: 'sites' } },
    });
    await eventually('the list has one', async () => (await get('site', 'lister')).status.quotas === 1 || undefined);
    await cluster.kubectl(`label configmap quota -n ${NAMESPACE} for-`);
    await eventually('the list is empty', async () => (await get('site', 'lister')).status.quotas === 0 || undefined);
  });

  test('members come, go and keep their identity', async () => {
    const workers = (...queues: string[]) => ({ workers: queues.map((queue) => ({ queue, size: queue.length })) });
    await cluster.apply(site('many', workers('mail', 'pdf')));
    await becomes('many', 'True');
    const uid = (await get('configmap', 'many-mail')).metadata.uid;
    await cluster.apply(site('many', workers('pdf', 'video', 'mail')));
    await eventually('a member comes', () => get('configmap', 'many-video'));
    expect((await get('configmap', 'many-mail')).metadata.uid).toBe(uid);
    expect((await get('site', 'many')).status.children).toContainEqual({
      id: 'worker',
      key: 'mail',
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'many-mail',
    });
    await cluster.apply(site('many', workers('mail', 'mail')));
    expect(await becomes('many', 'False')).toMatchObject({ reason: 'InvalidResult' });
    expect(await get('configmap', 'many-pdf')).toBeDefined();
    await cluster.apply(site('many', workers('mail')));
    await becomes('many', 'True');
    await eventually('members go', async () => (await get('configmap', 'many-pdf')) === undefined || undefined);
    expect((await get('configmap', 'many-mail')).metadata.uid).toBe(uid);
  });

  test('a rule adds to objects of somebody else, and takes back what it added when they are not meant any more', async () => {
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'inputs-team', labels: { 'inputs-suite': 'yes', team: 'blue' } },
    });
    const config = () => get('configmap', 'team', 'inputs-team');
    await eventually('the config is there', config);
    expect((await config()).data).toEqual({ team: 'blue' });
    expect(await get('configmap', 'team', NAMESPACE)).toBeUndefined();
    await cluster.kubectl('label namespace inputs-team team=red --overwrite');
    await eventually('the config follows', async () => (await config()).data.team === 'red' || undefined);
    const { status } = await cluster.get('namespace', 'inputs-team', '');
    expect(Object.keys(status)).toEqual(['phase']);
    await cluster.kubectl('label namespace inputs-team inputs-suite-');
    await eventually('the config goes', async () => (await config()) === undefined || undefined);
  });
});
