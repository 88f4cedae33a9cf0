// What a cluster has from the beginning.

import { type ApiObject, toTime, withMetadata } from './model/api-object.ts';
import { isObject, type JsonObject, listIn } from './model/json.ts';
import type { Registry } from './registry/registry.ts';
import { createObject, type WriteDeps } from './registry/write.ts';

const NAMESPACES: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Makes the namespaces that every cluster has, and puts its roles and bindings there, which come as they are stored. */
export function bootstrap(deps: WriteDeps, registry: Registry, roles: readonly JsonObject[]): void {
  const namespaces = registry.ofKind('v1', 'Namespace');
  if (namespaces === undefined) throw new Error('namespaces are not served');
  for (const name of NAMESPACES) {
    const wanted: JsonObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const { object } = namespaces.codec.decode(wanted);
    const filled: ApiObject = namespaces.codec.fill(object);
    createObject(deps, namespaces, { object: filled, namespace: '', isDryRun: false, warn: () => undefined });
  }
  for (const role of roles) putRole(deps, registry, role as ApiObject);
}

function putRole(deps: WriteDeps, registry: Registry, role: ApiObject): void {
  const resource = registry.ofKind(role.apiVersion, role.kind);
  if (resource === undefined) throw new Error(`${role.kind} is not served`);
  const time = toTime(deps.nowMs());
  const managedFields = listIn(role, 'metadata', 'managedFields')
    .filter(isObject)
    .map((entry) => ({ ...entry, time }));
  deps.store.put(
    resource.collection,
    withMetadata(role, { uid: deps.newUid(), creationTimestamp: time, managedFields }),
  );
}
