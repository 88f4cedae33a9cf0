// A valid object of each emulated kind, as small as it can be.

import type { JsonObject } from '../../../apiserver/model/json.ts';

const POD = { containers: [{ name: 'app', image: 'app:1' }] };
const TEMPLATE = { metadata: { labels: { app: 'x' } }, spec: POD };
const SELECTOR = { matchLabels: { app: 'x' } };
const JOB_TEMPLATE = { spec: { ...POD, restartPolicy: 'Never' } };

/** A sample. `isNamespaced` says where it lives; `contents` is everything but metadata. */
export interface Sample {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
  readonly contents: JsonObject;
}

const RBAC = 'rbac.authorization.k8s.io/v1';
const ROLE_REF = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };

function sample(
  apiVersion: string,
  [kind, plural, scope]: readonly [string, string, 'namespaced' | 'cluster'],
  contents: JsonObject,
): Sample {
  return { apiVersion, kind, plural, isNamespaced: scope === 'namespaced', contents };
}

/** One of each kind. */
export const SAMPLES: readonly Sample[] = [
  sample('v1', ['ConfigMap', 'configmaps', 'namespaced'], {}),
  sample('v1', ['Secret', 'secrets', 'namespaced'], {}),
  sample('v1', ['ServiceAccount', 'serviceaccounts', 'namespaced'], {}),
  sample('v1', ['Service', 'services', 'namespaced'], { spec: { ports: [{ port: 80 }] } }),
  sample('v1', ['Namespace', 'namespaces', 'cluster'], {}),
  sample('v1', ['Event', 'events', 'namespaced'], { involvedObject: { namespace: 'NAMESPACE' } }),
  sample('v1', ['PersistentVolumeClaim', 'persistentvolumeclaims', 'namespaced'], {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }),
  sample('v1', ['LimitRange', 'limitranges', 'namespaced'], {
    spec: { limits: [{ type: 'Container', max: { cpu: '1' }, min: { memory: '1Mi' } }] },
  }),
  sample('v1', ['ResourceQuota', 'resourcequotas', 'namespaced'], {}),
  sample('apps/v1', ['Deployment', 'deployments', 'namespaced'], { spec: { selector: SELECTOR, template: TEMPLATE } }),
  sample('apps/v1', ['StatefulSet', 'statefulsets', 'namespaced'], {
    spec: { selector: SELECTOR, template: TEMPLATE, serviceName: 'x' },
  }),
  sample('apps/v1', ['DaemonSet', 'daemonsets', 'namespaced'], { spec: { selector: SELECTOR, template: TEMPLATE } }),
  sample('apps/v1', ['ReplicaSet', 'replicasets', 'namespaced'], { spec: { selector: SELECTOR, template: TEMPLATE } }),
  sample('batch/v1', ['Job', 'jobs', 'namespaced'], { spec: { template: JOB_TEMPLATE } }),
  sample('batch/v1', ['CronJob', 'cronjobs', 'namespaced'], {
    spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: JOB_TEMPLATE } } },
  }),
  sample('networking.k8s.io/v1', ['Ingress', 'ingresses', 'namespaced'], {
    spec: { defaultBackend: { service: { name: 'x', port: { number: 80 } } } },
  }),
  sample('networking.k8s.io/v1', ['IngressClass', 'ingressclasses', 'cluster'], {
    spec: { controller: 'example.com/x' },
  }),
  sample('networking.k8s.io/v1', ['NetworkPolicy', 'networkpolicies', 'namespaced'], { spec: { podSelector: {} } }),
  sample('policy/v1', ['PodDisruptionBudget', 'poddisruptionbudgets', 'namespaced'], {
    spec: { minAvailable: 1, selector: SELECTOR },
  }),
  sample('autoscaling/v2', ['HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'namespaced'], {
    spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } },
  }),
  sample(RBAC, ['Role', 'roles', 'namespaced'], {
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }],
  }),
  sample(RBAC, ['RoleBinding', 'rolebindings', 'namespaced'], { roleRef: ROLE_REF }),
  sample(RBAC, ['ClusterRole', 'clusterroles', 'cluster'], {
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }],
  }),
  sample(RBAC, ['ClusterRoleBinding', 'clusterrolebindings', 'cluster'], { roleRef: ROLE_REF }),
  sample('storage.k8s.io/v1', ['StorageClass', 'storageclasses', 'cluster'], { provisioner: 'example.com/x' }),
  sample('coordination.k8s.io/v1', ['Lease', 'leases', 'namespaced'], {}),
  sample('scheduling.k8s.io/v1', ['PriorityClass', 'priorityclasses', 'cluster'], { value: 1 }),
];

/** One of each kind that only comes alive with the simulated controllers, or is made by them. */
export const LIVING_SAMPLES: readonly Sample[] = [
  sample('v1', ['Pod', 'pods', 'namespaced'], { spec: POD }),
  sample('v1', ['PersistentVolume', 'persistentvolumes', 'cluster'], {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
  }),
  sample('v1', ['Node', 'nodes', 'cluster'], {}),
  sample('v1', ['Endpoints', 'endpoints', 'namespaced'], {
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }],
  }),
  sample('discovery.k8s.io/v1', ['EndpointSlice', 'endpointslices', 'namespaced'], {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.1'] }],
    ports: [{ port: 80 }],
  }),
  sample('apps/v1', ['ControllerRevision', 'controllerrevisions', 'namespaced'], { data: { a: 'b' }, revision: 1 }),
];
