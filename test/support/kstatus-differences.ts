// Where our health differs from that of kstatus, as docs/reference/health.md publishes it. Each difference says of which
// objects it is, and what both say.

import { getPath, type Json } from '../../engine/model/json.ts';
import type { KubeObject } from '../../engine/model/object.ts';

/** One known difference. */
export interface KstatusDifference {
  readonly name: string;
  readonly kstatus: string;
  readonly ours: string;
  is(object: KubeObject): boolean;
}

const at = (object: KubeObject, ...path: string[]) => getPath(object as unknown as Json, path);
const SEEN = ['Deployment', 'ReplicaSet', 'StatefulSet', 'PodDisruptionBudget'];

/** All of them. */
export const kstatusDifferences: readonly KstatusDifference[] = [
  {
    name: 'workload that its controller has not seen',
    kstatus: 'Current',
    ours: 'InProgress',
    is: (object) => SEEN.includes(object.kind) && at(object, 'status', 'observedGeneration') === undefined,
  },
  {
    name: 'failed pod',
    kstatus: 'Current',
    ours: 'Failed',
    is: (object) => object.kind === 'Pod' && at(object, 'status', 'phase') === 'Failed',
  },
  {
    name: 'pod that cannot be scheduled',
    kstatus: 'Failed',
    ours: 'InProgress',
    is: (object) => object.kind === 'Pod' && at(object, 'status', 'phase') === 'Pending',
  },
  {
    name: 'pod of an unknown phase',
    kstatus: 'Error',
    ours: 'InProgress',
    is: (object) => object.kind === 'Pod' && at(object, 'status', 'phase') === 'Unknown',
  },
  {
    name: 'load balancer without an address',
    kstatus: 'Current',
    ours: 'InProgress',
    is: (object) => object.kind === 'Service' && at(object, 'spec', 'type') === 'LoadBalancer',
  },
  {
    name: 'suspended job',
    kstatus: 'InProgress',
    ours: 'Current',
    is: (object) => object.kind === 'Job',
  },
];
