// StatefulSets: pods with numbers, one after the other or all at once, each with claims of its own.
// Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/

import { type ApiObject, isTerminating, nameOf, namespaceOf, withMetadata } from '../model/api-object.ts';
import { type Json, listIn, objectIn, textIn } from '../model/json.ts';
import { ownerReferenceTo } from './owner.ts';
import { isReady } from './pod-stage.ts';
import { syncRevisions, trimRevisions } from './revision.ts';
import { countReady, isOver, podOf } from './workload.ts';
import { numberIn, type World } from './world.ts';

const HASH = 'controller-revision-hash';

// What one turn works with.
interface Turn {
  readonly set: ApiObject;
  readonly pods: ReadonlyMap<number, ApiObject>;
  readonly ordinals: readonly number[];
  readonly isOrdered: boolean;
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly revisions: readonly ApiObject[];
}

/** Makes, updates and deletes what it is the turn of, and reports. */
export function reconcileStatefulSet(world: World, set: ApiObject): number | undefined {
  const { all, current } = syncRevisions(world, set, { hashLabel: 'controller.kubernetes.io/hash' });
  if (current === undefined) return undefined;
  const updateRevision = nameOf(current);
  const known = textIn(set, 'status', 'currentRevision');
  const currentRevision = all.some((one) => nameOf(one) === known) ? known : updateRevision;
  const start = numberIn(set, ['spec', 'ordinals', 'start']);
  const count = numberIn(set, ['spec', 'replicas'], 1);
  const ordinals = Array.from({ length: count }, (_, at) => start + at);
  const isOrdered = textIn(set, 'spec', 'podManagementPolicy') !== 'Parallel';
  const turn = { set, ordinals, isOrdered, currentRevision, updateRevision, revisions: all };
  const pods = byOrdinal(world, set);
  if (!isTerminating(set)) act(world, { ...turn, pods });
  const nextMs = report(world, { ...turn, pods: byOrdinal(world, set) });
  trimRevisions(world, set, new Set([currentRevision, updateRevision]));
  return nextMs;
}

function byOrdinal(world: World, set: ApiObject): ReadonlyMap<number, ApiObject> {
  const pods = world.children(set, 'Pod', objectIn(set, 'spec')['selector']);
  const numbered = pods.map((pod) => [Number(/-(\d+)$/.exec(nameOf(pod))?.[1] ?? -1), pod] as const);
  return new Map(numbered.sort(([a], [b]) => a - b));
}

function act(world: World, turn: Turn): void {
  if (!fillUp(world, turn)) return;
  if (!shrink(world, turn)) return;
  update(world, turn);
}

// True where every number has its pod, as far as the order allows to go on.
function fillUp(world: World, turn: Turn): boolean {
  for (const ordinal of turn.ordinals) {
    const pod = turn.pods.get(ordinal);
    if (pod === undefined) makePod(world, turn, ordinal);
    else if (isOver(pod) && !isTerminating(pod)) world.remove(pod);
    if (turn.isOrdered && !isHealthy(world, turn.set, pod)) return false;
  }
  return true;
}

function isHealthy(world: World, set: ApiObject, pod: ApiObject | undefined): boolean {
  if (pod === undefined || isTerminating(pod) || !isReady(pod)) return false;
  return countReady([pod], numberIn(set, ['spec', 'minReadySeconds']), world.nowMs).available === 1;
}

// Pods whose number is not wanted any more go from the highest on. True where none is left.
function shrink(world: World, turn: Turn): boolean {
  const surplus = [...turn.pods].filter(([ordinal]) => !turn.ordinals.includes(ordinal)).reverse();
  for (const [, pod] of surplus) {
    if (!isTerminating(pod)) {
      if (retention(turn.set, 'whenScaled') === 'Delete') ownClaims(world, turn.set, { pod, owner: pod });
      world.remove(pod);
    }
    if (turn.isOrdered) return false;
  }
  return surplus.length === 0;
}

// Pods of another revision go, the highest first; the next turn makes them anew.
function update(world: World, { set, pods, ordinals, updateRevision }: Turn): void {
  const strategy = objectIn(set, 'spec', 'updateStrategy');
  if (strategy['type'] === 'OnDelete') return;
  const partition = numberIn(strategy, ['rollingUpdate', 'partition']);
  for (const ordinal of ordinals.slice(partition).reverse()) {
    const pod = pods.get(ordinal);
    if (pod === undefined) return;
    if (revisionOf(pod) !== updateRevision && !isTerminating(pod)) {
      world.remove(pod);
      return;
    }
    if (!isHealthy(world, set, pod)) return;
  }
}

function revisionOf(pod: ApiObject): string {
  return textIn(pod, 'metadata', 'labels', HASH);
}

function makePod(world: World, turn: Turn, ordinal: number): void {
  const { set } = turn;
  const revision = revisionFor(turn, ordinal);
  const stored = turn.revisions.find((one) => nameOf(one) === revision);
  const { $patch: _, ...template } = objectIn(stored, 'data', 'spec', 'template');
  const name = `${nameOf(set)}-${ordinal}`;
  const claims = listIn(set, 'spec', 'volumeClaimTemplates').map((claim) => ({
    volume: textIn(claim, 'metadata', 'name'),
    name: `${textIn(claim, 'metadata', 'name')}-${name}`,
    claim,
  }));
  for (const claim of claims) makeClaim(world, set, claim);
  const own = new Set(claims.map(({ volume }) => volume));
  const others = listIn(template, 'spec', 'volumes').filter((volume) => !own.has(textIn(volume, 'name')));
  const volumes = claims.map((claim) => ({ name: claim.volume, persistentVolumeClaim: { claimName: claim.name } }));
  const subdomain = textIn(set, 'spec', 'serviceName');
  const pod = podOf(set, template, {
    name,
    labels: {
      'apps.kubernetes.io/pod-index': String(ordinal),
      [HASH]: revision,
      'statefulset.kubernetes.io/pod-name': name,
    },
    spec: { hostname: name, ...(subdomain === '' ? {} : { subdomain }), volumes: [...volumes, ...others] },
  });
  world.create(pod);
}

// Below the partition a pod that comes back is what it was.
function revisionFor({ set, ordinals, currentRevision, updateRevision }: Turn, ordinal: number): string {
  const strategy = objectIn(set, 'spec', 'updateStrategy');
  if (strategy['type'] === 'OnDelete') return updateRevision;
  const partition = numberIn(strategy, ['rollingUpdate', 'partition']);
  return ordinal < (ordinals[0] ?? 0) + partition ? currentRevision : updateRevision;
}

function makeClaim(
  world: World,
  set: ApiObject,
  { name, claim }: { readonly name: string; readonly claim: Json },
): void {
  const namespace = namespaceOf(set);
  if (world.get('PersistentVolumeClaim', namespace, name) !== undefined) return;
  const labels = {
    ...objectIn(claim, 'metadata', 'labels'),
    ...objectIn(set, 'spec', 'selector', 'matchLabels'),
  };
  const annotations = objectIn(claim, 'metadata', 'annotations');
  const owned = retention(set, 'whenDeleted') === 'Delete' ? { ownerReferences: [ownerReferenceTo(set)] } : {};
  world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace, labels, annotations, ...owned },
    spec: objectIn(claim, 'spec'),
  });
}

function retention(set: ApiObject, when: 'whenDeleted' | 'whenScaled'): string {
  return textIn(set, 'spec', 'persistentVolumeClaimRetentionPolicy', when);
}

// The claims of a pod go with what they belong to.
function ownClaims(
  world: World,
  set: ApiObject,
  { pod, owner }: { readonly pod: ApiObject; readonly owner: ApiObject },
): void {
  for (const template of listIn(set, 'spec', 'volumeClaimTemplates')) {
    const name = `${textIn(template, 'metadata', 'name')}-${nameOf(pod)}`;
    const claim = world.get('PersistentVolumeClaim', namespaceOf(set), name);
    if (claim !== undefined) world.change(claim, withMetadata(claim, { ownerReferences: [ownerReferenceTo(owner)] }));
  }
}

function report(world: World, turn: Turn): number | undefined {
  const { set, currentRevision, updateRevision } = turn;
  const pods = [...turn.pods.values()];
  const staying = pods.filter((pod) => !isTerminating(pod));
  const minReady = numberIn(set, ['spec', 'minReadySeconds']);
  const { ready, available, nextMs } = countReady(staying, minReady, world.nowMs);
  const countOf = (revision: string): number => staying.filter((pod) => revisionOf(pod) === revision).length;
  const updated = countOf(updateRevision);
  const wanted = turn.ordinals.length;
  const isRolling = textIn(set, 'spec', 'updateStrategy', 'type') === 'RollingUpdate';
  const isDone = isRolling && updated === wanted && ready === wanted && pods.length === wanted;
  const revision = isDone ? updateRevision : currentRevision;
  const current = world.again(set);
  if (current === undefined) return undefined;
  world.changeStatus(current, {
    ...objectIn(current, 'status'),
    observedGeneration: numberIn(current, ['metadata', 'generation']),
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: available,
    currentReplicas: isDone ? updated : countOf(currentRevision),
    updatedReplicas: updated,
    currentRevision: revision,
    updateRevision,
    collisionCount: 0,
  });
  return nextMs;
}
