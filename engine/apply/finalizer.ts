// Holds a resource until what it needs is undone, and lets it go.

import { Fault } from '../model/fault.ts';
import {
  finalizerManagerOf,
  finalizerOf,
  isHeld,
  isLeaving,
  isNotedOrphaning,
  isOrphaning,
} from '../model/lifecycle.ts';
import { CASCADE_ANNOTATION } from '../model/marks.ts';
import { identityOf, type KubeObject, toRef } from '../model/object.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';

type Held = Pick<ApplyInput, 'rule' | 'owner'>;

/**
 * Puts the finalizer on a resource that has none, by an apply that cannot touch those of others. True where it did: then
 * everything has to be looked at anew. Throws Fault.
 */
export async function hold({ rule, owner }: Held, { client, observe }: ApplyDeps): Promise<boolean> {
  if (isHeld(owner, rule) || isLeaving(owner)) return false;
  const { apiVersion, kind } = owner;
  const object: KubeObject = { apiVersion, kind, metadata: { ...identityOf(owner), finalizers: [finalizerOf(rule)] } };
  observe(await client.apply(object, { fieldManager: finalizerManagerOf(rule), force: true }));
  return true;
}

/**
 * Notes that the children of a resource stay, before the first of them is let go: the garbage collector is done long before
 * all are. True where it did: then everything has to be looked at anew. Throws Fault.
 */
export async function noteOrphaning({ rule, owner }: Held, { client, observe }: ApplyDeps): Promise<boolean> {
  if (!isLeaving(owner) || !isOrphaning(owner) || isNotedOrphaning(owner)) return false;
  const { apiVersion, kind } = owner;
  const annotations = { [CASCADE_ANNOTATION]: 'orphan' };
  const metadata = { ...identityOf(owner), finalizers: [finalizerOf(rule)], annotations };
  const options = { fieldManager: finalizerManagerOf(rule), force: true };
  observe(await client.apply({ apiVersion, kind, metadata }, options));
  return true;
}

/**
 * Takes the finalizer off, bound to the uid and to the place where it is. What is being deleted is gone with its last
 * finalizer. Throws Fault.
 */
export async function letGo({ rule, owner }: Held, { client, observe, forget }: ApplyDeps): Promise<void> {
  const { finalizers = [], uid = '' } = owner.metadata;
  const finalizer = finalizerOf(rule);
  const path = `/metadata/finalizers/${finalizers.indexOf(finalizer)}`;
  const patch = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path, value: finalizer },
    { op: 'remove', path },
  ];
  try {
    const live = await client.patch(toRef(owner), patch, { type: 'json', fieldManager: finalizerManagerOf(rule) });
    if (isLeaving(live) && (live.metadata.finalizers ?? []).length === 0) forget(live);
    else observe(live);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'NotFound') return;
    if (error.code !== 'Invalid') throw error;
    // The finalizers of others moved, or it is another resource.
    throw new Fault({ code: 'Conflict', retry: 'now', message: 'the owner changed meanwhile', subject: toRef(owner) });
  }
}
