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
    crd: { schema: { spec: { type: object, properties: { off: { type: boolean }, x: { type: string } } } } }
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
};

describeCluster('the end of a resource', (cluster) => {
  let api: Api;
  let engine: Engine;

  beforeAll(async () => {
    api = new Api(clusterBackend(cluster), NAMESPACE);
    await api.createNamespace();
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
    const mark = cluster.mark();
    const { metadata } = await make('Plain', 'plain');
    expect(metadata.finalizers).toBeUndefined();
    await api.delete(`${API} Plain plain`);
    await api.untilGone('ConfigMap plain-one');
    await api.untilGone('ConfigMap plain-two');
    const ofPlain = ({ name }: { name: string }) => name.startsWith('plain');
    const writes = cluster.writes(mark).filter(ofPlain);
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
    const mark = cluster.mark();
    await api.edit('ConfigMap order-third', { metadata: { finalizers: null } });
    await api.untilGone(`${API} Ordered order`);
    const writes = cluster.writes(mark).filter(({ name }) => name.startsWith('order'));
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
    const mark = cluster.mark();
    engine = await api.start(rules);
    await api.untilGone(`${API} Patching patched`);
    const live = await api.get('ConfigMap patched');
    expect(live.data).toEqual({ note: 'theirs' });
    expect(live.metadata.labels).toBeUndefined();
    const [first, second, third] = cluster.writes(mark).filter(({ namespace }) => namespace === NAMESPACE);
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
});
