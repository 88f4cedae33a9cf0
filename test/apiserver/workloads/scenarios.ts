// What users do with workloads, as writes in a namespace of its own, with a rest after each step: then the controllers
// have done what there is to do, and what they have made is compared.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Step } from '../script.ts';

/** Some writes, and the rest after them. `NAMESPACE` in texts stands for the namespace of the scenario. */
export interface ScenarioStep {
  readonly writes: readonly Step[];
  /** For how long nothing may change on the real server until it counts as being at rest. */
  readonly quietMs?: number;
  /** A field that the status of something must have, where that takes longer than a while. */
  readonly until?: string;
  /** How far the virtual clock is moved. */
  readonly advanceMs?: number;
}

/** Steps one after the other. */
export interface Scenario {
  readonly name: string;
  readonly steps: readonly ScenarioStep[];
}

const STEERING = 'simulate.opsonata.dev/pod';
const SELECTOR = { matchLabels: { app: 'x' } };
const BASE = '/namespaces/NAMESPACE';

const template = (image = 'app:1', steering = ''): JsonObject => ({
  metadata: { labels: { app: 'x' }, ...(steering === '' ? {} : { annotations: { [STEERING]: steering } }) },
  spec: { containers: [{ name: 'app', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
});

const task = (steering = ''): JsonObject => ({
  metadata: { labels: { job: 'x' }, ...(steering === '' ? {} : { annotations: { [STEERING]: steering } }) },
  spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:1' }] },
});

function create(apiVersion: string, kind: string, spec: JsonObject, metadata: JsonObject = {}): Step {
  return {
    method: 'POST',
    path: `${rootOf(apiVersion)}${BASE}/${pluralOf(kind)}`,
    body: { apiVersion, kind, metadata: { name: 'x', ...metadata }, spec },
  };
}

function patch(apiVersion: string, kind: string, body: Json): Step {
  const path = `${rootOf(apiVersion)}${BASE}/${pluralOf(kind)}/x`;
  return { method: 'PATCH', path, contentType: 'application/strategic-merge-patch+json', body };
}

function remove(apiVersion: string, kind: string, query: { readonly [name: string]: string } = {}): Step {
  return { method: 'DELETE', path: `${rootOf(apiVersion)}${BASE}/${pluralOf(kind)}/x`, query };
}

function rootOf(apiVersion: string): string {
  return apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
}

function pluralOf(kind: string): string {
  return `${kind.toLowerCase()}s`;
}

const deployment = (changes: JsonObject = {}, metadata: JsonObject = {}): Step =>
  create('apps/v1', 'Deployment', { replicas: 3, selector: SELECTOR, template: template(), ...changes }, metadata);
const statefulSet = (changes: JsonObject = {}): Step =>
  create('apps/v1', 'StatefulSet', {
    replicas: 3,
    serviceName: 'x',
    selector: SELECTOR,
    template: template(),
    ...changes,
  });
const daemonSet = (changes: JsonObject = {}): Step =>
  create('apps/v1', 'DaemonSet', { selector: SELECTOR, template: template(), ...changes });
const job = (changes: JsonObject = {}): Step => create('batch/v1', 'Job', { template: task(), ...changes });
const service = (changes: JsonObject = {}): Step =>
  create('v1', 'Service', { selector: { app: 'x' }, ports: [{ port: 80, targetPort: 'http' }], ...changes });

const writes = (...steps: readonly Step[]): ScenarioStep => ({ writes: steps });
const image = (tag: string, steering = ''): Json => ({ spec: { template: template(`app:${tag}`, steering) } });
const CLAIM: JsonObject = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

const volume = (storage: string): Step => ({
  method: 'POST',
  path: '/api/v1/persistentvolumes',
  body: {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `NAMESPACE-${storage.toLowerCase()}` },
    spec: {
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/data' },
      storageClassName: 'NAMESPACE',
      persistentVolumeReclaimPolicy: 'Retain',
    },
  },
});

/** All of them. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'namespace', steps: [writes()] },
  {
    name: 'deployment-life',
    steps: [
      writes(deployment({}, { labels: { a: 'b' }, annotations: { c: 'd' } })),
      writes(patch('apps/v1', 'Deployment', { spec: { replicas: 5 } })),
      writes(patch('apps/v1', 'Deployment', image('2'))),
      writes(patch('apps/v1', 'Deployment', { spec: { replicas: 1 } })),
      writes(patch('apps/v1', 'Deployment', image('1'))),
      writes(patch('apps/v1', 'Deployment', { spec: { replicas: 0 } })),
      writes(remove('apps/v1', 'Deployment', { propagationPolicy: 'Background' })),
    ],
  },
  {
    name: 'deployment-stuck',
    steps: [
      writes(deployment({ replicas: 4 })),
      writes(patch('apps/v1', 'Deployment', image('2', 'never-ready'))),
      writes(patch('apps/v1', 'Deployment', { spec: { replicas: 6 } })),
      writes(patch('apps/v1', 'Deployment', image('3'))),
    ],
  },
  {
    name: 'deployment-deadline',
    steps: [
      {
        writes: [deployment({ progressDeadlineSeconds: 2, template: template('app:1', 'never-ready') })],
        quietMs: 5_000,
      },
      writes(patch('apps/v1', 'Deployment', image('2'))),
    ],
  },
  {
    name: 'deployment-paused',
    steps: [
      writes(deployment({ paused: true })),
      writes(patch('apps/v1', 'Deployment', { spec: { paused: false } })),
      writes(patch('apps/v1', 'Deployment', { spec: { paused: true } })),
      writes(patch('apps/v1', 'Deployment', image('2'))),
      writes(patch('apps/v1', 'Deployment', { spec: { paused: false } })),
    ],
  },
  {
    name: 'deployment-recreate',
    steps: [
      writes(deployment({ strategy: { type: 'Recreate' }, revisionHistoryLimit: 1 })),
      writes(patch('apps/v1', 'Deployment', image('2'))),
      writes(patch('apps/v1', 'Deployment', image('3'))),
      writes(patch('apps/v1', 'Deployment', image('4'))),
    ],
  },
  {
    name: 'deployment-min-ready',
    steps: [
      { writes: [deployment({ minReadySeconds: 2 })], quietMs: 5_000 },
      { writes: [patch('apps/v1', 'Deployment', image('2'))], quietMs: 5_000 },
    ],
  },
  {
    name: 'replica-set',
    steps: [
      writes(create('apps/v1', 'ReplicaSet', { replicas: 2, selector: SELECTOR, template: template() })),
      writes(patch('apps/v1', 'ReplicaSet', { spec: { replicas: 3 } })),
      writes(remove('apps/v1', 'ReplicaSet', { propagationPolicy: 'Orphan' })),
      writes(create('apps/v1', 'ReplicaSet', { replicas: 1, selector: SELECTOR, template: template() })),
    ],
  },
  {
    name: 'stateful-ordered',
    steps: [
      writes(service({ clusterIP: 'None' }), statefulSet()),
      writes(patch('apps/v1', 'StatefulSet', image('2'))),
      writes(patch('apps/v1', 'StatefulSet', { spec: { replicas: 1 } })),
      writes(patch('apps/v1', 'StatefulSet', image('3', 'never-ready'))),
      writes(remove('apps/v1', 'StatefulSet', { propagationPolicy: 'Background' })),
    ],
  },
  {
    name: 'stateful-held',
    steps: [
      writes(statefulSet({ template: template('app:1', 'never-ready') })),
      writes(patch('apps/v1', 'StatefulSet', { spec: { replicas: 0 } })),
    ],
  },
  {
    name: 'stateful-parallel',
    steps: [
      writes(
        statefulSet({
          podManagementPolicy: 'Parallel',
          template: template('app:1', 'never-ready'),
          ordinals: { start: 2 },
        }),
      ),
      writes(
        patch('apps/v1', 'StatefulSet', {
          spec: { template: template('app:2'), updateStrategy: { rollingUpdate: { partition: 4 } } },
        }),
      ),
    ],
  },
  {
    name: 'stateful-on-delete',
    steps: [
      writes(statefulSet({ updateStrategy: { type: 'OnDelete' }, replicas: 2 })),
      writes(patch('apps/v1', 'StatefulSet', image('2'))),
      writes({ method: 'DELETE', path: `/api/v1${BASE}/pods/x-1` }),
    ],
  },
  {
    name: 'stateful-claims',
    steps: [
      {
        writes: [
          volume('1Gi'),
          volume('2Gi'),
          statefulSet({
            replicas: 2,
            volumeClaimTemplates: [
              { metadata: { name: 'data', labels: { of: 'x' } }, spec: { ...CLAIM, storageClassName: 'NAMESPACE' } },
            ],
            persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Delete' },
          }),
        ],
        quietMs: 16_000,
      },
      writes(patch('apps/v1', 'StatefulSet', { spec: { replicas: 1 } })),
      writes(remove('apps/v1', 'StatefulSet', { propagationPolicy: 'Background' })),
    ],
  },
  {
    name: 'daemon-set',
    steps: [
      writes(daemonSet()),
      writes(patch('apps/v1', 'DaemonSet', image('2'))),
      writes(patch('apps/v1', 'DaemonSet', { spec: { template: { spec: { nodeSelector: { no: 'where' } } } } })),
    ],
  },
  {
    name: 'daemon-set-surge',
    steps: [
      writes(daemonSet({ updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } })),
      writes(patch('apps/v1', 'DaemonSet', image('2', 'never-ready'))),
      writes(patch('apps/v1', 'DaemonSet', image('3'))),
    ],
  },
  {
    name: 'daemon-set-on-delete',
    steps: [
      writes(daemonSet({ updateStrategy: { type: 'OnDelete' } })),
      writes(patch('apps/v1', 'DaemonSet', image('2'))),
    ],
  },
  { name: 'daemon-set-unready', steps: [writes(daemonSet({ template: template('app:1', 'never-ready') }))] },
  { name: 'job', steps: [writes(job())] },
  { name: 'job-many', steps: [writes(job({ completions: 5, parallelism: 2 }))] },
  { name: 'job-queue', steps: [writes(job({ parallelism: 3 }))] },
  { name: 'job-indexed', steps: [writes(job({ completions: 3, parallelism: 2, completionMode: 'Indexed' }))] },
  { name: 'job-failed', steps: [{ writes: [job({ backoffLimit: 0, template: task('fail') })], quietMs: 4_000 }] },
  { name: 'job-retried', steps: [{ writes: [job({ backoffLimit: 1, template: task('fail') })], quietMs: 15_000 }] },
  {
    name: 'job-suspended',
    steps: [
      writes(job({ suspend: true, parallelism: 2, completions: 2, template: task('ready') })),
      writes(patch('batch/v1', 'Job', { spec: { suspend: false } })),
      writes(patch('batch/v1', 'Job', { spec: { parallelism: 1 } })),
      writes(patch('batch/v1', 'Job', { spec: { suspend: true } })),
    ],
  },
  {
    name: 'job-deadline',
    steps: [{ writes: [job({ activeDeadlineSeconds: 2, template: task('ready') })], quietMs: 5_000 }],
  },
  {
    name: 'job-restarting',
    steps: [
      {
        writes: [
          job({
            backoffLimit: 0,
            template: { ...task('fail'), spec: { ...(task()['spec'] as JsonObject), restartPolicy: 'OnFailure' } },
          }),
        ],
        quietMs: 15_000,
      },
      writes(remove('batch/v1', 'Job', { propagationPolicy: 'Background' })),
    ],
  },
  { name: 'job-ttl', steps: [{ writes: [job({ ttlSecondsAfterFinished: 2 })], quietMs: 5_000 }] },
  {
    name: 'cron-job',
    steps: [
      {
        writes: [create('batch/v1', 'CronJob', { schedule: '* * * * *', jobTemplate: { spec: { template: task() } } })],
        until: 'lastSuccessfulTime',
        advanceMs: 65_000,
      },
      writes(patch('batch/v1', 'CronJob', { spec: { suspend: true } })),
    ],
  },
  {
    name: 'cron-job-suspended',
    steps: [
      writes(
        create('batch/v1', 'CronJob', {
          schedule: '* * * * *',
          suspend: true,
          jobTemplate: { spec: { template: task() } },
        }),
      ),
    ],
  },
  {
    name: 'service',
    steps: [
      writes(service({}), deployment({ replicas: 2 })),
      writes(patch('apps/v1', 'Deployment', { spec: { replicas: 3, template: template('app:2', 'never-ready') } })),
      writes(remove('v1', 'Service')),
    ],
  },
  {
    name: 'service-headless',
    steps: [writes(service({ clusterIP: 'None', publishNotReadyAddresses: true }), deployment({ replicas: 1 }))],
  },
  {
    name: 'service-empty',
    steps: [
      writes(service({ ports: [{ name: 'web', port: 80 }] })),
      writes(deployment({ replicas: 1, template: template('app:1', 'never-ready') })),
      writes(patch('apps/v1', 'Deployment', { spec: { replicas: 0 } })),
    ],
  },
  { name: 'service-bare', steps: [writes(create('v1', 'Service', { ports: [{ port: 80 }] }))] },
  {
    name: 'claim',
    steps: [
      writes(
        create('v1', 'PersistentVolumeClaim', CLAIM, { annotations: { 'simulate.opsonata.dev/claim': 'pending' } }),
      ),
      writes(remove('v1', 'PersistentVolumeClaim')),
    ],
  },
  {
    name: 'claim-by-hand',
    steps: [
      {
        writes: [volume('2Gi'), create('v1', 'PersistentVolumeClaim', { ...CLAIM, storageClassName: 'NAMESPACE' })],
        until: 'capacity',
      },
      writes(remove('v1', 'PersistentVolumeClaim')),
    ],
  },
  {
    name: 'disruption-budget',
    steps: [
      writes(deployment(), create('policy/v1', 'PodDisruptionBudget', { minAvailable: '50%', selector: SELECTOR })),
      writes(patch('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: null, maxUnavailable: 0 } })),
    ],
  },
];
