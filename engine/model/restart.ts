// Restarts of pods that are about to be made: written down before, so that their reason is told also by whoever comes
// after an operator that was killed.

import { isObject, type Json, type JsonObject } from './json.ts';
import type { ObjectRef } from './object.ts';

/** A restart that nobody has told of yet. */
export interface PendingRestart {
  readonly child: string;
  readonly ref: ObjectRef;
  readonly reason: string;
  /** Equal for one change that is told twice, and for no other. */
  readonly cause: string;
  /** What the object is marked with once the change is made: the hash of a child's wish, or of a patch. */
  readonly mark: string;
  /** RFC 3339, whole seconds. */
  readonly at: string;
  /** Given where it is a restart only if the object is made anew by it: the uid of the old one. */
  readonly uid?: string;
}

/** The mark of a patch that is taken back. */
export const WITHDRAWN = 'withdrawn';

/** A pending restart as it stands in `status.restarts` or in the journal. */
export function toPendingJson({ child, ref, reason, cause, mark, at, uid }: PendingRestart): JsonObject {
  return { id: child, ...ref, at, reason, cause, mark, ...(uid === undefined ? {} : { uid }) };
}

/** What an entry of `status.restarts` says; undefined for one that was told. */
export function parsePending(item: Json): PendingRestart | undefined {
  if (!isObject(item)) return undefined;
  const { id, apiVersion, kind, name, namespace, at, reason, cause, mark, uid } = item;
  const texts = [id, apiVersion, kind, name, at, reason, cause, mark];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  const ref = { apiVersion, kind, ...(typeof namespace === 'string' ? { namespace } : {}), name } as ObjectRef;
  const rest = { reason, cause, mark, at } as Pick<PendingRestart, 'reason' | 'cause' | 'mark' | 'at'>;
  return { child: id as string, ref, ...rest, ...(typeof uid === 'string' ? { uid } : {}) };
}
