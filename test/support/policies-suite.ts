// The policies of children, on whatever API server there is.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, type Backend, type Live } from './api.ts';
import type { Engine } from './engine-process.ts';

const API = 'policies.example.com/v1';
const DEPLOYMENT = (replicas: string, selector = '=metadata.name') => `
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: =metadata.name }
        spec:
          replicas: ${replicas}
          selector: { matchLabels: { app: ${selector} } }
          template:
            metadata: { labels: { app: ${selector} } }
            spec: { containers: [{ name: app, image: registry.example.com/app:1 }] }`;
const CONFIG = `
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: =metadata.name }
        data: { x: =spec.x, "y": two }`;

/** One rule for each kind, with one child that is always ready or whose readiness does not matter here. */
const rule = (kind: string, policy: string, template: string, more = '') => `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: ${kind.toLowerCase()} }
spec:
  resource:
    apiVersion: ${API}
    kind: ${kind}
    crd: { schema: { spec: { type: object, properties: { x: { type: string }, replicas: { type: integer } } } } }
  children:
    - id: child
      ready: true
      ${policy}
      template:${template}
${more}`;

const rules = {
  'yield.yaml': rule('Yielding', 'onConflict: yield', CONFIG),
  'force.yaml': rule('Forcing', 'onConflict: force', CONFIG),
  'recreate.yaml': rule('Recreating', 'onImmutable: recreate', DEPLOYMENT('1', '=spec.x')),
  'service.yaml': rule(
    'Addressed',
    'onImmutable: recreate',
    `
        apiVersion: v1
        kind: Service
        metadata: { name: =metadata.name }
        spec: { clusterIP: =spec.x, ports: [{ port: 80 }], selector: { app: a } }`,
  ),
  'stateful.yaml': rule(
    'Stateful',
    'onImmutable: recreate',
    `
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: { name: =metadata.name }
        spec:
          serviceName: =spec.x
          selector: { matchLabels: { app: =metadata.name } }
          template:
            metadata: { labels: { app: =metadata.name } }
            spec: { containers: [{ name: app, image: registry.example.com/app:1 }] }`,
  ),
  'keep.yaml': rule('Keeping', '', DEPLOYMENT('1', '=spec.x')),
  'warn.yaml': rule('Warning', 'onDrift: warn', CONFIG),
  'ignore.yaml': rule('Ignoring', 'onDrift: ignore', CONFIG),
  'adopt.yaml': rule('Adopting', 'adopt: ifUnowned', CONFIG),
  'never.yaml': rule('Never', '', CONFIG),
  'scaled.yaml': rule('Scaled', 'ignoreFields: [spec.replicas]', DEPLOYMENT('=spec.replicas')),
  'orphan.yaml': rule(
    'Orphan',
    'onDelete: orphan\n      when: =(spec.x ?? "") != "gone"\n      adopt: ifUnowned',
    CONFIG,
  ),
  'fight.yaml': rule('Fighting', '', CONFIG),
  'released.yaml': rule(
    'Released',
    'write: once\n      onDelete: orphan\n      adopt: ifReleased',
    `
        apiVersion: v1
        kind: Secret
        metadata: { name: =metadata.name }
        stringData: { password: =$randomPassword(24) }`,
  ),
  'kept.yaml': rule(
    'Kept',
    'write: once\n      onDelete: orphan',
    `
        apiVersion: v1
        kind: Secret
        metadata: { name: =metadata.name }
        stringData: { password: =$randomPassword(24) }`,
  ),
  'once.yaml': rule(
    'Once',
    'write: once',
    `
        apiVersion: v1
        kind: Secret
        metadata: { name: =metadata.name }
        stringData: { password: =$randomPassword(24), user: =spec.x }`,
    `    - id: reader
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: =metadata.name }
        data: { hash: =$hash($child.data.password) }
`,
  ),
};

/** Defines the tests. `backend` is asked for before the first. */
export function policiesSuite(backend: () => Backend | Promise<Backend>): void {
  let api: Api;
  let engine: Engine;

  beforeAll(async () => {
    api = new Api(await backend(), 'policies');
    await api.createNamespace();
    engine = await api.start(rules);
  });

  afterAll(async () => {
    await engine?.stop();
    api?.stop();
  });

  const make = async (kind: string, name: string, spec: object): Promise<void> => {
    await api.apply(`${API} ${kind} ${name}`, { spec }, 'user', true);
    await api.condition(`${API} ${kind} ${name}`, 'Ready', { status: 'True' });
  };
  const change = async (kind: string, name: string, spec: object): Promise<void> => {
    await api.apply(`${API} ${kind} ${name}`, { spec }, 'user', true);
  };
  const x = (value: string) => (object: Live) => object.data?.x === value;

  test('onConflict: yield leaves a declared field to the other, says so, and writes the rest', async () => {
    await make('Yielding', 'yield', { x: 'one' });
    await api.apply('ConfigMap yield', { data: { x: 'theirs' } }, 'other', true);
    const ready = await api.until('the field is named', `${API} Yielding yield`, (live) =>
      live.status.conditions[0].message.includes('.data.x is left to "other"'),
    );
    expect(ready.status.conditions[0]).toMatchObject({ type: 'Ready', status: 'True' });
    expect((await api.get('ConfigMap yield')).data).toEqual({ x: 'theirs', y: 'two' });
    await api.edit('ConfigMap yield', { data: { y: 'edited' } });
    await api.until('the other field is put back', 'ConfigMap yield', (live) => live.data.y === 'two');
    await change('Yielding', 'yield', { x: 'new' });
    await api.condition(`${API} Yielding yield`, 'Ready', { status: 'True' });
    expect((await api.get('ConfigMap yield')).data).toEqual({ x: 'theirs', y: 'two' });
    await api.apply('ConfigMap yield', {}, 'other');
    await api.until('it is ours again', 'ConfigMap yield', x('new'));
  });

  test('onConflict: force takes a declared field, and nothing else of the other', async () => {
    await make('Forcing', 'force', { x: 'one' });
    await api.apply('ConfigMap force', { data: { x: 'theirs', z: 'theirs' } }, 'other', true);
    const live = await api.until('the field is taken back', 'ConfigMap force', x('one'));
    expect(live.data).toEqual({ x: 'one', y: 'two', z: 'theirs' });
    await api.condition(`${API} Forcing force`, 'Ready', { status: 'True' });
  });

  test.each([
    [
      'a selector',
      'Recreating',
      'apps/v1 Deployment',
      'one',
      'two',
      (live: Live) => live.spec.selector.matchLabels.app,
    ],
    ['no address', 'Addressed', 'Service', '', 'None', (live: Live) => (live.spec.clusterIP === 'None' ? 'None' : '')],
    ['another service name', 'Stateful', 'apps/v1 StatefulSet', 'one', 'two', (live: Live) => live.spec.serviceName],
  ])('onImmutable: recreate makes a child with %s anew', async (_, kind, child, before, after, read) => {
    const name = kind.toLowerCase();
    await make(kind, name, before === '' ? { replicas: 1 } : { x: before });
    const first = await api.get(`${child} ${name}`);
    expect(read(first)).toBe(before);
    await change(kind, name, { x: after });
    const second = await api.until('it is another', `${child} ${name}`, (live) => read(live) === after);
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    await api.condition(`${API} ${kind} ${name}`, 'Ready', { status: 'True' });
    expect(engine.events('recreated').filter(({ owner }) => (owner as Live).name === name)).toHaveLength(1);
  });

  test('onImmutable: fail reports the field and deletes nothing', async () => {
    await make('Keeping', 'keep', { x: 'one' });
    const { uid } = (await api.get('apps/v1 Deployment keep')).metadata;
    await change('Keeping', 'keep', { x: 'two' });
    await api.condition(`${API} Keeping keep`, 'Stalled', { status: 'True', reason: 'ImmutableField' });
    expect((await api.get('apps/v1 Deployment keep')).metadata.uid).toBe(uid);
  });

  test('onDrift: warn leaves an edit and says so, until it is as wished', async () => {
    await make('Warning', 'warn', { x: 'one' });
    await api.edit('ConfigMap warn', { data: { x: 'edited' } });
    const drifted = await api.condition(`${API} Warning warn`, 'Drifted', { status: 'True' });
    expect(drifted).toMatchObject({
      reason: 'Drifted',
      message: expect.stringContaining('.data.x was changed by "editor"'),
    });
    expect((await api.get('ConfigMap warn')).data.x).toBe('edited');
    await api.edit('ConfigMap warn', { data: { x: 'one' } });
    await api.until('nothing is told', `${API} Warning warn`, (live) =>
      live.status.conditions.every((item: Live) => item.type !== 'Drifted'),
    );
    await change('Warning', 'warn', { x: 'two' });
    await api.until('a new wish is written', 'ConfigMap warn', x('two'));
  });

  test('onDrift: ignore leaves an edit without a word, and repairs its own marks', async () => {
    await make('Ignoring', 'ignore', { x: 'one' });
    await api.edit('ConfigMap ignore', { data: { x: 'edited', y: null } });
    await api.edit('ConfigMap ignore', { metadata: { labels: { 'opsonata.dev/rule': 'other' } } });
    const live = await api.until(
      'the mark is right',
      'ConfigMap ignore',
      ({ metadata }) => metadata.labels['opsonata.dev/rule'] === 'ignoring',
    );
    expect(live.data).toEqual({ x: 'edited' });
    const { status } = await api.get(`${API} Ignoring ignore`);
    expect(status.conditions[0]).toMatchObject({ status: 'True', message: 'the only child is ready' });
  });

  test('adopt: ifUnowned takes over what nobody owns, with what its owner had added', async () => {
    await api.apply('ConfigMap adopt', { data: { x: 'before', z: 'before' } }, 'editor');
    const { uid } = (await api.get('ConfigMap adopt')).metadata;
    await api.apply('ConfigMap adopt', {}, 'editor');
    await api.edit('ConfigMap adopt', { data: { x: 'before', z: 'before' } });
    await make('Adopting', 'adopt', { x: 'one' });
    const live = await api.get('ConfigMap adopt');
    expect(live.metadata.uid).toBe(uid);
    expect(live.data).toEqual({ x: 'one', y: 'two', z: 'before' });
    const owner = await api.get(`${API} Adopting adopt`);
    expect(live.metadata.ownerReferences).toMatchObject([{ uid: owner.metadata.uid, controller: true }]);
  });

  test('adopt: ifUnowned does not touch another rule’s child; adopt: never touches nothing', async () => {
    await make('Never', 'taken', { x: 'one' });
    await change('Adopting', 'taken', { x: 'two' });
    await api.condition(`${API} Adopting taken`, 'Stalled', { status: 'True', reason: 'NotOwned' });
    await api.apply('ConfigMap foreign', { data: { x: 'theirs' } });
    await change('Never', 'foreign', { x: 'one' });
    await api.condition(`${API} Never foreign`, 'Stalled', { status: 'True', reason: 'NotOwned' });
    expect((await api.get('ConfigMap taken')).data.x).toBe('one');
    expect((await api.get('ConfigMap foreign')).data.x).toBe('theirs');
  });

  test('adopt: ifReleased takes what the rule itself let go, and nothing of others', async () => {
    await make('Released', 'released', { x: 'one' });
    const first = await api.get('Secret released');
    await api.delete(`${API} Released released`);
    await api.untilGone(`${API} Released released`);
    expect((await api.get('Secret released')).metadata.labels).toBeUndefined();
    await make('Released', 'released', { x: 'two' });
    const later = await api.get('Secret released');
    expect([later.metadata.uid, later.data]).toEqual([first.metadata.uid, first.data]);
    expect(later.metadata.labels['opsonata.dev/rule']).toBe('released');
    await api.apply('Secret foreign', { stringData: { password: 'chosen by somebody' } });
    await change('Released', 'foreign', { x: 'one' });
    const refused = await api.condition(`${API} Released foreign`, 'Stalled', { status: 'True', reason: 'NotOwned' });
    expect(refused.message).toMatch(/did not make; nobody owns it$/);
  });

  test('what a rule let go and may not take over is told with the way to go on', async () => {
    await make('Kept', 'kept', { x: 'one' });
    await api.delete(`${API} Kept kept`);
    await api.untilGone(`${API} Kept kept`);
    await change('Kept', 'kept', { x: 'two' });
    const refused = await api.condition(`${API} Kept kept`, 'Stalled', { status: 'True', reason: 'NotOwned' });
    expect(refused.message).toMatch(/; this rule let it go, and adopt: ifReleased would take it over again$/);
    // The object may go, too.
    await api.delete('Secret kept');
    await change('Kept', 'kept', { x: 'three' });
    await api.condition(`${API} Kept kept`, 'Ready', { status: 'True' });
  });

  test('ignoreFields leaves the replicas to an autoscaler, and never takes them away', async () => {
    await make('Scaled', 'scaled', { replicas: 2, x: 'one' });
    expect((await api.get('apps/v1 Deployment scaled')).spec.replicas).toBe(2);
    // Still ours: another write must not drop the field, which would set it to its default.
    await api.edit('apps/v1 Deployment scaled', { metadata: { labels: { 'opsonata.dev/child': 'x' } } });
    await api.until(
      'it is written again',
      'apps/v1 Deployment scaled',
      ({ metadata }) => metadata.labels['opsonata.dev/child'] === 'child',
    );
    expect((await api.get('apps/v1 Deployment scaled')).spec.replicas).toBe(2);
    await api.scale('apps/v1 Deployment scaled', 7);
    await change('Scaled', 'scaled', { replicas: 3, x: 'two' });
    await api.condition(`${API} Scaled scaled`, 'Ready', { status: 'True' });
    expect((await api.get('apps/v1 Deployment scaled')).spec.replicas).toBe(7);
  });

  test('write: once makes a password that stays, that others read, and that is made again where it is lost', async () => {
    await make('Once', 'once', { x: 'me' });
    const first = await api.get('Secret once');
    const password = Buffer.from(first.data.password, 'base64').toString();
    expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
    const { hash } = (await api.get('ConfigMap once')).data;
    await change('Once', 'once', { x: 'you' });
    await api.condition(`${API} Once once`, 'Ready', { status: 'True' });
    await api.edit('Secret once', { stringData: { user: 'edited' } });
    await engine.stop();
    engine = await api.start(rules);
    await change('Once', 'once', { x: 'they' });
    await api.condition(`${API} Once once`, 'Ready', { status: 'True' });
    const later = await api.get('Secret once');
    expect(later.data.password).toBe(first.data.password);
    expect(Buffer.from(later.data.user, 'base64').toString()).toBe('edited');
    expect((await api.get('ConfigMap once')).data.hash).toBe(hash);
    await api.delete('Secret once');
    const anew = await api.until(
      'it is there again',
      'Secret once',
      ({ metadata }) => metadata.uid !== first.metadata.uid,
    );
    expect(anew.data.password).not.toBe(first.data.password);
    await api.until('its reader follows', 'ConfigMap once', (live) => live.data.hash !== hash);
  });

  test('onDelete: orphan lets a child go with its content, and it can be taken over again', async () => {
    await make('Orphan', 'orphan', { x: 'one' });
    const first = await api.get('ConfigMap orphan');
    expect(first.metadata.ownerReferences).toBeUndefined();
    await change('Orphan', 'orphan', { x: 'gone' });
    const left = await api.until(
      'the marks are gone',
      'ConfigMap orphan',
      ({ metadata }) => metadata.labels?.['opsonata.dev/rule'] === undefined,
    );
    expect(left.metadata).toMatchObject({ uid: first.metadata.uid });
    expect(Object.keys({ ...left.metadata.labels, ...left.metadata.annotations })).toEqual([]);
    expect(left.data).toEqual({ x: 'one', y: 'two' });
    await api.condition(`${API} Orphan orphan`, 'Ready', { status: 'True' });
    await change('Orphan', 'orphan', { x: 'back' });
    const taken = await api.until('it is a child again', 'ConfigMap orphan', x('back'));
    expect(taken.metadata.uid).toBe(first.metadata.uid);
  });

  test('a field that is changed back again and again is left alone, and named', async () => {
    await make('Fighting', 'fight', { x: 'one' });
    for (let round = 0; round < 3; round += 1) {
      await api.edit('ConfigMap fight', { data: { x: `theirs ${round}` } });
      if (round < 2 || round === 2) await api.until('it is put back', 'ConfigMap fight', x('one'));
    }
    await api.edit('ConfigMap fight', { data: { x: 'theirs for now' } });
    const fight = await api.condition(`${API} Fighting fight`, 'Ready', { status: 'False', reason: 'FieldContention' });
    expect(fight.message).toMatch(
      /ConfigMap policies\/fight: \.data\.x is changed back by "editor"; left alone until 2/,
    );
    const version = await api.version('ConfigMap fight');
    await change('Fighting', 'fight', { x: 'two' });
    await api.until(
      'the new wish was looked at',
      `${API} Fighting fight`,
      (live) => live.status.observedGeneration === 2,
    );
    const live = await api.get('ConfigMap fight');
    expect(live.data).toEqual({ x: 'theirs for now', y: 'two' });
    expect(live.metadata.resourceVersion).not.toBe(version);
  });

  test('after all of it, nothing is written any more', async () => {
    const names = ['yield', 'force', 'warn', 'ignore', 'adopt', 'orphan', 'fight'].map((name) => `ConfigMap ${name}`);
    const all = [...names, 'apps/v1 Deployment scaled', 'Secret once', `${API} Fighting fight`, `${API} Warning warn`];
    await engine.stop();
    const before = await Promise.all(all.map((text) => api.version(text)));
    engine = await api.start(rules);
    await change('Never', 'last', { x: 'one' });
    await api.condition(`${API} Never last`, 'Ready', { status: 'True' });
    const after = await Promise.all(all.map((text) => api.version(text)));
    const changed = all.filter((_, index) => before[index] !== after[index]);
    // The fight is known to the process that fought: a new one tries anew.
    expect(changed.filter((text) => !text.endsWith('fight'))).toEqual([]);
  });
}
