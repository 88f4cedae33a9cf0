// What a rule remembers, on an API server: it is written before it is acted on, and outlives the engine.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'state-suite';
const RULE = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: keeper }
spec:
  resource:
    apiVersion: state.example.com/v1
    kind: Keeper
    crd:
      schema:
        spec: { type: object, properties: { size: { type: integer }, every: { type: string } } }
        status: { type: object, properties: { ticks: { type: integer } } }
  schedules:
    - { id: tick, every: =spec.every }
  triggers:
    - { id: restart, annotation: state.example.com/restart }
  memory:
    highest: "=$max([spec.size, $memory.highest])"
    ticked: =$tick
    ticks: "=$exists($tick) and $not($memory.ticked = $tick) ? ($memory.ticks ?? 0) + 1 : $memory.ticks"
  children:
    - id: config
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: =metadata.name }
        data:
          highest: =$string($memory.highest)
          restarted: =$triggers.restart.at
  status: { ticks: =$memory.ticks }
`;

const keeper = (name: string, spec: object) => ({
  apiVersion: 'state.example.com/v1',
  kind: 'Keeper',
  metadata: { name, namespace: NAMESPACE },
  spec,
});

describeCluster('what a rule remembers', (cluster) => {
  let engine: EngineProcess;

  beforeAll(async () => {
    await cluster.kubectl(`create namespace ${NAMESPACE}`);
    engine = await EngineProcess.start(cluster, { 'rule.yaml': RULE });
  });

  afterAll(async () => {
    await engine?.stop();
  });

  const get = (name: string) => cluster.get('keeper', name, NAMESPACE);
  const data = async (name: string) => (await cluster.get('configmap', name, NAMESPACE))?.data;

  test('memory is written before what depends on it, and kept over a restart', async () => {
    const mark = await cluster.mark();
    await cluster.apply(keeper('memory', { size: 3 }));
    await eventually('the child', async () => ((await data('memory'))?.highest === '3' ? true : undefined));
    const [first, second] = await cluster.writes(mark);
    expect(first).toMatchObject({ resource: 'keepers', subresource: 'status', name: 'memory' });
    expect(second).toMatchObject({ resource: 'configmaps', name: 'memory' });
    await cluster.apply(keeper('memory', { size: 7 }));
    await eventually('a new highest', async () => ((await data('memory')).highest === '7' ? true : undefined));
    await engine.kill();
    engine = await EngineProcess.start(cluster, { 'rule.yaml': RULE });
    await cluster.apply(keeper('memory', { size: 2 }));
    await eventually('the change is seen', async () =>
      (await get('memory')).status.observedGeneration === 3 ? true : undefined,
    );
    expect((await data('memory')).highest).toBe('7');
  });

  test('a trigger is acted on once, and its annotation goes', async () => {
    await cluster.apply(keeper('trigger', { size: 1 }));
    await eventually('the child', () => data('trigger'));
    expect((await data('trigger')).restarted).toBeUndefined();
    const set = () =>
      cluster.kubectl(
        `annotate keeper trigger -n ${NAMESPACE} state.example.com/restart=please other=stays`.concat(' --overwrite'),
      );
    await set();
    const first = await eventually('it is acted on', async () => (await data('trigger')).restarted);
    await eventually('it is done with', async () =>
      (await get('trigger')).status.triggers[0].pending === false ? true : undefined,
    );
    const { metadata, status } = await get('trigger');
    expect(metadata.annotations['state.example.com/restart']).toBeUndefined();
    expect(metadata.annotations['other']).toBe('stays');
    expect(status.triggers).toEqual([{ id: 'restart', value: 'please', at: first, pending: false }]);
    await eventually('a later second', () => new Date().toISOString().slice(0, 19) > first.slice(0, 19) || undefined);
    await set();
    await eventually('the same value counts again', async () =>
      (await data('trigger')).restarted > first ? true : undefined,
    );
  });

  test('a schedule comes in its time, and once', async () => {
    await cluster.apply(keeper('clock', { every: '2s' }));
    const status = async () => (await get('clock'))?.status;
    const after = async (ticks: number) =>
      await eventually(`${ticks} ticks`, async () => {
        const now = await status();
        return now?.ticks >= ticks ? now : undefined;
      });
    const first = await after(1);
    const later = await after(first.ticks + 2);
    const [{ last, next }] = later.schedules;
    expect(Date.parse(next) - Date.parse(last)).toBe(2000);
    // One that is late may be left out, and none counts twice.
    const passedMs = Date.parse(last) - Date.parse(first.schedules[0].last);
    expect(later.ticks - first.ticks).toBeLessThanOrEqual(passedMs / 2000);
    await cluster.apply(keeper('clock', {}));
    await eventually('no schedule', async () => ((await status()).schedules?.length === 0 ? true : undefined));
  });
});
