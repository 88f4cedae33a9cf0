// Patches of objects that a rule does not own, on whatever API server there is.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, type Backend, type Live } from './api.ts';
import { eventually } from './cluster.ts';
import type { Engine } from './engine-process.ts';

const API = 'patches.example.com/v1';

const rule = (kind: string, patches: string, more = '') => `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: ${kind.toLowerCase()} }
spec:
  resource:
    apiVersion: ${API}
    kind: ${kind}
    crd: { schema: { spec: { type: object, properties: { x: { type: string }, "off": { type: boolean }, "n": { type: integer } } } } }
  patches:
    - id: patch
      when: =$not(spec.off ?? false)
      ${patches}
${more}`;

const BESIDE = 'target: { apiVersion: v1, kind: ConfigMap, name: =metadata.name }';
const rules = {
  'apply.yaml': rule(
    'Applying',
    `${BESIDE}\n      apply: { metadata: { labels: { team: =spec.x } }, data: { mine: =spec.x } }`,
  ),
  'bare.yaml': rule('Bare', `${BESIDE}\n      apply: { data: { mine: =spec.x } }`),
  'merge.yaml': rule(
    'Merging',
    `${BESIDE}\n      merge: { metadata: { annotations: { note: =spec.x } }, data: { x: =spec.x, gone: null } }`,
  ),
  'json.yaml': rule(
    'Operating',
    `target: { apiVersion: v1, kind: Service, name: =metadata.name }
      json:
        - { op: test, path: /spec/type, value: ClusterIP }
        - { op: add, path: /spec/ports/-, value: { name: more, port: =spec.n ?? 1 } }`,
  ),
  'select.yaml': rule(
    'Selecting',
    'target: { apiVersion: v1, kind: ConfigMap, selector: { matchLabels: { selected: "yes" } } }\n      merge: { data: { x: =spec.x } }',
  ),
  'status.yaml': rule(
    'Addressing',
    'target: { apiVersion: v1, kind: Service, name: =metadata.name, subresource: status }\n      merge: { status: { loadBalancer: { ingress: [{ ip: =spec.x, ipMode: VIP }] } } }',
  ),
  'resize.yaml': rule(
    'Resizing',
    'target: { apiVersion: v1, kind: Pod, name: =metadata.name, subresource: resize }\n      json: [{ op: replace, path: /spec/containers/0/resources/requests/cpu, value: =spec.x ?? "1" }]',
  ),
  'shift.yaml': rule('Shifting', `${BESIDE}\n      merge: { data: { x: =spec.x, "y": =spec.x } }`),
  'namespace.yaml': rule(
    'Spaced',
    'target: { apiVersion: v1, kind: Namespace, name: =metadata.namespace }\n      apply: { metadata: { labels: { team: =spec.x } } }',
  ),
  'after.yaml': rule(
    'Following',
    `${BESIDE}\n      merge: { data: { hash: =$made.data.x } }`,
    `  children:
    - id: made
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-made" }, data: { x: =spec.x } }
`,
  ),
  'trade.yaml': `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: trading }
spec:
  resource:
    apiVersion: ${API}
    kind: Trading
    crd: { schema: { spec: { type: object, required: [x], properties: { x: { type: string } } } } }
  patches:
    - id: first
      target: { apiVersion: v1, kind: ConfigMap, name: =spec.x }
      apply: { metadata: { labels: { role: first } } }
    - id: others
      target:
        apiVersion: v1
        kind: ConfigMap
        selector: { matchExpressions: [{ key: traded, operator: Exists }, { key: traded, operator: NotIn, values: [=spec.x] }] }
      apply: { metadata: { labels: { role: other } } }
`,
  'decorate.yaml': `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: decorate }
spec:
  resource: { apiVersion: v1, kind: ServiceAccount, selector: { matchLabels: { decorate: "yes" } } }
  patches:
    - id: patch
      target: { apiVersion: v1, kind: ConfigMap, name: =metadata.name }
      merge: { data: { x: decorated } }
`,
};

/** Defines the tests. `backend` is asked for before the first. */
export function patchesSuite(backend: () => Backend | Promise<Backend>): void {
  let api: Api;
  let engine: Engine;

  beforeAll(async () => {
    api = new Api(await backend(), 'patches');
    await api.createNamespace();
    engine = await api.start(rules);
  });

  afterAll(async () => {
    await engine?.stop();
    api?.stop();
  });

  const change = async (kind: string, name: string, spec: object): Promise<void> => {
    await api.apply(`${API} ${kind} ${name}`, { spec }, 'user', true);
  };
  const make = async (kind: string, name: string, spec: object): Promise<void> => {
    await change(kind, name, spec);
    await api.condition(`${API} ${kind} ${name}`, 'Ready', { status: 'True' });
  };
  const records = async (kind: string, name: string): Promise<Live[]> =>
    (await api.get(`${API} ${kind} ${name}`)).status.patches;
  const owned = (object: Live) =>
    object.metadata.managedFields
      .filter(({ manager }: Live) => manager.startsWith('opsonata/'))
      .map((item: Live) => item.manager);

  test('apply: owns its fields, follows the resource, and gives them up when the reason goes', async () => {
    await api.apply('ConfigMap apply', { data: { theirs: 'theirs' } });
    await make('Applying', 'apply', { x: 'one' });
    const live = await api.get('ConfigMap apply');
    expect(live.data).toEqual({ theirs: 'theirs', mine: 'one' });
    expect(live.metadata.labels).toEqual({ team: 'one' });
    expect(owned(live)).toEqual([expect.stringMatching(/^opsonata\/applying\/[0-9a-f]{16}$/)]);
    expect(await records('Applying', 'apply')).toMatchObject([
      { id: 'patch', kind: 'ConfigMap', name: 'apply', applied: true },
    ]);
    await change('Applying', 'apply', { x: 'two' });
    await api.until('it follows', 'ConfigMap apply', ({ data }) => data.mine === 'two');
    await change('Applying', 'apply', { x: 'two', off: true });
    const left = await api.until('it is given up', 'ConfigMap apply', ({ data }) => data.mine === undefined);
    expect(left.data).toEqual({ theirs: 'theirs' });
    expect(left.metadata.labels).toBeUndefined();
    expect(owned(left)).toEqual([]);
    await api.until('nothing is remembered', `${API} Applying apply`, ({ status }) => status.patches.length === 0);
  });

  test('apply: of an object without a word on its metadata', async () => {
    await api.apply('ConfigMap bare', { data: { theirs: 'theirs' } });
    await make('Bare', 'bare', { x: 'one' });
    expect((await api.get('ConfigMap bare')).data).toEqual({ theirs: 'theirs', mine: 'one' });
  });

  test('apply: takes no field that somebody else has set, and waits for an object that is not there', async () => {
    await change('Applying', 'taken', { x: 'one' });
    const waiting = await api.condition(`${API} Applying taken`, 'Ready', { status: 'False', reason: 'InputMissing' });
    expect(waiting.message).toContain('patch "patch" needs ConfigMap patches/taken, which does not exist');
    await api.apply('ConfigMap taken', { data: { mine: 'theirs' } });
    await api.condition(`${API} Applying taken`, 'Stalled', { status: 'True', reason: 'FieldConflict' });
    expect((await api.get('ConfigMap taken')).data).toEqual({ mine: 'theirs' });
    await api.apply('ConfigMap taken', {});
    await api.condition(`${API} Applying taken`, 'Ready', { status: 'True' });
    await api.edit('ConfigMap taken', { data: { mine: 'edited' } });
    await api.until('an edit is put back', 'ConfigMap taken', ({ data }) => data.mine === 'one');
  });

  test('merge: replaces what others own, and puts it back when the reason goes', async () => {
    await api.apply('ConfigMap merge', { data: { x: 'before', gone: 'before', other: 'before' } });
    await make('Merging', 'merge', { x: 'one' });
    const live = await api.get('ConfigMap merge');
    expect(live.data).toEqual({ x: 'one', other: 'before' });
    expect(live.metadata.annotations).toEqual({ note: 'one' });
    await change('Merging', 'merge', { x: 'two' });
    await api.until('it follows', 'ConfigMap merge', ({ data }) => data.x === 'two');
    await api.edit('ConfigMap merge', { metadata: { annotations: { more: 'theirs' } } });
    await engine.stop();
    engine = await api.start(rules);
    await change('Merging', 'merge', { x: 'two', off: true });
    const left = await api.until('it is put back', 'ConfigMap merge', ({ data }) => data.x === 'before');
    expect(left.data).toEqual({ x: 'before', gone: 'before', other: 'before' });
    expect(left.metadata.annotations).toEqual({ more: 'theirs' });
    await api.until('nothing is remembered', `${API} Merging merge`, ({ status }) => status.patches.length === 0);
  });

  test('merge: leaves what somebody changed since, and says so', async () => {
    await api.apply('ConfigMap lost', { data: { x: 'before', gone: 'before' } });
    await make('Merging', 'lost', { x: 'one' });
    await engine.stop();
    await api.edit('ConfigMap lost', { data: { x: 'theirs now' } });
    await change('Merging', 'lost', { x: 'one', off: true });
    engine = await api.start(rules);
    const left = await api.until('the rest is put back', 'ConfigMap lost', ({ data }) => data.gone === 'before');
    expect(left.data).toEqual({ x: 'theirs now', gone: 'before' });
    const told = () => engine.events('withdrawn').filter(({ owner }) => (owner as Live).name === 'lost');
    await eventually('the log tells it', () => told().length > 0);
    expect(told()).toMatchObject([{ level: 'warn', lost: ['/data/x'] }]);
  });

  test('a patch that is written in another way undoes first what it did in the old one', async () => {
    await api.apply('ConfigMap shift', { data: { x: 'before', y: 'before' } });
    await make('Shifting', 'shift', { x: 'one' });
    expect((await api.get('ConfigMap shift')).data).toEqual({ x: 'one', y: 'one' });
    await engine.stop();
    const inAnotherWay = rule('Shifting', `${BESIDE}\n      apply: { data: { z: =spec.x } }`);
    engine = await api.start({ ...rules, 'shift.yaml': inAnotherWay });
    const shifted = await api.until('the other way is taken', 'ConfigMap shift', ({ data }) => data.z === 'one');
    expect(shifted.data).toEqual({ x: 'before', y: 'before', z: 'one' });
    await api.until('it is remembered', `${API} Shifting shift`, ({ status }) => status.patches[0]?.mode === 'apply');
    await change('Shifting', 'shift', { x: 'one', off: true });
    const left = await api.until('it is put back', 'ConfigMap shift', ({ data }) => data.z === undefined);
    expect(left.data).toEqual({ x: 'before', y: 'before' });
    await engine.stop();
    engine = await api.start(rules);
  });

  test('a subresource: a status is written, and comes back as it was', async () => {
    const spec = { type: 'LoadBalancer', loadBalancerClass: 'example.com/none', ports: [{ port: 80 }] };
    await api.apply('Service status', { spec });
    const before = { status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } } };
    const options = { type: 'merge', fieldManager: 'balancer', subresource: 'status' } as const;
    await api.client.patch(api.ref('Service status'), before, options);
    const addressOf = (live: Live) => live.status.loadBalancer.ingress?.[0].ip;
    await make('Addressing', 'status', { x: '203.0.113.2' });
    expect(addressOf(await api.get('Service status'))).toBe('203.0.113.2');
    expect(await records('Addressing', 'status')).toMatchObject([{ subresource: 'status', applied: true }]);
    const version = await api.version('Service status');
    await engine.stop();
    engine = await api.start(rules);
    await change('Addressing', 'status', { x: '203.0.113.3' });
    await api.until('it follows', 'Service status', (live) => addressOf(live) === '203.0.113.3');
    expect(Number(await api.version('Service status'))).toBeGreaterThan(Number(version));
    await change('Addressing', 'status', { x: '203.0.113.3', off: true });
    await api.until('it is put back', 'Service status', (live) => addressOf(live) === '203.0.113.1');
    await api.until('nothing is remembered', `${API} Addressing status`, ({ status }) => status.patches.length === 0);
  });

  test('a subresource: the resources of a pod that runs are changed in their place', async () => {
    const container = { name: 'app', image: 'app:1', resources: { requests: { cpu: '100m' }, limits: { cpu: '1' } } };
    await api.apply('Pod resize', { spec: { containers: [container] } });
    const { metadata } = await api.get('Pod resize');
    await make('Resizing', 'resize', { x: '200m' });
    const live = await api.get('Pod resize');
    expect(live.spec.containers[0].resources.requests.cpu).toBe('200m');
    expect(live.metadata.uid).toBe(metadata.uid);
    expect(await records('Resizing', 'resize')).toMatchObject([{ subresource: 'resize', applied: true }]);
    await change('Resizing', 'resize', { x: '200m', off: true });
    const isBack = (pod: Live) => pod.spec.containers[0].resources.requests.cpu === '100m';
    await api.until('it is put back', 'Pod resize', isBack);
  });

  test('json: is done once, is told from what others add, and is undone item by item', async () => {
    await api.apply('Service json', { spec: { ports: [{ name: 'first', port: 80 }] } });
    await make('Operating', 'json', { n: 81 });
    const ports = (live: Live) => live.spec.ports.map(({ name, port }: Live) => `${name} ${port}`);
    expect(ports(await api.get('Service json'))).toEqual(['first 80', 'more 81']);
    const version = await api.version('Service json');
    await engine.stop();
    engine = await api.start(rules);
    await change('Operating', 'json', { n: 82 });
    await api.until('it follows', 'Service json', (live) => ports(live).includes('more 82'));
    expect(ports(await api.get('Service json'))).toEqual(['first 80', 'more 82']);
    expect(await api.version('Service json')).not.toBe(version);
    await engine.stop();
    await api.apply('Service json', {
      spec: {
        ports: [
          { name: 'first', port: 80 },
          { name: 'theirs', port: 90 },
        ],
      },
    });
    await change('Operating', 'json', { n: 82, off: true });
    engine = await api.start(rules);
    const left = await api.until('it is undone', 'Service json', (live) => !ports(live).includes('more 82'));
    expect(ports(left)).toEqual(['first 80', 'theirs 90']);
  });

  test('json: does nothing to an object that fails its test, and names the operation', async () => {
    await api.apply('Service refused', { spec: { type: 'NodePort', ports: [{ port: 80 }] } });
    await change('Operating', 'refused', { n: 81 });
    const stalled = await api.condition(`${API} Operating refused`, 'Stalled', {
      status: 'True',
      reason: 'PatchRefused',
    });
    expect(stalled.message).toMatch(
      /^patch "patch": Service patches\/refused: .*json\.yaml:\d+:\d+: operation 1, test \/spec\/type: it is "NodePort", not "ClusterIP"$/,
    );
    expect((await api.get('Service refused')).spec.ports).toHaveLength(1);
  });

  test('by selector: reaches what is selected, and leaves what is selected no more', async () => {
    const labels = { selected: 'yes' };
    for (const name of ['one', 'two'])
      await api.apply(`ConfigMap ${name}`, { metadata: { labels }, data: { x: name } });
    await make('Selecting', 'select', { x: 'set' });
    for (const name of ['one', 'two'])
      await api.until('it is reached', `ConfigMap ${name}`, ({ data }) => data.x === 'set');
    await api.apply('ConfigMap three', { metadata: { labels }, data: { x: 'three' } });
    await api.until('a new one is reached', 'ConfigMap three', ({ data }) => data.x === 'set');
    await api.edit('ConfigMap one', { metadata: { labels: { selected: null } } });
    await api.until('it is left', 'ConfigMap one', ({ data }) => data.x === 'one');
    await api.delete('ConfigMap two');
    await api.until('two are remembered', `${API} Selecting select`, ({ status }) => status.patches.length === 1);
    expect((await api.get('ConfigMap three')).data.x).toBe('set');
  });

  test('two patches of a resource can trade objects: what one gives up is free for the other', async () => {
    const names = ['red', 'green', 'blue'];
    for (const name of names) await api.apply(`ConfigMap ${name}`, { metadata: { labels: { traded: name } } });
    const roles = async (): Promise<readonly string[]> =>
      await Promise.all(names.map(async (name) => (await api.get(`ConfigMap ${name}`)).metadata.labels.role));
    await make('Trading', 'trade', { x: 'red' });
    expect(await roles()).toEqual(['first', 'other', 'other']);
    await change('Trading', 'trade', { x: 'blue' });
    await api.until('it is first', 'ConfigMap blue', ({ metadata }) => metadata.labels.role === 'first');
    await api.until('it is not any more', 'ConfigMap red', ({ metadata }) => metadata.labels.role === 'other');
    expect(await roles()).toEqual(['other', 'other', 'first']);
    await api.condition(`${API} Trading trade`, 'Ready', { status: 'True' });
  });

  test('two resources can patch one object, each with fields of its own', async () => {
    await make('Spaced', 'first', { x: 'one' });
    await change('Spaced', 'second', { x: 'other' });
    await api.condition(`${API} Spaced second`, 'Stalled', { status: 'True', reason: 'FieldConflict' });
    await change('Spaced', 'second', { x: 'one' });
    await api.condition(`${API} Spaced second`, 'Ready', { status: 'True' });
    await change('Spaced', 'first', { x: 'one', off: true });
    await api.until('nothing is remembered', `${API} Spaced first`, ({ status }) => status.patches.length === 0);
    expect((await api.get('Namespace patches')).metadata.labels.team).toBe('one');
    await change('Spaced', 'second', { x: 'one', off: true });
    await api.until(
      'the label goes with the last',
      'Namespace patches',
      ({ metadata }) => metadata.labels.team === undefined,
    );
  });

  test('a patch waits for the children that it reads, and is undone when the rule has it no more', async () => {
    await api.apply('ConfigMap after', { data: { x: 'theirs' } });
    await make('Following', 'after', { x: 'one' });
    expect((await api.get('ConfigMap after')).data).toEqual({ x: 'theirs', hash: 'one' });
    await engine.stop();
    engine = await api.start({
      ...rules,
      'after.yaml': rules['after.yaml'].replace(/ {2}patches:[\s\S]*? {2}children:/, '  children:'),
    });
    const left = await api.until('it is undone', 'ConfigMap after', ({ data }) => data.hash === undefined);
    expect(left.data).toEqual({ x: 'theirs' });
    await engine.stop();
    engine = await api.start(rules);
  });

  test('a value that is changed back again and again is left alone, and named', async () => {
    await api.apply('ConfigMap fight', { data: { x: 'before' } });
    await make('Merging', 'fight', { x: 'one' });
    for (let round = 0; round < 3; round += 1) {
      await api.edit('ConfigMap fight', { data: { x: `theirs ${round}` } });
      await api.until('it is set again', 'ConfigMap fight', ({ data }) => data.x === 'one');
    }
    await api.edit('ConfigMap fight', { data: { x: 'theirs for now' } });
    const fight = await api.condition(`${API} Merging fight`, 'Ready', { status: 'False', reason: 'FieldContention' });
    expect(fight.message).toMatch(
      /patch "patch": ConfigMap patches\/fight: \/data\/x is changed back by "editor"; left alone until 2/,
    );
    expect((await api.get('ConfigMap fight')).data.x).toBe('theirs for now');
  });

  test('of somebody else’s object, what was done is remembered in an annotation, and undone with its label', async () => {
    await api.apply('ConfigMap decorated', { data: { x: 'before' } });
    await api.apply('ServiceAccount decorated', { metadata: { labels: { decorate: 'yes' } } });
    await api.until('it is patched', 'ConfigMap decorated', ({ data }) => data.x === 'decorated');
    const account = await api.until('it is remembered', 'ServiceAccount decorated', ({ metadata }) =>
      metadata.annotations?.['opsonata.dev/inventory-decorate']?.includes('"applied":true'),
    );
    expect(JSON.parse(account.metadata.annotations['opsonata.dev/inventory-decorate'])).toMatchObject({
      patches: [{ name: 'decorated', effects: [{ path: '/data/x', before: 'before' }] }],
    });
    await api.edit('ServiceAccount decorated', { metadata: { labels: { decorate: null } } });
    await api.until('it is undone', 'ConfigMap decorated', ({ data }) => data.x === 'before');
    await api.until(
      'nothing is remembered',
      'ServiceAccount decorated',
      ({ metadata }) => metadata.annotations === undefined,
    );
  });

  test('after all of it, a restart writes nothing', async () => {
    const all = [
      ...['taken', 'three', 'after', 'json'].map((name) => (name === 'json' ? `Service ${name}` : `ConfigMap ${name}`)),
      ...['Applying taken', 'Bare bare', 'Merging lost', 'Selecting select', 'Following after'].map(
        (name) => `${API} ${name}`,
      ),
    ];
    await engine.stop();
    const before = await Promise.all(all.map((text) => api.version(text)));
    engine = await api.start(rules);
    await api.apply('ConfigMap last', {});
    await make('Applying', 'last', { x: 'one' });
    const after = await Promise.all(all.map((text) => api.version(text)));
    expect(all.filter((_, index) => before[index] !== after[index])).toEqual([]);
  });
}
