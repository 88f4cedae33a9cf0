// The labels and annotations by which the engine knows its own.

import { hashText } from './hash.ts';
import type { KubeObject } from './object.ts';

/** Label of every child: the rule that made it. */
export const RULE_LABEL = 'opsonata.dev/rule';

/** Label of every child: the uid of the custom resource that it belongs to. */
export const OWNER_LABEL = 'opsonata.dev/owner-uid';

/** Label of every child: its id in the rule. */
export const CHILD_LABEL = 'opsonata.dev/child';

/** Annotation of one of many children of one id: the key that tells it from the others. */
export const KEY_ANNOTATION = 'opsonata.dev/key';

/**
 * Annotation of every child: a hash of what was applied. With the fields that the API server says we own it tells
 * whether a child is as wished, without asking how the server normalised our values.
 */
export const APPLIED_ANNOTATION = 'opsonata.dev/applied';

/** Annotation of a child that stays when it is wanted no more, for when its rule does not say so any longer. */
export const ON_DELETE_ANNOTATION = 'opsonata.dev/on-delete';

/** Annotation of a resource: lets as much go as the rule's limit holds back. Its value says which objects. */
export const CONFIRM_PRUNE_ANNOTATION = 'opsonata.dev/confirm-prune';

/** Annotation of a resource that is being deleted: `orphan` where its children stay. */
export const CASCADE_ANNOTATION = 'opsonata.dev/cascade';

/** The field manager of a rule's writes. */
export function fieldManagerOf(rule: string): string {
  return `opsonata/${rule}`;
}

/** The field manager of one patch of one resource: what it sets goes with it, whatever others of the rule set. */
export function patchManagerOf(rule: string, ownerUid: string, patch: string): string {
  return `${fieldManagerOf(rule)}/${hashText(`${ownerUid} ${patch}`)}`;
}

/**
 * True unless another rule made the object. A label that was stripped or changed is drift to be repaired, not a reason
 * to forget a child: what we applied is ours whatever its label says.
 */
export function isOfRule({ metadata }: KubeObject, rule: string): boolean {
  const label = metadata.labels?.[RULE_LABEL];
  if (label === undefined || label === rule) return true;
  return metadata.managedFields?.some(({ manager }) => manager === fieldManagerOf(rule)) === true;
}

/** True for a field by which the engine knows its own, as `findUncovered` writes fields. */
export function isMark(field: string): boolean {
  return /^\.metadata\.(labels\.opsonata\.dev\/|annotations\.opsonata\.dev\/|ownerReferences)/.test(field);
}
