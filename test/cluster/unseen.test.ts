// Children elsewhere that the inventory names, and that no list and no watch shows: the API server is asked by name.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from '../support/api.ts';
import { BlindTransport } from '../support/blind-transport.ts';
import { describeCluster, eventually } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import { EngineInProcess } from '../support/engine-in-process.ts';

const NAMESPACE = 'unseen-suite';
const THERE = 'unseen-there';
const API = 'unseen.example.com/v1';
const RULE = `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: unseen }
spec:
  resource:
    apiVersion: ${API}
    kind: Unseen
    crd: { schema: { spec: { type: object, properties: { "on": { type: boolean } } } } }
  children:
    - id: beside
      template: { apiVersion: v1, kind: Secret, metadata: { name: =metadata.name }, stringData: { "on": =$string(spec.on) } }
    - id: there
      when: =spec.on
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name, namespace: ${THERE} }, data: { a: b } }
`;

describeCluster('a child elsewhere that no watch shows', (cluster) => {
  let api: Api;

  beforeAll(async () => {
    api = new Api(clusterBackend(cluster), NAMESPACE);
    await api.createNamespace();
    await api.createNamespace(THERE);
  });

  afterAll(async () => {
    api?.stop();
  });

  const start = async (hidden: string | undefined) => {
    let transport: BlindTransport | undefined;
    const engine = await EngineInProcess.start(cluster.state.kubeconfig, { 'rule.yaml': RULE }, [], (inner) => {
      transport = new BlindTransport(inner, ({ metadata }) => metadata.namespace === THERE && metadata.name === hidden);
      return transport;
    });
    return { engine, transport: transport as BlindTransport };
  };
  const there = async (name: string) => await cluster.get('configmap', name, THERE);
  const childrenOf = async (name: string) =>
    (await api.get(`${API} Unseen ${name}`))?.status.children.map(({ id }: { readonly id: string }) => id);
  // Made by an operator that saw all, and changed while there is none.
  const make = async (name: string): Promise<void> => {
    const { engine } = await start(undefined);
    await api.apply(`${API} Unseen ${name}`, { spec: { on: true } }, 'user', true);
    await api.condition(`${API} Unseen ${name}`, 'Ready', { status: 'True' });
    await engine.stop();
    expect(await there(name)).toBeDefined();
  };

  test('is found by its name and removed when it is wanted no more', async () => {
    await make('off');
    await api.apply(`${API} Unseen off`, { spec: { on: false } }, 'user', true);
    const { engine, transport } = await start('off');
    await api.condition(`${API} Unseen off`, 'Ready', { status: 'True' });
    expect(await there('off')).toBeUndefined();
    expect(await childrenOf('off')).toEqual(['beside']);
    // Asked for once to find it, and not again.
    const path = `/api/v1/namespaces/${THERE}/configmaps/off`;
    expect(transport.asked.filter((asked) => asked === path).length).toBe(1);
    await engine.stop();
  });

  test('is found and removed before its resource goes', async () => {
    await make('end');
    const { engine } = await start('end');
    await api.delete(`${API} Unseen end`);
    await api.untilGone(`${API} Unseen end`);
    expect(await there('end')).toBeUndefined();
    await engine.stop();
  });

  test('is none any more when somebody took its marks, and stays', async () => {
    await make('lost');
    const labels = { 'opsonata.dev/owner-uid': null, 'opsonata.dev/rule': null };
    const patch = JSON.stringify({ metadata: { labels } });
    await cluster.kubectl(`patch configmap lost -n ${THERE} --type=merge -p ${patch}`);
    await api.apply(`${API} Unseen lost`, { spec: { on: false } }, 'user', true);
    const { engine } = await start('lost');
    await eventually('the inventory names it no more', async () =>
      (await childrenOf('lost')).length === 1 ? true : undefined,
    );
    expect(await there('lost')).toMatchObject({ data: { a: 'b' } });
    await engine.stop();
  });
});
