// What the server checks of built-in kinds besides types and metadata. Only rules that are written here are checked; a
// kind without an entry has none yet.

import type { ApiObject } from '../model/api-object.ts';
import type { FieldError } from '../model/field-error.ts';
import { objectIn } from '../model/json.ts';
import { checkAutoscaler } from './autoscaler.ts';
import { checkClaim, checkClaimUpdate } from './claim.ts';
import { checkChangedEvent, checkCoreEvent, checkNewEvent } from './event.ts';
import { checkIngress, checkIngressClass } from './ingress.ts';
import { checkJob, checkJobUpdate } from './job.ts';
import { checkNetworkPolicy } from './network-policy.ts';
import { checkPod, checkPodUpdate } from './pod.ts';
import { warnOfPodTemplate } from './pod-template.ts';
import { checkQuota } from './quota.ts';
import { checkRole, checkRoleBinding, checkRoleBindingUpdate } from './rbac.ts';
import { checkCronJob } from './schedule.ts';
import { checkService, checkServiceUpdate } from './service.ts';
import {
  checkBudget,
  checkConfigMap,
  checkConfigMapUpdate,
  checkLease,
  checkPriorityClass,
  checkPriorityClassUpdate,
  checkSecret,
  checkSecretUpdate,
  checkStorageClass,
} from './small.ts';
import {
  checkDaemonSet,
  checkDeployment,
  checkStatefulSet,
  checkStatefulSetUpdate,
  checkWorkload,
  checkWorkloadUpdate,
} from './workload.ts';

/** The rules of a kind. Without `checkUpdate` a changed object is checked as a new one. */
export interface Validation {
  check(object: ApiObject): readonly FieldError[];
  checkUpdate?(object: ApiObject, old: ApiObject): readonly FieldError[];
  /** What is allowed and hardly meant; `old` is undefined for a new object. */
  warn?(object: ApiObject, old: ApiObject | undefined): readonly string[];
}

// A template is looked at again when something of the spec has changed.
function warnOfTemplate(object: ApiObject, old: ApiObject | undefined): readonly string[] {
  if (old !== undefined && old.metadata['generation'] === object.metadata['generation']) return [];
  return warnOfPodTemplate(objectIn(object, 'spec', 'template'), 'spec.template');
}

const WORKLOAD: Validation = { check: checkWorkload, checkUpdate: checkWorkloadUpdate, warn: warnOfTemplate };

/** The rules by `apiVersion/kind`. */
export const VALIDATIONS: { readonly [kind: string]: Validation | undefined } = {
  'v1/ConfigMap': { check: checkConfigMap, checkUpdate: checkConfigMapUpdate },
  'v1/ResourceQuota': { check: checkQuota },
  'v1/Secret': { check: checkSecret, checkUpdate: checkSecretUpdate },
  'v1/Event': { check: checkCoreEvent },
  'events.k8s.io/v1/Event': { check: checkNewEvent, checkUpdate: checkChangedEvent },
  'v1/Pod': { check: checkPod, checkUpdate: checkPodUpdate },
  'v1/Service': { check: checkService, checkUpdate: checkServiceUpdate },
  'apps/v1/Deployment': { ...WORKLOAD, check: checkDeployment },
  'apps/v1/DaemonSet': { ...WORKLOAD, check: checkDaemonSet },
  'apps/v1/ReplicaSet': WORKLOAD,
  'apps/v1/StatefulSet': { ...WORKLOAD, check: checkStatefulSet, checkUpdate: checkStatefulSetUpdate },
  'batch/v1/Job': { check: checkJob, checkUpdate: checkJobUpdate, warn: warnOfTemplate },
  'batch/v1/CronJob': { check: checkCronJob },
  'v1/PersistentVolumeClaim': { check: checkClaim, checkUpdate: checkClaimUpdate },
  'networking.k8s.io/v1/Ingress': { check: checkIngress },
  'networking.k8s.io/v1/IngressClass': { check: checkIngressClass },
  'networking.k8s.io/v1/NetworkPolicy': { check: checkNetworkPolicy },
  'autoscaling/v2/HorizontalPodAutoscaler': { check: checkAutoscaler },
  'policy/v1/PodDisruptionBudget': { check: checkBudget },
  'storage.k8s.io/v1/StorageClass': { check: checkStorageClass },
  'coordination.k8s.io/v1/Lease': { check: checkLease },
  'scheduling.k8s.io/v1/PriorityClass': { check: checkPriorityClass, checkUpdate: checkPriorityClassUpdate },
  'rbac.authorization.k8s.io/v1/Role': { check: checkRole },
  'rbac.authorization.k8s.io/v1/ClusterRole': { check: checkRole },
  'rbac.authorization.k8s.io/v1/RoleBinding': { check: checkRoleBinding, checkUpdate: checkRoleBindingUpdate },
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': { check: checkRoleBinding, checkUpdate: checkRoleBindingUpdate },
};
