// What a resource must remember of what it does elsewhere, written before it is done: in its status, or in an annotation
// where the status is somebody else's.

import { getPath, isArray, isObject, type JsonObject, type MaybeJson } from './json.ts';
import { isElsewhere } from './lifecycle.ts';
import { fieldManagerOf } from './marks.ts';
import { type KubeObject, kindKey, nameKey, type ObjectRef } from './object.ts';
import { type PatchRecord, parseRecords, toRecordJson } from './patch.ts';
import { type PendingRestart, parsePending, toPendingJson } from './restart.ts';
import type { CompiledRule } from './rule.ts';

/** Where a rule's resources remember. */
export type JournalPlace = 'status' | 'annotation';

/** Annotation of a resource of somebody else's: what a rule did for it elsewhere. */
export function inventoryAnnotationOf(rule: string): string {
  return `opsonata.dev/inventory-${rule}`;
}

/** The field manager of what is written before it is done: the status is written by another, as a whole. */
export function journalManagerOf(rule: string): string {
  return `${fieldManagerOf(rule)}/journal`;
}

/** A child that no owner reference could name, and that is to be found again all the same. */
export interface InventoryEntry {
  readonly child: string;
  readonly key?: string;
  readonly ref: ObjectRef;
}

/** What is written before it is done. */
export interface Journal {
  /** What a resource did to objects that are not its own. */
  readonly records: readonly PatchRecord[];
  /** Its children elsewhere: all that there are, and maybe some that were not made or are gone. */
  readonly inventory: readonly InventoryEntry[];
  /** Restarts that it is about to make, and that nobody has told of yet. Absent: none. */
  readonly restarting?: readonly PendingRestart[] | undefined;
}

/** What a resource remembers. */
export function readJournal(owner: KubeObject, rule: string, place: JournalPlace): Journal {
  const journal =
    place === 'status'
      ? (owner['status'] as MaybeJson)
      : parseText(owner.metadata.annotations?.[inventoryAnnotationOf(rule)]);
  const children = listOf(journal, 'children');
  return {
    records: parseRecords(getPath(journal, ['patches'])),
    inventory: children.flatMap((item) => parseEntry(item, owner) ?? []),
    restarting: listOf(journal, 'restarts').flatMap((item) => parsePending(item) ?? []),
  };
}

function listOf(journal: MaybeJson, field: string): readonly JsonObject[] {
  const list = getPath(journal, [field]);
  return isArray(list) ? list.filter(isObject) : [];
}

// A child beside its owner says no namespace; one without any says an empty one.
function parseEntry(item: JsonObject, owner: KubeObject): InventoryEntry | undefined {
  const { id, key, apiVersion, kind, name, namespace } = item;
  const texts = [id, apiVersion, kind, name, namespace];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  const ref = { apiVersion, kind, name, ...(namespace === '' ? {} : { namespace }) } as ObjectRef;
  if (!isElsewhere(owner, ref)) return undefined;
  return { child: id as string, ...(typeof key === 'string' ? { key } : {}), ref };
}

/** A child as it stands in the status. */
export function toEntryJson({ child, key, ref }: InventoryEntry, owner: KubeObject): JsonObject {
  const { apiVersion, kind, name, namespace = '' } = ref;
  const entry = { id: child, apiVersion, kind, name };
  const where = isElsewhere(owner, ref) ? { ...entry, namespace } : entry;
  return key === undefined ? where : { ...where, key };
}

/** True for two entries of one object. */
export function isSameEntry(one: InventoryEntry, other: InventoryEntry): boolean {
  return kindKey(one.ref) === kindKey(other.ref) && nameKey(one.ref) === nameKey(other.ref);
}

function parseText(text: string | undefined): MaybeJson {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as MaybeJson;
  } catch {
    return undefined;
  }
}

/** The fields of the journal. In the status, children beside their owner are listed as well: they stay as they are. */
export function toJournal(
  { records, inventory, restarting = [] }: Journal,
  owner: KubeObject,
  place: JournalPlace,
): JsonObject {
  const live = place === 'status' ? (owner['status'] as MaybeJson) : undefined;
  const beside = listOf(live, 'children').filter((item) => parseEntry(item, owner) === undefined);
  const told = listOf(live, 'restarts').filter((item) => parsePending(item) === undefined);
  const children = [...beside, ...inventory.map((entry) => toEntryJson(entry, owner))];
  const isUsed = (field: string, list: readonly unknown[]) => list.length > 0 || getPath(live, [field]) !== undefined;
  return {
    ...(isUsed('patches', records) ? { patches: records.map(toRecordJson) } : {}),
    ...(isUsed('children', children) ? { children } : {}),
    ...(restarting.length > 0 ? { restarts: [...restarting.map(toPendingJson), ...told] } : {}),
  };
}

/**
 * Where resources of a rule remember: in their status, where that is the rule's and has room for it. `statusFields`: what
 * the kind's schema allows under status, undefined for anything.
 */
export function journalPlaceOf(
  { decorates }: Pick<CompiledRule, 'decorates'>,
  statusFields: readonly string[] | 'none' | undefined,
): JournalPlace {
  const needed = ['patches', 'children'];
  const hasRoom =
    statusFields === undefined || (statusFields !== 'none' && needed.every((field) => statusFields.includes(field)));
  return decorates || !hasRoom ? 'annotation' : 'status';
}
