// Patches of objects that are not ours: tried, then written.
//
// A value is replaced in three steps: the API server is asked what it would store (a dry run), what is there now is
// written into the journal of the resource (record.ts), and only then is the object written, bound to the version that
// was looked at. Ended between any two, the journal says at least what was done.

import type { Change } from '../model/change.ts';
import { Fault } from '../model/fault.ts';
import { patchManagerOf } from '../model/marks.ts';
import { identityOf, type KubeObject, toRef } from '../model/object.ts';
import { type PatchRecord, toEffects, toRecordJson } from '../model/patch.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';

type PatchChange = Extract<Change, { readonly kind: 'patch' }>;
type Withdraw = Extract<Change, { readonly kind: 'withdraw' }>;

// The status of a resource has room for 1.5 MB in all. Chosen.
const MAX_RECORD_LENGTH = 64 * 1024;

/** What to remember of a change before it is made; undefined where nothing is. Throws Fault where it must not be made. */
export async function recordOf(change: Change, input: ApplyInput, deps: ApplyDeps): Promise<PatchRecord | undefined> {
  if (change.kind === 'configure') return change.record;
  if (change.kind !== 'patch') return undefined;
  const { observed, operations, replaced } = change;
  const fieldManager = patchManagerOf(input.rule, input.owner.metadata.uid ?? '', change.child);
  const { subresource } = change.record;
  const options = { type: 'json', fieldManager, subresource, dryRun: true } as const;
  const stored = await deps.client.patch(toRef(observed), operations, options);
  const record = { ...change.record, effects: toEffects(replaced, stored, observed) };
  if (JSON.stringify(toRecordJson(record)).length <= MAX_RECORD_LENGTH) return record;
  const message = 'it replaces more than can be remembered, so it could not be undone';
  throw new Fault({ code: 'PatchRefused', retry: 'never', message, subject: toRef(observed) });
}

/** Replaces values of an object that is not ours, bound to the version that was looked at. Throws Fault. */
export async function writePatch(change: PatchChange, input: ApplyInput, deps: ApplyDeps): Promise<KubeObject> {
  const fieldManager = patchManagerOf(input.rule, input.owner.metadata.uid ?? '', change.child);
  const { subresource } = change.record;
  const options = { type: 'json', fieldManager, subresource } as const;
  const live = await deps.client.patch(toRef(change.observed), change.operations, options);
  deps.observe(live);
  return live;
}

/**
 * Takes back what a patch did: gives up its own fields, or puts back what it replaced. Bound to the uid, so that an
 * object that is gone does not come back. Throws Fault.
 */
export async function withdraw(change: Withdraw, input: ApplyInput, deps: ApplyDeps): Promise<KubeObject> {
  const { observed, how, child, record } = change;
  const { subresource } = record;
  if (how === 'nothing') return observed;
  const fieldManager = patchManagerOf(input.rule, input.owner.metadata.uid ?? '', child);
  const nothing: KubeObject = { apiVersion: observed.apiVersion, kind: observed.kind, metadata: identityOf(observed) };
  const live =
    how === 'giveUp'
      ? await deps.client.apply(nothing, { fieldManager, subresource })
      : await deps.client.patch(toRef(observed), how.operations, { type: 'json', fieldManager, subresource });
  deps.observe(live);
  return live;
}
