// The custom resource and the pods that the measurements work on.

import type { Json, JsonObject } from '../engine/model/json.ts';

function pod(index: number): JsonObject {
  const isReady = index % 10 !== 3;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `shop-web-${index}`,
      namespace: 'shop',
      uid: `u-${index}`,
      resourceVersion: String(1000 + index),
      labels: { app: index % 4 === 0 ? 'other' : 'shop', tier: 'web', 'pod-template-hash': 'abc' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'shop-web', uid: 'rs-1', controller: true }],
    },
    spec: {
      nodeName: `node-${index % 7}`,
      containers: [
        {
          name: 'main',
          image: 'shop/web:1.2.3',
          ports: [{ containerPort: 8080 }],
          resources: { requests: { cpu: '100m', memory: '128Mi' } },
        },
      ],
    },
    status: {
      phase: isReady ? 'Running' : 'Pending',
      podIP: `10.0.${index >> 8}.${index & 255}`,
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: isReady ? 'True' : 'False' },
      ],
      containerStatuses: [{ name: 'main', ready: isReady, restartCount: index % 5 }],
    },
  };
}

/** A custom resource of an application, with this many pods beside it. */
export function inputWithPods(count: number): JsonObject {
  const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);
  const input: JsonObject = {
    apiVersion: 'app.example.com/v1',
    kind: 'MyApp',
    metadata: {
      name: 'shop',
      namespace: 'shop',
      uid: 'cr-1',
      generation: 3,
      labels: { team: 'payments', env: 'prod' },
      annotations: {},
    },
    spec: {
      replicas: 3,
      tier: 'web',
      image: 'shop/web',
      version: '1.2.3',
      port: 8080,
      strategy: 'RollingUpdate',
      env: range(10).map((index) => ({ name: `VAR_${index}`, value: `value-${index}` })),
      ports: [
        { name: 'http', port: 80 },
        { name: 'metrics', port: 9090 },
      ],
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } },
    },
    status: {
      observedGeneration: 3,
      replicas: 3,
      readyReplicas: 3,
      conditions: [
        { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
        { type: 'Ready', status: 'True', reason: 'AllGood' },
      ],
    },
    pods: range(count).map(pod),
  };
  // As it comes from the API server.
  return JSON.parse(JSON.stringify(input)) as Json as JsonObject;
}
