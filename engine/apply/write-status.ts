// Writes the custom resource's status.

import type { JsonObject } from '../model/json.ts';
import { fieldManagerOf } from '../model/marks.ts';
import { identityOf, type KubeObject } from '../model/object.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';

/**
 * Applies the status. Bound to the owner's uid, so that a resource that was deleted and made anew is never reported on
 * by mistake; by force, since these fields of the status are the engine's and nobody else's. Throws Fault.
 */
export async function writeStatus(status: JsonObject, input: ApplyInput, deps: ApplyDeps): Promise<KubeObject> {
  const { apiVersion, kind } = input.owner;
  const object: KubeObject = { apiVersion, kind, metadata: identityOf(input.owner), status };
  const live = await deps.client.apply(object, {
    fieldManager: fieldManagerOf(input.rule),
    force: true,
    subresource: 'status',
  });
  deps.observe(live);
  return live;
}
