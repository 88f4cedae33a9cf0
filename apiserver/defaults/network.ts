// The defaults of what connects and keeps: services, policies, claims.

import type { MutableObject } from '../model/json.ts';
import { ensured, fill, isFilled, items, part } from './field.ts';
import { fillResources } from './resources.ts';

/** Services, without the addresses that the server gives out. */
export function fillService(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  fill(spec, 'sessionAffinity', 'None');
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig'];
  const timeout = part(part(spec, 'sessionAffinityConfig'), 'clientIP')?.['timeoutSeconds'];
  if (spec['sessionAffinity'] === 'ClientIP' && timeout === undefined)
    spec['sessionAffinityConfig'] = { clientIP: { timeoutSeconds: 10_800 } };
  fill(spec, 'type', 'ClusterIP');
  for (const port of items(spec, 'ports')) {
    fill(port, 'protocol', 'TCP');
    if (port['targetPort'] === 0 || port['targetPort'] === '') port['targetPort'] = port['port'] ?? 0;
  }
  const isReachable =
    spec['type'] === 'LoadBalancer' ||
    spec['type'] === 'NodePort' ||
    (spec['type'] === 'ClusterIP' && isFilled(spec, 'externalIPs'));
  if (isReachable) fill(spec, 'externalTrafficPolicy', 'Cluster');
  if (spec['type'] !== 'ExternalName') fill(spec, 'internalTrafficPolicy', 'Cluster');
  if (spec['type'] === 'LoadBalancer') fill(spec, 'allocateLoadBalancerNodePorts', true);
}

/** Network policies. */
export function fillNetworkPolicy(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  if (!isFilled(spec, 'policyTypes'))
    spec['policyTypes'] = isFilled(spec, 'egress') ? ['Ingress', 'Egress'] : ['Ingress'];
  for (const rule of [...items(spec, 'ingress'), ...items(spec, 'egress')])
    for (const port of items(rule, 'ports')) fill(port, 'protocol', 'TCP');
}

/** Claims. */
export function fillPersistentVolumeClaim(object: MutableObject): void {
  fillClaimSpec(part(object, 'spec'));
  fill(ensured(object, 'status'), 'phase', 'Pending');
}

/** The spec of a claim, also within templates. */
export function fillClaimSpec(spec: MutableObject | undefined): void {
  if (spec === undefined) return;
  fill(spec, 'volumeMode', 'Filesystem');
  fillResources(part(spec, 'resources'));
}

/** Volumes. */
export function fillPersistentVolume(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  fill(spec, 'persistentVolumeReclaimPolicy', 'Retain');
  fill(spec, 'volumeMode', 'Filesystem');
  const hostPath = part(spec, 'hostPath');
  if (hostPath !== undefined) fill(hostPath, 'type', '');
  fill(ensured(object, 'status'), 'phase', 'Pending');
}

/** Endpoints. */
export function fillEndpoints(object: MutableObject): void {
  for (const subset of items(object, 'subsets'))
    for (const port of items(subset, 'ports')) fill(port, 'protocol', 'TCP');
}

/** Slices of endpoints. */
export function fillEndpointSlice(object: MutableObject): void {
  for (const port of items(object, 'ports')) {
    fill(port, 'name', '');
    fill(port, 'protocol', 'TCP');
  }
}
