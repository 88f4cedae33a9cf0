// Writes down what is about to be done to objects that are not ours, before it is done.

import { inventoryAnnotationOf, type Journal, journalManagerOf, readJournal, toJournal } from '../model/journal.ts';
import { isEqual, type Json } from '../model/json.ts';
import type { KubeObject } from '../model/object.ts';
import { toRecordJson } from '../model/patch.ts';
import { toPendingJson } from '../model/restart.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';
import { exactly, withOwner } from './owner.ts';

/**
 * Applies the journal of a resource, unless it says so already. By force, since nobody else has a say in it; but bound to
 * the version that was looked at: another operator, which is about to end or has just begun, may have remembered more.
 * Throws Fault.
 */
export async function writeJournal(next: Journal, input: ApplyInput, deps: ApplyDeps): Promise<void> {
  const { owner, rule, journal } = input;
  if (isEqual(toPlain(readJournal(owner, rule, journal)), toPlain(next))) return;
  const identity = exactly(owner);
  const content = toJournal(next, owner, journal);
  const annotations = { [inventoryAnnotationOf(rule)]: JSON.stringify(content) };
  const noted = Object.keys(content).length === 0 ? {} : { annotations };
  const { apiVersion, kind } = owner;
  const object: KubeObject =
    journal === 'status'
      ? { apiVersion, kind, metadata: identity, status: content }
      : { apiVersion, kind, metadata: { ...identity, ...noted } };
  const options = { fieldManager: journalManagerOf(rule), force: true };
  const where = journal === 'status' ? ({ subresource: 'status' } as const) : {};
  deps.observe(await withOwner(owner, deps, async () => await deps.client.apply(object, { ...options, ...where })));
}

function toPlain({ records, inventory, restarting = [] }: Journal): Json {
  return [records.map(toRecordJson), inventory, restarting.map(toPendingJson)] as unknown as Json;
}
