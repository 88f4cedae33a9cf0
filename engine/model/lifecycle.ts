// How a resource is held until what it needs is undone.

import { CASCADE_ANNOTATION, fieldManagerOf } from './marks.ts';
import type { KubeObject } from './object.ts';

/** The finalizer of a rule's resources. */
export function finalizerOf(rule: string): string {
  return `opsonata.dev/${rule}`;
}

/** The field manager that adds it, which has nothing else to say. */
export function finalizerManagerOf(rule: string): string {
  return `${fieldManagerOf(rule)}/finalizer`;
}

/** True where a rule holds a resource. */
export function isHeld({ metadata }: KubeObject, rule: string): boolean {
  return metadata.finalizers?.includes(finalizerOf(rule)) === true;
}

/**
 * True for an object that no owner reference could name: it is in another namespace than its owner, or in none. `object`:
 * its metadata, or a reference to it.
 */
export function isElsewhere({ metadata }: KubeObject, object: { readonly namespace?: string | undefined }): boolean {
  return metadata.namespace !== undefined && object.namespace !== metadata.namespace;
}

/** True for a resource that is being deleted. */
export function isLeaving({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/**
 * True for a resource that is being deleted so that its children stay: as the API server says it, or as it was noted. Source:
 * metav1.DeletePropagationOrphan.
 */
export function isOrphaning(owner: KubeObject): boolean {
  return owner.metadata.finalizers?.includes('orphan') === true || (isLeaving(owner) && isNotedOrphaning(owner));
}

/** True where it is noted that the children of a resource stay: the garbage collector takes its own note away at once. */
export function isNotedOrphaning({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[CASCADE_ANNOTATION] === 'orphan';
}
