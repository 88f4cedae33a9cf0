// Writes down what is about to be done to objects that are not ours, before it is done.

import { inventoryAnnotationOf, journalManagerOf, readRecords, toJournal } from '../model/journal.ts';
import { isEqual, type Json } from '../model/json.ts';
import type { KubeObject } from '../model/object.ts';
import { type PatchRecord, toRecordJson } from '../model/patch.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';

/**
 * Applies the journal of a resource, unless it says so already. Bound to the uid of the resource, and by force: nobody
 * else has a say in it. Throws Fault.
 */
export async function writeJournal(records: readonly PatchRecord[], input: ApplyInput, deps: ApplyDeps): Promise<void> {
  const { owner, rule, journal } = input;
  const written = readRecords(owner, rule, journal).map(toRecordJson);
  if (isEqual(written as unknown as Json, records.map(toRecordJson) as unknown as Json)) return;
  const { name, namespace, uid } = owner.metadata;
  const identity = { name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) };
  const text = JSON.stringify(toJournal(records));
  const annotations = records.length === 0 ? {} : { annotations: { [inventoryAnnotationOf(rule)]: text } };
  const { apiVersion, kind } = owner;
  const object: KubeObject =
    journal === 'status'
      ? { apiVersion, kind, metadata: identity, status: toJournal(records) }
      : { apiVersion, kind, metadata: { ...identity, ...annotations } };
  const options = { fieldManager: journalManagerOf(rule), force: true };
  const live = await deps.client.apply(object, journal === 'status' ? { ...options, subresource: 'status' } : options);
  deps.observe(live);
}
