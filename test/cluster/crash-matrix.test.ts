// Killed at each write of the making, the change and the end of a resource that uses all that outlasts a write, the
// operator ends where it would have ended, and leaves nothing over.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isEqual, type Json } from '../../engine/model/json.ts';
import { Kubelet } from '../../tools/control-plane/kubelet.ts';
import { Api, type Live } from '../support/api.ts';
import { describeCluster, eventually } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import { CrashingTransport, type Moment } from '../support/crashing-transport.ts';
import { EngineInProcess } from '../support/engine-in-process.ts';
import { LossyTransport } from '../support/lossy-transport.ts';

const NAMESPACE = 'crash-matrix';
const THERE = 'crash-matrix-there';
const API = 'matrix.example.com/v1';

const configMap = (id: string, more: string) =>
  `template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-${id}"${more} }, data: { x: =spec.x } }`;
const RULE = `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: matrix }
spec:
  resource:
    apiVersion: ${API}
    kind: Matrix
    crd: { schema: { spec: { type: object, properties: { x: { type: string }, "off": { type: boolean } } } } }
  tasks:
    - id: save
      runOn: Delete
      after: [first]
      template:
        apiVersion: batch/v1
        kind: Job
        metadata: { name: "{% metadata.name %}-save" }
        spec: { template: { spec: { restartPolicy: Never, containers: [{ name: save, image: example.com/save }] } } }
  children:
    - id: first
      ${configMap('first', '')}
    - id: second
      after: [first]
      when: =$not(spec.off ?? false)
      ${configMap('second', '')}
    - id: app
      ready: =true
      template:
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: "{% metadata.name %}-app" }
        spec:
          replicas: 0
          selector: { matchLabels: { app: =metadata.name } }
          template:
            metadata: { labels: { app: =metadata.name }, annotations: { x: =spec.x } }
            spec: { containers: [{ name: app, image: example.com/app }] }
    - id: set
      onImmutable: recreate
      ready: =true
      template:
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: { name: "{% metadata.name %}-set" }
        spec:
          replicas: 0
          serviceName: =spec.x
          selector: { matchLabels: { set: =metadata.name } }
          template:
            metadata: { labels: { set: =metadata.name } }
            spec: { containers: [{ name: set, image: example.com/set }] }
    - id: kept
      onDelete: orphan
      ${configMap('kept', '')}
    - id: there
      ${configMap('there', `, namespace: ${THERE}`)}
    - id: role
      when: =$not(spec.off ?? false)
      template:
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: { name: "{% metadata.name %}-role" }
        rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]
  patches:
    - id: note
      target: { apiVersion: v1, kind: ConfigMap, name: "=metadata.name & '-target'" }
      merge: { data: { note: =spec.x } }
    - id: pin
      target: { apiVersion: apps/v1, kind: Deployment, name: "=metadata.name & '-other'" }
      merge: { spec: { template: { metadata: { annotations: { pin: =spec.x } } } } }
    - id: share
      target: { apiVersion: apps/v1, kind: Deployment, name: "=metadata.name & '-third'" }
      apply: { spec: { template: { metadata: { annotations: { share: =spec.x } } } } }
    - id: mark
      target: { apiVersion: v1, kind: ConfigMap, name: "=metadata.name & '-target'" }
      apply: { metadata: { labels: { marked: =spec.x } } }
`;

// A deployment of somebody else.
const OTHER = {
  replicas: 0,
  selector: { matchLabels: { app: 'other' } },
  template: {
    metadata: { labels: { app: 'other' }, annotations: { theirs: 'yes' } },
    spec: { containers: [{ name: 'app', image: 'example.com/app' }] },
  },
};

const PHASES = {
  made: {
    spec: { x: 'one' },
    end: { spec: { x: 'one' } },
    least: 17,
    restarts: [/other starts anew.*pin/, /third starts anew.*share/],
  },
  changed: {
    spec: { x: 'one' },
    end: { spec: { x: 'two', off: true } },
    least: 14,
    restarts: [/app starts anew/, /set starts anew/, /other starts anew.*pin.*two/, /third starts anew.*share.*two/],
  },
  deleted: {
    spec: { x: 'one' },
    end: undefined,
    least: 12,
    restarts: [/other starts anew.*"pin" did is taken back/, /third starts anew.*"share" did is taken back/],
  },
} as const;
type Phase = keyof typeof PHASES;

describeCluster('an operator that is killed at each of its writes', (cluster) => {
  let api: Api;
  let kubelet: Kubelet;

  beforeAll(async () => {
    api = new Api(clusterBackend(cluster), NAMESPACE);
    kubelet = new Kubelet(cluster.state.kubeconfig);
    await api.createNamespace();
    await api.createNamespace(THERE);
    // The first start brings the kind.
    const engine = await EngineInProcess.start(cluster.state.kubeconfig, { 'rule.yaml': RULE }, []);
    await engine.stop();
  });

  afterAll(async () => {
    await kubelet?.stop();
    api?.stop();
  });

  const start = async (at = Number.POSITIVE_INFINITY, moment: Moment = 'before') => {
    let transport: CrashingTransport | undefined;
    const engine = await EngineInProcess.start(cluster.state.kubeconfig, { 'rule.yaml': RULE }, [], (inner) => {
      transport = new CrashingTransport(inner, at, moment);
      return transport;
    });
    return { engine, transport: transport as CrashingTransport };
  };
  const want = async (name: string, content: object) => await api.apply(`${API} Matrix ${name}`, content, 'user', true);
  const isReady = (live: Live) =>
    live?.status?.observedGeneration === live?.metadata.generation &&
    live?.status.conditions?.some((item: Live) => item.type === 'Ready' && item.status === 'True');

  // What was told of restarts, each once.
  const eventsOf = async (name: string): Promise<readonly string[]> => {
    const { items } = JSON.parse(await cluster.kubectl(`get events.events.k8s.io -n ${NAMESPACE} -o json`));
    const own = (items as readonly Live[]).filter(
      ({ reason, regarding }) => reason === 'Restarted' && regarding.name === name,
    );
    return own.map(({ note }) => note).sort();
  };
  // What is there in the end, without names and uids.
  const stateOf = async (name: string): Promise<Json> => {
    const look = async (kind: string, id: string, namespace = NAMESPACE) => {
      const live = await cluster.get(kind, `${name}-${id}`, namespace);
      if (live === undefined) return undefined;
      const { labels, ownerReferences, deletionTimestamp, managedFields } = live.metadata;
      const managers = (managedFields as Live[]).flatMap(({ manager, operation }) =>
        manager.startsWith('opsonata/') ? [`${operation} ${manager.split('/').length}`] : [],
      );
      const marks = Object.keys(labels ?? {}).sort();
      return { data: live.data, marks, owners: ownerReferences?.length, deletionTimestamp, managers: managers.sort() };
    };
    const owner = await api.get(`${API} Matrix ${name}`);
    const { conditions = [], children, patches, restarts = [] } = owner?.status ?? {};
    const state = {
      owner: owner && { finalizers: owner.metadata.finalizers, children, x: owner.spec.x },
      conditions: conditions.map(({ type, status, reason }: Live) => `${type} ${status} ${reason}`),
      patches: patches?.map(({ id, applied, effects }: Live) => ({ id, applied, effects })),
      restarts: restarts.map(({ at: _at, ...told }: Live) => JSON.stringify(told)).sort(),
      events: await eventsOf(name),
      target: await look('configmap', 'target'),
      first: await look('configmap', 'first'),
      second: await look('configmap', 'second'),
      kept: await look('configmap', 'kept'),
      there: await look('configmap', 'there', THERE),
      role: await look('clusterrole', 'role'),
    };
    return JSON.parse(
      JSON.stringify(state)
        .replaceAll(name, 'NAME')
        .replaceAll(/\/\S+\/rule.yaml/g, 'rule.yaml'),
    );
  };
  const begin = async (phase: Phase, names: readonly string[]): Promise<void> => {
    for (const name of names)
      await Promise.all([
        api.apply(`ConfigMap ${name}-target`, { data: { note: 'theirs', other: 'theirs' } }),
        api.apply(`apps/v1 Deployment ${name}-other`, { spec: OTHER }),
        api.apply(`apps/v1 Deployment ${name}-third`, { spec: OTHER }),
      ]);
    if (phase === 'made') return;
    const { engine } = await start();
    await Promise.all(names.map(async (name) => await want(name, { spec: PHASES[phase].spec })));
    for (const name of names) await api.until('it is ready', `${API} Matrix ${name}`, isReady);
    await engine.stop();
  };
  const act = async (phase: Phase, name: string): Promise<void> => {
    const { end } = PHASES[phase];
    if (end === undefined) await api.delete(`${API} Matrix ${name}`);
    else await want(name, end);
  };
  const ended = async (phase: Phase, name: string) => {
    const live = await api.get(`${API} Matrix ${name}`);
    return PHASES[phase].end === undefined ? live === undefined : isReady(live) === true;
  };

  const jobsOf = async (name: string): Promise<readonly Live[]> => {
    const jobs = JSON.parse(await cluster.kubectl(`get jobs -n ${NAMESPACE} -o json`)).items as readonly Live[];
    return jobs.filter(({ metadata }) => metadata.name.startsWith(`${name}-save`));
  };
  // Kills one operator at a write, and lets another one end what it began. True where it was killed.
  const crash = async (phase: Phase, name: string, at: number, moment: Moment): Promise<boolean> => {
    const first = await start(at, moment);
    await act(phase, name);
    const isOver = async () => first.transport.isDead || (await ended(phase, name));
    await eventually(`${name} is killed`, isOver);
    await first.engine.stop();
    const second = await start();
    await eventually(`${name} ends`, async () => await ended(phase, name));
    await second.engine.stop();
    expect((await jobsOf(name)).length, name).toBeLessThan(2);
    return first.transport.isDead;
  };

  describe.each(Object.keys(PHASES) as Phase[])('while a resource is %s', (phase) => {
    let reference: unknown;
    let count = 0;

    beforeAll(async () => {
      const name = `${phase}-reference`;
      await begin(phase, [name]);
      const { engine, transport } = await start();
      await act(phase, name);
      await eventually(`${name} has ended`, async () => await ended(phase, name));
      // What is told after the end is told when it has stopped.
      await engine.stop();
      reference = await stateOf(name);
      count = transport.writes.length;
      const events = await eventsOf(name);
      for (const words of PHASES[phase].restarts) expect(events).toContainEqual(expect.stringMatching(words));
      expect(count, transport.writes.join('\n')).toBeGreaterThanOrEqual(PHASES[phase].least);
    });

    test.each(['before', 'after'] as const)('%s each of its writes', async (moment) => {
      const names = Array.from({ length: count }, (_, index) => `${phase}-${moment}-${index + 1}`);
      await begin(phase, names);
      let crashes = 0;
      for (const [index, name] of names.entries()) {
        if (await crash(phase, name, index + 1, moment)) crashes += 1;
        expect(await stateOf(name), name).toEqual(reference);
      }
      // Two writes that leave together may be one in another run.
      expect(crashes).toBeGreaterThanOrEqual(count - 2);
    });

    test('while requests and answers are lost, and nobody is killed', async () => {
      const name = `${phase}-lossy`;
      await begin(phase, [name]);
      let transport: LossyTransport | undefined;
      const engine = await EngineInProcess.start(cluster.state.kubeconfig, { 'rule.yaml': RULE }, [], (inner) => {
        transport = new LossyTransport(inner);
        return transport;
      });
      await act(phase, name);
      await eventually(`${name} ends`, async () => await ended(phase, name));
      // What is told after the end is told.
      await eventually(`${name} is as it should be`, async () => isEqual(await stateOf(name), reference as Json)).catch(
        async () => expect(await stateOf(name), name).toEqual(reference),
      );
      await engine.stop();
      expect((transport as LossyTransport).lost).toBeGreaterThan(count);
      expect((await jobsOf(name)).length).toBeLessThan(2);
    });
  });
});
