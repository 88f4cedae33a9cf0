// Killed again and again at whatever it is doing, the operator ends where it would have ended, and makes nothing twice.

import { afterEach, expect, test } from 'vitest';
import { describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'crash-suite';
const COUNT = 60;

const rule = `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: crash }
spec:
  resource: { apiVersion: crash.example.com/v1, kind: Crash, crd: { schema: { spec: { type: object, properties: { extra: { type: boolean } } } } } }
  children:
    - id: first
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-first" }, data: { a: "1" } }
    - id: second
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-second" }, data: { hash: =$hash($first.data) } }
    - id: third
      when: =spec.extra
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-third" }, data: { hash: =$hash($second.data) } }
`;

const resources = (extra: boolean) => ({
  apiVersion: 'v1',
  kind: 'List',
  items: Array.from({ length: COUNT }, (_, index) => ({
    apiVersion: 'crash.example.com/v1',
    kind: 'Crash',
    metadata: { name: `crash-${index}`, namespace: NAMESPACE },
    spec: { extra },
  })),
});

describeCluster('an operator that is killed again and again', (cluster) => {
  const engines: EngineProcess[] = [];
  const start = async (): Promise<EngineProcess> => {
    const engine = await EngineProcess.start(cluster, { 'rule.yaml': rule });
    engines.push(engine);
    return engine;
  };

  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  });

  const childrenAndReady = async () => {
    const { items: children } = JSON.parse(
      await cluster.kubectl(`get configmaps -n ${NAMESPACE} -l opsonata.dev/rule=crash -o json`),
    );
    const { items: owners } = JSON.parse(await cluster.kubectl(`get crashes -n ${NAMESPACE} -o json`));
    const isDone = ({
      metadata,
      status,
    }: {
      metadata: { generation: number };
      status?: { conditions?: { type: string; status: string; observedGeneration: number }[] };
    }) =>
      status?.conditions?.some(
        (item) => item.type === 'Ready' && item.status === 'True' && item.observedGeneration === metadata.generation,
      ) === true;
    return { children: children.length as number, ready: owners.filter(isDone).length as number };
  };

  const uids = async (): Promise<readonly string[]> => {
    const { items } = JSON.parse(
      await cluster.kubectl(
        `get configmaps -n ${NAMESPACE} -l opsonata.dev/child!=third,opsonata.dev/rule=crash -o json`,
      ),
    );
    return items.map(({ metadata }: { metadata: { name: string; uid: string } }) => `${metadata.name} ${metadata.uid}`);
  };

  // Dies after a few more writes each time; the result is how often there was still something left to write.
  const runWithKills = async (): Promise<number> => {
    const isDone = async () => (await childrenAndReady()).ready === COUNT;
    let kills = 0;
    for (const diesAfter of [1, 2, 3, 5, 8, 13, 21]) {
      const engine = new EngineProcess(cluster, { 'rule.yaml': rule }, [], { diesAfter });
      await eventually('it has died, or is done', async () => engine.isOver || (await isDone()));
      await engine.kill();
      if (await isDone()) break;
      kills += 1;
    }
    return kills;
  };

  test('makes every child exactly once', async () => {
    await cluster.kubectl(`create namespace ${NAMESPACE}`);
    const first = await EngineProcess.start(cluster, { 'rule.yaml': rule });
    await first.kill();
    const mark = await cluster.mark();
    await cluster.apply(resources(true));
    const kills = await runWithKills();
    await start();
    await eventually('all are ready', async () => (await childrenAndReady()).ready === COUNT);
    expect((await childrenAndReady()).children).toBe(3 * COUNT);
    // A request whose sender died may have been carried out without an answer: at most one 201 for each object.
    const created = (await cluster.writes(mark)).filter(
      ({ resource, code }) => resource === 'configmaps' && code === 201,
    );
    expect(created.length).toBeGreaterThan(2 * COUNT);
    expect(new Set(created.map(({ name }) => name)).size).toBe(created.length);
    expect((await cluster.writes(mark)).filter(({ verb }) => verb === 'delete')).toEqual([]);
    expect(kills).toBeGreaterThan(3);
  });

  test('removes what is wanted no more exactly once, and nothing else', async () => {
    const kept = await uids();
    const mark = await cluster.mark();
    await cluster.apply(resources(false));
    expect(await runWithKills()).toBeGreaterThan(3);
    await start();
    await eventually('the third children are gone', async () => (await childrenAndReady()).children === 2 * COUNT);
    const deleted = (await cluster.writes(mark)).filter(({ verb, code }) => verb === 'delete' && code === 200);
    expect(new Set(deleted.map(({ name }) => name)).size).toBe(deleted.length);
    expect(deleted.filter(({ name }) => !name.endsWith('-third'))).toEqual([]);
    expect(await uids()).toEqual(kept);
    expect((await cluster.writes(mark)).filter(({ code }) => code === 201)).toEqual([]);
  });
});
