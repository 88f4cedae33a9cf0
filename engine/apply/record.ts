// What a resource must remember of changes, written before they are made.

import type { Change } from '../model/change.ts';
import { Fault } from '../model/fault.ts';
import { type InventoryEntry, isSameEntry } from '../model/journal.ts';
import { isElsewhere } from '../model/lifecycle.ts';
import { toRef } from '../model/object.ts';
import { type PatchRecord, recordKey } from '../model/patch.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';
import { recordOf } from './patches.ts';
import { writeJournal } from './write-journal.ts';

/**
 * Writes into the journal what the changes are about to do to objects that are not the resource's own, which children they
 * make elsewhere, and why pods start anew. The result has a fault for each change that must not be made: the API server refuses it, or it
 * could not be remembered.
 */
export async function recordIntents(
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
  const made = changes.flatMap((change) => madeElsewhere(change, input) ?? []);
  const restarts = [...(input.restarts ?? [])].filter(([change]) => !faults.has(change));
  if (recorded.length + made.length + restarts.length === 0) return faults;
  const records = new Map(input.records.map((record) => [recordKey(record), record]));
  for (const { record } of recorded) records.set(recordKey(record), record);
  const inventory = [...input.inventory, ...made.map(({ entry }) => entry)];
  const write = async (told: typeof restarts) => {
    const before = input.restarting?.filter(({ cause }) => !told.some(([, pending]) => pending.cause === cause)) ?? [];
    const restarting = [...told.map(([, pending]) => pending), ...before];
    await writeJournal({ records: [...records.values()], inventory, restarting }, input, deps);
  };
  try {
    await write(restarts).catch(async (error: unknown) => {
      // A definition of before these fields has no room for the reasons: nothing is held up for want of them.
      if (!(error instanceof Fault) || error.code !== 'SchemaMismatch' || restarts.length === 0) throw error;
      if (recorded.length + made.length > 0) await write([]);
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    for (const { change } of [...recorded, ...made, ...restarts.map(([change]) => ({ change }))])
      faults.set(change, error);
  }
  return faults;
}

// A child that is about to be made elsewhere, and that the inventory does not name yet.
function madeElsewhere(
  change: Change,
  { owner, inventory }: ApplyInput,
): { readonly change: Change; readonly entry: InventoryEntry } | undefined {
  if (change.kind !== 'create') return undefined;
  const { child, key, object } = change.desired;
  const entry = { child, ...(key === undefined ? {} : { key }), ref: toRef(object) };
  const isNamed = inventory.some((one) => isSameEntry(one, entry));
  return isNamed || !isElsewhere(owner, entry.ref) ? undefined : { change, entry };
}
