// What a resource must remember of what it does elsewhere, written before it is done: in its status, or in an annotation
// where the status is somebody else's.

import { getPath, type JsonObject, type MaybeJson } from './json.ts';
import { fieldManagerOf } from './marks.ts';
import type { KubeObject } from './object.ts';
import { type PatchRecord, parseRecords, toRecordJson } from './patch.ts';
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

/** What a resource remembers of objects that are not its own. */
export function readRecords(owner: KubeObject, rule: string, place: JournalPlace): readonly PatchRecord[] {
  const journal =
    place === 'status'
      ? (owner['status'] as MaybeJson)
      : parseText(owner.metadata.annotations?.[inventoryAnnotationOf(rule)]);
  return parseRecords(getPath(journal, ['patches']));
}

function parseText(text: string | undefined): MaybeJson {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as MaybeJson;
  } catch {
    return undefined;
  }
}

/** The fields of the journal. */
export function toJournal(records: readonly PatchRecord[]): JsonObject {
  return { patches: records.map(toRecordJson) };
}

/**
 * Where resources of a rule remember: in their status, where that is the rule's and has room for it. `statusFields`: what
 * the kind's schema allows under status, undefined for anything.
 */
export function journalPlaceOf(
  { decorates }: Pick<CompiledRule, 'decorates'>,
  statusFields: readonly string[] | 'none' | undefined,
): JournalPlace {
  const hasRoom = statusFields === undefined || (statusFields !== 'none' && statusFields.includes('patches'));
  return decorates || !hasRoom ? 'annotation' : 'status';
}
