// The rest of the core group.

import { type PrintedKind, printed } from './kind.ts';

/** Kinds of the core group. */
export const PRINTED_CORE: readonly PrintedKind[] = [
  printed(
    ['v1', 'ConfigMap', 'configmaps', 'namespaced'],
    [{}, { data: { a: '1', b: '2' }, binaryData: { c: 'AA==' } }],
  ),
  printed(['v1', 'Secret', 'secrets', 'namespaced'], [{}, { data: { a: 'AA==' }, type: 'example.com/x' }]),
  printed(['v1', 'ServiceAccount', 'serviceaccounts', 'namespaced'], [{ secrets: [{ name: 'x' }] }]),
  printed(
    ['v1', 'Service', 'services', 'namespaced'],
    [
      {
        spec: {
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 53, protocol: 'UDP' },
          ],
          selector: { b: '2', a: '1' },
        },
      },
      { spec: { clusterIP: 'None' } },
      { spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_123 }] } },
      { spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30_124 }] } },
      {
        spec: { type: 'LoadBalancer', externalIPs: ['192.0.2.1'], ports: [{ port: 80, nodePort: 30_125 }] },
        status: {
          loadBalancer: { ingress: [{ ip: '192.0.2.9' }, { hostname: 'balancer.with.a.long.name.example.com' }] },
        },
      },
      { spec: { externalIPs: ['192.0.2.1', '192.0.2.2'], ports: [{ port: 80 }] } },
      { spec: { type: 'ExternalName', externalName: 'example.com' } },
    ],
  ),
  printed(
    ['v1', 'Endpoints', 'endpoints', 'namespaced'],
    [
      {},
      {
        subsets: [
          {
            addresses: [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }],
            ports: [
              { port: 80, name: 'a' },
              { port: 81, name: 'b' },
            ],
          },
        ],
      },
      { subsets: [{ notReadyAddresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }] },
      { subsets: [{ addresses: [{ ip: '192.0.2.1' }] }] },
    ],
  ),
  printed(['v1', 'Namespace', 'namespaces', 'cluster'], [{}]),
  printed(
    ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', 'namespaced'],
    [
      { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      {
        spec: {
          accessModes: ['ReadWriteMany'],
          resources: { requests: { storage: '1Gi' } },
          storageClassName: 'fast',
          volumeName: 'v',
        },
        status: { phase: 'Bound', accessModes: ['ReadWriteMany', 'ReadWriteOnce'], capacity: { storage: '2Gi' } },
      },
    ],
  ),
  printed(
    ['v1', 'PersistentVolume', 'persistentvolumes', 'cluster'],
    [
      {
        spec: {
          accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
          capacity: { storage: '1Gi' },
          hostPath: { path: '/x' },
        },
      },
      {
        spec: {
          accessModes: ['ReadWriteOncePod'],
          capacity: { storage: '1Gi' },
          hostPath: { path: '/x' },
          storageClassName: 'fast',
          claimRef: { namespace: 'n', name: 'c' },
        },
        status: { phase: 'Failed', reason: 'Because' },
      },
    ],
  ),
  printed(
    ['v1', 'ResourceQuota', 'resourcequotas', 'namespaced'],
    [
      { spec: { hard: { pods: '2' } } },
      {
        spec: { hard: { pods: '2' } },
        status: {
          hard: { pods: '2', cpu: '1', 'limits.cpu': '3', 'limits.memory': '1Gi' },
          used: { pods: '1', 'limits.cpu': '500m' },
        },
      },
    ],
  ),
  printed(['v1', 'LimitRange', 'limitranges', 'namespaced'], [{ spec: { limits: [] } }]),
  printed(
    ['v1', 'Node', 'nodes', 'cluster'],
    [
      {},
      {
        metadata: { labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'extra' } },
        spec: { unschedulable: true },
        status: {
          conditions: [{ type: 'Ready', status: 'True' }],
          addresses: [
            { type: 'InternalIP', address: '192.0.2.1' },
            { type: 'ExternalIP', address: '192.0.2.2' },
          ],
          nodeInfo: { kubeletVersion: 'v1', osImage: 'os', kernelVersion: 'k', containerRuntimeVersion: 'c' },
        },
      },
      { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } },
    ],
  ),
];
