// How the built-in kinds that are emulated differ from each other, as a table. A kind that is not in it
// has nothing special; which kinds are emulated stands in the ledger.
//
// Source: the strategies of Kubernetes' registry (facts, not code), checked against the real server by test/cluster/apiserver.

/** What is special about a kind. Everything absent is the ordinary. */
export interface Behaviour {
  /** `metadata.generation` is kept: it rises with every change of `spec`, and of annotations or of labels and everything else but metadata where it says so. */
  readonly generation?: 'spec' | 'specAndAnnotations' | 'contents';
  /** Objects without a status subresource have no part that clients may not write. */
  readonly createsOnUpdate?: true;
  readonly needsVersion?: true;
  readonly returnsDeleted?: true;
  readonly names?: 'label' | 'path';
  /** Only what status may not own besides `spec`. */
  readonly labelsNotByStatus?: true;
  readonly finalizerOnDelete?: string;
  /** Fields of features that are off: dotted paths. They are taken, and then forgotten. */
  readonly forgets?: readonly string[];
  readonly orphansByDefault?: true;
  /** A delete gives its objects time to end, as pods have it. */
  readonly isGraceful?: true;
  /** Fields for field selectors besides name and namespace. */
  readonly selectable?: readonly string[];
  /** What every answer about the kind warns of. */
  readonly deprecation?: string;
}

/** What is special about built-in kinds, by `apiVersion/kind`. */
export const BEHAVIOURS: { readonly [kind: string]: Behaviour | undefined } = {
  'v1/Secret': { selectable: ['type'] },
  'v1/ServiceAccount': { returnsDeleted: true },
  'v1/Service': {
    returnsDeleted: true,
    names: 'label',
    createsOnUpdate: true,
    selectable: ['spec.clusterIP', 'spec.type'],
  },
  'v1/Namespace': { returnsDeleted: true, names: 'label', selectable: ['status.phase'] },
  'v1/Event': {
    names: 'path',
    createsOnUpdate: true,
    selectable: [
      'involvedObject.kind',
      'involvedObject.namespace',
      'involvedObject.name',
      'involvedObject.uid',
      'involvedObject.apiVersion',
      'involvedObject.resourceVersion',
      'involvedObject.fieldPath',
      'reason',
      'reportingComponent',
      'source',
      'type',
    ],
  },
  'events.k8s.io/v1/Event': {
    selectable: [
      'regarding.kind',
      'regarding.namespace',
      'regarding.name',
      'regarding.uid',
      'regarding.apiVersion',
      'regarding.resourceVersion',
      'regarding.fieldPath',
      'reason',
      'reportingController',
      'type',
    ],
  },
  'v1/PersistentVolumeClaim': { returnsDeleted: true },
  'v1/PersistentVolume': { returnsDeleted: true },
  'v1/Pod': {
    generation: 'spec',
    returnsDeleted: true,
    isGraceful: true,
    selectable: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
  },
  'v1/Node': { selectable: ['spec.unschedulable'] },
  'v1/Endpoints': {
    createsOnUpdate: true,
    deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  },
  'v1/LimitRange': { createsOnUpdate: true },
  'v1/ResourceQuota': { returnsDeleted: true },
  'apps/v1/Deployment': {
    generation: 'specAndAnnotations',
    labelsNotByStatus: true,
    forgets: ['spec.template.spec.schedulingGroup'],
  },
  'apps/v1/StatefulSet': {
    generation: 'spec',
    names: 'label',
    forgets: ['spec.template.spec.schedulingGroup', 'spec.updateStrategy.rollingUpdate.maxUnavailable'],
  },
  'apps/v1/DaemonSet': { generation: 'spec', forgets: ['spec.template.spec.schedulingGroup'] },
  'apps/v1/ReplicaSet': { generation: 'spec', forgets: ['spec.template.spec.schedulingGroup'] },
  'discovery.k8s.io/v1/EndpointSlice': { generation: 'contents', createsOnUpdate: true },
  'batch/v1/Job': {
    generation: 'spec',
    orphansByDefault: true,
    forgets: ['spec.template.spec.schedulingGroup'],
    selectable: ['status.successful'],
  },
  'batch/v1/CronJob': { generation: 'spec' },
  'networking.k8s.io/v1/Ingress': { generation: 'spec' },
  'networking.k8s.io/v1/IngressClass': { generation: 'spec' },
  'networking.k8s.io/v1/NetworkPolicy': { generation: 'spec' },
  'policy/v1/PodDisruptionBudget': { generation: 'spec', needsVersion: true, names: 'path' },
  'rbac.authorization.k8s.io/v1/Role': { names: 'path', createsOnUpdate: true },
  'rbac.authorization.k8s.io/v1/RoleBinding': { names: 'path', createsOnUpdate: true },
  'rbac.authorization.k8s.io/v1/ClusterRole': { names: 'path', createsOnUpdate: true },
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': { names: 'path', createsOnUpdate: true },
  'storage.k8s.io/v1/StorageClass': { returnsDeleted: true },
  'coordination.k8s.io/v1/Lease': {
    createsOnUpdate: true,
    needsVersion: true,
    forgets: ['spec.preferredHolder', 'spec.strategy'],
  },
  'scheduling.k8s.io/v1/PriorityClass': { generation: 'spec' },
  'apiextensions.k8s.io/v1/CustomResourceDefinition': {
    generation: 'spec',
    needsVersion: true,
    finalizerOnDelete: 'customresourcecleanup.apiextensions.k8s.io',
  },
};
