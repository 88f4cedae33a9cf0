// A client that asks what would be stored, and stores nothing: with it, apply() tells what would come of a change.

import type { KubeClient } from '../kube/client.ts';
import { describeRef, type KubeObject, kindKey, type ObjectRef, toRef } from '../model/object.ts';

/**
 * A client for a resource that answers as if it wrote. What it was asked to delete counts as gone, so that what is made
 * anew under the name is taken without asking: the API server would only say that the name is in use. What is written
 * into the resource itself is not asked for at all.
 */
export function dryRunOf(client: KubeClient, owner: KubeObject): KubeClient {
  const gone = new Set<string>();
  const idOf = (ref: ObjectRef) => `${kindKey(ref)} ${describeRef(ref)}`;
  const ownId = idOf(toRef(owner));
  return {
    get: async (ref) => (idOf(ref) === ownId ? owner : await client.get(ref)),
    apply: async (object, options) => {
      const id = idOf(toRef(object));
      if (id === ownId) return owner;
      if (!gone.has(id)) return await client.apply(object, { ...options, dryRun: true });
      const { resourceVersion: _version, ...metadata } = object.metadata;
      return { ...object, metadata };
    },
    patch: async (ref, patch, options) => await client.patch(ref, patch, { ...options, dryRun: true }),
    delete: async (ref, preconditions) => {
      await client.delete(ref, preconditions, { dryRun: true });
      gone.add(idOf(ref));
      return undefined;
    },
  };
}
