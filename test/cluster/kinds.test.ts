// Kinds that only the cluster knows: formulas that read them are checked as soon as the API server serves them.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'kind-suite';

const RULE = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: kinds }
spec:
  resource:
    apiVersion: kinds.example.com/v1
    kind: Site
    crd:
      schema:
        spec: { type: object, properties: { size: { type: integer } } }
        status: { type: object, properties: { size: { type: string } } }
  children:
    - id: disk
      template:
        apiVersion: late.example.com/v1
        kind: Disk
        metadata: { name: =metadata.name }
        spec: { siez: =spec.size }
  status: { size: =$disk.status.capacity.total }
`;

const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'disks.late.example.com' },
  spec: {
    group: 'late.example.com',
    scope: 'Namespaced',
    names: { kind: 'Disk', plural: 'disks', singular: 'disk', listKind: 'DiskList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size: { type: 'integer' } } },
              status: { type: 'object', properties: { capacity: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
};

describeCluster('kinds that only the API server knows', (cluster) => {
  let engine: EngineProcess;

  beforeAll(async () => {
    await cluster.kubectl(`create namespace ${NAMESPACE}`);
    engine = await EngineProcess.start(cluster, { 'rule.yaml': RULE });
  });

  afterAll(async () => {
    await engine?.stop();
    await cluster.try(['delete', 'crd', 'disks.late.example.com', '--ignore-not-found']);
  });

  test('formulas are checked against a definition that comes later, each mistake once', async () => {
    expect(engine.events('rule-diagnostic')).toEqual([]);
    await cluster.apply(CRD);
    const found = await eventually('both mistakes', () => {
      const lines = engine.events('rule-diagnostic');
      return lines.length >= 2 ? lines : undefined;
    });
    expect(found).toMatchObject([
      { level: 'error', code: 'UnknownField', line: 18, column: 17, hint: 'did you mean "size"?' },
      { level: 'error', code: 'UnknownField', line: 19, column: 42 },
    ]);
    expect(found).toHaveLength(2);
  });
});
