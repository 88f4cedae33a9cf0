// Networking, access and classes.

import type { JsonObject } from '../../../apiserver/model/json.ts';
import { type PrintedKind, printed, SELECTORS } from './kind.ts';

const rules = (...hosts: readonly string[]): JsonObject => ({
  rules: hosts.map((host) => ({
    host,
    http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'x', port: { number: 80 } } } }] },
  })),
});
const RBAC = 'rbac.authorization.k8s.io/v1';
const ROLE = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
const SUBJECTS = [
  { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' },
  { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'joe' },
  { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'staff' },
  { kind: 'ServiceAccount', namespace: 'default', name: 'robot' },
];
const WEBHOOK = {
  name: 'a.example.com',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: 'https://a.example.com' },
  rules: [{ apiGroups: ['none.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['nothings'] }],
};
const ADMISSION = 'admissionregistration.k8s.io/v1';

/** Networking, access and classes. */
export const PRINTED_OTHERS: readonly PrintedKind[] = [
  printed(
    ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', 'namespaced'],
    [
      { addressType: 'IPv4', endpoints: [] },
      {
        addressType: 'IPv4',
        ports: [{ name: 'a', port: 80 }, { name: 'b' }],
        endpoints: [
          { addresses: ['192.0.2.1', '192.0.2.2'] },
          { addresses: ['192.0.2.3'] },
          { addresses: ['192.0.2.4'] },
        ],
      },
    ],
  ),
  printed(
    ['networking.k8s.io/v1', 'Ingress', 'ingresses', 'namespaced'],
    [
      { spec: { defaultBackend: { service: { name: 'x', port: { number: 80 } } } } },
      {
        spec: {
          ingressClassName: 'c',
          tls: [{ hosts: ['a.example.com'] }],
          ...rules('a.example.com', 'b.example.com'),
        },
        status: { loadBalancer: { ingress: [{ hostname: 'h.example.com' }, { ip: '192.0.2.1' }] } },
      },
      { spec: rules('a.example.com', 'b.example.com', 'c.example.com', 'd.example.com', 'e.example.com') },
    ],
  ),
  printed(
    ['networking.k8s.io/v1', 'IngressClass', 'ingressclasses', 'cluster'],
    [
      { spec: { controller: 'example.com/x' } },
      { spec: { controller: 'example.com/x', parameters: { apiGroup: 'example.com', kind: 'Config', name: 'c' } } },
      { spec: { controller: 'example.com/x', parameters: { kind: 'Config', name: 'c' } } },
    ],
  ),
  printed(
    ['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', 'namespaced'],
    [{ spec: { podSelector: {} } }, { spec: { podSelector: SELECTORS } }],
  ),
  printed([RBAC, 'Role', 'roles', 'namespaced'], [{ rules: [] }]),
  printed(
    [RBAC, 'RoleBinding', 'rolebindings', 'namespaced'],
    [{ roleRef: ROLE }, { roleRef: ROLE, subjects: SUBJECTS }],
  ),
  printed([RBAC, 'ClusterRole', 'clusterroles', 'cluster'], [{ rules: [] }]),
  printed([RBAC, 'ClusterRoleBinding', 'clusterrolebindings', 'cluster'], [{ roleRef: ROLE, subjects: SUBJECTS }]),
  printed(
    ['storage.k8s.io/v1', 'StorageClass', 'storageclasses', 'cluster'],
    [
      { provisioner: 'example.com/x' },
      {
        metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        provisioner: 'example.com/x',
        reclaimPolicy: 'Retain',
        volumeBindingMode: 'WaitForFirstConsumer',
        allowVolumeExpansion: true,
      },
    ],
  ),
  printed(['coordination.k8s.io/v1', 'Lease', 'leases', 'namespaced'], [{}, { spec: { holderIdentity: 'me' } }]),
  printed(
    ['scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', 'cluster'],
    [{ value: 1, preemptionPolicy: 'Never' }, { value: 2 }],
  ),
  printed(['node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses', 'cluster'], [{ handler: 'h' }]),
  printed(
    [ADMISSION, 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', 'cluster'],
    [{ webhooks: [WEBHOOK] }],
  ),
  printed(
    [ADMISSION, 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', 'cluster'],
    [{ webhooks: [] }],
  ),
];
