// Writes down what is about to be done to objects that are not ours, before it is done.

import { inventoryAnnotationOf, type Journal, journalManagerOf, readJournal, toJournal } from '../model/journal.ts';
import { isEqual, type Json } from '../model/json.ts';
import { identityOf, type KubeObject } from '../model/object.ts';
import { toRecordJson } from '../model/patch.ts';
import { toPendingJson } from '../model/restart.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';

/**
 * Applies the journal of a resource, unless it says so already. Bound to the uid of the resource, and by force: nobody
 * else has a say in it. Throws Fault.
 */
export async function writeJournal(next: Journal, input: ApplyInput, deps: ApplyDeps): Promise<void> {
  const { owner, rule, journal } = input;
  if (isEqual(toPlain(readJournal(owner, rule, journal)), toPlain(next))) return;
  const identity = identityOf(owner);
  const content = toJournal(next, owner, journal);
  const annotations = { [inventoryAnnotationOf(rule)]: JSON.stringify(content) };
  const noted = Object.keys(content).length === 0 ? {} : { annotations };
  const { apiVersion, kind } = owner;
  const object: KubeObject =
    journal === 'status'
      ? { apiVersion, kind, metadata: identity, status: content }
      : { apiVersion, kind, metadata: { ...identity, ...noted } };
  const options = { fieldManager: journalManagerOf(rule), force: true };
  const live = await deps.client.apply(object, journal === 'status' ? { ...options, subresource: 'status' } : options);
  deps.observe(live);
}

function toPlain({ records, inventory, restarting = [] }: Journal): Json {
  return [records.map(toRecordJson), inventory, restarting.map(toPendingJson)] as unknown as Json;
}
