// Built-in health, as kstatus defines it: by kind for those that it knows, by conditions for the rest.
//
// Messages are ours and speak of counts, so that they do not change while nothing changes for the user. Where a status
// differs, tools/kstatus-differences.ts has the difference and its reason. What kstatus asks of the clock is not asked:
// the same object has the same health at any time.
// Source of the rules: https://github.com/kubernetes-sigs/cli-utils/tree/v0.37.2/pkg/kstatus/status

import { getPath, isArray, isObject, type Json, type MaybeJson } from '../model/json.ts';
import { isLeaving } from '../model/lifecycle.ts';
import { groupOf, type KubeObject } from '../model/object.ts';
import type { Health } from '../model/plan.ts';

type Check = (object: KubeObject) => Health;

const CURRENT: Health = { status: 'Current', message: 'ready' };
const inProgress = (message: string): Health => ({ status: 'InProgress', message });
const failed = (message: string): Health => ({ status: 'Failed', message });
const UNSEEN = inProgress('not seen by its controller yet');

/** What holds for every kind: an object that goes away, or that its controller has not seen as it is now. */
export function checkLife(object: KubeObject): Health | undefined {
  if (isLeaving(object)) return { status: 'Terminating', message: 'being deleted' };
  const observed = read(object, 'status', 'observedGeneration');
  const { generation } = object.metadata;
  return typeof observed === 'number' && generation !== undefined && observed !== generation ? UNSEEN : undefined;
}

/** The health of an object whose life was checked: by the conditions that kstatus defines, by its kind, by `Ready`. */
export function checkBuiltIn(object: KubeObject): Health {
  const standard = checkStandardConditions(object);
  if (standard !== undefined) return standard;
  const key = `${groupOf(object.apiVersion)}/${object.kind}`;
  const health = (CHECKS[key] ?? checkReady)(object);
  const isUnseen = SEEN_BY_CONTROLLER.has(key) && read(object, 'status', 'observedGeneration') === undefined;
  return isUnseen && health.status === 'Current' ? UNSEEN : health;
}

function read(object: KubeObject, ...path: string[]): MaybeJson {
  return getPath(object as unknown as Json, path);
}

function count(object: KubeObject, part: 'spec' | 'status', field: string, otherwise = 0): number {
  const value = read(object, part, field);
  return typeof value === 'number' ? value : otherwise;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function conditionsOf(object: KubeObject): readonly Condition[] {
  const conditions = read(object, 'status', 'conditions');
  if (!isArray(conditions)) return [];
  return conditions.filter(isObject).map((item) => {
    const text = (key: string) => (typeof item[key] === 'string' ? item[key] : '');
    return { type: text('type'), status: text('status'), reason: text('reason'), message: text('message') };
  });
}

function isTrue(object: KubeObject, type: string): boolean {
  return conditionsOf(object).some((item) => item.type === type && item.status === 'True');
}

function describe({ reason, message }: Condition, otherwise: string): string {
  return message || reason || otherwise;
}

function checkStandardConditions(object: KubeObject): Health | undefined {
  const found = conditionsOf(object).find(
    ({ type, status }) => (type === 'Reconciling' || type === 'Stalled') && status === 'True',
  );
  if (found === undefined) return undefined;
  return found.type === 'Stalled' ? failed(describe(found, 'stalled')) : inProgress(describe(found, 'reconciling'));
}

const checkReady: Check = (object) => {
  const ready = conditionsOf(object).find(({ type }) => type === 'Ready');
  return ready?.status === 'False' || ready?.status === 'Unknown' ? inProgress(describe(ready, 'not ready')) : CURRENT;
};

const isThere: Check = () => CURRENT;

function replicas(ready: number, wanted: number): string {
  return `${ready} of ${wanted} replica${wanted === 1 ? '' : 's'} ${wanted === 1 ? 'is' : 'are'} ready`;
}

const checkDeployment: Check = (object) => {
  const conditions = conditionsOf(object);
  const progressing = conditions.filter(({ type }) => type === 'Progressing');
  if (progressing.some(({ reason }) => reason === 'ProgressDeadlineExceeded'))
    return failed('the rollout exceeded its deadline');
  const wanted = count(object, 'spec', 'replicas', 1);
  const total = count(object, 'status', 'replicas');
  const updated = count(object, 'status', 'updatedReplicas');
  const ready = count(object, 'status', 'readyReplicas');
  if (Math.min(total, updated, ready) < wanted) return inProgress(replicas(Math.min(updated, ready), wanted));
  if (total > wanted)
    return inProgress(
      total - wanted === 1 ? 'an old replica is still there' : `${total - wanted} old replicas are still there`,
    );
  if (count(object, 'status', 'availableReplicas') < updated) return inProgress('not every replica is available yet');
  // Without a deadline its controller does not tell the progress.
  const deadline = count(object, 'spec', 'progressDeadlineSeconds', NO_DEADLINE);
  const isDone = progressing.some(({ status, reason }) => status === 'True' && reason === 'NewReplicaSetAvailable');
  if (deadline !== NO_DEADLINE && !isDone) return inProgress('the rollout is not over yet');
  return isTrue(object, 'Available') ? CURRENT : inProgress('not available');
};
// Source: k8s.io/kubernetes pkg/controller/deployment/util: the greatest 32-bit number means none.
const NO_DEADLINE = 2 ** 31 - 1;

const checkReplicaSet: Check = (object) => {
  const failure = conditionsOf(object).find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (failure !== undefined) return inProgress(`pods cannot be made: ${describe(failure, 'no reason is given')}`);
  const wanted = count(object, 'spec', 'replicas', 1);
  const ready = Math.min(
    ...['fullyLabeledReplicas', 'availableReplicas', 'readyReplicas'].map((field) => count(object, 'status', field)),
  );
  if (ready < wanted) return inProgress(replicas(ready, wanted));
  const extra = count(object, 'status', 'replicas') - wanted;
  return extra > 0 ? inProgress(`${extra} replica${extra === 1 ? ' is' : 's are'} too many`) : CURRENT;
};

const checkStatefulSet: Check = (object) => {
  if (read(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return CURRENT;
  const wanted = count(object, 'spec', 'replicas', 1);
  const total = count(object, 'status', 'replicas');
  const ready = Math.min(total, count(object, 'status', 'readyReplicas'));
  if (ready < wanted) return inProgress(replicas(ready, wanted));
  if (total > wanted) return inProgress('scaling down');
  const partition = read(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  if (typeof partition === 'number') {
    const updated = count(object, 'status', 'updatedReplicas');
    return updated < wanted - partition
      ? inProgress(`${updated} of ${wanted - partition} replicas are updated`)
      : CURRENT;
  }
  const isSame = read(object, 'status', 'currentRevision') === read(object, 'status', 'updateRevision');
  return isSame && count(object, 'status', 'currentReplicas') >= wanted
    ? CURRENT
    : inProgress('the new revision is not current yet');
};

const checkDaemonSet: Check = (object) => {
  const wanted = read(object, 'status', 'desiredNumberScheduled');
  if (object.metadata.generation === undefined || typeof wanted !== 'number') return UNSEEN;
  const updated = Math.min(
    count(object, 'status', 'currentNumberScheduled'),
    count(object, 'status', 'updatedNumberScheduled'),
  );
  if (updated < wanted) return inProgress(`${updated} of ${wanted} pods are updated`);
  const ready = Math.min(count(object, 'status', 'numberReady'), count(object, 'status', 'numberAvailable'));
  return ready < wanted ? inProgress(`${ready} of ${wanted} pods are ready`) : CURRENT;
};

const checkPod: Check = (object) => {
  switch (read(object, 'status', 'phase')) {
    case 'Succeeded':
      return CURRENT;
    case 'Failed':
      return failed('the pod failed');
    case 'Running':
      return isTrue(object, 'Ready') ? CURRENT : checkContainers(object);
    default:
      return inProgress(describePending(object));
  }
};

function checkContainers(object: KubeObject): Health {
  const statuses = read(object, 'status', 'containerStatuses');
  const crashing = (isArray(statuses) ? statuses : [])
    .filter((item) => getPath(item, ['state', 'waiting', 'reason']) === 'CrashLoopBackOff')
    .map((item) => `"${String(getPath(item, ['name']))}"`);
  return crashing.length === 0
    ? inProgress('the pod is not ready')
    : failed(`container ${crashing.join(', ')} crashes again and again`);
}

function describePending(object: KubeObject): string {
  const scheduled = conditionsOf(object).find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return scheduled?.reason === 'Unschedulable'
    ? `the pod cannot be scheduled: ${describe(scheduled, 'no reason is given')}`
    : 'the pod is not ready';
}

const checkJob: Check = (object) => {
  const end = conditionsOf(object).find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  if (end?.type === 'Failed') return failed(`the job failed: ${describe(end, 'no reason is given')}`);
  // A job that has started is current: it is there to run, not to be over. One that is suspended is as it was asked to be.
  const isAsAsked =
    end !== undefined || isTrue(object, 'Suspended') || read(object, 'status', 'startTime') !== undefined;
  return isAsAsked ? CURRENT : inProgress('the job has not started');
};

const checkService: Check = (object) => {
  if (read(object, 'spec', 'type') !== 'LoadBalancer') return CURRENT;
  if (!read(object, 'spec', 'clusterIP')) return inProgress('the service has no address yet');
  const ingress = read(object, 'status', 'loadBalancer', 'ingress');
  return isArray(ingress) && ingress.length > 0 ? CURRENT : inProgress('the load balancer has no address yet');
};

const checkVolumeClaim: Check = (object) => {
  const phase = read(object, 'status', 'phase');
  if (phase === 'Bound') return CURRENT;
  return inProgress(`the volume is ${typeof phase === 'string' ? phase.toLowerCase() : 'not bound'}`);
};

const checkDefinition: Check = (object) => {
  for (const condition of conditionsOf(object)) {
    const { type, status, reason } = condition;
    if (type === 'NamesAccepted' && status === 'False') return failed(describe(condition, 'its names are taken'));
    if (type !== 'Established') continue;
    if (status === 'True') return CURRENT;
    if (status === 'False' && reason !== 'Installing') return failed(describe(condition, 'not established'));
  }
  return inProgress('the definition is not established yet');
};

const CHECKS: { readonly [kind: string]: Check } = {
  'apps/Deployment': checkDeployment,
  'apps/ReplicaSet': checkReplicaSet,
  'apps/StatefulSet': checkStatefulSet,
  'apps/DaemonSet': checkDaemonSet,
  '/Pod': checkPod,
  'batch/Job': checkJob,
  'batch/CronJob': isThere,
  '/Service': checkService,
  '/PersistentVolumeClaim': checkVolumeClaim,
  '/ConfigMap': isThere,
  '/Secret': isThere,
  'policy/PodDisruptionBudget': isThere,
  'apiextensions.k8s.io/CustomResourceDefinition': checkDefinition,
};

// Their controllers always say what they have seen, so that silence means that they have seen nothing.
const SEEN_BY_CONTROLLER = new Set([
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'apps/DaemonSet',
  'policy/PodDisruptionBudget',
]);
