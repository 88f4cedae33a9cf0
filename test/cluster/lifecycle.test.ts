// What holds a resource until it is gone, and what that costs.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, type Live } from '../support/api.ts';
import { describeCluster } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import type { Engine } from '../support/engine-process.ts';

const NAMESPACE = 'lifecycle';
const API = 'lifecycle.example.com/v1';
const FINALIZER = 'example.com/busy';

const rule = (kind: string, more: string) => `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: ${kind.toLowerCase()} }
spec:
  resource:
    apiVersion: ${API}
    kind: ${kind}
    crd: { schema: { spec: { type: object, properties: { "off": { type: boolean }, x: { type: string }, list: { type: array, items: { type: string } } } } } }
${more}`;

const configMap = (id: string, more = '{ x: =spec.x ?? "x" }') =>
  `template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-${id}" }, data: ${more} }`;

const rules = {
  'plain.yaml': rule(
    'Plain',
    `  children:
    - id: one
      ${configMap('one')}
    - id: two
      ${configMap('two', '{ x: =$one.data.x }')}
`,
  ),
  'ordered.yaml': rule(
    'Ordered',
    `  children:
    - id: first
      ${configMap('first')}
    - id: second
      after: [first]
      when: =$not(spec.off ?? false)
      ${configMap('second')}
    - id: third
      when: =$not(spec.off ?? false)
      ${configMap('third', '{ x: =$second.data.x }')}
`,
  ),
  'kept.yaml': rule(
    'Kept',
    `  children:
    - id: stays
      onDelete: orphan
      ${configMap('stays')}
    - id: goes
      ${configMap('goes')}
`,
  ),
  'patching.yaml': rule(
    'Patching',
    `  children:
    - id: made
      ${configMap('made')}
  patches:
    - id: note
      target: { apiVersion: v1, kind: ConfigMap, name: =metadata.name }
      merge: { data: { note: =$made.data.x } }
    - id: mark
      target: { apiVersion: v1, kind: ConfigMap, name: =metadata.name }
      apply: { metadata: { labels: { marked: "yes" } } }
`,
  ),
  'limited.yaml': rule(
    'Limited',
    `  prune: { limit: 50% }
  children:
    - id: one
      forEach: =spec.list
      key: =$item
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-{% $item %}" } }
`,
  ),
  'last.yaml': rule(
    'Last',
    `  tasks:
    - id: save
      runOn: Delete
      after: [data]
      skip: =spec.off ?? false
      timeout: 3s
      template:
        apiVersion: batch/v1
        kind: Job
        metadata: { name: "{% metadata.name %}-save" }
        spec:
          suspend: true
          template: { spec: { restartPolicy: Never, containers: [{ name: save, image: registry.example.com/save }] } }
  children:
    - id: data
      ${configMap('data')}
    - id: user
      ${configMap('user', '{ x: =$data.data.x }')}
`,
  ),
  'decorating.yaml': `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: decorating }
spec:
  resource: { apiVersion: v1, kind: ServiceAccount, selector: { matchLabels: { decorate: lifecycle } } }
  children:
    - id: role
      template:
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: { name: "{% metadata.namespace %}-{% metadata.name %}" }
        rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]
`,
  'elsewhere.yaml': rule(
    'Elsewhere',
    `  children:
    - id: space
      template: { apiVersion: v1, kind: Namespace, metadata: { name: "{% metadata.namespace %}-{% metadata.name %}" } }
    - id: inside
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: inside, namespace: =$space.metadata.name }
        data: { x: =spec.x ?? "x" }
    - id: role
      when: =$not(spec.off ?? false)
      template:
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: { name: "{% metadata.namespace %}-{% metadata.name %}" }
        rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]
    - id: there
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: =metadata.name, namespace: lifecycle-there }
        data: { x: =spec.x ?? "x" }
    - id: beside
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name } }
`,
  ),
};

describeCluster('the end of a resource', (cluster) => {
  let api: Api;
  let engine: Engine;

  beforeAll(async () => {
    api = new Api(clusterBackend(cluster), NAMESPACE);
    await api.createNamespace();
    await api.createNamespace('lifecycle-there');
    engine = await api.start(rules);
  });

  afterAll(async () => {
    await engine?.stop();
    api?.stop();
  });

  const make = async (kind: string, name: string, spec: object = {}): Promise<Live> => {
    await api.apply(`${API} ${kind} ${name}`, { spec }, 'user', true);
    await api.condition(`${API} ${kind} ${name}`, 'Ready', { status: 'True' });
    return await api.get(`${API} ${kind} ${name}`);
  };
  const terminating = async (kind: string, name: string, message: string): Promise<Live> =>
    await api.until(message, `${API} ${kind} ${name}`, ({ status }) =>
      status.conditions.some((item: Live) => item.reason === 'Terminating' && item.message.includes(message)),
    );
  const isOurs = (object: Live) =>
    Object.keys({ ...object.metadata.labels, ...object.metadata.annotations }).some((key) => /opsonata/.test(key));

  test('a rule that needs no finalizer writes and reads what it did before', async () => {
    const mark = await cluster.mark();
    const { metadata } = await make('Plain', 'plain');
    expect(metadata.finalizers).toBeUndefined();
    await api.delete(`${API} Plain plain`);
    // The garbage collector looks for new kinds twice a minute.
    await api.untilGone('ConfigMap plain-one');
    await api.untilGone('ConfigMap plain-two');
    const ofPlain = ({ name }: { name: string }) => name.startsWith('plain');
    const writes = (await cluster.writes(mark)).filter(ofPlain);
    expect(writes.map(({ verb, name, subresource }) => `${verb} ${name} ${subresource}`)).toEqual([
      'patch plain-one ',
      'patch plain-two ',
      'patch plain status',
    ]);
    expect(cluster.reads(mark).filter(ofPlain)).toEqual([]);
  });

  test('children go one after the other, and the status says what is waited for', async () => {
    const { metadata } = await make('Ordered', 'order');
    expect(metadata.finalizers).toEqual(['opsonata.dev/ordered']);
    await api.edit('ConfigMap order-third', { metadata: { finalizers: [FINALIZER] } });
    await api.delete(`${API} Ordered order`);
    await terminating('Ordered', 'order', 'ConfigMap lifecycle/order-third is being deleted; held by example.com/busy');
    expect((await api.get('ConfigMap order-second')).metadata.deletionTimestamp).toBeUndefined();
    expect((await api.get('ConfigMap order-first')).metadata.deletionTimestamp).toBeUndefined();
    const mark = await cluster.mark();
    await api.edit('ConfigMap order-third', { metadata: { finalizers: null } });
    await api.untilGone(`${API} Ordered order`);
    const writes = (await cluster.writes(mark)).filter(({ name }) => name.startsWith('order'));
    expect(writes.map(({ verb, name, subresource }) => `${verb} ${name} ${subresource}`)).toEqual([
      'delete order-second ',
      'delete order-first ',
      'patch order ',
    ]);
  });

  test('the finalizer goes when nothing needs it any more', async () => {
    await make('Ordered', 'eased');
    await api.apply(`${API} Ordered eased`, { spec: { off: true } }, 'user', true);
    await api.until('it is let go', `${API} Ordered eased`, (live) => live.metadata.finalizers === undefined);
    expect(await api.get('ConfigMap eased-second')).toBeUndefined();
    await make('Ordered', 'eased', { off: false });
    const { metadata } = await api.get(`${API} Ordered eased`);
    expect(metadata.finalizers).toEqual(['opsonata.dev/ordered']);
  });

  test('finalizers of others stay', async () => {
    await make('Ordered', 'others');
    await api.edit(`${API} Ordered others`, { metadata: { finalizers: [FINALIZER, 'opsonata.dev/ordered'] } });
    await api.delete(`${API} Ordered others`);
    const left = await api.until(
      'ours is gone',
      `${API} Ordered others`,
      ({ metadata }) => metadata.finalizers.length === 1,
    );
    expect(left.metadata.finalizers).toEqual([FINALIZER]);
    expect(await api.get('ConfigMap others-first')).toBeUndefined();
    await api.edit(`${API} Ordered others`, { metadata: { finalizers: null } });
    await api.untilGone(`${API} Ordered others`);
  });

  test('an orphan stays and loses our marks; the others go', async () => {
    await make('Kept', 'kept');
    await api.delete(`${API} Kept kept`);
    await api.untilGone(`${API} Kept kept`);
    await api.untilGone('ConfigMap kept-goes');
    const orphan = await api.get('ConfigMap kept-stays');
    expect(isOurs(orphan)).toBe(false);
    expect(orphan.data).toEqual({ x: 'x' });
  });

  test('deleted with --cascade=orphan, all children stay and belong to nobody', async () => {
    await make('Kept', 'cascade');
    await cluster.kubectl(`delete kepts cascade -n ${NAMESPACE} --cascade=orphan`);
    await api.untilGone(`${API} Kept cascade`);
    for (const name of ['cascade-stays', 'cascade-goes']) {
      const orphan = await api.get(`ConfigMap ${name}`);
      expect(isOurs(orphan)).toBe(false);
      expect(orphan.metadata.ownerReferences).toBeUndefined();
    }
  });

  test('what patches did is taken back before what they read goes', async () => {
    await api.apply('ConfigMap patched', { data: { note: 'theirs' } });
    const { metadata } = await make('Patching', 'patched');
    expect(metadata.finalizers).toEqual(['opsonata.dev/patching']);
    expect((await api.get('ConfigMap patched')).data.note).toBe('x');
    await engine.stop();
    await api.delete(`${API} Patching patched`);
    const mark = await cluster.mark();
    engine = await api.start(rules);
    await api.untilGone(`${API} Patching patched`);
    const live = await api.get('ConfigMap patched');
    expect(live.data).toEqual({ note: 'theirs' });
    expect(live.metadata.labels).toBeUndefined();
    // Both patches are of one object: one may come too late for the version that it was made for.
    const done = (await cluster.writes(mark)).filter(({ namespace, code }) => namespace === NAMESPACE && code === 200);
    const [first, second, third] = done;
    expect([first?.name, second?.name]).toEqual(['patched', 'patched']);
    expect(third).toMatchObject({ verb: 'delete', name: 'patched-made' });
  });

  test('a target that is gone holds up nothing', async () => {
    await api.apply('ConfigMap lost', { data: { note: 'theirs' } });
    await make('Patching', 'lost');
    await engine.stop();
    await api.delete('ConfigMap lost');
    await api.delete(`${API} Patching lost`);
    engine = await api.start(rules);
    await api.untilGone(`${API} Patching lost`);
  });

  test('who removes the finalizer by hand ends the wait', async () => {
    await make('Ordered', 'freed');
    await api.edit('ConfigMap freed-third', { metadata: { finalizers: [FINALIZER] } });
    await api.delete(`${API} Ordered freed`);
    await terminating('Ordered', 'freed', 'freed-third is being deleted');
    await api.edit(`${API} Ordered freed`, { metadata: { finalizers: null } });
    await api.untilGone(`${API} Ordered freed`);
    await api.edit('ConfigMap freed-third', { metadata: { finalizers: null } });
  });

  const there = async (kind: string, name: string, namespace: string) => await cluster.get(kind, name, namespace);

  test('children elsewhere are named before they are made, carry no owner reference, and go with their owner', async () => {
    const mark = await cluster.mark();
    const { metadata, status } = await make('Elsewhere', 'far');
    expect(metadata.finalizers).toEqual(['opsonata.dev/elsewhere']);
    const named = (status.children as Live[]).map(({ id, name, namespace }) => `${id} ${namespace ?? '-'} ${name}`);
    expect(named).toEqual([
      'space  lifecycle-far',
      'role  lifecycle-far',
      'there lifecycle-there far',
      'beside - far',
      'inside lifecycle-far inside',
    ]);
    const far = await there('configmap', 'far', 'lifecycle-there');
    const role = await there('clusterrole', 'lifecycle-far', NAMESPACE);
    for (const object of [far, role]) {
      expect(object.metadata.ownerReferences).toBeUndefined();
      expect(object.metadata.labels['opsonata.dev/owner-uid']).toBe(metadata.uid);
    }
    const writes = (await cluster.writes(mark)).map(
      ({ verb, resource, subresource }) => `${verb} ${resource} ${subresource}`,
    );
    const owner = writes.indexOf('patch elsewheres ');
    const journal = writes.indexOf('patch elsewheres status');
    expect([owner, journal]).toEqual([0, 1]);
    // Repaired like any other.
    await cluster.kubectl('delete configmap far -n lifecycle-there');
    await cluster.kubectl('delete clusterrole lifecycle-far');
    await api.condition(`${API} Elsewhere far`, 'Ready', { status: 'True' });
    for (const kind of ['clusterrole/lifecycle-far', 'configmap/far'])
      await cluster.kubectl(`wait ${kind} -n lifecycle-there --for=create --timeout=120s`);
    await api.apply(`${API} Elsewhere far`, { spec: { off: true } }, 'user', true);
    await api.until('the role is named no more', `${API} Elsewhere far`, (live) =>
      (live.status.children as Live[]).every(({ id }) => id !== 'role'),
    );
    expect(await there('clusterrole', 'lifecycle-far', NAMESPACE)).toBeUndefined();
    await api.delete(`${API} Elsewhere far`);
    await api.untilGone(`${API} Elsewhere far`);
    expect(await there('configmap', 'far', 'lifecycle-there')).toBeUndefined();
    expect(await there('namespace', 'lifecycle-far', NAMESPACE)).toBeUndefined();
  });

  test('children elsewhere of a resource of somebody else are named in an annotation', async () => {
    const role = async () => await there('clusterrole', 'lifecycle-decorated', NAMESPACE);
    await api.apply('ServiceAccount decorated', { metadata: { labels: { decorate: 'lifecycle' } } });
    const isNamed = ({ metadata }: Live) =>
      metadata.finalizers?.[0] === 'opsonata.dev/decorating' &&
      metadata.annotations?.['opsonata.dev/inventory-decorating']?.includes('lifecycle-decorated') === true;
    await api.until('it is named', 'ServiceAccount decorated', isNamed);
    await cluster.kubectl('wait clusterrole/lifecycle-decorated --for=create --timeout=120s');
    await api.edit('ServiceAccount decorated', { metadata: { labels: { decorate: null } } });
    const isFree = ({ metadata }: Live) => metadata.finalizers === undefined && metadata.annotations === undefined;
    await api.until('it is named no more', 'ServiceAccount decorated', isFree);
    expect(await role()).toBeUndefined();
    await api.edit('ServiceAccount decorated', { metadata: { labels: { decorate: 'lifecycle' } } });
    await api.until('it is named again', 'ServiceAccount decorated', isNamed);
    await api.delete('ServiceAccount decorated');
    await api.untilGone('ServiceAccount decorated');
    expect(await role()).toBeUndefined();
  });

  test('what somebody else made elsewhere is not touched', async () => {
    await cluster.kubectl('create configmap taken -n lifecycle-there --from-literal=x=theirs');
    await api.apply(`${API} Elsewhere taken`, { spec: {} }, 'user', true);
    await api.condition(`${API} Elsewhere taken`, 'Stalled', { status: 'True', reason: 'NotOwned' });
    await api.delete(`${API} Elsewhere taken`);
    await api.untilGone(`${API} Elsewhere taken`);
    expect((await there('configmap', 'taken', 'lifecycle-there')).data).toEqual({ x: 'theirs' });
  });

  test('more than the limit goes only when somebody confirms it, once', async () => {
    await make('Limited', 'limited', { list: ['a', 'b', 'c', 'd'] });
    const want = async (list: readonly string[]) =>
      await api.apply(`${API} Limited limited`, { spec: { list } }, 'user', true);
    await want(['a']);
    const held = await api.condition(`${API} Limited limited`, 'Ready', { status: 'False', reason: 'PruneHeld' });
    expect(held.message).toMatch(/waits to be pruned: 3 of 4 children would go, more than 50% \(ConfigMap/);
    const hash = /confirm-prune: "([0-9a-f]{8})"/.exec(held.message)?.[1] as string;
    const confirm = async (value: string) =>
      await api.edit(`${API} Limited limited`, { metadata: { annotations: { 'opsonata.dev/confirm-prune': value } } });
    await confirm('00000000');
    await want(['a', 'b', 'c']);
    await api.untilGone('ConfigMap limited-d');
    const used = (live: Live) => live.metadata.annotations?.['opsonata.dev/confirm-prune'] === undefined;
    await api.until('what confirms nothing is removed', `${API} Limited limited`, used);
    await want(['a']);
    const again = await api.condition(`${API} Limited limited`, 'Ready', { status: 'False', reason: 'PruneHeld' });
    expect(again.message).not.toContain(hash);
    await confirm(/confirm-prune: "([0-9a-f]{8})"/.exec(again.message)?.[1] as string);
    await api.untilGone('ConfigMap limited-c');
    await api.untilGone('ConfigMap limited-b');
    await api.until('the confirmation is used', `${API} Limited limited`, used);
    expect(await api.get('ConfigMap limited-a')).toBeDefined();
  });

  test('a last task runs before what it depends on goes, and one that failed is skipped by an edit', async () => {
    await make('Last', 'last');
    await api.delete(`${API} Last last`);
    const isJob = ({ name, code }: { name: string; code: number }) => name.startsWith('last-save') && code === 201;
    const failed = await terminating('Last', 'last', 'the task failed for "once": it took longer than 3 seconds');
    expect((await cluster.writes(0)).filter(isJob)).toHaveLength(1);
    expect(failed.status.tasks).toMatchObject([{ id: 'save', phase: 'Failed' }]);
    expect((await api.get('ConfigMap last-data')).metadata.deletionTimestamp).toBeUndefined();
    expect(await api.get('ConfigMap last-user')).toBeUndefined();
    await api.edit(`${API} Last last`, { spec: { off: true } });
    await api.untilGone(`${API} Last last`);
    expect(await api.get('ConfigMap last-data')).toBeUndefined();
  });
});
