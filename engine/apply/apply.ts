// Change set -> the cluster.
//
// In: changes. Out: one outcome for each, in the same order, with the live object where the API server gave one.
// Promises: every write carries the field manager; nothing is created over an object that is already there; nothing
// that was deleted comes back; a delete carries the uid and the version that was looked at, and asks first whether the
// owner still says so. A failed change holds up no other. Faults of the API server become outcomes, never exceptions.
// Does not decide anything: what to do and in which order comes from diff/ and run/.

import type { KubeClient } from '../kube/client.ts';
import type { Change, Outcome, OutcomeFault } from '../model/change.ts';
import { Fault } from '../model/fault.ts';
import { fieldManagerOf, isOfRule, OWNER_LABEL, RULE_LABEL } from '../model/marks.ts';
import { describeRef, type KubeObject, type ObjectRef, toRef } from '../model/object.ts';
import { isEditOnly } from './conflict.ts';

/** How apply reaches the cluster, and what it tells of live objects that it saw on the way. */
export interface ApplyDeps {
  readonly client: KubeClient;
  /** Called with every live object that the API server answered with. */
  observe(object: KubeObject): void;
  /** Called with every object that a delete of ours removed for good. */
  forget(object: KubeObject): void;
}

/** Whose changes these are. */
export interface ApplyInput {
  readonly rule: string;
  readonly owner: KubeObject;
}

/** An outcome, and the object as the API server stored it where it changed. */
export interface Applied {
  readonly outcome: Outcome;
  readonly live?: KubeObject;
}

// Server-side apply creates an object that is missing, whatever version the request names, and refuses one that is there
// with another version: so a version that no object can have makes it create only. Measured on 1.36: 201 and 409.
const NO_SUCH_VERSION = '1';

type Configure = Extract<Change, { readonly kind: 'configure' }>;

/** Applies changes concurrently. */
export async function apply(
  changes: readonly Change[],
  input: ApplyInput,
  deps: ApplyDeps,
): Promise<readonly Applied[]> {
  return await Promise.all(
    changes.map(async (change): Promise<Applied> => {
      try {
        return await applyOne(change, input, deps);
      } catch (error) {
        return { outcome: { child: change.child, ref: refOf(change), result: 'failed', fault: toOutcomeFault(error) } };
      }
    }),
  );
}

/** The object that a change is about. */
export function refOf(change: Change): ObjectRef {
  switch (change.kind) {
    case 'create':
    case 'configure':
    case 'conflict':
      return toRef(change.desired.object);
    case 'unchanged':
    case 'terminating':
      return toRef(change.observed);
    case 'delete':
      return toRef(change.prune.object);
  }
}

async function applyOne(change: Change, input: ApplyInput, deps: ApplyDeps): Promise<Applied> {
  const base = { child: change.child, ref: refOf(change) };
  switch (change.kind) {
    case 'unchanged':
      return { outcome: { ...base, result: 'unchanged' } };
    case 'terminating':
      return { outcome: { ...base, result: 'skipped' } };
    case 'conflict': {
      const fields = change.contested.map(({ field, manager }) => `${field} is held by "${manager}"`).join(', ');
      return {
        outcome: {
          ...base,
          result: 'failed',
          fault: { code: 'FieldConflict', message: `${describeRef(base.ref)}: ${fields}`, retry: 'never' },
        },
      };
    }
    case 'create': {
      const live = await create(change.desired.object, input, deps);
      return { outcome: { ...base, result: 'created' }, live };
    }
    case 'configure': {
      const live = await configure(change, input, deps);
      return { outcome: { ...base, result: 'configured', differences: change.differences }, live };
    }
    case 'delete':
      await remove(change.prune.object, input, deps);
      return { outcome: { ...base, result: 'deleted' } };
  }
}

async function create(object: KubeObject, input: ApplyInput, deps: ApplyDeps): Promise<KubeObject> {
  const ref = toRef(object);
  try {
    const only = withMetadata(object, { resourceVersion: NO_SUCH_VERSION });
    const live = await deps.client.apply(only, { fieldManager: fieldManagerOf(input.rule) });
    deps.observe(live);
    return live;
  } catch (error) {
    if (!(error instanceof Fault) || (error.code !== 'Conflict' && error.code !== 'FieldConflict')) throw error;
    // It is there, and the store did not know: either ours with its labels stripped, or somebody else's.
    const live = await deps.client.get(ref);
    if (!isOurs(live, input)) throw notOwned(live, input);
    deps.observe(live);
    throw new Fault({ code: 'Conflict', retry: 'now', message: 'it exists already', subject: ref });
  }
}

function isOurs(live: KubeObject, { owner, rule }: ApplyInput): boolean {
  const { ownerReferences = [], labels } = live.metadata;
  const { uid } = owner.metadata;
  const isOfOwner = ownerReferences.some((reference) => reference.uid === uid) || labels?.[OWNER_LABEL] === uid;
  return isOfOwner && isOfRule(live, rule);
}

// An object that is on its way out, or whose owner had our owner's name and is gone, will make room by itself: the
// garbage collector takes it. Everything else needs somebody's hand.
function notOwned(live: KubeObject, { owner }: ApplyInput): Fault {
  const { ownerReferences = [], deletionTimestamp, labels } = live.metadata;
  const isOrphan = ownerReferences.some(
    ({ apiVersion, kind, name, uid }) =>
      apiVersion === owner.apiVersion &&
      kind === owner.kind &&
      name === owner.metadata.name &&
      uid !== owner.metadata.uid,
  );
  const isLeaving = deletionTimestamp !== undefined || isOrphan;
  const isOfOtherRule = ownerReferences.some(({ uid }) => uid === owner.metadata.uid);
  const whose = isOfOtherRule ? `the rule "${labels?.[RULE_LABEL]}" made` : `${describeRef(toRef(owner))} did not make`;
  return new Fault({
    code: 'NotOwned',
    retry: isLeaving ? 'backoff' : 'never',
    message: `an object of this name exists that ${whose}${isLeaving ? '; it is being removed' : ''}`,
    subject: toRef(live),
  });
}

// Bound to the uid, so that a child that was deleted meanwhile does not come back half made. Force is bound to the very
// version that was looked at: it takes back what an edit changed, and nothing else.
async function configure(change: Configure, input: ApplyInput, deps: ApplyDeps): Promise<KubeObject> {
  const { uid, resourceVersion } = change.observed.metadata;
  const fieldManager = fieldManagerOf(input.rule);
  const write = async (force: boolean): Promise<KubeObject> => {
    const object = withMetadata(change.desired.object, force ? { uid, resourceVersion } : { uid });
    const live = await deps.client.apply(object, { fieldManager, force });
    deps.observe(live);
    return live;
  };
  try {
    return await write(change.reclaim.length > 0);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'FieldConflict' || !isEditOnly(error, change.observed)) throw error;
    return await write(true);
  }
}

// Deleting needs certainty: the owner is read from the API server, not from the store, and must still be the one that
// the plan was made for.
async function remove(object: KubeObject, input: ApplyInput, deps: ApplyDeps): Promise<void> {
  const owner = await deps.client.get(toRef(input.owner));
  const { uid, generation } = input.owner.metadata;
  if (owner.metadata.uid !== uid || owner.metadata.generation !== generation) {
    deps.observe(owner);
    throw new Fault({ code: 'Conflict', retry: 'now', message: 'the owner changed meanwhile', subject: toRef(object) });
  }
  const { uid: childUid, resourceVersion } = object.metadata;
  if (childUid === undefined || resourceVersion === undefined) {
    throw new Fault({
      code: 'InternalError',
      retry: 'never',
      message: 'a live object has no uid',
      subject: toRef(object),
    });
  }
  const left = await deps.client.delete(toRef(object), { uid: childUid, resourceVersion });
  if (left === undefined) deps.forget(object);
  else deps.observe(left);
}

function withMetadata(
  object: KubeObject,
  fields: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined },
): KubeObject {
  const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { ...object, metadata: { ...object.metadata, ...set } };
}

/** A fault in the words of an outcome; what is no fault is a bug. */
export function toOutcomeFault(error: unknown): OutcomeFault {
  if (!(error instanceof Fault)) {
    return { code: 'InternalError', message: error instanceof Error ? error.message : String(error), retry: 'backoff' };
  }
  const { code, message, retry, retryAfterMs } = error;
  return retryAfterMs === undefined ? { code, message, retry } : { code, message, retry, retryAfterMs };
}
