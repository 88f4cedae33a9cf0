// Pods: a scheduler and a kubelet in one.

import { type ApiObject, finalizersOf, isTerminating, namespaceOf, withMetadata } from '../model/api-object.ts';
import { isObject, type Json, listIn, objectIn, textIn } from '../model/json.ts';
import { JOB_TRACKING } from './job-pods.ts';
import { NODE, nextStep } from './pod-stage.ts';
import { steeringOf } from './steering.ts';
import { controllerOf, type World } from './world.ts';

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

/** The names of the claims that a pod uses. */
export function claimsOf(pod: ApiObject): readonly string[] {
  return listIn(pod, 'spec', 'volumes')
    .map((volume) => textIn(volume, 'persistentVolumeClaim', 'claimName'))
    .filter((name) => name !== '');
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
  const sources = [...sourcesOfVolumes(pod), ...sourcesOfContainers(pod)];
  for (const { kind, name, isOptional } of sources) {
    if (name === '' || isOptional || world.get(kind, namespaceOf(pod), name) !== undefined) continue;
    return `${kind.toLowerCase()} ${JSON.stringify(name)} not found`;
  }
  return undefined;
}

interface Source {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly isOptional: boolean;
}

function source(kind: Source['kind'], from: Json | undefined, name = 'name'): readonly Source[] {
  return isObject(from) ? [{ kind, name: textIn(from, name), isOptional: from['optional'] === true }] : [];
}

function sourcesOfVolumes(pod: ApiObject): readonly Source[] {
  return listIn(pod, 'spec', 'volumes').flatMap((volume) => {
    const one = objectIn(volume);
    const projected = listIn(one, 'projected', 'sources').map((part) => objectIn(part));
    return [
      ...source('ConfigMap', one['configMap']),
      ...source('Secret', one['secret'], 'secretName'),
      ...projected.flatMap((part) => [...source('ConfigMap', part['configMap']), ...source('Secret', part['secret'])]),
    ];
  });
}

function sourcesOfContainers(pod: ApiObject): readonly Source[] {
  const containers = [...listIn(pod, 'spec', 'initContainers'), ...listIn(pod, 'spec', 'containers')];
  return containers.flatMap((container) => [
    ...listIn(container, 'envFrom').flatMap((from) => [
      ...source('ConfigMap', objectIn(from)['configMapRef']),
      ...source('Secret', objectIn(from)['secretRef']),
    ]),
    ...listIn(container, 'env').flatMap((env) => [
      ...source('ConfigMap', objectIn(env, 'valueFrom')['configMapKeyRef']),
      ...source('Secret', objectIn(env, 'valueFrom')['secretKeyRef']),
    ]),
  ]);
}
