// Objects whose health is told by us and by kstatus: of every kind that kstatus knows and of some that it does not, with
// every field that it looks at there, absent, or of some value.

import fc from 'fast-check';
import type { KubeObject } from '../../engine/model/object.ts';

const few = fc.integer({ min: 0, max: 3 });
const some = <T extends Record<string, fc.Arbitrary<unknown>>>(fields: T) => fc.record(fields, { requiredKeys: [] });

function conditions(types: readonly string[], reasons: readonly string[]): fc.Arbitrary<object[]> {
  const one = fc.record(
    {
      type: fc.constantFrom(...types, 'Reconciling', 'Stalled', 'Ready'),
      status: fc.constantFrom('True', 'True', 'False', 'Unknown'),
      reason: fc.constantFrom('Other', ...reasons),
      message: fc.constantFrom('', 'it is so'),
    },
    { requiredKeys: ['type', 'status'] },
  );
  return fc.uniqueArray(one, { maxLength: 4, selector: ({ type }) => type });
}

// Three of four objects are as their controller has seen them; a status is there in three of four.
const seen = fc.constantFrom(2, 2, 2, 1);
const replicas = { replicas: few, readyReplicas: few, updatedReplicas: few, availableReplicas: few };
// As it is when all is well, which chance would not bring about often.
const well = fc.integer({ min: 1, max: 3 });

interface Kind {
  readonly apiVersion: string;
  readonly spec?: fc.Arbitrary<object>;
  readonly status: fc.Arbitrary<object>;
}

const deploymentConditions = conditions(
  ['Progressing', 'Progressing', 'Available'],
  ['ProgressDeadlineExceeded', 'NewReplicaSetAvailable', 'NewReplicaSetAvailable'],
);
const settled = (count: number) => ({
  observedGeneration: 2,
  replicas: count,
  readyReplicas: count,
  updatedReplicas: count,
  availableReplicas: count,
  currentReplicas: count,
  fullyLabeledReplicas: count,
});

const KINDS: { readonly [kind: string]: Kind } = {
  Deployment: {
    apiVersion: 'apps/v1',
    spec: some({ replicas: few, progressDeadlineSeconds: fc.constantFrom(600, 2 ** 31 - 1) }),
    status: fc.oneof(
      some({ observedGeneration: seen, ...replicas, conditions: deploymentConditions }),
      well.map((count) => ({
        ...settled(count),
        conditions: [
          { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: '' },
          { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: '' },
        ],
      })),
      fc.tuple(well, deploymentConditions).map(([count, items]) => ({ ...settled(count), conditions: items })),
    ),
  },
  ReplicaSet: {
    apiVersion: 'apps/v1',
    spec: some({ replicas: few }),
    status: fc.oneof(
      some({
        observedGeneration: seen,
        ...replicas,
        fullyLabeledReplicas: few,
        conditions: conditions(['ReplicaFailure'], []),
      }),
      well.map(settled),
    ),
  },
  StatefulSet: {
    apiVersion: 'apps/v1',
    spec: some({
      replicas: few,
      updateStrategy: fc.oneof(
        fc.constant({ type: 'OnDelete' }),
        fc.record({ type: fc.constant('RollingUpdate'), rollingUpdate: some({ partition: few }) }),
        fc.constant({ type: 'RollingUpdate' }),
      ),
    }),
    status: fc
      .tuple(
        fc.oneof(
          some({ observedGeneration: seen, ...replicas, currentReplicas: few, updatedReplicas: few }),
          well.map(settled),
        ),
        some({ currentRevision: fc.constantFrom('a', 'b'), updateRevision: fc.constantFrom('a', 'b') }),
      )
      .map(([counts, revisions]) => ({ ...counts, ...revisions })),
  },
  DaemonSet: {
    apiVersion: 'apps/v1',
    status: fc
      .tuple(
        few,
        some({
          observedGeneration: seen,
          desiredNumberScheduled: few,
          currentNumberScheduled: few,
          updatedNumberScheduled: few,
          numberAvailable: few,
          numberReady: few,
        }),
      )
      .map(([count, fields]) => ({
        currentNumberScheduled: count,
        updatedNumberScheduled: count,
        numberAvailable: count,
        numberReady: count,
        ...fields,
      })),
  },
  Pod: {
    apiVersion: 'v1',
    status: some({
      phase: fc.constantFrom('Pending', 'Pending', 'Running', 'Running', 'Succeeded', 'Failed', 'Unknown'),
      conditions: fc.oneof(
        conditions(['PodScheduled', 'Initialized'], ['Unschedulable', 'Unschedulable']),
        fc.constant([{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no node' }]),
      ),
      containerStatuses: fc.array(
        fc.record({
          name: fc.constantFrom('app', 'log'),
          state: fc.constantFrom(
            {},
            { running: {} },
            { waiting: { reason: 'CrashLoopBackOff' } },
            { waiting: { reason: 'ContainerCreating' } },
          ),
        }),
        { maxLength: 2 },
      ),
    }),
  },
  Job: {
    apiVersion: 'batch/v1',
    spec: some({ parallelism: few, completions: few }),
    status: some({
      active: few,
      succeeded: few,
      failed: few,
      startTime: fc.constant('2026-01-01T00:00:00Z'),
      conditions: conditions(['Complete', 'Failed', 'Suspended'], ['BackoffLimitExceeded']),
    }),
  },
  CronJob: { apiVersion: 'batch/v1', status: some({ conditions: conditions([], []) }) },
  Service: {
    apiVersion: 'v1',
    spec: some({
      type: fc.constantFrom('ClusterIP', 'LoadBalancer', 'LoadBalancer', 'NodePort', 'ExternalName'),
      clusterIP: fc.constantFrom('10.0.0.1', 'None', ''),
    }),
    status: some({
      loadBalancer: fc.constantFrom({}, { ingress: [] }, { ingress: [{ ip: '192.0.2.1' }] }),
      conditions: conditions([], []),
    }),
  },
  PersistentVolumeClaim: {
    apiVersion: 'v1',
    status: some({ phase: fc.constantFrom('Bound', 'Pending', 'Lost'), conditions: conditions(['Resizing'], []) }),
  },
  ConfigMap: { apiVersion: 'v1', status: some({ conditions: conditions([], []) }) },
  Secret: { apiVersion: 'v1', status: some({ conditions: conditions([], []) }) },
  PodDisruptionBudget: {
    apiVersion: 'policy/v1',
    status: some({ observedGeneration: seen, disruptionsAllowed: few, conditions: conditions([], []) }),
  },
  CustomResourceDefinition: {
    apiVersion: 'apiextensions.k8s.io/v1',
    status: some({
      conditions: conditions(['NamesAccepted', 'Established', 'Established'], ['Installing', 'NamesConflict']),
    }),
  },
  Namespace: {
    apiVersion: 'v1',
    status: some({ phase: fc.constantFrom('Active', 'Terminating'), conditions: conditions(['X'], []) }),
  },
  Ingress: { apiVersion: 'networking.k8s.io/v1', status: some({ loadBalancer: fc.constant({}) }) },
  HorizontalPodAutoscaler: {
    apiVersion: 'autoscaling/v2',
    status: some({ observedGeneration: seen, conditions: conditions(['AbleToScale', 'ScalingActive'], []) }),
  },
  Widget: {
    apiVersion: 'example.com/v1',
    status: some({ observedGeneration: seen, conditions: conditions(['Synced'], []) }),
  },
};

const object = fc.constantFrom(...Object.entries(KINDS)).chain(([kind, { apiVersion, spec, status }]) =>
  fc
    .record({
      metadata: fc.record(
        {
          name: fc.constant('x'),
          creationTimestamp: fc.constant('2026-01-01T00:00:00Z'),
          generation: fc.constant(2),
          deletionTimestamp: fc.constant('2026-01-02T00:00:00Z'),
        },
        { requiredKeys: ['name', 'creationTimestamp'] },
      ),
      spec: spec ?? fc.constant({}),
      status: fc.option(status, { nil: undefined, freq: 8 }),
      isGoing: fc.constantFrom(true, ...Array.from({ length: 15 }, () => false)),
    })
    .map(({ metadata: { deletionTimestamp, ...metadata }, status: said, isGoing, ...rest }) => ({
      apiVersion,
      kind,
      metadata: { ...metadata, ...(isGoing && deletionTimestamp !== undefined ? { deletionTimestamp } : {}) },
      ...rest,
      ...(said === undefined ? {} : { status: said }),
    })),
);

/** How many kinds the objects are of. */
export const kindCount: number = Object.keys(KINDS).length;

/** Objects by chance, the same for the same seed. */
export function kstatusObjects(seed: number, count: number): readonly KubeObject[] {
  return fc.sample(object, { seed, numRuns: count }) as unknown as readonly KubeObject[];
}
