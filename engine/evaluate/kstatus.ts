// The health of an observed object, as kstatus defines it: built in for the workload kinds, generic for the rest.
// Messages are ours and speak of counts, so that they do not change while nothing changes for the user.
// Source of the rules: https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md

import { getPath, isArray, isObject, type Json, type MaybeJson } from '../model/json.ts';
import { groupOf, type KubeObject } from '../model/object.ts';
import type { Health } from '../model/plan.ts';

type Check = (object: KubeObject) => Health | undefined;

const CURRENT: Health = { status: 'Current', message: 'ready' };
const inProgress = (message: string): Health => ({ status: 'InProgress', message });
const failed = (message: string): Health => ({ status: 'Failed', message });

/** Tells the health of an object by its kind; what has no rule of its own is judged by its conditions. */
export function healthOf(object: KubeObject): Health {
  if (object.metadata.deletionTimestamp !== undefined) return { status: 'Terminating', message: 'being deleted' };
  const check = CHECKS[`${groupOf(object.apiVersion)}/${object.kind}`];
  return (check ?? checkGeneric)(object) ?? CURRENT;
}

function read(object: KubeObject, ...path: string[]): MaybeJson {
  return getPath(object as unknown as Json, path);
}

function count(object: KubeObject, ...path: string[]): number {
  const value = read(object, ...path);
  return typeof value === 'number' ? value : 0;
}

function condition(object: KubeObject, type: string): { status: string; reason: string; message: string } | undefined {
  const conditions = read(object, 'status', 'conditions');
  if (!isArray(conditions)) return undefined;
  const found = conditions.filter(isObject).find((item) => item['type'] === type);
  if (found === undefined) return undefined;
  const text = (key: string) => (typeof found[key] === 'string' ? found[key] : '');
  return { status: text('status'), reason: text('reason'), message: text('message') };
}

// The controller of the kind has not seen the latest change yet: what the status says is about an older one.
function isBehind(object: KubeObject): boolean {
  const observed = read(object, 'status', 'observedGeneration');
  return (
    typeof observed === 'number' && object.metadata.generation !== undefined && observed < object.metadata.generation
  );
}

function replicas(ready: number, wanted: number): string {
  return `${ready} of ${wanted} replica${wanted === 1 ? '' : 's'} ${wanted === 1 ? 'is' : 'are'} ready`;
}

const checkDeployment: Check = (object) => {
  const wanted = typeof read(object, 'spec', 'replicas') === 'number' ? count(object, 'spec', 'replicas') : 1;
  const ready = count(object, 'status', 'readyReplicas');
  if (read(object, 'status', 'observedGeneration') === undefined || isBehind(object))
    return inProgress(replicas(0, wanted));
  const progressing = condition(object, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return failed('the rollout exceeded its deadline');
  const updated = count(object, 'status', 'updatedReplicas');
  const total = count(object, 'status', 'replicas');
  if (updated < wanted || ready < wanted) return inProgress(replicas(Math.min(updated, ready), wanted));
  if (total > updated) return inProgress(`${total - updated} old replicas are still there`);
  if (count(object, 'status', 'availableReplicas') < updated) return inProgress('not every replica is available yet');
  return condition(object, 'Available')?.status === 'False' ? inProgress('not available') : CURRENT;
};

const checkReplicaSet: Check = (object) => {
  const wanted = typeof read(object, 'spec', 'replicas') === 'number' ? count(object, 'spec', 'replicas') : 1;
  if (read(object, 'status', 'observedGeneration') === undefined || isBehind(object))
    return inProgress(replicas(0, wanted));
  const failure = condition(object, 'ReplicaFailure');
  if (failure?.status === 'True') return inProgress(`pods cannot be made: ${failure.message}`);
  const ready = count(object, 'status', 'readyReplicas');
  const total = count(object, 'status', 'replicas');
  if (total > wanted) return inProgress(`${total - wanted} replicas are too many`);
  return ready < wanted ? inProgress(replicas(ready, wanted)) : CURRENT;
};

const checkStatefulSet: Check = (object) => {
  const wanted = typeof read(object, 'spec', 'replicas') === 'number' ? count(object, 'spec', 'replicas') : 1;
  if (read(object, 'status', 'observedGeneration') === undefined || isBehind(object))
    return inProgress(replicas(0, wanted));
  if (read(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return CURRENT;
  const ready = count(object, 'status', 'readyReplicas');
  if (ready < wanted) return inProgress(replicas(ready, wanted));
  if (count(object, 'status', 'replicas') > wanted) return inProgress('scaling down');
  const partition = count(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const updated = count(object, 'status', 'updatedReplicas');
  if (updated < wanted - partition) return inProgress(`${updated} of ${wanted - partition} replicas are updated`);
  const same = read(object, 'status', 'currentRevision') === read(object, 'status', 'updateRevision');
  return partition === 0 && !same ? inProgress('the new revision is not current yet') : CURRENT;
};

const checkDaemonSet: Check = (object) => {
  if (read(object, 'status', 'observedGeneration') === undefined || isBehind(object))
    return inProgress('not seen by its controller yet');
  const wanted = count(object, 'status', 'desiredNumberScheduled');
  const updated = count(object, 'status', 'updatedNumberScheduled');
  const ready = count(object, 'status', 'numberReady');
  const available = count(object, 'status', 'numberAvailable');
  if (updated < wanted) return inProgress(`${updated} of ${wanted} pods are updated`);
  return Math.min(ready, available) < wanted
    ? inProgress(`${Math.min(ready, available)} of ${wanted} pods are ready`)
    : CURRENT;
};

const checkPod: Check = (object) => {
  const phase = read(object, 'status', 'phase');
  if (phase === 'Succeeded') return CURRENT;
  if (phase === 'Failed') return failed('the pod failed');
  const statuses = read(object, 'status', 'containerStatuses');
  const crashing =
    isArray(statuses) && statuses.some((item) => getPath(item, ['state', 'waiting', 'reason']) === 'CrashLoopBackOff');
  if (crashing) return failed('a container crashes again and again');
  return condition(object, 'Ready')?.status === 'True' ? CURRENT : inProgress('the pod is not ready');
};

const checkJob: Check = (object) => {
  if (condition(object, 'Failed')?.status === 'True')
    return failed(`the job failed: ${condition(object, 'Failed')?.message ?? ''}`);
  if (condition(object, 'Complete')?.status === 'True') return CURRENT;
  // kstatus takes a job that has started for current: it is there to run, not to be over.
  return read(object, 'status', 'startTime') === undefined ? inProgress('the job has not started') : CURRENT;
};

const checkService: Check = (object) => {
  if (read(object, 'spec', 'type') !== 'LoadBalancer') return CURRENT;
  const ingress = read(object, 'status', 'loadBalancer', 'ingress');
  return isArray(ingress) && ingress.length > 0 ? CURRENT : inProgress('the load balancer has no address yet');
};

const checkVolumeClaim: Check = (object) => {
  const phase = read(object, 'status', 'phase');
  return phase === 'Bound'
    ? CURRENT
    : inProgress(`the volume is ${typeof phase === 'string' ? phase.toLowerCase() : 'not bound'}`);
};

const checkDisruptionBudget: Check = (object) => {
  if (isBehind(object)) return inProgress('not seen by its controller yet');
  return read(object, 'status', 'observedGeneration') === undefined
    ? inProgress('not seen by its controller yet')
    : CURRENT;
};

const checkDefinition: Check = (object) => {
  const accepted = condition(object, 'NamesAccepted');
  if (accepted?.status === 'False') return failed(accepted.message);
  return condition(object, 'Established')?.status === 'True'
    ? CURRENT
    : inProgress('the definition is not established yet');
};

// Source: kstatus "generic" rules: observedGeneration, then Reconciling and Stalled, then Ready.
const checkGeneric: Check = (object) => {
  if (isBehind(object)) return inProgress('not seen by its controller yet');
  const stalled = condition(object, 'Stalled');
  if (stalled?.status === 'True') return failed(stalled.message || stalled.reason);
  const reconciling = condition(object, 'Reconciling');
  if (reconciling?.status === 'True') return inProgress(reconciling.message || reconciling.reason);
  const ready = condition(object, 'Ready');
  if (ready === undefined || ready.status === 'True') return CURRENT;
  return inProgress(ready.message || ready.reason || 'not ready');
};

const CHECKS: { readonly [kind: string]: Check } = {
  'apps/Deployment': checkDeployment,
  'apps/ReplicaSet': checkReplicaSet,
  'apps/StatefulSet': checkStatefulSet,
  'apps/DaemonSet': checkDaemonSet,
  '/Pod': checkPod,
  'batch/Job': checkJob,
  '/Service': checkService,
  '/PersistentVolumeClaim': checkVolumeClaim,
  'policy/PodDisruptionBudget': checkDisruptionBudget,
  'apiextensions.k8s.io/CustomResourceDefinition': checkDefinition,
};
