// Writes the custom resource's status.

import type { JsonObject } from '../model/json.ts';
import { fieldManagerOf } from '../model/marks.ts';
import { identityOf, type KubeObject } from '../model/object.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';
import { exactly, withOwner } from './owner.ts';

/**
 * Applies the status. Bound to the owner's uid, so that a resource that was deleted and made anew is never reported on
 * by mistake; by force, since these fields of the status are the engine's and nobody else's. `isJournal`: it remembers
 * what is done elsewhere, so that it is bound to the version that was looked at, as the journal is. Throws Fault.
 */
export async function writeStatus(
  status: JsonObject,
  { owner, rule, isJournal }: Pick<ApplyInput, 'owner' | 'rule'> & { readonly isJournal: boolean },
  deps: ApplyDeps,
): Promise<KubeObject> {
  const { apiVersion, kind } = owner;
  const object: KubeObject = { apiVersion, kind, metadata: isJournal ? exactly(owner) : identityOf(owner), status };
  const options = { fieldManager: fieldManagerOf(rule), force: true, subresource: 'status' } as const;
  const live = await withOwner(owner, deps, async () => await deps.client.apply(object, options));
  deps.observe(live);
  return live;
}
