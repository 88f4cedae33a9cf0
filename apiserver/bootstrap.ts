// What a cluster has from the beginning.

import { trackUpdate } from './apply/managers.ts';
import { type ApiObject, namespaceOf, toTime } from './model/api-object.ts';
import { type JsonObject, textIn } from './model/json.ts';
import type { Registry } from './registry/registry.ts';
import { createObject, type WriteDeps } from './registry/write.ts';

const NAMESPACES: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Makes the namespaces, roles and bindings that every cluster has. */
export function bootstrap(deps: WriteDeps, registry: Registry, roles: readonly JsonObject[]): void {
  const namespaces = NAMESPACES.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  for (const wanted of [...namespaces, ...roles]) {
    const kind = textIn(wanted, 'kind');
    const resource = registry.ofKind(textIn(wanted, 'apiVersion'), kind);
    if (resource === undefined) throw new Error(`${kind} is not served`);
    const { codec, lifecycle, apiVersion } = resource;
    const bare: ApiObject = codec.fill(codec.decode(wanted).object);
    const object = trackUpdate(undefined, bare, {
      manager: 'kube-apiserver',
      subresource: '',
      time: toTime(deps.nowMs()),
      blank: codec.blank,
      types: {
        version: apiVersion,
        typeIn: (version) => codec.typeIn(version),
        convert: (value) => value,
        unowned: lifecycle.unowned,
      },
    });
    const namespace = namespaceOf(object);
    createObject(deps, resource, { object, namespace, isDryRun: false, warn: () => undefined });
  }
}
