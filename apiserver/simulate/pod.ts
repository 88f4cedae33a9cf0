// Pods: a scheduler and a kubelet in one.

import { type ApiObject, finalizersOf, isTerminating, namespaceOf, withMetadata } from '../model/api-object.ts';
import { textIn } from '../model/json.ts';
import { JOB_TRACKING } from './job-pods.ts';
import { controllerOf } from './owner.ts';
import { NODE, nextStep } from './pod-stage.ts';
import { claimsOf, sourcesOf } from './sources.ts';
import { steeringOf } from './steering.ts';
import type { World } from './world.ts';

const KUBELET = { manager: 'kubelet' };

/** Takes the next step of a pod. Without a node there is none but for what its job has left behind. */
export function reconcilePod(world: World, pod: ApiObject): number | undefined {
  if (releaseOrphan(world, pod) || !world.hasNode) return undefined;
  const step = nextStep(pod, {
    steering: steeringOf('pod', world.chain(pod)),
    nowMs: world.nowMs,
    unplaceable: unboundClaim(world, pod),
    unmakeable: missingSource(world, pod),
    newAddress: () => world.newAddress(),
  });
  switch (step.kind) {
    case 'bind':
      world.bind(pod, NODE);
      return undefined;
    case 'status':
      world.changeStatus(pod, step.status, KUBELET);
      return undefined;
    case 'remove':
      world.remove(pod, { graceSeconds: 0 });
      return undefined;
    case 'wait':
      return step.atMs;
  }
}

// What a job that is gone has left on its pods holds them no longer.
function releaseOrphan(world: World, pod: ApiObject): boolean {
  if (!isTerminating(pod) || !finalizersOf(pod).includes(JOB_TRACKING)) return false;
  const owner = controllerOf(pod);
  const job = owner === undefined ? undefined : world.get('Job', namespaceOf(pod), owner.name);
  if (job !== undefined && !isTerminating(job)) return false;
  return world.change(pod, withMetadata(pod, { finalizers: without(finalizersOf(pod), JOB_TRACKING) })) !== undefined;
}

function without(names: readonly string[], name: string): readonly string[] | undefined {
  const left = names.filter((one) => one !== name);
  return left.length === 0 ? undefined : left;
}

function unboundClaim(world: World, pod: ApiObject): string | undefined {
  for (const name of claimsOf(pod)) {
    const claim = world.get('PersistentVolumeClaim', namespaceOf(pod), name);
    if (claim === undefined) return `0/1 nodes are available: persistentvolumeclaim ${JSON.stringify(name)} not found.`;
    if (textIn(claim, 'status', 'phase') !== 'Bound')
      return '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.';
  }
  return undefined;
}

// What its containers take from ConfigMaps and Secrets must be there, unless it is optional.
function missingSource(world: World, pod: ApiObject): string | undefined {
  for (const { kind, name, isOptional } of sourcesOf(pod)) {
    if (name === '' || isOptional || world.get(kind, namespaceOf(pod), name) !== undefined) continue;
    return `${kind.toLowerCase()} ${JSON.stringify(name)} not found`;
  }
  return undefined;
}
