// The end of a child: deleted, made anew, or let go. Every one of them needs certainty.

import { Fault } from '../model/fault.ts';
import {
  APPLIED_ANNOTATION,
  CHILD_LABEL,
  fieldManagerOf,
  ON_DELETE_ANNOTATION,
  OWNER_LABEL,
  RULE_LABEL,
} from '../model/marks.ts';
import { type KubeObject, toRef } from '../model/object.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';
import { checkOwner } from './owner.ts';

/**
 * Deletes an object, bound to its uid and to the version that was looked at. The owner is read from the API server, not
 * from the store, and must still be the one that the plan was made for. False: finalizers hold the object. Throws Fault.
 */
export async function remove(object: KubeObject, input: ApplyInput, deps: ApplyDeps): Promise<boolean> {
  await checkOwner(object, input, deps);
  const { uid, resourceVersion } = object.metadata;
  if (uid === undefined || resourceVersion === undefined) {
    const message = 'a live object has no uid';
    throw new Fault({ code: 'InternalError', retry: 'never', message, subject: toRef(object) });
  }
  const left = await deps.client.delete(toRef(object), { uid, resourceVersion });
  if (left === undefined) deps.forget(object);
  else deps.observe(left);
  return left === undefined;
}

/** Takes our marks from an object, bound to the version that was looked at: it stays and belongs to nobody. Throws Fault. */
export async function release(object: KubeObject, input: ApplyInput, deps: ApplyDeps): Promise<void> {
  await checkOwner(object, input, deps);
  const { uid } = input.owner.metadata;
  const { resourceVersion = '', ownerReferences } = object.metadata;
  const others = (ownerReferences ?? []).filter((reference) => reference.uid !== uid);
  const patch = {
    metadata: {
      resourceVersion,
      labels: { [RULE_LABEL]: null, [CHILD_LABEL]: null, [OWNER_LABEL]: null },
      annotations: { [APPLIED_ANNOTATION]: null, [ON_DELETE_ANNOTATION]: null },
      ...(others.length === ownerReferences?.length || ownerReferences === undefined
        ? {}
        : { ownerReferences: others.map((reference) => ({ ...reference })) }),
    },
  };
  const options = { type: 'merge', fieldManager: fieldManagerOf(input.rule) } as const;
  deps.observe(await deps.client.patch(toRef(object), patch, options));
}
