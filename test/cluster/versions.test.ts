// Several versions of one kind without conversion: nothing is lost, whichever version is read and written.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'versions-suite';
const GROUP = 'versions.example.com';
const head = (version: string) => `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: queue }
spec:
  resource:
    apiVersion: ${GROUP}/${version}
    kind: Queue
    crd:
`;
const child = (data: string) => `
  children:
    - id: config
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name }, data: ${data} }
`;
const OLD_SPEC = '{ type: object, properties: { size: { type: integer } } }';
const OLD_RULE = `${head('v1beta1')}      schema: { spec: ${OLD_SPEC} }${child('{ size: =$string(spec.size ?? 0) }')}`;
const NEW_SPEC =
  '{ type: object, properties: { size: { type: integer }, durable: { type: boolean, default: true }, mode: { type: string } } }';
const NEW_RULE = `${head('v1')}      schema: { spec: ${NEW_SPEC} }
      versions:
        - { name: v1beta1, deprecationWarning: use the newest, schema: { spec: ${OLD_SPEC} } }
${child('{ size: =$string(spec.size ?? 0), durable: =$string(spec.durable), mode: =spec.mode }')}`;

describeCluster('versions of a kind', (cluster) => {
  let engine: EngineProcess;

  beforeAll(async () => {
    await cluster.kubectl(`create namespace ${NAMESPACE}`);
    engine = await EngineProcess.start(cluster, { 'rule.yaml': OLD_RULE });
  });

  afterAll(async () => {
    await engine?.stop();
  });

  const kindOf = (version: string) => `queues.${version}.${GROUP}`;
  const read = async (version: string, name: string) => await cluster.get(kindOf(version), name, NAMESPACE);
  const patch = async (version: string, name: string, spec: object) =>
    await cluster.kubectl(
      `patch ${kindOf(version)} ${name} -n ${NAMESPACE} --type=merge -p ${JSON.stringify({ spec })}`,
    );
  const queue = (version: string, name: string, spec: object) => ({
    apiVersion: `${GROUP}/${version}`,
    kind: 'Queue',
    metadata: { name, namespace: NAMESPACE },
    spec,
  });
  const config = (name: string) => cluster.get('configmap', name, NAMESPACE);
  const follows = async (name: string, data: object) =>
    await eventually(`the child of ${name} is ${JSON.stringify(data)}`, async () => {
      const live = await config(name);
      return JSON.stringify(Object.entries(live?.data ?? {}).sort()) === JSON.stringify(Object.entries(data).sort())
        ? live
        : undefined;
    });

  test('an API server that converts nothing drops what the version of a write does not have', async () => {
    const schema = (fields: object) => ({
      openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: fields } } },
    });
    const text = { type: 'string' };
    await cluster.apply({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `plains.${GROUP}` },
      spec: {
        ...{ group: GROUP, scope: 'Namespaced', names: { kind: 'Plain', plural: 'plains' } },
        versions: [
          { name: 'v1', served: true, storage: true, schema: schema({ a: text, b: text }) },
          { name: 'v1beta1', served: true, storage: false, schema: schema({ a: text }) },
        ],
      },
    });
    await cluster.kubectl(`wait --for=condition=Established crd/plains.${GROUP} --timeout=120s`);
    const plain = { apiVersion: `${GROUP}/v1`, kind: 'Plain', metadata: { name: 'plain', namespace: NAMESPACE } };
    await eventually('it can be made', async () => {
      const made = await cluster.try(['apply', '-f', '-'], JSON.stringify({ ...plain, spec: { a: 'one', b: 'one' } }));
      return made.code === 0 || undefined;
    });
    const name = `plains.v1beta1.${GROUP}`;
    await cluster.kubectl(`patch ${name} plain -n ${NAMESPACE} --type=merge -p {"spec":{"a":"two"}}`);
    expect((await cluster.get(`plains.v1.${GROUP}`, 'plain', NAMESPACE)).spec).toEqual({ a: 'two' });
  });

  test('a kind gets a new version, and what is there stays and has its new fields', async () => {
    await cluster.apply(queue('v1beta1', 'first', { size: 3 }));
    const before = await follows('first', { size: '3' });
    writeFileSync(join(engine.folder, 'rule.yaml'), NEW_RULE);
    const after = await follows('first', { size: '3', durable: 'true' });
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect((await read('v1', 'first')).spec).toEqual({ size: 3, durable: true });
    const crd = JSON.parse(await cluster.kubectl(`get crd queues.${GROUP} -o json`));
    const versions = crd.spec.versions.map((one: { name: string; storage: boolean }) => `${one.name} ${one.storage}`);
    expect(versions).toEqual(['v1 true', 'v1beta1 false']);
    expect(crd.status.storedVersions).toEqual(['v1beta1', 'v1']);
  });

  test('made through the old version and edited through each, it loses no field', async () => {
    await cluster.apply(queue('v1beta1', 'second', { size: 1 }));
    await follows('second', { size: '1', durable: 'true' });
    await patch('v1', 'second', { durable: false, mode: 'fast' });
    await follows('second', { size: '1', durable: 'false', mode: 'fast' });
    await patch('v1beta1', 'second', { size: 2 });
    await follows('second', { size: '2', durable: 'false', mode: 'fast' });
    // As kubectl apply does it, by the client and by the server, of one who knows the old fields only.
    await cluster.apply(queue('v1beta1', 'second', { size: 3 }));
    await follows('second', { size: '3', durable: 'false', mode: 'fast' });
    await cluster.apply(
      queue('v1beta1', 'second', { size: 4 }),
      ' --server-side --force-conflicts --field-manager=old',
    );
    await follows('second', { size: '4', durable: 'false', mode: 'fast' });
    const whole = await read('v1beta1', 'second');
    await cluster.kubectl('replace -f -', JSON.stringify({ ...whole, spec: { ...whole.spec, size: 5 } }));
    await follows('second', { size: '5', durable: 'false', mode: 'fast' });
    expect((await read('v1', 'second')).spec).toEqual({ size: 5, durable: false, mode: 'fast' });
  });

  test('made through the new version, it is the same through the old one', async () => {
    await cluster.apply(queue('v1', 'third', { size: 1, durable: false, mode: 'slow' }));
    await follows('third', { size: '1', durable: 'false', mode: 'slow' });
    const [now, old] = [await read('v1', 'third'), await read('v1beta1', 'third')];
    expect(old.spec).toEqual(now.spec);
    expect(old.status).toEqual(now.status);
    expect(old.metadata.uid).toBe(now.metadata.uid);
    await patch('v1beta1', 'third', { size: 2, mode: null });
    await follows('third', { size: '2', durable: 'false' });
  });

  test('who uses the old version is told so', async () => {
    const { stderr } = await cluster.try(['get', kindOf('v1beta1'), '-n', NAMESPACE]);
    expect(stderr).toContain('Warning: use the newest');
  });

  test('an old child that is lost comes back, and nothing else is written any more', async () => {
    await cluster.kubectl(`delete configmap first -n ${NAMESPACE}`);
    await follows('first', { size: '3', durable: 'true' });
    await cluster.apply(queue('v1beta1', 'last', {}));
    await follows('last', { size: '0', durable: 'true' });
    const ready = async (name: string) =>
      (await read('v1', name)).status?.conditions?.some(
        ({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True',
      ) || undefined;
    for (const name of ['first', 'second', 'third', 'last']) await eventually(`${name} is ready`, () => ready(name));
    await engine.stop();
    const mark = await cluster.mark();
    engine = await EngineProcess.start(cluster, { 'rule.yaml': NEW_RULE });
    await cluster.apply(queue('v1', 'barrier', {}));
    await eventually('the next is ready', () => ready('barrier'));
    expect((await cluster.writes(mark)).filter(({ name }) => name !== 'barrier')).toEqual([]);
  });
});
