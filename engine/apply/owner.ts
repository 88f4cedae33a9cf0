// The owner as it is now, before something is done that cannot be undone.

import { Fault } from '../model/fault.ts';
import { type KubeObject, toRef } from '../model/object.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';

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
