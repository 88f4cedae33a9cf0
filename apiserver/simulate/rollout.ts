// The numbers of a rollout: how far a Deployment may be above and below what is wanted, and what that means for each of
// its ReplicaSets. Pure arithmetic on what is stored.
// Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment

import { type ApiObject, nameOf } from '../model/api-object.ts';
import { objectIn, textIn } from '../model/json.ts';
import { numberIn, portion } from './world.ts';

/** The annotations of ReplicaSets that a Deployment keeps. */
export const MARKS = {
  revision: 'deployment.kubernetes.io/revision',
  history: 'deployment.kubernetes.io/revision-history',
  desired: 'deployment.kubernetes.io/desired-replicas',
  max: 'deployment.kubernetes.io/max-replicas',
} as const;

/** How many pods something wants. */
export function wantedBy(object: ApiObject): number {
  return numberIn(object, ['spec', 'replicas'], 1);
}

/** How many pods some ReplicaSets want together. */
export function wantedByAll(sets: readonly ApiObject[]): number {
  return sets.reduce((sum, set) => sum + wantedBy(set), 0);
}

/** The sum of a number in the status of some ReplicaSets. */
export function sumOf(sets: readonly ApiObject[], field: string): number {
  return sets.reduce((sum, set) => sum + numberIn(set, ['status', field]), 0);
}

/** How many pods a Deployment may have too many, and too few. Both are 0 where pods are recreated. */
export function bounds(deployment: ApiObject): { readonly maxSurge: number; readonly maxUnavailable: number } {
  const wanted = wantedBy(deployment);
  const strategy = objectIn(deployment, 'spec', 'strategy');
  if (strategy['type'] !== 'RollingUpdate') return { maxSurge: 0, maxUnavailable: 0 };
  const rolling = objectIn(strategy, 'rollingUpdate');
  const maxSurge = portion(rolling['maxSurge'], wanted, 'up');
  const tooFew = portion(rolling['maxUnavailable'], wanted, 'down');
  // Without room in either direction nothing would move.
  const maxUnavailable = maxSurge === 0 && tooFew === 0 ? 1 : tooFew;
  return { maxSurge, maxUnavailable: Math.min(maxUnavailable, wanted) };
}

/** How many pods the new ReplicaSet may have now. */
export function sizeOfNew(deployment: ApiObject, all: readonly ApiObject[], current: number): number {
  if (textIn(deployment, 'spec', 'strategy', 'type') !== 'RollingUpdate') return wantedBy(deployment);
  const room = wantedBy(deployment) + bounds(deployment).maxSurge - wantedByAll(all);
  return room <= 0 ? current : current + Math.min(room, wantedBy(deployment) - current);
}

/** A new size for a ReplicaSet. */
export interface Resize {
  readonly set: ApiObject;
  readonly size: number;
}

/** How old ReplicaSets shrink now: first by what is not available anyway, then as far as enough stays available. */
export function shrinkOld(deployment: ApiObject, fresh: ApiObject, old: readonly ApiObject[]): readonly Resize[] {
  const sizes = new Map(old.map((set) => [set, wantedBy(set)]));
  const minAvailable = wantedBy(deployment) - bounds(deployment).maxUnavailable;
  const freshUnavailable = wantedBy(fresh) - numberIn(fresh, ['status', 'availableReplicas']);
  let room = wantedByAll([...old, fresh]) - minAvailable - freshUnavailable;
  if (room <= 0 || wantedByAll(old) === 0) return [];
  const take = (set: ApiObject, count: number): number => {
    const taken = Math.max(0, Math.min(count, sizes.get(set) ?? 0));
    sizes.set(set, (sizes.get(set) ?? 0) - taken);
    return taken;
  };
  for (const set of old)
    room -= take(set, Math.min(room, wantedBy(set) - numberIn(set, ['status', 'availableReplicas'])));
  let spare = sumOf([...old, fresh], 'availableReplicas') - minAvailable;
  for (const set of old) spare -= take(set, spare);
  return [...sizes].filter(([set, size]) => size !== wantedBy(set)).map(([set, size]) => ({ set, size }));
}

/** True where the new ReplicaSet has all pods of the Deployment, and they are available. */
export function isSaturated(deployment: ApiObject, fresh: ApiObject | undefined): boolean {
  if (fresh === undefined) return false;
  const wanted = wantedBy(deployment);
  const desired = Number(textIn(fresh, 'metadata', 'annotations', MARKS.desired));
  return (
    wantedBy(fresh) === wanted && desired === wanted && numberIn(fresh, ['status', 'availableReplicas']) === wanted
  );
}

/** What a change of the wanted number gives to each ReplicaSet that has pods, in proportion to what it has. */
export function proportional(deployment: ApiObject, active: readonly ApiObject[]): readonly Resize[] {
  const wanted = wantedBy(deployment);
  const allowed = wanted > 0 ? wanted + bounds(deployment).maxSurge : 0;
  const toAdd = allowed - wantedByAll(active);
  const sorted = [...active].sort((a, b) => bySize(a, b, toAdd > 0));
  let added = 0;
  const resizes = sorted.map((set) => {
    const part = toAdd === 0 ? 0 : proportion(deployment, set, { toAdd, added });
    added += part;
    return { set, size: wantedBy(set) + part };
  });
  const [first, ...others] = resizes;
  if (first === undefined) return [];
  return [{ set: first.set, size: Math.max(0, first.size + toAdd - added) }, ...others];
}

// The largest first; of the same size the newest where pods are added, the oldest where they are taken.
function bySize(a: ApiObject, b: ApiObject, isGrowing: boolean): number {
  if (wantedBy(a) !== wantedBy(b)) return wantedBy(b) - wantedBy(a);
  const [left, right] = [a, b].map((one) => `${textIn(one, 'metadata', 'creationTimestamp')} ${nameOf(one)}`);
  return String(left) < String(right) === isGrowing ? 1 : -1;
}

function proportion(
  deployment: ApiObject,
  set: ApiObject,
  { toAdd, added }: { readonly toAdd: number; readonly added: number },
): number {
  const [wanted, size] = [wantedBy(deployment), wantedBy(set)];
  if (size === 0) return 0;
  const before =
    Number(textIn(set, 'metadata', 'annotations', MARKS.max)) || numberIn(deployment, ['status', 'replicas']);
  const fraction =
    wanted === 0 ? -size : Math.round((size * (wanted + bounds(deployment).maxSurge)) / Math.max(1, before)) - size;
  return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added);
}
