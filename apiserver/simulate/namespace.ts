// What every namespace has, and the node that everything is on.

import { type ApiObject, isTerminating, nameOf } from '../model/api-object.ts';
import { objectIn, setIn } from '../model/json.ts';
import { NODE, nodeObject } from './pod-stage.ts';
import type { World } from './world.ts';

const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Gives a namespace its service account, and the certificates that pods trust: none, for nothing runs here. */
export function reconcileNamespace(world: World, namespace: ApiObject): undefined {
  if (isTerminating(namespace)) return;
  const place = { namespace: nameOf(namespace) };
  if (world.get('ServiceAccount', place.namespace, 'default') === undefined)
    world.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...place, name: 'default' } });
  const certificates = { ...place, name: 'kube-root-ca.crt' };
  if (world.get('ConfigMap', place.namespace, certificates.name) === undefined)
    world.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...certificates, annotations: { 'kubernetes.io/description': DESCRIPTION } },
      data: { 'ca.crt': '' },
    });
}

/** Makes the node, where it is not there. */
export function registerNode(world: World): void {
  if (world.get('Node', '', NODE) !== undefined) return;
  const wanted = nodeObject(world.nowMs);
  const node = world.create(wanted, { manager: 'kubelet' });
  if (node === undefined) return;
  const ready = world.changeStatus(node, objectIn(wanted, 'status'), { manager: 'kubelet' });
  if (ready !== undefined) world.change(ready, setIn(ready, ['spec', 'taints'], undefined));
}
