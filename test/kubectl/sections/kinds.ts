// Kinds that others make, nodes among them.

import type { Section } from '../section.ts';
import { DEPLOYMENT } from './objects.ts';

const NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'kubectl-node', labels: { 'kubernetes.io/hostname': 'kubectl-node' } },
  spec: { podCIDR: '10.2.0.0/24', taints: [{ key: 'first', effect: 'NoSchedule' }] },
} as const;

const NODE_STATUS = {
  status: {
    capacity: { cpu: '4', memory: '8Gi', pods: '110' },
    allocatable: { cpu: '3900m', memory: '7Gi', pods: '110' },
    addresses: [{ type: 'InternalIP', address: '10.3.0.1' }],
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is ready' }],
    nodeInfo: {
      kubeletVersion: 'v1.36.3',
      osImage: 'Some Linux',
      kernelVersion: '6.0',
      containerRuntimeVersion: 'containerd://2.0',
      architecture: 'amd64',
      operatingSystem: 'linux',
      machineID: 'm',
      systemUUID: 's',
      bootID: 'b',
      kubeProxyVersion: '',
    },
  },
} as const;

/** Nodes: `cordon`, `taint`, `drain`. */
export const NODES: Section = {
  name: 'nodes',
  files: {
    'node.json': NODE,
    'pod.json': {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'placed' },
      spec: { nodeName: 'kubectl-node', containers: [{ name: 'app', image: 'app:1' }] },
    },
  },
  steps: [
    'create -f node.json',
    `patch node kubectl-node --subresource=status --type=merge -p '${JSON.stringify(NODE_STATUS)}'`,
    'get node kubectl-node',
    'get node kubectl-node -o wide',
    'get node kubectl-node -o yaml --show-managed-fields',
    'label node kubectl-node node-role.kubernetes.io/worker=',
    'get node kubectl-node --show-labels',
    'cordon kubectl-node',
    'cordon kubectl-node',
    'get node kubectl-node',
    'get nodes --field-selector=spec.unschedulable=true -o name',
    'uncordon kubectl-node',
    'uncordon nothing',
    'taint node kubectl-node second=2:NoExecute',
    'taint node kubectl-node second=3:NoExecute',
    'taint node kubectl-node second=3:NoExecute --overwrite',
    'taint node kubectl-node first:NoSchedule-',
    'taint node kubectl-node nothing-',
    'taint node kubectl-node bad=1:Sometimes',
    'taint node -l kubernetes.io/hostname=kubectl-node third=3:PreferNoSchedule',
    'get node kubectl-node -o jsonpath={.spec.taints}',
    'create -f pod.json',
    'get pods -o wide',
    'describe node kubectl-node',
    'drain kubectl-node --dry-run=client --force',
    'drain kubectl-node',
    'drain kubectl-node --force --grace-period=0 --timeout=120s',
    'get pods',
    'drain kubectl-node',
    'uncordon kubectl-node',
    'delete node kubectl-node',
    'get node kubectl-node',
  ],
};

const meta = (name: string): object => ({ metadata: { name } });

const KINDS: readonly object[] = [
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    ...meta('job'),
    spec: { template: jobTemplate(), completions: 2, parallelism: 1 },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    ...meta('cron'),
    spec: { schedule: '5 * * * *', suspend: true, jobTemplate: { spec: { template: jobTemplate() } } },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    ...meta('budget'),
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  },
  { apiVersion: 'v1', kind: 'ResourceQuota', ...meta('quota'), spec: { hard: { pods: '3', 'requests.cpu': '2' } } },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    ...meta('scaler'),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 4,
      metrics: [
        { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 50 } } },
        { type: 'Pods', pods: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '3' } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    ...meta('set'),
    spec: { replicas: 0, selector: DEPLOYMENT.spec.selector, template: DEPLOYMENT.spec.template },
  },
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    ...meta('points'),
    subsets: [{ addresses: [{ ip: '10.1.0.1' }], ports: [{ name: 'http', port: 80 }] }],
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'slice', labels: { 'kubernetes.io/service-name': 'points' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.1.0.2'], conditions: { ready: true } }],
  },
  {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    ...meta('lease'),
    spec: { holderIdentity: 'me', leaseDurationSeconds: 15 },
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', ...meta('robot'), automountServiceAccountToken: false },
];

const CLUSTER_KINDS: readonly object[] = [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    ...meta('kubectl-volume'),
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } },
  },
  { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', ...meta('kubectl-class'), provisioner: 'example.com/disk' },
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', ...meta('kubectl-priority'), value: 7 },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    ...meta('kubectl-ingress'),
    spec: { controller: 'a.com/b' },
  },
];

function jobTemplate(): object {
  return { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:1' }] } };
}

const NAMED = ['job', 'cronjob', 'pdb', 'quota', 'hpa', 'rs', 'endpoints', 'endpointslice', 'lease', 'serviceaccount'];
const CLUSTER = [
  'persistentvolume/kubectl-volume',
  'storageclass/kubectl-class',
  'priorityclass/kubectl-priority',
  'ingressclass/kubectl-ingress',
];

/** Every other kind: shown, described, applied twice, deleted. */
export const KIND: Section = {
  name: 'kinds',
  files: {
    'kinds.json': { apiVersion: 'v1', kind: 'List', items: KINDS },
    'cluster.json': { apiVersion: 'v1', kind: 'List', items: CLUSTER_KINDS },
  },
  steps: [
    'apply -f kinds.json',
    'apply -f cluster.json',
    'diff -f kinds.json -f cluster.json',
    'apply -f kinds.json --server-side',
    ...NAMED.map((kind) => `get ${kind} -o wide`),
    ...NAMED.map((kind) => `describe ${kind}`),
    ...CLUSTER.flatMap((name) => [`get ${name} -o wide`, `describe ${name}`]),
    'get hpa scaler -o yaml',
    'get horizontalpodautoscalers.v1.autoscaling scaler -o yaml',
    'patch horizontalpodautoscalers.v1.autoscaling scaler --type=merge -p {"spec":{"targetCPUUtilizationPercentage":70}}',
    'get hpa scaler',
    'explain hpa.spec --api-version=autoscaling/v1',
    'delete -f kinds.json -f cluster.json',
    'get events',
  ],
};
