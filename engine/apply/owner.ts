// The owner as it is now, before something is done that cannot be undone.

import { Fault } from '../model/fault.ts';
import { identityOf, type KubeObject, type ObjectMeta, toRef } from '../model/object.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';

/** What a write into the owner says of it, so that it is refused where somebody else has written meanwhile. */
export function exactly(owner: KubeObject): ObjectMeta {
  const { resourceVersion } = owner.metadata;
  return { ...identityOf(owner), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
}

/** Does a write that is bound to the owner as it was looked at. After a conflict it is looked at anew. Throws Fault. */
export async function withOwner(
  owner: KubeObject,
  { client, observe }: ApplyDeps,
  write: () => Promise<KubeObject>,
): Promise<KubeObject> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Fault && error.code === 'Conflict') observe(await client.get(toRef(owner)));
    throw error;
  }
}

/**
 * Reads the owner from the API server, not from the store: it must still be the one that the plan was made for. Throws
 * Fault. `subject`: what would be touched.
 */
export async function checkOwner(subject: KubeObject, input: ApplyInput, deps: ApplyDeps): Promise<void> {
  const owner = await deps.client.get(toRef(input.owner));
  const { uid, generation } = input.owner.metadata;
  if (owner.metadata.uid === uid && owner.metadata.generation === generation) return;
  deps.observe(owner);
  throw new Fault({ code: 'Conflict', retry: 'now', message: 'the owner changed meanwhile', subject: toRef(subject) });
}
