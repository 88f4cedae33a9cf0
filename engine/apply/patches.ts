// Patches of objects that are not ours: tried, remembered, then written.
//
// A value is replaced in three steps: the API server is asked what it would store (a dry run), what is there now is
// written into the journal of the resource, and only then is the object written, bound to the version that was looked
// at. Ended between any two, the journal says at least what was done.

import type { Change } from '../model/change.ts';
import { Fault } from '../model/fault.ts';
import { patchManagerOf } from '../model/marks.ts';
import { type KubeObject, toRef } from '../model/object.ts';
import { type PatchRecord, recordKey, toEffects, toRecordJson } from '../model/patch.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';
import { writeJournal } from './write-journal.ts';

type PatchChange = Extract<Change, { readonly kind: 'patch' }>;
type Withdraw = Extract<Change, { readonly kind: 'withdraw' }>;

// The status of a resource has room for 1.5 MB in all. Chosen.
const MAX_RECORD_LENGTH = 64 * 1024;

/**
 * Writes into the journal what the changes are about to do. The result has a fault for each change that must not be
 * made: the API server refuses it, or it could not be remembered.
 */
export async function recordPatches(
  changes: readonly Change[],
  input: ApplyInput,
  deps: ApplyDeps,
): Promise<ReadonlyMap<Change, Fault>> {
  const faults = new Map<Change, Fault>();
  const attempt = async (change: Change, work: () => Promise<PatchRecord | undefined>) => {
    try {
      const record = await work();
      return record === undefined ? [] : [{ change, record }];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.set(change, error);
      return [];
    }
  };
  const found = await Promise.all(changes.map((change) => attempt(change, () => recordOf(change, input, deps))));
  const recorded = found.flat();
  if (recorded.length === 0) return faults;
  const records = new Map(input.records.map((record) => [recordKey(record), record]));
  for (const { record } of recorded) records.set(recordKey(record), record);
  try {
    await writeJournal([...records.values()], input, deps);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    for (const { change } of recorded) faults.set(change, error);
  }
  return faults;
}

async function recordOf(change: Change, input: ApplyInput, deps: ApplyDeps): Promise<PatchRecord | undefined> {
  if (change.kind === 'configure') return change.record;
  if (change.kind !== 'patch') return undefined;
  const { observed, operations, replaced } = change;
  const fieldManager = patchManagerOf(input.rule, input.owner.metadata.uid ?? '', change.child);
  const options = { type: 'json', fieldManager, dryRun: true } as const;
  const stored = await deps.client.patch(toRef(observed), operations, options);
  const record = { ...change.record, effects: toEffects(replaced, stored) };
  if (JSON.stringify(toRecordJson(record)).length <= MAX_RECORD_LENGTH) return record;
  const message = 'it replaces more than can be remembered, so it could not be undone';
  throw new Fault({ code: 'PatchRefused', retry: 'never', message, subject: toRef(observed) });
}

/** Replaces values of an object that is not ours, bound to the version that was looked at. Throws Fault. */
export async function writePatch(change: PatchChange, input: ApplyInput, deps: ApplyDeps): Promise<KubeObject> {
  const fieldManager = patchManagerOf(input.rule, input.owner.metadata.uid ?? '', change.child);
  const options = { type: 'json', fieldManager } as const;
  const live = await deps.client.patch(toRef(change.observed), change.operations, options);
  deps.observe(live);
  return live;
}

/**
 * Takes back what a patch did: gives up its own fields, or puts back what it replaced. Bound to the uid, so that an
 * object that is gone does not come back. Throws Fault.
 */
export async function withdraw(change: Withdraw, input: ApplyInput, deps: ApplyDeps): Promise<void> {
  const { observed, how, child } = change;
  if (how === 'nothing') return;
  const { name, namespace, uid } = observed.metadata;
  const fieldManager = patchManagerOf(input.rule, input.owner.metadata.uid ?? '', child);
  const identity = { name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) };
  const nothing: KubeObject = { apiVersion: observed.apiVersion, kind: observed.kind, metadata: identity };
  const live =
    how === 'giveUp'
      ? await deps.client.apply(nothing, { fieldManager })
      : await deps.client.patch(toRef(observed), how.operations, { type: 'json', fieldManager });
  deps.observe(live);
}
