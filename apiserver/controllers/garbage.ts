// The garbage collector: dependents go when their owners are gone, wait for them in the foreground, or are left as
// orphans. Source: https://kubernetes.io/docs/concepts/architecture/garbage-collection/
//
// Promises: an object goes only when none of its owners is there any more, or in foreground deletion; owners are found by
// uid, never by name alone; an object whose owner is of a kind that is not served is left alone.

import {
  type ApiObject,
  finalizersOf,
  isTerminating,
  nameOf,
  namespaceOf,
  ownersOf,
  uidOf,
  withMetadata,
} from '../model/api-object.ts';
import { isObject, type Json, listIn, textIn } from '../model/json.ts';
import { deleteObject } from '../registry/delete.ts';
import type { Registry } from '../registry/registry.ts';
import type { WriteDeps } from '../registry/write.ts';
import type { Candidate, Found } from './ownership.ts';

/** What controllers need. */
export interface ControllerDeps extends WriteDeps {
  readonly registry: Registry;
}

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** Does once what there is to do about some objects. True where something was changed. */
export function collectGarbage(deps: ControllerDeps, candidates: readonly Candidate[]): boolean {
  let isChanged = false;
  for (const candidate of candidates) if (finishOwner(deps, candidate) || collect(deps, candidate)) isChanged = true;
  return isChanged;
}

/** Every object of every kind, once. */
export function everything({ registry, store }: ControllerDeps): readonly Found[] {
  return [...registry.collections().values()].flatMap((resource) =>
    store.list(resource.collection).map((object) => ({ resource, object })),
  );
}

// An owner that is being deleted: its dependents are let go, or deleted first.
function finishOwner(deps: ControllerDeps, { resource, object, dependents }: Candidate): boolean {
  if (!isTerminating(object)) return false;
  const finalizers = finalizersOf(object);
  if (finalizers.includes(ORPHAN)) {
    for (const dependent of dependents) release(deps, dependent, uidOf(object));
    removeFinalizer(deps, { resource, object }, ORPHAN);
    return true;
  }
  if (!finalizers.includes(FOREGROUND)) return false;
  const blocking = dependents.filter(({ object: one }) => blocks(one, uidOf(object)));
  if (blocking.length > 0) return false;
  removeFinalizer(deps, { resource, object }, FOREGROUND);
  return true;
}

function blocks(dependent: ApiObject, uid: string): boolean {
  return ownersOf(dependent).some((owner) => owner.uid === uid && owner.blockOwnerDeletion);
}

function release({ store }: ControllerDeps, { resource, object }: Found, uid: string): void {
  const owners = listIn(object, 'metadata', 'ownerReferences').filter((owner) => textIn(owner, 'uid') !== uid);
  const ownerReferences = owners.length === 0 ? undefined : owners;
  store.put(resource.collection, withMetadata(object, { ownerReferences }));
}

function removeFinalizer({ store }: ControllerDeps, { resource, object }: Found, name: string): void {
  const finalizers = finalizersOf(object).filter((other) => other !== name);
  const key = { namespace: namespaceOf(object), name: nameOf(object) };
  if (finalizers.length > 0) store.put(resource.collection, withMetadata(object, { finalizers }));
  else store.remove(resource.collection, key);
}

// A dependent goes when all its owners are gone, or when those that are left wait for it.
function collect(deps: ControllerDeps, found: Candidate): boolean {
  const owners = ownersOf(found.object);
  if (owners.length === 0 || isTerminating(found.object)) return false;
  if (owners.some((owner) => deps.registry.ofKind(owner.apiVersion, owner.kind) === undefined)) return false;
  const states = owners.map(({ uid }) => stateOf(found.owners.get(uid), found.object));
  if (states.includes('there')) return dropAbsent(deps, found);
  const policy = states.includes('waiting') ? 'Foreground' : defaultPolicy(found.object);
  const options = {
    propagationPolicy: policy,
    orphanDependents: undefined,
    uid: uidOf(found.object),
    resourceVersion: undefined,
    isDryRun: false,
  };
  const name = { namespace: namespaceOf(found.object), name: nameOf(found.object) };
  deleteObject(deps, found.resource, { name, options });
  return true;
}

// The dependents of what is collected are collected in the same way, unless it says otherwise itself.
function defaultPolicy(object: ApiObject): string {
  const finalizers = finalizersOf(object);
  if (finalizers.includes(ORPHAN)) return 'Orphan';
  return finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
}

type OwnerState = 'absent' | 'there' | 'waiting';

// An owner in another namespace does not count as one; neither does one of the same name that came later.
function stateOf(owner: Found | undefined, dependent: ApiObject): OwnerState {
  if (owner === undefined) return 'absent';
  const isElsewhere = owner.resource.isNamespaced && namespaceOf(owner.object) !== namespaceOf(dependent);
  if (isElsewhere) return 'absent';
  const isForeground = isTerminating(owner.object) && finalizersOf(owner.object).includes(FOREGROUND);
  return isForeground ? 'waiting' : 'there';
}

// Owners that are gone are taken from what others still hold.
function dropAbsent(deps: ControllerDeps, { resource, object, owners }: Candidate): boolean {
  const all: readonly Json[] = listIn(object, 'metadata', 'ownerReferences');
  const left = all.filter((owner) => isObject(owner) && stateOf(owners.get(textIn(owner, 'uid')), object) === 'there');
  if (left.length === all.length) return false;
  deps.store.put(resource.collection, withMetadata(object, { ownerReferences: left }));
  return true;
}
