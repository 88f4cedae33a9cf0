// The defaults of built-in kinds, by `apiVersion/kind`. Each changes a fresh copy of the object in place.
// Source: https://kubernetes.io/docs/reference/kubernetes-api/, checked field by field against the real server.

import { fillCpuAutoscaler, fillHorizontalPodAutoscaler } from './autoscaling.ts';
import { fillCronJob, fillJob } from './batch.ts';
import type { Filler } from './field.ts';
import {
  fillEndpointSlice,
  fillEndpoints,
  fillNetworkPolicy,
  fillPersistentVolume,
  fillPersistentVolumeClaim,
  fillService,
} from './network.ts';
import { fillPod } from './pod.ts';
import { fillRoleBinding, fillTokenRequest } from './rbac.ts';
import {
  fillDefinition,
  fillIngressClass,
  fillLimitRange,
  fillNamespace,
  fillNode,
  fillPriorityClass,
  fillResourceQuota,
  fillSecret,
  fillStorageClass,
} from './small.ts';
import { fillDaemonSet, fillDeployment, fillReplicaSet, fillStatefulSet } from './workload.ts';

/** What fills in the defaults of a kind. A kind without an entry has none. */
export const DEFAULTS: { readonly [kind: string]: Filler | undefined } = {
  'v1/Secret': fillSecret,
  'v1/Service': fillService,
  'v1/Namespace': fillNamespace,
  'v1/Node': fillNode,
  'v1/LimitRange': fillLimitRange,
  'v1/ResourceQuota': fillResourceQuota,
  'v1/PersistentVolumeClaim': fillPersistentVolumeClaim,
  'v1/PersistentVolume': fillPersistentVolume,
  'v1/Pod': fillPod,
  'v1/Endpoints': fillEndpoints,
  'discovery.k8s.io/v1/EndpointSlice': fillEndpointSlice,
  'apps/v1/Deployment': fillDeployment,
  'apps/v1/StatefulSet': fillStatefulSet,
  'apps/v1/DaemonSet': fillDaemonSet,
  'apps/v1/ReplicaSet': fillReplicaSet,
  'batch/v1/Job': fillJob,
  'batch/v1/CronJob': fillCronJob,
  'networking.k8s.io/v1/IngressClass': fillIngressClass,
  'networking.k8s.io/v1/NetworkPolicy': fillNetworkPolicy,
  'autoscaling/v1/HorizontalPodAutoscaler': fillCpuAutoscaler,
  'autoscaling/v2/HorizontalPodAutoscaler': fillHorizontalPodAutoscaler,
  'authentication.k8s.io/v1/TokenRequest': fillTokenRequest,
  'rbac.authorization.k8s.io/v1/RoleBinding': fillRoleBinding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': fillRoleBinding,
  'storage.k8s.io/v1/StorageClass': fillStorageClass,
  'scheduling.k8s.io/v1/PriorityClass': fillPriorityClass,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': fillDefinition,
};
