// Objects of built-in kinds that are wrong in one way each, as people get them wrong. Nothing is stored.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';
import { claimScript } from './claims.ts';
import { PLACING_MISTAKES, TIMES } from './placing-mistakes.ts';
import { POD_MISTAKES } from './pod-mistakes.ts';

const SELECTOR = { matchLabels: { app: 'x' } };
const POD = { containers: [{ name: 'app', image: 'app:1' }] };
const TEMPLATE = { metadata: { labels: { app: 'x' } }, spec: POD };
const JOB = { template: { spec: { ...POD, restartPolicy: 'Never' } } };
const WRONG_SELECTORS: readonly Json[] = [
  { matchLabels: { 'a b': 'x' } },
  { matchLabels: { app: 'x y' } },
  { matchLabels: { app: 'x' }, matchExpressions: [{ key: 'b', operator: 'In' }] },
  { matchLabels: { app: 'x' }, matchExpressions: [{ key: 'b', operator: 'Exists', values: ['c'] }] },
  { matchLabels: { app: 'x' }, matchExpressions: [{ key: 'b', operator: 'Has' }] },
  { matchLabels: { app: 'x' }, matchExpressions: [{ key: '-b', operator: 'NotIn', values: ['c d'] }] },
];
const selectors = (path: string): readonly JsonObject[] => WRONG_SELECTORS.map((selector) => ({ [path]: selector }));

/** A kind, an object of it that is right, and what makes it wrong: other values for some fields of its spec. */
interface Mistakes {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly right: JsonObject;
  readonly wrong: readonly JsonObject[];
}

function specs(
  [apiVersion, kind, plural]: readonly [string, string, string],
  spec: JsonObject,
  wrong: readonly JsonObject[],
): Mistakes {
  return { apiVersion, kind, plural, right: { spec }, wrong: wrong.map((part) => ({ spec: { ...spec, ...part } })) };
}

const backend = (service: Json): JsonObject => ({ defaultBackend: { service } });
const rules = (...list: readonly Json[]): JsonObject => ({ rules: list });
const OK_BACKEND = { service: { name: 'x', port: { number: 80 } } };
const path = (one: JsonObject): JsonObject =>
  rules({ host: 'a.b', http: { paths: [{ backend: OK_BACKEND, pathType: 'Prefix', path: '/', ...one }] } });
const peer = (from: Json, ports: Json = []): JsonObject => ({ ingress: [{ from: [from], ports }] });
const port = (one: Json): JsonObject => ({ ingress: [{ ports: [one] }] });
const metric = (...list: readonly Json[]): JsonObject => ({ metrics: list });
const cpu = (target: Json): JsonObject => metric({ type: 'Resource', resource: { name: 'cpu', target } });
const rolling = (rollingUpdate: Json): JsonObject => ({ strategy: { type: 'RollingUpdate', rollingUpdate } });
const updating = (rollingUpdate: Json): JsonObject => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });
const policies = (...list: readonly Json[]): JsonObject => ({ behavior: { scaleUp: { policies: list } } });
const claim = (spec: JsonObject): JsonObject => ({
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
  ...spec,
});
const claims = (...list: readonly JsonObject[]): JsonObject => ({
  volumeClaimTemplates: list.map((spec, at) => ({ metadata: { name: `data${at}` }, spec })),
});

const KINDS: readonly Mistakes[] = [
  specs(['apps/v1', 'Deployment', 'deployments'], { selector: SELECTOR, template: TEMPLATE }, [
    ...[...POD_MISTAKES, ...PLACING_MISTAKES].map((spec) => ({ template: { ...TEMPLATE, spec: { ...POD, ...spec } } })),
    ...selectors('selector'),
    { replicas: -1, minReadySeconds: -1, revisionHistoryLimit: -1 },
    { minReadySeconds: 700 },
    { strategy: { type: 'Sometimes' } },
    { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
    rolling({ maxSurge: 0, maxUnavailable: 0 }),
    rolling({ maxSurge: -1, maxUnavailable: '120%' }),
    rolling({ maxSurge: '0%', maxUnavailable: '0%' }),
    rolling({ maxSurge: 'half' }),
    { template: { ...TEMPLATE, metadata: { labels: { app: 'y', 'a b': 'c' } } } },
    { template: { ...TEMPLATE, metadata: { labels: { app: 'x' }, annotations: { 'a b': 'c' } } } },
  ]),
  specs(['apps/v1', 'StatefulSet', 'statefulsets'], { selector: SELECTOR, template: TEMPLATE, serviceName: 'x' }, [
    { serviceName: 'a.b' },
    { podManagementPolicy: 'Sometimes' },
    { updateStrategy: { type: 'Sometimes' } },
    { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
    updating({ partition: -1 }),
    { ordinals: { start: -1 } },
    { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Maybe', whenScaled: 'Delete' } },
    claims(claim({ accessModes: ['Sometimes'] })),
    claims(claim({ resources: {} }), { accessModes: ['ReadWriteOnce'] }),
    claims(claim({})),
  ]),
  specs(['apps/v1', 'DaemonSet', 'daemonsets'], { selector: SELECTOR, template: TEMPLATE }, [
    ...selectors('selector'),
    { updateStrategy: { type: 'Sometimes' } },
    updating({ maxSurge: 1, maxUnavailable: 1 }),
    updating({ maxSurge: 0, maxUnavailable: 0 }),
    updating({ maxUnavailable: '101%' }),
  ]),
  specs(['batch/v1', 'Job', 'jobs'], JOB, [
    { parallelism: -1, completions: -1, backoffLimit: -1, ttlSecondsAfterFinished: -1, activeDeadlineSeconds: -1 },
    { completionMode: 'Indexed' },
    { completionMode: 'Indexed', completions: 2, maxFailedIndexes: 3, backoffLimitPerIndex: 1 },
    { completionMode: 'Indexed', completions: 2, successPolicy: {} },
    { completionMode: 'Indexed', completions: 2, parallelism: 100_001 },
    { managedBy: 'me' },
    { managedBy: 'Me.example/x' },
    { podReplacementPolicy: 'Sometimes' },
    { template: { spec: { ...POD, restartPolicy: 'Always' } } },
    { template: { spec: { ...POD, restartPolicy: 'Sometimes' } } },
    { template: { spec: POD } },
  ]),
  specs(['batch/v1', 'CronJob', 'cronjobs'], { schedule: '0 * * * *', jobTemplate: { spec: JOB } }, [
    { schedule: '* * * *' },
    { schedule: 'TZ=Europe/Berlin 0 * * * *' },
    { timeZone: 'Nowhere/Land' },
    { timeZone: 'Europe/Berlin' },
    { concurrencyPolicy: 'Sometimes' },
    { startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -1, failedJobsHistoryLimit: -1 },
    { jobTemplate: { spec: { ...JOB, backoffLimit: -1 } } },
    ...TIMES,
    { jobTemplate: { spec: { template: { spec: POD } } } },
  ]),
  specs(['v1', 'Service', 'services'], { ports: [{ port: 80 }] }, [
    { ports: [{ port: 0 }] },
    { ports: [{ port: 70_000, targetPort: 'a--b' }] },
    { ports: [{ port: 80, name: 'A_b', protocol: 'ICMP' }] },
    { ports: [{ port: 80 }, { port: 81 }] },
    { ports: [{ port: 80, appProtocol: 'a b' }] },
    { ports: [{ port: 80, nodePort: 30_000 }] },
    { type: 'Sometimes' },
    { type: 'ExternalName' },
    { type: 'ExternalName', externalName: 'a b' },
    { type: 'NodePort', clusterIP: 'None' },
    { type: 'NodePort', externalTrafficPolicy: 'Sometimes' },
    { type: 'LoadBalancer', loadBalancerClass: 'a b' },
    { sessionAffinity: 'Sometimes' },
    { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } },
    { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 100_000 } } },
    { internalTrafficPolicy: 'Sometimes', trafficDistribution: 'Sometimes' },
    { selector: { 'a b': 'c d' } },
    { clusterIP: 'x' },
    { externalIPs: ['x'] },
    { loadBalancerSourceRanges: ['10.0.0.0/8'] },
    { ipFamilies: ['IPv5'] },
  ]),
  specs(['networking.k8s.io/v1', 'Ingress', 'ingresses'], backend({ name: 'x', port: { number: 80 } }), [
    backend({ name: 'A_b', port: { number: 80 } }),
    backend({ name: 'x', port: { number: 80, name: 'http' } }),
    backend({ name: 'x', port: { name: 'not--valid' } }),
    backend({ name: 'x', port: { number: 70_000 } }),
    { ingressClassName: 'A_b' },
    rules({ host: 'A_b' }, { host: '1.2.3.4' }, { host: '*.x', http: { paths: [] } }),
    rules({ host: 'a.*.b', http: { paths: [{ pathType: 'Prefix', path: '/', backend: OK_BACKEND }] } }),
    path({ path: 'x' }),
    path({ path: '/a//b/..' }),
    path({ path: '/a/./b%2f/.', pathType: 'Exact' }),
    path({ path: 'x', pathType: 'ImplementationSpecific' }),
    path({ path: '', pathType: 'ImplementationSpecific' }),
    path({ pathType: 'Sometimes' }),
    path({ backend: {} }),
    path({ backend: { resource: { kind: 'a/b', name: '', apiGroup: 'A_b' } } }),
    { tls: [{ hosts: ['A_b', '*.x'], secretName: 'A_b' }] },
  ]),
  specs(['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'], { podSelector: {} }, [
    ...selectors('podSelector'),
    peer({}),
    peer({ ipBlock: { cidr: '' } }),
    peer({ ipBlock: { cidr: '10.0.0.0' } }),
    peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', '10.0.0.0/8', 'x'] } }),
    peer({ ipBlock: { cidr: '2001:db8::/32', except: ['2001:db8:1::/48'] } }),
    peer({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }),
    peer({ namespaceSelector: { matchLabels: { 'a b': 'c' } } }),
    port({ port: 0 }),
    port({ port: 'a--b' }),
    port({ port: 80, endPort: 79 }),
    port({ port: 'http', endPort: 81 }),
    port({ endPort: 81 }),
    port({ port: 80, protocol: 'ICMP' }),
    { policyTypes: ['Both'] },
    { policyTypes: ['Ingress', 'Egress', 'Ingress'] },
  ]),
  specs(['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'], { minAvailable: 1, selector: SELECTOR }, [
    ...selectors('selector'),
    { minAvailable: -1 },
    { minAvailable: '150%' },
    { minAvailable: 'half' },
    { unhealthyPodEvictionPolicy: 'Sometimes' },
  ]),
  specs(
    ['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'],
    { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } },
    [
      { maxReplicas: -1 },
      { minReplicas: 5 },
      { scaleTargetRef: { apiVersion: 'v1', kind: 'Pod', name: 'x' } },
      { scaleTargetRef: { apiVersion: 'a/b/c', kind: 'a/b', name: '..' } },
      cpu({}),
      cpu({ type: 'Utilization', averageUtilization: 0 }),
      cpu({ type: 'Sometimes', averageValue: '-1' }),
      cpu({ type: 'Utilization', averageUtilization: 50, averageValue: '1' }),
      metric({ type: 'Sometimes' }),
      metric({ type: 'Pods' }),
      metric({ type: 'Pods', pods: { metric: { name: '' }, target: { type: 'AverageValue' } } }),
      metric({ type: 'External', external: { metric: { name: 'x' }, target: { type: 'Value' } } }),
      metric({
        type: 'External',
        external: { metric: { name: 'x' }, target: { type: 'Value', value: '1', averageValue: '1' } },
      }),
      metric({ type: 'Object', object: { metric: { name: 'x' }, target: { type: 'Value' }, describedObject: {} } }),
      metric({
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: '', target: { type: 'Utilization', averageUtilization: 1 } },
      }),
      policies({ type: 'Sometimes', value: 0, periodSeconds: 0 }),
      policies({ type: 'Pods', value: 1, periodSeconds: 1_801 }),
      { behavior: { scaleDown: { stabilizationWindowSeconds: 3_601, selectPolicy: 'Sometimes' } } },
      { behavior: { scaleDown: { stabilizationWindowSeconds: -1 } } },
    ],
  ),
  specs(['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'], claim({}), [
    ...selectors('selector'),
    { accessModes: ['Sometimes'] },
    { accessModes: ['ReadWriteOnce', 'ReadWriteOncePod'] },
    { resources: { requests: { storage: '0' } } },
    { resources: { requests: { storage: '-1Gi' } } },
    { storageClassName: 'A_b' },
    { volumeMode: 'Sometimes' },
    { dataSource: { kind: 'Thing', name: 'x' } },
    { dataSource: { kind: 'VolumeSnapshot', name: 'x', apiGroup: 'A_b' } },
  ]),
  {
    apiVersion: 'v1',
    kind: 'Secret',
    plural: 'secrets',
    right: {},
    wrong: [
      { type: 'kubernetes.io/tls' },
      { type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'x' } },
      { type: 'kubernetes.io/dockerconfigjson' },
      { type: 'kubernetes.io/dockercfg' },
      { type: 'kubernetes.io/basic-auth' },
      { type: 'kubernetes.io/basic-auth', stringData: { username: 'x' } },
      { type: 'kubernetes.io/ssh-auth' },
      { type: 'kubernetes.io/service-account-token' },
      { data: { 'a b': 'eA==', '..': 'eA==', '..a': 'eA==' } },
    ],
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    right: {},
    wrong: [{ data: { '.': 'x', '..a': 'y' } }, { data: { 'a/b': 'x' }, binaryData: { 'a b': 'eA==' } }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    plural: 'roles',
    right: { rules: [] },
    wrong: [
      { rules: [{ verbs: ['get'] }] },
      { rules: [{ verbs: [], apiGroups: [''], resources: ['pods'] }] },
      { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] },
      { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] }] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    plural: 'rolebindings',
    right: { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'x' } },
    wrong: [
      { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'x/y' } },
      { roleRef: { apiGroup: 'x', kind: 'Role', name: '' } },
      {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'x' },
        subjects: [
          { kind: 'ServiceAccount', name: 'A_b' },
          { kind: 'Robot', name: 'x' },
          { kind: 'User', name: '' },
          { kind: 'User', name: 'x', apiGroup: 'y' },
        ],
      },
    ],
  },
];

/** A script for each kind: the object that is right, and all that are wrong. */
export function mistakeScripts(): readonly Script[] {
  const scripts = KINDS.map(({ apiVersion, kind, plural, right, wrong }) => {
    const namespace = `mistakes-${plural}`;
    const collection = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/namespaces/${namespace}/${plural}`;
    const steps = [right, ...wrong].map((contents): Step => {
      const body = { apiVersion, kind, metadata: { name: 'x' }, ...contents };
      return { method: 'POST', path: collection, query: { dryRun: 'All' }, body };
    });
    const first: Step = { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } };
    return { name: namespace, steps: [first, ...steps], areIndependent: true } as const;
  });
  return [...scripts, claimScript()];
}
