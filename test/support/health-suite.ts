// Health rules at work, on whatever API server there is: children of kinds of other people, whose controllers the suite
// plays. The rules of the library are asked without any file; one beside the rule takes over.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, type Backend } from './api.ts';
import type { Engine } from './engine-process.ts';

const RULE = `
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: shop }
spec:
  resource:
    apiVersion: health.example.com/v1
    kind: Shop
    crd: { schema: { spec: { type: object, properties: { topic: { type: string } } } } }
  children:
    - id: certificate
      template:
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: { name: =metadata.name }
        spec: { secretName: =metadata.name }
    - id: topic
      after: [certificate]
      template:
        apiVersion: kafka.strimzi.io/v1beta2
        kind: KafkaTopic
        metadata: { name: =metadata.name }
        spec: { partitions: 3 }
    - id: config
      readsUnready: true
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: =metadata.name }
        data: { topic: =$topic.metadata.name }
`;
// Asked before that of the library for the same kind, which still tells what this one does not speak of.
const OWN = `
apiVersion: opsonata.dev/v1alpha1
kind: Health
metadata: { name: topic }
spec:
  resource: { apiVersion: kafka.strimzi.io/*, kind: KafkaTopic }
  cases:
    - { when: =status.topicId = "broken", status: Failed, message: "topic {% metadata.name %} is broken" }
    - { when: =status.topicId + 1 > 1, status: Current }
`;

const definition = (group: string, version: string, kind: string, plural: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase() },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

const SHOP = 'health.example.com/v1 Shop';
const CERTIFICATE = 'cert-manager.io/v1 Certificate';
const TOPIC = 'kafka.strimzi.io/v1beta2 KafkaTopic';

/** Defines the tests. `backend` is asked for before the first. */
export function healthSuite(backend: () => Backend | Promise<Backend>): void {
  let api: Api;
  let engine: Engine;

  beforeAll(async () => {
    api = new Api(await backend(), 'health');
    await api.createNamespace();
    for (const crd of [
      definition('cert-manager.io', 'v1', 'Certificate', 'certificates'),
      definition('kafka.strimzi.io', 'v1beta2', 'KafkaTopic', 'kafkatopics'),
    ])
      await api.client.apply(crd as never, { fieldManager: 'suite', force: false });
    engine = await api.start({ 'rule.yaml': RULE, 'health.yaml': OWN });
  });

  afterAll(async () => {
    await engine?.stop();
    api?.stop();
  });

  const says = async (name: string, message: string): Promise<void> => {
    await api.until(`Ready says "${message}"`, `${SHOP} ${name}`, ({ status }) => {
      const conditions: readonly { type: string; message: string }[] = status?.conditions ?? [];
      return conditions.find(({ type }) => type === 'Ready')?.message === message;
    });
  };
  const ready = (status: 'True' | 'False', message = '') => ({
    conditions: [{ type: 'Ready', status, message, observedGeneration: 1 }],
  });

  test('a child of another kind is waited for as its health rule says, and Ready names the first that blocks', async () => {
    await api.apply(`${SHOP} a`, { spec: {} });
    // Nobody has looked at the Certificate yet: no condition, and still not ready.
    await says('a', 'Certificate health/a: not ready yet (and 2 more)');
    expect(await api.get(`${TOPIC} a`)).toBeUndefined();
    await api.report(`${CERTIFICATE} a`, ready('False', 'the order is pending'));
    await says('a', 'Certificate health/a: the order is pending (and 2 more)');
    await api.report(`${CERTIFICATE} a`, ready('True'));
    await api.until('is made', `${TOPIC} a`, () => true);
    await says('a', 'KafkaTopic health/a: not ready yet');
    expect((await api.until('is made', 'ConfigMap a', () => true)).data).toEqual({ topic: 'a' });
    await api.report(`${TOPIC} a`, ready('True'));
    await says('a', 'all 3 children are ready');
  });

  test('a child that fails later is named, and that only somebody can help', async () => {
    await api.report(`${CERTIFICATE} a`, {
      conditions: [
        { type: 'Ready', status: 'False', observedGeneration: 1 },
        { type: 'Issuing', status: 'False', reason: 'Failed', message: 'the authority refuses the name' },
      ],
    });
    await says('a', 'Certificate health/a: the authority refuses the name (and 2 more)');
    expect(await api.condition(`${SHOP} a`, 'Stalled', { status: 'True', reason: 'ChildFailed' })).toMatchObject({
      message: 'Certificate health/a: the authority refuses the name',
    });
    expect(await api.get(`${TOPIC} a`)).toBeDefined();
  });

  test('a rule beside the rules is asked before that of the library', async () => {
    await api.apply(`${SHOP} b`, { spec: {} });
    await api.until('is made', `${CERTIFICATE} b`, () => true);
    await api.report(`${CERTIFICATE} b`, ready('True'));
    await api.until('is made', `${TOPIC} b`, () => true);
    await api.report(`${TOPIC} b`, { topicId: 'broken' });
    await says('b', 'KafkaTopic health/b: topic b is broken');
  });

  test('a health rule whose formula fails tells its place, and stops nothing else', async () => {
    await api.report(`${TOPIC} b`, { topicId: 'abc' });
    await says(
      'b',
      `KafkaTopic health/b: its health rule failed: ${engine.folder}/health.yaml:9:31: T2001: the left side of "+" is "abc", not a number`,
    );
    await api.report(`${TOPIC} b`, { topicId: 7 });
    await says('b', 'all 3 children are ready');
    expect(engine.events('failed')).toEqual([]);
  });
}
