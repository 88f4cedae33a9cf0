// Change set -> the cluster.
//
// In: changes. Out: one outcome for each, in the same order, with the live object where the API server gave one.
// Promises: every write carries the field manager; nothing is created over an object that is already there; nothing
// that was deleted comes back; a delete carries the uid and the version that was looked at, and asks first whether the
// owner still says so. A failed change holds up no other. Faults of the API server become outcomes, never exceptions.
// Does not decide anything: what to do and in which order comes from diff/ and run/.

import { isOnlyImmutable } from '../kube/classify.ts';
import type { KubeClient } from '../kube/client.ts';
import { type Change, type Contested, describeContested, type Outcome, type OutcomeFault } from '../model/change.ts';
import { Fault } from '../model/fault.ts';
import type { Journal, JournalPlace } from '../model/journal.ts';
import { isEqual, type Json } from '../model/json.ts';
import { fieldManagerOf } from '../model/marks.ts';
import { describeRef, type KubeObject, type ObjectRef, toRef } from '../model/object.ts';
import { mayHoldData } from '../model/policy.ts';
import type { PendingRestart } from '../model/restart.ts';
import { isEditOnly } from './conflict.ts';
import { create } from './create.ts';
import { withMetadata } from './metadata.ts';
import { withdraw, writePatch } from './patches.ts';
import { recordIntents } from './record.ts';
import { release, remove } from './remove.ts';

/** How apply reaches the cluster, and what it tells of live objects that it saw on the way. */
export interface ApplyDeps {
  readonly client: KubeClient;
  /** Called with every live object that the API server answered with. */
  observe(object: KubeObject): void;
  /** Called with every object that is gone for good by what we did. */
  forget(object: KubeObject): void;
}

/** Whose changes these are. */
export interface ApplyInput extends Journal {
  readonly rule: string;
  readonly owner: KubeObject;
  /** Where the owner remembers. */
  readonly journal: JournalPlace;
  /** Which of the changes make pods start anew, to be written down before. Default: none. */
  readonly restarts?: ReadonlyMap<Change, PendingRestart>;
}

/** An outcome, and the object as the API server stored it where it changed. */
export interface Applied {
  readonly outcome: Outcome;
  readonly live?: KubeObject;
}

type Configure = Extract<Change, { readonly kind: 'configure' }>;
type Wrote = Omit<Applied, 'outcome'> & Pick<Outcome, 'result' | 'differences' | 'fault' | 'lost'>;

/** Applies changes concurrently. */
export async function apply(
  changes: readonly Change[],
  input: ApplyInput,
  deps: ApplyDeps,
): Promise<readonly Applied[]> {
  const refused = await recordIntents(changes, input, deps);
  return await Promise.all(
    changes.map(async (change): Promise<Applied> => {
      const base = { child: change.child, ref: refOf(change) };
      try {
        const fault = refused.get(change);
        if (fault !== undefined) throw fault;
        const { live, ...result } = await applyOne(change, input, deps);
        return { outcome: { ...base, ...result }, ...(live === undefined ? {} : { live }) };
      } catch (error) {
        return { outcome: { ...base, result: 'failed', fault: toOutcomeFault(error) } };
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
    case 'contended':
    case 'patch':
    case 'refused':
    case 'withdraw':
      return toRef(change.observed);
    case 'delete':
    case 'release':
      return toRef(change.prune.object);
  }
}

async function applyOne(change: Change, input: ApplyInput, deps: ApplyDeps): Promise<Wrote> {
  switch (change.kind) {
    case 'unchanged':
      return { result: 'unchanged' };
    case 'terminating':
      return { result: 'skipped' };
    case 'conflict': {
      const message = describeFields(change.desired.object, change.contested);
      return { result: 'failed', fault: { code: 'FieldConflict', message, retry: 'never' } };
    }
    case 'contended': {
      const { until, forMs: retryAfterMs } = change.pause;
      const what = describeFields(change.observed, change.contested, 'is changed back by');
      const message = `${what}; left alone until ${until}`;
      return { result: 'failed', fault: { code: 'FieldContention', message, retry: 'backoff', retryAfterMs } };
    }
    case 'create':
      return await create(change.desired, input, deps);
    case 'configure':
      return { ...(await configure(change, input, deps)), differences: change.differences };
    case 'refused':
      return { result: 'failed', fault: { code: 'PatchRefused', message: change.message, retry: 'never' } };
    case 'patch':
      return { result: 'patched', live: await writePatch(change, input, deps), differences: change.differences };
    case 'withdraw': {
      const live = await withdraw(change, input, deps);
      return { result: 'withdrawn', live, ...(change.lost.length === 0 ? {} : { lost: change.lost }) };
    }
    case 'delete':
      await remove(change.prune.object, input, deps);
      return { result: 'deleted' };
    case 'release':
      await release(change.prune.object, input, deps);
      return { result: 'released' };
  }
}

function describeFields(object: KubeObject, contested: readonly Contested[], verb?: string): string {
  return `${describeRef(toRef(object))}: ${contested.map((item) => describeContested(item, verb)).join(', ')}`;
}

async function configure(change: Configure, input: ApplyInput, deps: ApplyDeps): Promise<Wrote> {
  try {
    if (change.whole.policy.isReplaced && (await changesSpec(change, input, deps)))
      return await makeAnew(change, input, deps);
    return { result: 'configured', live: await write(change, change.reclaim.length > 0, input, deps) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'FieldConflict') return await resolveConflict(change, error, input, deps);
    if (error.code === 'ImmutableField') return await recreate(change, error, input, deps);
    throw error;
  }
}

// Bound to the uid, so that a child that was deleted meanwhile does not come back half made. Force is bound to the very
// version that was looked at: it takes back what an edit changed, and nothing else. So are values that were looked up.
async function write(change: Configure, force: boolean, input: ApplyInput, deps: ApplyDeps): Promise<KubeObject> {
  const live = await deps.client.apply(...toApply(change, force, input));
  deps.observe(live);
  return live;
}

function toApply(change: Configure, force: boolean, input: ApplyInput): Parameters<KubeClient['apply']> {
  const { uid, resourceVersion } = change.observed.metadata;
  const isExact = force || change.isHolding;
  const object = withMetadata(change.desired.object, isExact ? { uid, resourceVersion } : { uid });
  const fieldManager = change.desired.manager ?? fieldManagerOf(input.rule);
  return [object, { fieldManager, force, subresource: change.desired.subresource }];
}

// Asks what an apply would do, which also tells that nothing is wrong with the wish.
async function changesSpec(change: Configure, input: ApplyInput, { client }: ApplyDeps): Promise<boolean> {
  const [object, options] = toApply(change, change.reclaim.length > 0, input);
  const tried = await client.apply(object, { ...options, dryRun: true });
  return !isEqual(tried['spec'] as Json, change.observed['spec'] as Json);
}

// The API server knows of others that diff did not see: in a store that was behind, or in a map that is held as a whole.
async function resolveConflict(change: Configure, fault: Fault, input: ApplyInput, deps: ApplyDeps): Promise<Wrote> {
  const { onConflict, onDrift } = change.desired.policy;
  const mayTake = onConflict === 'force' || (onDrift === 'correct' && isEditOnly(fault, change.observed));
  if (mayTake) return { result: 'configured', live: await write(change, true, input, deps) };
  const live = await deps.client.get(toRef(change.observed));
  deps.observe(live);
  if (live.metadata.resourceVersion === change.observed.metadata.resourceVersion) throw fault;
  throw new Fault({ code: 'Conflict', retry: 'now', message: 'it changed meanwhile', subject: toRef(live) });
}

// Only where nothing else is wrong with the wish, or the child would be gone and the new one refused.
async function recreate(change: Configure, fault: Fault, input: ApplyInput, deps: ApplyDeps): Promise<Wrote> {
  const { whole, observed } = change;
  const { onImmutable, recreatesData } = whole.policy;
  const isSafe = recreatesData || (!mayHoldData(observed) && !mayHoldData(whole.object));
  if (onImmutable !== 'recreate' || !isSafe || !isOnlyImmutable(fault)) throw fault;
  return await makeAnew(change, input, deps);
}

async function makeAnew({ whole, observed }: Configure, input: ApplyInput, deps: ApplyDeps): Promise<Wrote> {
  if (!(await remove(observed, input, deps))) return { result: 'skipped' };
  const { live } = await create(whole, input, deps);
  return { result: 'recreated', live };
}

/** A fault in the words of an outcome; what is no fault is a bug. */
export function toOutcomeFault(error: unknown): OutcomeFault {
  if (!(error instanceof Fault)) {
    return { code: 'InternalError', message: error instanceof Error ? error.message : String(error), retry: 'backoff' };
  }
  const { code, message, retry, retryAfterMs } = error;
  return retryAfterMs === undefined ? { code, message, retry } : { code, message, retry, retryAfterMs };
}
