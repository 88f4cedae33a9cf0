// Tables of the kinds that run pods.

import { getIn, isObject, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import {
  AGE,
  column,
  containerColumns,
  labelsText,
  NAME,
  numberIn,
  objectsIn,
  type Printer,
  selectorText,
  shortened,
  since,
  textOr,
  wide,
} from './printer.ts';

const TEMPLATE = ['spec', 'template', 'spec'] as const;
const SELECTOR = wide('Selector', (object) => selectorText(getIn(object, 'spec', 'selector')));
const WIDE: Printer = [...containerColumns(...TEMPLATE), SELECTOR];

const count = (name: string, ...path: readonly string[]) =>
  column(name, (object) => numberIn(object, ...path), 'integer');
const plain = (name: string, ...path: readonly string[]) => column(name, (object) => numberIn(object, ...path));
const readyOf = column(
  'Ready',
  (object) => `${numberIn(object, 'status', 'readyReplicas')}/${numberIn(object, 'spec', 'replicas')}`,
);
const REPLICAS: Printer = [
  NAME,
  count('Desired', 'spec', 'replicas'),
  count('Current', 'status', 'replicas'),
  count('Ready', 'status', 'readyReplicas'),
  AGE,
];

/** Tables of workloads, by `apiVersion/kind`. */
export const WORKLOAD_PRINTERS: { readonly [kind: string]: Printer } = {
  'apps/v1/Deployment': [
    NAME,
    readyOf,
    plain('Up-to-date', 'status', 'updatedReplicas'),
    plain('Available', 'status', 'availableReplicas'),
    AGE,
    ...WIDE,
  ],
  'apps/v1/ReplicaSet': [...REPLICAS, ...WIDE],
  'apps/v1/StatefulSet': [NAME, readyOf, AGE, ...containerColumns(...TEMPLATE)],
  'apps/v1/DaemonSet': [
    NAME,
    count('Desired', 'status', 'desiredNumberScheduled'),
    count('Current', 'status', 'currentNumberScheduled'),
    count('Ready', 'status', 'numberReady'),
    count('Up-to-date', 'status', 'updatedNumberScheduled'),
    count('Available', 'status', 'numberAvailable'),
    column('Node Selector', (object) => labelsText(objectIn(object, ...TEMPLATE, 'nodeSelector'))),
    AGE,
    ...WIDE,
  ],
  'apps/v1/ControllerRevision': [NAME, column('Controller', controllerOf), plain('Revision', 'revision'), AGE],
  'v1/ReplicationController': [
    ...REPLICAS,
    ...containerColumns(...TEMPLATE),
    wide('Selector', (object) => labelsText(objectIn(object, 'spec', 'selector'))),
  ],
  'v1/PodTemplate': [
    NAME,
    ...containerColumns('template', 'spec').map((one) => ({ ...one, priority: 0 })),
    column('Pod Labels', (object) => labelsText(objectIn(object, 'template', 'metadata', 'labels'))),
  ],
  'autoscaling/v1/Scale': [NAME, count('Desired', 'spec', 'replicas'), count('Available', 'status', 'replicas'), AGE],
  'batch/v1/Job': [
    NAME,
    column('Status', jobStatus),
    column('Completions', jobCompletions),
    column('Duration', jobDuration),
    AGE,
    ...WIDE,
  ],
  'batch/v1/CronJob': [
    NAME,
    column('Schedule', (object) => textIn(object, 'spec', 'schedule')),
    column('Timezone', (object) => textOr('<none>', object, 'spec', 'timeZone')),
    column('Suspend', (object) => suspendText(objectIn(object, 'spec')['suspend']), 'boolean'),
    column('Active', (object) => listIn(object, 'status', 'active').length, 'integer'),
    column('Last Schedule', (object, nowMs) => {
      const time = textIn(object, 'status', 'lastScheduleTime');
      return time === '' ? '<none>' : since(time, nowMs);
    }),
    AGE,
    ...containerColumns('spec', 'jobTemplate', ...TEMPLATE),
    wide('Selector', (object) => selectorText(getIn(object, 'spec', 'jobTemplate', 'spec', 'selector'))),
  ],
  'policy/v1/PodDisruptionBudget': [
    NAME,
    column('Min Available', (object) => textOr('N/A', object, 'spec', 'minAvailable')),
    column('Max Unavailable', (object) => textOr('N/A', object, 'spec', 'maxUnavailable')),
    count('Allowed Disruptions', 'status', 'disruptionsAllowed'),
    AGE,
  ],
  'autoscaling/v2/HorizontalPodAutoscaler': [
    NAME,
    column('Reference', (object) => {
      const target = objectIn(object, 'spec', 'scaleTargetRef');
      return `${textIn(target, 'kind')}/${textIn(target, 'name')}`;
    }),
    column('Targets', scalerTargets),
    column('MinPods', (object) => textOr('<unset>', object, 'spec', 'minReplicas')),
    plain('MaxPods', 'spec', 'maxReplicas'),
    plain('Replicas', 'status', 'currentReplicas'),
    AGE,
  ],
};

function controllerOf(object: JsonObject): string {
  const owner = objectsIn(object, 'metadata', 'ownerReferences').find((one) => one['controller'] === true);
  if (owner === undefined) return '<none>';
  const [group, version] = textIn(owner, 'apiVersion').split('/');
  const kind = textIn(owner, 'kind') + (version === undefined ? '' : `.${group}`);
  return `${kind.toLowerCase()}/${textIn(owner, 'name')}`;
}

const JOB_STATES: readonly string[] = ['Complete', 'Failed', '', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet'];

// The first that holds; in the middle of them a job that is being deleted.
function jobStatus(object: JsonObject): string {
  const isDeleted = textIn(object, 'metadata', 'deletionTimestamp') !== '';
  const holds = new Set(
    objectsIn(object, 'status', 'conditions')
      .filter((condition) => condition['status'] === 'True')
      .map((condition) => textIn(condition, 'type')),
  );
  const state = JOB_STATES.find((one) => (one === '' ? isDeleted : holds.has(one)));
  return state === '' ? 'Terminating' : (state ?? 'Running');
}

function jobCompletions(object: JsonObject): string {
  const succeeded = numberIn(object, 'status', 'succeeded');
  const { completions, parallelism } = objectIn(object, 'spec');
  if (typeof completions === 'number') return `${succeeded}/${completions}`;
  return Number(parallelism ?? 0) > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(object: JsonObject, nowMs: number): string {
  const start = textIn(object, 'status', 'startTime');
  const end = textIn(object, 'status', 'completionTime');
  return start === '' ? '' : since(start, end === '' ? nowMs : Date.parse(end));
}

function suspendText(suspend: unknown): string {
  if (typeof suspend !== 'boolean') return '<unset>';
  return suspend ? 'True' : 'False';
}

const MOST_TARGETS = 2;

function scalerTargets(object: JsonObject): string {
  const current = listIn(object, 'status', 'currentMetrics');
  const texts = objectsIn(object, 'spec', 'metrics').map((metric, at) => targetText(metric, objectIn(current[at])));
  return texts.length === 0 ? '<none>' : shortened(texts, ', ', MOST_TARGETS);
}

const SOURCES: { readonly [type: string]: string } = {
  External: 'external',
  Pods: 'pods',
  Object: 'object',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};

function targetText(metric: JsonObject, status: JsonObject): string {
  const source = SOURCES[textIn(metric, 'type')];
  if (source === undefined) return '<unknown type>';
  const target = objectIn(metric, source, 'target');
  const now = objectIn(status, source, 'current');
  const isResource = isObject(metric[source]) && source.toLowerCase().endsWith('resource');
  const name = isResource ? `${textIn(metric, source, 'name')}: ` : '';
  const average = textIn(target, 'averageValue');
  if (average !== '') {
    const note = isResource || source === 'pods' ? '' : ' (avg)';
    return `${name}${textOr('<unknown>', now, 'averageValue')}/${average}${note}`;
  }
  if (!isResource) return `${textOr('<unknown>', now, 'value')}/${textOr('0', target, 'value')}`;
  const percent = (value: unknown, nothing: string): string => (typeof value === 'number' ? `${value}%` : nothing);
  return `${name}${percent(now['averageUtilization'], '<unknown>')}/${percent(target['averageUtilization'], '<auto>')}`;
}
