// What a cluster has from the beginning.

import type { ApiObject } from './model/api-object.ts';
import type { JsonObject } from './model/json.ts';
import type { Registry } from './registry/registry.ts';
import { createObject, type WriteDeps } from './registry/write.ts';

const NAMESPACES: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Makes the namespaces that every cluster has. */
export function bootstrap(deps: WriteDeps, registry: Registry): void {
  const namespaces = registry.ofKind('v1', 'Namespace');
  if (namespaces === undefined) throw new Error('namespaces are not served');
  for (const name of NAMESPACES) {
    const wanted: JsonObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const { object } = namespaces.codec.decode(wanted);
    const filled: ApiObject = namespaces.codec.fill(object);
    createObject(deps, namespaces, { object: filled, namespace: '', isDryRun: false, warn: () => undefined });
  }
}
