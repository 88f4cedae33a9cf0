// Workloads, and what belongs to them.

import type { JsonObject } from '../../../apiserver/model/json.ts';
import {
  JOB,
  LATER,
  POD,
  type PrintedKind,
  printed,
  SELECTED,
  SELECTOR,
  SELECTORS,
  TEMPLATE,
  TIME,
  TWO,
} from './kind.ts';

const HPA = { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } };
const cpu = (target: JsonObject): JsonObject => ({ type: 'Resource', resource: { name: 'cpu', target } });
const OBJECT = { apiVersion: 'v1', kind: 'Service', name: 'x' };

const AUTOSCALERS: readonly JsonObject[] = [
  { spec: HPA },
  { spec: { ...HPA, minReplicas: 2, metrics: [cpu({ type: 'Utilization', averageUtilization: 50 })] } },
  {
    spec: {
      ...HPA,
      metrics: [
        cpu({ type: 'Utilization', averageUtilization: 50 }),
        cpu({ type: 'AverageValue', averageValue: '100m' }),
        { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '5' } } },
      ],
    },
    status: {
      currentReplicas: 2,
      desiredReplicas: 2,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 33, averageValue: '33m' } } },
        { type: 'Resource', resource: { name: 'cpu', current: { averageValue: '40m' } } },
      ],
    },
  },
  {
    spec: {
      ...HPA,
      metrics: [
        { type: 'External', external: { metric: { name: 'q' }, target: { type: 'Value', value: '7' } } },
        {
          type: 'Object',
          object: {
            metric: { name: 'o' },
            describedObject: OBJECT,
            target: { type: 'AverageValue', averageValue: '9' },
          },
        },
      ],
    },
    status: {
      currentReplicas: 1,
      desiredReplicas: 1,
      currentMetrics: [
        { type: 'External', external: { metric: { name: 'q' }, current: { value: '3' } } },
        {
          type: 'Object',
          object: { metric: { name: 'o' }, describedObject: OBJECT, current: { averageValue: '8', value: '0' } },
        },
      ],
    },
  },
  {
    spec: {
      ...HPA,
      metrics: [
        {
          type: 'ContainerResource',
          containerResource: { name: 'cpu', container: 'app', target: { type: 'Utilization', averageUtilization: 10 } },
        },
        { type: 'External', external: { metric: { name: 'q' }, target: { type: 'AverageValue', averageValue: '2' } } },
      ],
    },
  },
];

const OWNER = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  name: 'db',
  uid: 'not-a-uid',
  controller: true,
};

const condition = (type: string): JsonObject => ({
  type,
  status: 'True',
  lastTransitionTime: TIME,
  lastProbeTime: TIME,
});

/** Workloads. */
export const PRINTED_WORKLOADS: readonly PrintedKind[] = [
  printed(['v1', 'PodTemplate', 'podtemplates', 'namespaced'], [{ template: TEMPLATE }]),
  printed(
    ['v1', 'ReplicationController', 'replicationcontrollers', 'namespaced'],
    [{ spec: { replicas: 2, selector: { app: 'x' }, template: TEMPLATE }, status: { replicas: 2, readyReplicas: 1 } }],
  ),
  printed(
    ['apps/v1', 'Deployment', 'deployments', 'namespaced'],
    [
      { spec: { selector: SELECTOR, template: { ...TEMPLATE, spec: TWO } } },
      {
        spec: { replicas: 4, selector: SELECTORS, template: SELECTED },
        status: { replicas: 4, updatedReplicas: 3, readyReplicas: 2, availableReplicas: 1 },
      },
    ],
  ),
  printed(
    ['apps/v1', 'ReplicaSet', 'replicasets', 'namespaced'],
    [{ spec: { replicas: 2, selector: SELECTOR, template: TEMPLATE }, status: { replicas: 2, readyReplicas: 1 } }],
  ),
  printed(
    ['apps/v1', 'StatefulSet', 'statefulsets', 'namespaced'],
    [
      {
        spec: { replicas: 2, serviceName: 'x', selector: SELECTOR, template: TEMPLATE },
        status: { replicas: 2, readyReplicas: 1 },
      },
    ],
  ),
  printed(
    ['apps/v1', 'DaemonSet', 'daemonsets', 'namespaced'],
    [
      {
        spec: { selector: SELECTOR, template: { ...TEMPLATE, spec: { ...POD, nodeSelector: { b: '2', a: '1' } } } },
        status: {
          desiredNumberScheduled: 5,
          currentNumberScheduled: 4,
          numberReady: 3,
          updatedNumberScheduled: 2,
          numberAvailable: 1,
          numberMisscheduled: 0,
        },
      },
    ],
  ),
  printed(
    ['apps/v1', 'ControllerRevision', 'controllerrevisions', 'namespaced'],
    [
      { revision: 3, data: {} },
      { revision: 4, data: {}, metadata: { ownerReferences: [OWNER] } },
    ],
  ),
  printed(
    ['batch/v1', 'Job', 'jobs', 'namespaced'],
    [
      { spec: JOB },
      {
        spec: { ...JOB, completions: 3, parallelism: 2, suspend: true },
        status: { conditions: [condition('Suspended')] },
      },
      { spec: { ...JOB, parallelism: 4 }, status: { active: 1, startTime: TIME } },
      {
        spec: { ...JOB, completions: 1 },
        status: {
          succeeded: 1,
          startTime: TIME,
          completionTime: LATER,
          conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
        },
      },
      {
        spec: JOB,
        status: { failed: 1, startTime: TIME, conditions: [condition('FailureTarget'), condition('Failed')] },
      },
      { spec: JOB, status: { active: 1, startTime: TIME, conditions: [condition('FailureTarget')] } },
    ],
  ),
  printed(
    ['batch/v1', 'CronJob', 'cronjobs', 'namespaced'],
    [
      { spec: { schedule: '0 * * * *', jobTemplate: { spec: JOB } } },
      {
        spec: { schedule: '@daily', timeZone: 'Etc/UTC', suspend: true, jobTemplate: { spec: JOB } },
        status: { lastScheduleTime: TIME, active: [{ name: 'x' }] },
      },
    ],
  ),
  printed(
    ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'namespaced'],
    [
      { spec: { minAvailable: '50%', selector: SELECTOR } },
      {
        spec: { maxUnavailable: 1, selector: SELECTOR },
        status: { disruptionsAllowed: 2, currentHealthy: 3, desiredHealthy: 1, expectedPods: 3 },
      },
    ],
  ),
  printed(['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'namespaced'], AUTOSCALERS),
];
