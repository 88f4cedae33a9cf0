// Where our health differs from that of kstatus: docs/reference/health.md publishes it, and the tests that compare both
// know it. Each difference says of which objects it is, what both say, and why.

import { getPath, type Json } from '../engine/model/json.ts';
import type { KubeObject } from '../engine/model/object.ts';

/** One known difference. */
export interface KstatusDifference {
  readonly name: string;
  readonly kstatus: string;
  readonly ours: string;
  readonly why: string;
  is(object: KubeObject): boolean;
}

const at = (object: KubeObject, ...path: string[]) => getPath(object as unknown as Json, path);
const SEEN = ['Deployment', 'ReplicaSet', 'StatefulSet', 'PodDisruptionBudget'];

/** All of them. */
export const kstatusDifferences: readonly KstatusDifference[] = [
  {
    name: 'a Deployment, ReplicaSet, StatefulSet or PodDisruptionBudget without `status.observedGeneration`',
    kstatus: 'Current',
    ours: 'InProgress',
    why: 'its controller always says what it has seen, so that silence means that it has seen nothing; kstatus takes one without replicas for ready',
    is: (object) => SEEN.includes(object.kind) && at(object, 'status', 'observedGeneration') === undefined,
  },
  {
    name: 'a pod that has failed',
    kstatus: 'Current',
    ours: 'Failed',
    why: 'nobody made it in order to fail',
    is: (object) => object.kind === 'Pod' && at(object, 'status', 'phase') === 'Failed',
  },
  {
    name: 'a pod that could not be scheduled for 15 seconds',
    kstatus: 'Failed',
    ours: 'InProgress',
    why: 'a node may come; and the same object has the same health at any time',
    is: (object) => object.kind === 'Pod' && at(object, 'status', 'phase') === 'Pending',
  },
  {
    name: 'a pod of which the node says nothing',
    kstatus: 'Error',
    ours: 'InProgress',
    why: 'an error is no health',
    is: (object) => object.kind === 'Pod' && at(object, 'status', 'phase') === 'Unknown',
  },
  {
    name: 'a Service of type LoadBalancer without an address',
    kstatus: 'Current',
    ours: 'InProgress',
    why: 'nothing outside can reach it yet',
    is: (object) => object.kind === 'Service' && at(object, 'spec', 'type') === 'LoadBalancer',
  },
  {
    name: 'a Job that is suspended and has not started',
    kstatus: 'InProgress',
    ours: 'Current',
    why: 'it is as it was asked to be',
    is: (object) => object.kind === 'Job',
  },
];
