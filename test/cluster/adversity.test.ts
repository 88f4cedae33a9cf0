// What a cluster does to an operator in the middle of its work: rights that go, kinds that vanish, namespaces that end,
// another operator beside it. Nothing is lost by it, nothing stays stuck.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, type Live } from '../support/api.ts';
import { describeCluster, eventually } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'adversity';
const ENDING = 'adversity-ending';
const THERE = 'adversity-there';
const GROUP = 'adversity.example.com';
const API = `${GROUP}/v1`;

const head = (kind: string) => `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: ${kind.toLowerCase()} }
spec:
  resource:
    apiVersion: ${API}
    kind: ${kind}
    crd: { schema: { spec: { type: object, properties: { x: { type: string }, "on": { type: boolean } } } } }
`;
const config = (id: string, more: string, data = '{ x: =spec.x }') => `    - id: ${id}
      ${more}
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-${id}" }, data: ${data} }
`;
const RULES = {
  'limited.yaml': `${head('Limited')}  children:
${config('free', '')}
    - id: secret
      when: =spec.on
      template: { apiVersion: v1, kind: Secret, metadata: { name: =metadata.name }, stringData: { x: =spec.x } }
${config('behind', 'after: [secret]')}`,
  'parent.yaml': `${head('Parent')}  children:
    - id: gadget
      template: { apiVersion: ${API}, kind: Gadget, metadata: { name: =metadata.name }, spec: { x: =spec.x } }
${config('free', '')}
${config('reader', '', '{ x: =$gadget.spec.x }')}
${config('maybe', 'when: =$gadget.spec.x != "off"')}`,
  'reading.yaml': `${head('Reading')}  inputs:
    - { id: gadget, resource: { apiVersion: ${API}, kind: Gadget }, name: "input", optional: true }
    - { id: gadgets, resource: { apiVersion: ${API}, kind: Gadget }, selector: { matchLabels: { listed: "yes" } } }
  children:
${config('free', '')}
${config('reader', '', '{ x: =$gadget.spec.x ?? "none" }')}
    - id: listed
      forEach: =$gadgets.metadata.name
      key: =$item
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-{% $item %}" }, data: { x: =spec.x } }
`,
  'tasked.yaml': `${head('Tasked')}  tasks:
    - id: run
      key: =spec.x
      template:
        apiVersion: batch/v1
        kind: Job
        metadata: { name: "{% metadata.name %}-run" }
        spec: { suspend: true, template: { spec: { restartPolicy: Never, containers: [{ name: run, image: example.com/run }] } } }
  children:
${config('after', 'after: [run]')}`,
  'ending.yaml': `${head('Ending')}  children:
${config('beside', '')}
${config('kept', 'onDelete: orphan')}
    - id: there
      after: [beside]
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-there", namespace: ${THERE} }, data: { x: =spec.x } }
  patches:
    - id: note
      target: { apiVersion: v1, kind: ConfigMap, name: noted, namespace: ${THERE} }
      merge: { data: { note: =spec.x } }
`,
  'noting.yaml': `${head('Noting')}  patches:
    - id: note
      target: { apiVersion: v1, kind: ConfigMap, name: "=metadata.name & '-target'" }
      merge: { data: { note: =spec.x } }
    - id: label
      target: { apiVersion: v1, kind: ConfigMap, name: "=metadata.name & '-target'" }
      apply: { metadata: { labels: { noted: =spec.x } } }
`,
  'several.yaml': `${head('Several')}  memory: { first: =$memory.first ?? spec.x }
  children:
${config('one', '', '{ x: =spec.x, first: =$memory.first }')}
    - id: password
      write: once
      template: { apiVersion: v1, kind: Secret, metadata: { name: =metadata.name }, stringData: { password: =$randomPassword(20) } }
    - id: there
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-there", namespace: ${THERE} }, data: { x: =spec.x } }
  patches:
    - id: note
      target: { apiVersion: v1, kind: ConfigMap, name: "=metadata.name & '-target'" }
      json:
        - { op: add, path: /data/many, value: =spec.x ?? "" }
`,
};

const GADGET = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gadgets.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { kind: 'Gadget', listKind: 'GadgetList', plural: 'gadgets', singular: 'gadget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { x: { type: 'string' } } } },
          },
        },
      },
    ],
  },
};

describeCluster('an operator in adversity', (cluster) => {
  let api: Api;
  let engine: EngineProcess;

  beforeAll(async () => {
    api = new Api(clusterBackend(cluster), NAMESPACE);
    for (const name of [NAMESPACE, ENDING, THERE]) await api.createNamespace(name);
    await defineGadget();
    await allow(['*']);
    engine = await EngineProcess.start(cluster, RULES, ['--as', 'operator']);
    expect(engine.stderr).toBe('');
  });

  afterAll(async () => {
    await engine?.stop();
    api?.stop();
  });

  const defineGadget = async () => {
    await cluster.apply(GADGET);
    await cluster.kubectl(`wait --for=condition=Established crd/gadgets.${GROUP} --timeout=120s`);
    await eventually('it is served', async () => (await cluster.try(['get', 'gadgets', '-A'])).code === 0 || undefined);
  };
  const serve = async (served: boolean) => {
    const patch = JSON.stringify([{ op: 'replace', path: '/spec/versions/0/served', value: served }]);
    await cluster.kubectl(`patch crd gadgets.${GROUP} --type=json -p ${patch}`);
  };
  // The operator may do anything with these resources, and with all that the rules are about.
  const allow = async (secrets: readonly string[]) => {
    const rbac = 'rbac.authorization.k8s.io';
    const others = ['configmaps', 'events', 'jobs', 'customresourcedefinitions'];
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: `${rbac}/v1`,
          kind: 'ClusterRole',
          metadata: { name: 'adversity' },
          rules: [
            { apiGroups: ['*'], resources: others, verbs: ['*'] },
            { apiGroups: [GROUP, 'opsonata.dev'], resources: ['*'], verbs: ['*'] },
            { apiGroups: [''], resources: ['secrets'], verbs: secrets },
          ],
        },
        {
          apiVersion: `${rbac}/v1`,
          kind: 'ClusterRoleBinding',
          metadata: { name: 'adversity' },
          roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'adversity' },
          subjects: [{ apiGroup: rbac, kind: 'User', name: 'operator' }],
        },
      ],
    });
  };
  const want = async (kind: string, name: string, spec: object) =>
    await api.apply(`${API} ${kind} ${name}`, { spec }, 'user', true);
  const ready = async (kind: string, name: string) => await api.until('it is ready', `${API} ${kind} ${name}`, isReady);
  const isReady = ({ status, metadata }: Live): boolean =>
    status?.observedGeneration === metadata.generation &&
    status.conditions.some(({ type, status: value }: Live) => type === 'Ready' && value === 'True');
  const dataOf = async (name: string) => (await api.get(`ConfigMap ${name}`))?.data;
  const says = async (kind: string, name: string, words: RegExp): Promise<Live> =>
    await api.until(
      `Ready says ${words}`,
      `${API} ${kind} ${name}`,
      ({ status, metadata }) =>
        status?.observedGeneration === metadata.generation &&
        words.test(status.conditions.find(({ type }: Live) => type === 'Ready').message),
    );

  test('rights for a child kind that go hold up that child and what depends on it, prune nothing, and may come back', async () => {
    await want('Limited', 'lim', { x: '1', on: true });
    await ready('Limited', 'lim');
    await allow(['get', 'list', 'watch']);
    await eventually('the right is gone', async () => {
      const ran = await cluster.try(['auth', 'can-i', 'patch', 'secrets', '--as', 'operator', '-n', NAMESPACE]);
      return ran.stdout.startsWith('no') || undefined;
    });
    await want('Limited', 'lim', { x: '2', on: true });
    await says('Limited', 'lim', /secrets.*forbidden/);
    expect(await dataOf('lim-free')).toEqual({ x: '2' });
    expect(await dataOf('lim-behind')).toEqual({ x: '1' });
    await want('Limited', 'lim', { x: '3', on: false });
    await says('Limited', 'lim', /secrets.*forbidden/);
    expect(await dataOf('lim-free')).toEqual({ x: '3' });
    expect(await api.get('Secret lim')).toBeDefined();
    await allow(['*']);
    await eventually('the right is back', async () => {
      const ran = await cluster.try(['auth', 'can-i', 'delete', 'secrets', '--as', 'operator', '-n', NAMESPACE]);
      return ran.stdout.startsWith('yes') || undefined;
    });
    await want('Limited', 'lim', { x: '4', on: true });
    await ready('Limited', 'lim');
    expect(await dataOf('lim-behind')).toEqual({ x: '4' });
  });

  test('a kind that is not served for a while takes what depends on it along, prunes nothing, and comes back', async () => {
    await want('Parent', 'par', { x: '1' });
    await ready('Parent', 'par');
    await want('Reading', 'rd', { x: '1' });
    await api.apply(`${API} Gadget input`, { spec: { x: 'of the input' } });
    await api.apply(`${API} Gadget one`, { metadata: { labels: { listed: 'yes' } }, spec: { x: '1' } });
    await eventually('the input is read', async () => (await dataOf('rd-reader'))?.x === 'of the input' || undefined);
    await eventually('its list, too', async () => (await dataOf('rd-one')) !== undefined || undefined);
    const { uid } = (await api.get(`${API} Gadget par`)).metadata;
    const mark = await cluster.mark();
    await serve(false);
    await says('Parent', 'par', /Gadget/);
    await want('Parent', 'par', { x: '2' });
    await eventually('the others go on', async () => (await dataOf('par-free'))?.x === '2' || undefined);
    await says('Reading', 'rd', /gadget/);
    await want('Reading', 'rd', { x: '2' });
    await eventually('readers go on', async () => (await dataOf('rd-free'))?.x === '2' || undefined);
    await says('Reading', 'rd', /gadget/);
    // What reads it stays as it was, and nothing is deleted.
    expect(await dataOf('par-reader')).toEqual({ x: '1' });
    expect(await dataOf('par-maybe')).toEqual({ x: '1' });
    expect(await dataOf('rd-reader')).toEqual({ x: 'of the input' });
    expect(await dataOf('rd-one')).toEqual({ x: '1' });
    await serve(true);
    await ready('Parent', 'par');
    await ready('Reading', 'rd');
    expect((await api.get(`${API} Gadget par`)).metadata.uid).toBe(uid);
    expect(await dataOf('par-reader')).toEqual({ x: '2' });
    expect(await dataOf('rd-one')).toEqual({ x: '2' });
    expect((await cluster.writes(mark)).filter(({ verb }) => verb === 'delete')).toEqual([]);
  });

  test('a kind that is deleted with its objects is followed when it is defined anew', async () => {
    await want('Reading', 'opt', { x: '1' });
    await ready('Reading', 'opt');
    await cluster.kubectl(`delete crd gadgets.${GROUP}`);
    await says('Parent', 'par', /Gadget/);
    await says('Reading', 'opt', /gadget/);
    await defineGadget();
    await ready('Parent', 'par');
    expect((await api.get(`${API} Gadget par`)).spec.x).toBe('2');
    // The optional input is known to be absent now, which nobody tells but the kind itself.
    await ready('Reading', 'opt');
    await ready('Reading', 'rd');
    expect(await dataOf('rd-reader')).toEqual({ x: 'none' });
    expect(await dataOf('rd-one')).toBeUndefined();
  });

  test('a resource that may not be held gets what needs no care, and says why the rest is not made', async () => {
    const rules = {
      'unheld.yaml': `${head('Unheld')}  children:
${config('free', '')}
${config('kept', 'onDelete: orphan')}
${config('reader', '', '{ x: =$free.data.x }')}`,
    };
    const first = await EngineProcess.start(cluster, rules);
    await first.stop();
    const rbac = 'rbac.authorization.k8s.io';
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: `${rbac}/v1`,
          kind: 'ClusterRole',
          metadata: { name: 'unheld' },
          rules: [
            { apiGroups: ['*'], resources: ['configmaps', 'events', 'unhelds/status'], verbs: ['*'] },
            { apiGroups: [GROUP], resources: ['unhelds'], verbs: ['get', 'list', 'watch'] },
          ],
        },
        {
          apiVersion: `${rbac}/v1`,
          kind: 'ClusterRoleBinding',
          metadata: { name: 'unheld' },
          roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'unheld' },
          subjects: [{ apiGroup: rbac, kind: 'User', name: 'unheld' }],
        },
      ],
    });
    const limited = new EngineProcess(cluster, rules, ['--as', 'unheld'], { crds: [] });
    await want('Unheld', 'un', { x: '1' });
    await says('Unheld', 'un', /child "kept": Unheld adversity\/un: .*cannot patch resource "unhelds"/);
    expect(await dataOf('un-kept')).toBeUndefined();
    expect(await dataOf('un-free')).toEqual({ x: '1' });
    expect(await dataOf('un-reader')).toEqual({ x: '1' });
    await limited.stop();
  });

  test('its own kind may go and come back', async () => {
    await want('Noting', 'home', { x: '1' });
    await api.apply('ConfigMap home-target', { data: { note: 'theirs' } });
    await ready('Noting', 'home');
    const crd = JSON.parse(await cluster.kubectl(`get crd notings.${GROUP} -o json`));
    const { name } = crd.metadata;
    await cluster.kubectl(`delete crd ${name} --wait=false`);
    // What the resource did elsewhere is undone before it goes, and the kind with it.
    await eventually('the kind is gone', async () => (await cluster.get('crd', name, '')) === undefined || undefined);
    expect(await dataOf('home-target')).toEqual({ note: 'theirs' });
    await cluster.apply({ apiVersion: crd.apiVersion, kind: crd.kind, metadata: { name }, spec: crd.spec });
    await cluster.kubectl(`wait --for=condition=Established crd/${name} --timeout=120s`);
    await eventually('it is served', async () => (await cluster.try(['get', name, '-A'])).code === 0 || undefined);
    await want('Noting', 'home', { x: '2' });
    await ready('Noting', 'home');
    expect(await dataOf('home-target')).toEqual({ note: '2' });
    await api.delete(`${API} Noting home`);
    await api.untilGone(`${API} Noting home`);
  });

  test('a task that is superseded while its Job goes, or is gone, does not hold up the next one', async () => {
    await want('Tasked', 'task', { x: '1' });
    const jobs = async (): Promise<readonly Live[]> =>
      JSON.parse(await cluster.kubectl(`get jobs -n ${NAMESPACE} -o json`)).items;
    const first = await eventually('its Job is there', async () => (await jobs())[0]);
    await cluster.kubectl(
      `patch job ${first.metadata.name} -n ${NAMESPACE} --type=merge -p {"metadata":{"finalizers":["example.com/slow"]}}`,
    );
    await cluster.kubectl(`delete job ${first.metadata.name} -n ${NAMESPACE} --wait=false`);
    await want('Tasked', 'task', { x: '2' });
    await says('Tasked', 'task', /run/);
    expect((await jobs()).length).toBe(1);
    await cluster.kubectl(
      `patch job ${first.metadata.name} -n ${NAMESPACE} --type=json -p [{"op":"remove","path":"/metadata/finalizers"}]`,
    );
    const second = await eventually('the Job of the next', async () =>
      (await jobs()).find(({ metadata }) => metadata.name !== first.metadata.name),
    );
    await cluster.kubectl(`delete job ${second.metadata.name} -n ${NAMESPACE}`);
    // Still wanted: it is made again.
    await eventually('the Job again', async () =>
      (await jobs()).find(
        ({ metadata }) => metadata.name === second.metadata.name && metadata.uid !== second.metadata.uid,
      ),
    );
  });

  test('a target that is made anew is patched anew, and nothing of the old one is put back into it', async () => {
    await api.apply('ConfigMap nt-target', { data: { note: 'first life' } });
    await want('Noting', 'nt', { x: 'mine' });
    await ready('Noting', 'nt');
    await api.delete('ConfigMap nt-target');
    await says('Noting', 'nt', /does not exist/);
    await api.apply('ConfigMap nt-target', { data: { note: 'second life' } });
    await ready('Noting', 'nt');
    expect(await dataOf('nt-target')).toEqual({ note: 'mine' });
    // Gone and back before anybody looks.
    await api.delete('ConfigMap nt-target');
    await api.apply('ConfigMap nt-target', { data: { note: 'third life' } });
    await eventually('it is patched', async () => (await dataOf('nt-target'))?.note === 'mine' || undefined);
    await ready('Noting', 'nt');
    await api.delete(`${API} Noting nt`);
    await api.untilGone(`${API} Noting nt`);
    expect(await dataOf('nt-target')).toEqual({ note: 'third life' });
    expect((await api.get('ConfigMap nt-target')).metadata.labels).toBeUndefined();
  });

  test('a namespace that ends takes its resources, and what they did elsewhere is undone', async () => {
    await cluster.kubectl(`create configmap noted -n ${THERE} --from-literal=note=before`);
    await cluster.apply({
      apiVersion: API,
      kind: 'Ending',
      metadata: { name: 'end', namespace: ENDING },
      spec: { x: '1' },
    });
    await eventually(
      'all is made',
      async () => (await cluster.get('configmap', 'noted', THERE)).data.note === '1' || undefined,
    );
    await eventually('all is made', async () => (await cluster.get('configmap', 'end-there', THERE)) ?? undefined);
    await cluster.kubectl(`delete namespace ${ENDING} --wait=false`);
    await eventually(
      'the namespace is gone',
      async () => (await cluster.get('namespace', ENDING, '')) === undefined || undefined,
    );
    expect((await cluster.get('configmap', 'noted', THERE)).data).toEqual({ note: 'before' });
    expect(await cluster.get('configmap', 'end-there', THERE)).toBeUndefined();
  });

  test('two operators at once come to the same end, and then both are quiet', async () => {
    const other = await EngineProcess.start(cluster, RULES);
    const names = Array.from({ length: 15 }, (_, index) => `s${index}`);
    for (const name of names) await api.apply(`ConfigMap ${name}-target`, { data: { other: 'theirs' } });
    await Promise.all(names.map(async (name) => await want('Several', name, { x: '1' })));
    await Promise.all(names.map(async (name) => await ready('Several', name)));
    const passwords = await Promise.all(names.map(async (name) => (await api.get(`Secret ${name}`)).data.password));
    await Promise.all(names.map(async (name) => await want('Several', name, { x: '2' })));
    for (const name of names) {
      await ready('Several', name);
      expect(await dataOf(`${name}-one`)).toEqual({ x: '2', first: '1' });
      expect(await dataOf(`${name}-target`)).toEqual({ other: 'theirs', many: '2' });
      expect((await cluster.get('configmap', `${name}-there`, THERE)).data).toEqual({ x: '2' });
    }
    expect(await Promise.all(names.map(async (name) => (await api.get(`Secret ${name}`)).data.password))).toEqual(
      passwords,
    );
    // Quiet: one more resource is made from the beginning to the end, and nobody writes to the others meanwhile. What
    // was refused because the other one was faster comes again after a pause: it is waited for.
    let barriers = 0;
    await eventually('both are quiet', async () => {
      barriers += 1;
      const mark = await cluster.mark();
      await want('Limited', `barrier-${barriers}`, { x: '1', on: true });
      await ready('Limited', `barrier-${barriers}`);
      return (await cluster.writes(mark)).every(({ name }) => !/^s\d/.test(name)) || undefined;
    });
    for (const name of names) await api.delete(`${API} Several ${name}`);
    for (const name of names) await api.untilGone(`${API} Several ${name}`);
    for (const name of names) {
      expect(await dataOf(`${name}-target`)).toEqual({ other: 'theirs' });
      expect(await cluster.get('configmap', `${name}-there`, THERE)).toBeUndefined();
    }
    await other.stop();
  });
});
