// An engine that works in one namespace, and rules that make children elsewhere.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from '../support/api.ts';
import { describeCluster, eventually } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import { EngineProcess } from '../support/engine-process.ts';

const ONE = 'namespaced-one';
const TWO = 'namespaced-two';
const SHARED = 'namespaced-shared';
const API = 'namespaced.example.com/v1';
const RULE = `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: wide }
spec:
  resource:
    apiVersion: ${API}
    kind: Wide
    crd: { schema: { spec: { type: object, properties: { x: { type: string } } } } }
  children:
    - id: beside
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name }, data: { x: =spec.x } }
    - id: there
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "{% metadata.namespace %}-{% metadata.name %}", namespace: ${SHARED} }
        data: { x: =spec.x }
    - id: role
      template:
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: { name: "{% metadata.namespace %}-{% metadata.name %}" }
        rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]
`;
const GLOBAL = `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: global }
spec:
  resource:
    apiVersion: ${API}
    kind: Global
    crd: { scope: Cluster, schema: { spec: { type: object, properties: { x: { type: string } } } } }
  children:
    - id: config
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name, namespace: ${SHARED} }, data: { x: =spec.x } }
`;

describeCluster('an engine that works in one namespace', (cluster) => {
  let one: Api;
  let two: Api;
  const engines: EngineProcess[] = [];
  const start = async (namespace: string, more: readonly string[] = []): Promise<EngineProcess> => {
    const rules = { 'rule.yaml': RULE, 'global.yaml': GLOBAL };
    const engine = await EngineProcess.start(cluster, rules, ['--namespace', namespace, ...more]);
    engines.push(engine);
    return engine;
  };

  beforeAll(async () => {
    one = new Api(clusterBackend(cluster), ONE);
    two = new Api(clusterBackend(cluster), TWO);
    for (const name of [ONE, TWO, SHARED]) await one.createNamespace(name);
  });

  afterAll(async () => {
    await Promise.all(engines.map(async (engine) => await engine.stop()));
    one?.stop();
    two?.stop();
  });

  const shared = async (name: string) => await cluster.get('configmap', name, SHARED);
  const role = async (name: string) => await cluster.get('clusterrole', name, '');

  test('makes children elsewhere where it has the rights, repairs and removes them, and leaves those of another engine', async () => {
    const [first] = await Promise.all([start(ONE), start(TWO)]);
    await one.apply(`${API} Wide a`, { spec: { x: '1' } });
    await two.apply(`${API} Wide a`, { spec: { x: '2' } });
    await one.condition(`${API} Wide a`, 'Ready', { status: 'True' });
    await two.condition(`${API} Wide a`, 'Ready', { status: 'True' });
    expect((await shared(`${ONE}-a`)).data).toEqual({ x: '1' });
    expect((await shared(`${TWO}-a`)).data).toEqual({ x: '2' });
    await cluster.kubectl(`delete configmap ${ONE}-a -n ${SHARED}`);
    await cluster.kubectl(`delete clusterrole ${ONE}-a`);
    await eventually('the lost ones are back', async () => (await shared(`${ONE}-a`)) && (await role(`${ONE}-a`)));
    await one.delete(`${API} Wide a`);
    await one.untilGone(`${API} Wide a`);
    expect(await shared(`${ONE}-a`)).toBeUndefined();
    expect(await role(`${ONE}-a`)).toBeUndefined();
    expect((await shared(`${TWO}-a`)).data).toEqual({ x: '2' });
    expect(await role(`${TWO}-a`)).toBeDefined();
    // It was said at the start what needs more than the namespace.
    expect(first.events('rule-diagnostic')).toMatchObject([
      { code: 'BeyondNamespace', level: 'error' },
      { code: 'BeyondNamespace', level: 'warn' },
      { code: 'BeyondNamespace', level: 'warn' },
    ]);
  });

  test('does not run a rule for a kind without namespaces, and says so', async () => {
    const [first] = engines;
    expect(first?.stderr).toMatch(
      /global\.yaml:8:\d+: error BeyondNamespace: objects of Global are in no namespace, and this engine works in "namespaced-(one|two)" only/,
    );
    // Not even its definition was brought.
    expect((await cluster.try(['get', 'globals.namespaced.example.com'])).stderr).toMatch(
      /doesn't have a resource type/,
    );
    expect(await (await fetch(`${first?.endpoints}/readyz`)).text()).toBe('ok\n');
  });

  test('does not work on a kind of somebody else that turns out to be in no namespace', async () => {
    const plural = `foreigns.${API.split('/')[0]}`;
    await cluster.apply({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: plural },
      spec: {
        group: API.split('/')[0],
        scope: 'Cluster',
        names: { kind: 'Foreign', listKind: 'ForeignList', plural: 'foreigns', singular: 'foreign' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    });
    await cluster.kubectl(`wait --for=condition=Established crd/${plural} --timeout=120s`);
    await eventually('it is served', async () => (await cluster.try(['get', plural])).code === 0 || undefined);
    await cluster.apply({ apiVersion: API, kind: 'Foreign', metadata: { name: 'f' } });
    const rule = GLOBAL.replace(/name: global/, 'name: foreign').replace(/kind: Global\n.*\n/, 'kind: Foreign\n');
    const rules = { 'rule.yaml': rule.replace('=spec.x', 'x') };
    const engine = await EngineProcess.start(cluster, rules, ['--namespace', ONE]);
    engines.push(engine);
    const failed = await eventually('it says so', () => engine.events('failed')[0]);
    expect(failed).toMatchObject({ rule: 'foreign', code: 'BeyondNamespace' });
    expect(await shared('f')).toBeUndefined();
  });

  test('without rights beyond its namespace makes what it may, and says what it cannot look for', async () => {
    await Promise.all(engines.splice(0).map(async (engine) => await engine.stop()));
    const rbac = 'rbac.authorization.k8s.io';
    const rules = [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['*'] },
      { apiGroups: ['namespaced.example.com'], resources: ['*'], verbs: ['*'] },
    ];
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'narrow', namespace: ONE }, rules },
        {
          apiVersion: `${rbac}/v1`,
          kind: 'RoleBinding',
          metadata: { name: 'narrow', namespace: ONE },
          roleRef: { apiGroup: rbac, kind: 'Role', name: 'narrow' },
          subjects: [{ apiGroup: rbac, kind: 'User', name: 'narrow' }],
        },
      ],
    });
    const engine = new EngineProcess(cluster, { 'rule.yaml': RULE }, ['--namespace', ONE, '--as', 'narrow'], {
      crds: [],
    });
    engines.push(engine);
    await one.apply(`${API} Wide narrow`, { spec: { x: '1' } });
    // Until the API server has refused it, it is only told that nothing is listed yet.
    await one.until('it is told what is missing', `${API} Wide narrow`, ({ status }) =>
      status?.conditions?.some(
        ({ type, reason, message }: { type: string; reason: string; message: string }) =>
          type === 'Ready' &&
          reason === 'NotListed' &&
          /child "there" cannot be looked for: .*configmaps is forbidden.*narrow/.test(message),
      ),
    );
    expect((await one.get('ConfigMap narrow')).data).toEqual({ x: '1' });
    expect(await shared(`${ONE}-narrow`)).toBeUndefined();
    await one.delete(`${API} Wide narrow`);
    await one.untilGone(`${API} Wide narrow`);
  });
});
