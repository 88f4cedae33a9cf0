// Resources for which nothing is written: suspended ones, and those of which it is only told what would be done.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'modes-suite';
const rule = (mode: string) => `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: page }
spec:
  ${mode}
  resource:
    apiVersion: halts.example.com/v1
    kind: Page
    crd:
      schema:
        spec:
          type: object
          required: [text]
          properties: { text: { type: string }, more: { type: boolean, default: false } }
        status: { type: object, properties: { shown: { type: string } } }
  memory: { first: =$memory.first ?? spec.text }
  schedules: [{ id: often, every: 1s, when: =metadata.name != "seen" }]
  children:
    - id: config
      ready: =($self.data.broken ?? "no") = "no"
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: =metadata.name }
        data: { text: =spec.text, first: =$memory.first }
    - id: more
      when: =spec.more
      template: { apiVersion: v1, kind: Secret, metadata: { name: =metadata.name } }
  patches:
    - id: board
      when: =metadata.name = "seen"
      target: { apiVersion: v1, kind: ConfigMap, name: board, optional: true }
      merge: { data: { page: =spec.text } }
  status: { shown: =$config.data.text }
`;

const page = (name: string, spec: object, annotations: object = {}) => ({
  apiVersion: 'halts.example.com/v1',
  kind: 'Page',
  metadata: { name, namespace: NAMESPACE, annotations },
  spec,
});
const SUSPEND = { 'opsonata.dev/suspend': 'true' };
const OBSERVE = { 'opsonata.dev/observe': 'true' };

describeCluster('resources for which nothing is written', (cluster) => {
  let engine: EngineProcess;

  beforeAll(async () => {
    await cluster.kubectl(`create namespace ${NAMESPACE}`);
    engine = await EngineProcess.start(cluster, { 'rule.yaml': rule('suspend: false') });
  });

  afterAll(async () => {
    await engine?.stop();
  });

  const get = (name: string) => cluster.get('page', name, NAMESPACE);
  const config = async (name: string) => (await cluster.get('configmap', name, NAMESPACE))?.data;
  type Condition = { type: string; status: string; reason: string; message: string; observedGeneration: number };
  const conditionOf = async (name: string, type: string): Promise<Condition | undefined> =>
    (await get(name))?.status?.conditions?.find((item: Condition) => item.type === type);
  const hears = async (name: string, type: string, words: RegExp): Promise<Condition> =>
    await eventually(`${type} of ${name} says ${words}`, async () => {
      const condition = await conditionOf(name, type);
      return condition !== undefined && words.test(`${condition.status} ${condition.message}`) ? condition : undefined;
    });
  const annotate = async (name: string, annotation: string) =>
    await cluster.kubectl(`annotate page ${name} -n ${NAMESPACE} ${annotation} --overwrite`);
  const other = async (mark: number) =>
    (await cluster.writes(mark)).filter(({ subresource }) => subresource !== 'status');
  // Another resource is done, so that whatever was asked for before is done, too.
  let barriers = 0;
  const barrier = async (): Promise<void> => {
    barriers += 1;
    const name = `barrier-${barriers}`;
    await cluster.apply(page(name, { text: 'x' }));
    await hears(name, 'Ready', /True/);
  };

  test('of a suspended resource nothing is made, until the annotation goes', async () => {
    const mark = await cluster.mark();
    await cluster.apply(page('new', { text: 'one' }, SUSPEND));
    const suspended = await hears('new', 'Suspended', /True/);
    expect(suspended).toMatchObject({
      reason: 'Suspended',
      message: 'nothing is written: the annotation opsonata.dev/suspend says suspend',
      observedGeneration: 1,
    });
    const { status } = await get('new');
    expect(status.observedGeneration).toBe(-1);
    expect(status.memory).toBeUndefined();
    expect(await conditionOf('new', 'Ready')).toMatchObject({ status: 'False' });
    expect(await other(mark)).toEqual([]);
    await annotate('new', 'opsonata.dev/suspend-');
    await hears('new', 'Ready', /True/);
    expect(await config('new')).toEqual({ text: 'one', first: 'one' });
    expect(await conditionOf('new', 'Suspended')).toBeUndefined();
    expect((await get('new')).status).toMatchObject({ observedGeneration: 1, shown: 'one' });
  });

  test('a suspended resource is left as it is, and the health of its children is told', async () => {
    await cluster.apply(page('kept', { text: 'one' }));
    await hears('kept', 'Ready', /True/);
    await annotate('kept', 'opsonata.dev/suspend=true');
    await hears('kept', 'Suspended', /True/);
    const mark = await cluster.mark();
    await cluster.apply(page('kept', { text: 'two', more: true }, SUSPEND));
    await hears('kept', 'Ready', /False Secret modes-suite\/kept does not exist, and is not made/);
    await cluster.kubectl(`patch configmap kept -n ${NAMESPACE} --type=merge -p {"data":{"broken":"yes"}}`);
    await hears('kept', 'Ready', /its ready formula is not true yet|and 1 more/);
    expect((await get('kept')).status.observedGeneration).toBe(1);
    await cluster.kubectl(`delete configmap kept -n ${NAMESPACE}`);
    await hears('kept', 'Ready', /False ConfigMap modes-suite\/kept does not exist/);
    await barrier();
    expect((await other(mark)).filter(({ name }) => name === 'kept')).toEqual([]);
    await annotate('kept', 'opsonata.dev/suspend=false');
    await hears('kept', 'Ready', /True/);
    expect((await config('kept'))?.text).toBe('two');
  });

  test('an observed resource tells what would be done, and does it when it may', async () => {
    await cluster.kubectl(`create configmap board -n ${NAMESPACE} --from-literal=page=before`);
    await cluster.apply(page('seen', { text: 'one', more: true }));
    await hears('seen', 'Ready', /True/);
    const before = await cluster.mark();
    await cluster.apply(page('seen', { text: 'two', more: false }, OBSERVE));
    const { message } = await hears('seen', 'Observing', /True .*3 changes wait/);
    expect(message).toBe(
      'nothing is written: the annotation opsonata.dev/observe says observe; 3 changes wait: update ConfigMap modes-suite/seen (data.text); patch ConfigMap modes-suite/board (data.page); delete Secret modes-suite/seen, since when gives false',
    );
    expect(await conditionOf('seen', 'Ready')).toMatchObject({ status: 'False', reason: 'Observing' });
    await cluster.apply(page('fresh', { text: 'one' }, OBSERVE));
    await hears('fresh', 'Observing', /remember memory, schedules; create ConfigMap|remember .*memory/);
    expect((await other(before)).filter(({ name }) => ['seen', 'fresh', 'board'].includes(name ?? ''))).toEqual([]);
    await eventually('the log tells it', () => engine.events('halted').find(({ message: said }) => said === message));
    await annotate('seen', 'opsonata.dev/observe-');
    await hears('seen', 'Ready', /True/);
    expect((await config('seen'))?.text).toBe('two');
    expect((await config('board'))?.page).toBe('two');
    expect(await cluster.get('secret', 'seen', NAMESPACE)).toBeUndefined();
  });

  test('nothing is written for what is held, however long it is', async () => {
    await annotate('seen', 'opsonata.dev/observe=true');
    await annotate('kept', 'opsonata.dev/suspend=true');
    await hears('seen', 'Observing', /True/);
    await hears('kept', 'Suspended', /True/);
    const mark = await cluster.mark();
    // Others go on: their schedule comes three times.
    const last = async () => (await get('new')).status.schedules[0].last;
    const begun = await last();
    await eventually('time passes', async () => Date.parse(await last()) - Date.parse(begun) >= 3000 || undefined);
    expect((await cluster.writes(mark)).filter(({ name }) => name === 'seen' || name === 'kept')).toEqual([]);
    await annotate('seen', 'opsonata.dev/observe-');
    await annotate('kept', 'opsonata.dev/suspend-');
    await hears('kept', 'Ready', /True/);
  });

  test('a rule that is suspended or observes holds all its resources, and lets them go', async () => {
    const path = join(engine.folder, 'rule.yaml');
    writeFileSync(path, rule('observe: true'));
    for (const name of ['new', 'kept', 'seen'])
      await hears(
        name,
        'Observing',
        /its rule says observe; (nothing would change|1 change waits: remember schedules)$/,
      );
    writeFileSync(path, rule('suspend: true'));
    for (const name of ['new', 'kept', 'seen']) {
      await hears(name, 'Suspended', /its rule says suspend/);
      expect(await conditionOf(name, 'Observing')).toBeUndefined();
      expect(await conditionOf(name, 'Ready')).toMatchObject({ status: 'True' });
    }
    const mark = await cluster.mark();
    await cluster.apply(page('new', { text: 'three' }));
    await cluster.apply(page('late', { text: 'one' }));
    await hears('late', 'Suspended', /True/);
    expect(await other(mark)).toEqual([]);
    writeFileSync(path, rule('suspend: false'));
    await eventually('the edit is made', async () => ((await config('new'))?.text === 'three' ? true : undefined));
    await hears('late', 'Ready', /True/);
  });

  test('a suspended resource can be deleted, and what it made goes', async () => {
    await annotate('late', 'opsonata.dev/suspend=true');
    await hears('late', 'Suspended', /True/);
    await cluster.kubectl(`delete page late -n ${NAMESPACE} --timeout=120s`);
    await eventually('the child is gone', async () => ((await config('late')) === undefined ? true : undefined));
    // One that is held by its finalizer, since it changed what is not its own.
    await annotate('seen', 'opsonata.dev/suspend=true');
    await hears('seen', 'Suspended', /True/);
    await cluster.kubectl(`delete page seen -n ${NAMESPACE} --timeout=120s`);
    expect((await config('board'))?.page).toBe('before');
  });
});
