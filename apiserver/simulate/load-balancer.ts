// Load balancers: services and ingresses that ask for one get an address.

import { type ApiObject, namespaceOf, uidOf } from '../model/api-object.ts';
import { listIn, objectIn, textIn } from '../model/json.ts';
import { steeringOf } from './steering.ts';
import { hashOf } from './workload.ts';
import type { World } from './world.ts';

/** Gives an address, when its time has come. The result is that time. Without a node there are none. */
export function reconcileLoadBalancer(world: World, object: ApiObject): number | undefined {
  // A class names somebody else who gives addresses.
  if (!world.hasNode || textIn(object, 'spec', 'loadBalancerClass') !== '') return undefined;
  const given = listIn(object, 'status', 'loadBalancer', 'ingress');
  const namespace = world.get('Namespace', '', namespaceOf(object));
  const steering = steeringOf('load-balancer', namespace === undefined ? [object] : [object, namespace]);
  if (given.length > 0 || steering.word === 'pending' || steering.unknown !== undefined) return undefined;
  const dueMs = Date.parse(textIn(object, 'metadata', 'creationTimestamp')) + steering.delayMs;
  if (world.nowMs < dueMs) return dueMs;
  // From the addresses that are kept for documentation, so that nothing is reached by it.
  const number = [...hashOf(uidOf(object))].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 254, 0) + 1;
  const mode = object.kind === 'Service' ? { ipMode: 'VIP' } : {};
  const status = objectIn(object, 'status');
  const ingress = [{ ip: `198.51.100.${number}`, ...mode }];
  world.changeStatus(object, { ...status, loadBalancer: { ingress } }, { manager: 'load-balancer' });
  return undefined;
}
