// Services: where their pods are reached, as EndpointSlices and, as it was before those, as Endpoints.
// Source: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/

import { type ApiObject, isTerminating, nameOf, namespaceOf, uidOf, withMetadata } from '../model/api-object.ts';
import { equals, type Json, type JsonObject, listIn, objectIn, textIn, toCanonicalText } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import { reconcileLoadBalancer } from './load-balancer.ts';
import { ownerReferenceTo } from './owner.ts';
import { isReady, NODE } from './pod-stage.ts';
import { isOver } from './workload.ts';
import { numberIn, type World } from './world.ts';

// Source: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#distribution-of-endpointslices
const PER_SLICE = 100;
const HEADLESS = 'service.kubernetes.io/headless';

interface Endpoint {
  readonly pod: ApiObject;
  readonly isReady: boolean;
  readonly ports: readonly JsonObject[];
}

/** Says where the pods of a service are. */
export function reconcileService(world: World, service: ApiObject): number | undefined {
  const selector = objectIn(service, 'spec', 'selector');
  if (isTerminating(service)) return undefined;
  if (Object.keys(selector).length > 0 && textIn(service, 'spec', 'type') !== 'ExternalName') {
    const endpoints = endpointsOf(world, service, selector);
    syncSlices(world, service, endpoints);
    syncEndpoints(world, service, endpoints);
  }
  return textIn(service, 'spec', 'type') === 'LoadBalancer' ? reconcileLoadBalancer(world, service) : undefined;
}

function endpointsOf(world: World, service: ApiObject, matchLabels: JsonObject): readonly Endpoint[] {
  const publishesAll = objectIn(service, 'spec')['publishNotReadyAddresses'] === true;
  return world
    .list('Pod', namespaceOf(service))
    .filter((pod) => matchesLabelSelector({ matchLabels }, objectIn(pod, 'metadata', 'labels')))
    .filter((pod) => textIn(pod, 'status', 'podIP') !== '' && !isOver(pod) && !isTerminating(pod))
    .map((pod) => ({ pod, isReady: publishesAll || isReady(pod), ports: portsOf(service, pod) }));
}

// A port by name is looked up in each pod; a pod that does not have it is reached without it.
function portsOf(service: ApiObject, pod: ApiObject): readonly JsonObject[] {
  return listIn(service, 'spec', 'ports').flatMap((one) => {
    const port = objectIn(one);
    const target = port['targetPort'] ?? port['port'] ?? 0;
    const number = typeof target === 'number' ? target : namedPort(pod, String(target), textIn(port, 'protocol'));
    if (number === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return [{ name, protocol, port: number, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function namedPort(pod: ApiObject, name: string, protocol: string): number | undefined {
  const ports = listIn(pod, 'spec', 'containers').flatMap((container) => listIn(container, 'ports'));
  const found = ports.find((port) => textIn(port, 'name') === name && textIn(port, 'protocol') === protocol);
  return found === undefined ? undefined : numberIn(found, ['containerPort']);
}

function targetOf(pod: ApiObject): JsonObject {
  return { kind: 'Pod', namespace: namespaceOf(pod), name: nameOf(pod), uid: uidOf(pod) };
}

// Pods of a headless service have names of their own where they say so.
function hostnameOf(pod: ApiObject, service: ApiObject): JsonObject {
  const hostname = textIn(pod, 'spec', 'hostname');
  return hostname !== '' && textIn(pod, 'spec', 'subdomain') === nameOf(service) ? { hostname } : {};
}

interface Slice {
  /** Both are absent where there are no pods. */
  readonly endpoints?: readonly Json[];
  readonly ports?: readonly Json[];
}

// Those that are reached on the same ports together.
function byPorts(endpoints: readonly Endpoint[]): readonly (readonly Endpoint[])[] {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const key = toCanonicalText(endpoint.ports);
    groups.set(key, [...(groups.get(key) ?? []), endpoint]);
  }
  return [...groups.values()];
}

function slicesOf(service: ApiObject, endpoints: readonly Endpoint[]): readonly Slice[] {
  if (endpoints.length === 0) return [{}];
  return byPorts(endpoints).flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / PER_SLICE) }, (_, at) => ({
      endpoints: group.slice(at * PER_SLICE, (at + 1) * PER_SLICE).map((one) => toEndpoint(one, service)),
      ...portsIn(group),
    })),
  );
}

// Without ports the field is left out: an empty list would be stored as none, and never be what was wanted.
function portsIn([first]: readonly Endpoint[]): Pick<Slice, 'ports'> {
  return first === undefined || first.ports.length === 0 ? {} : { ports: first.ports };
}

function toEndpoint({ pod, isReady: ready }: Endpoint, service: ApiObject): JsonObject {
  return {
    addresses: [textIn(pod, 'status', 'podIP')],
    conditions: { ready, serving: isReady(pod), terminating: false },
    ...hostnameOf(pod, service),
    targetRef: targetOf(pod),
    nodeName: NODE,
  };
}

function inheritedLabels(service: ApiObject): JsonObject {
  const isHeadless = textIn(service, 'spec', 'clusterIP') === 'None';
  return { ...objectIn(service, 'metadata', 'labels'), ...(isHeadless ? { [HEADLESS]: '' } : {}) };
}

function syncSlices(world: World, service: ApiObject, endpoints: readonly Endpoint[]): void {
  const wanted = slicesOf(service, endpoints);
  const known = world.children(service, 'EndpointSlice');
  const labels = {
    ...inheritedLabels(service),
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    'kubernetes.io/service-name': nameOf(service),
  };
  for (const [at, slice] of wanted.entries()) {
    const before = known[at];
    if (before === undefined) makeSlice(world, service, { labels, ...slice });
    else world.change(before, { ...withoutContents(withMetadata(before, { labels })), ...slice });
  }
  for (const slice of known.slice(wanted.length)) world.remove(slice);
}

function withoutContents(slice: ApiObject): ApiObject {
  const { endpoints: _, ports: __, ...rest } = slice;
  return rest as ApiObject;
}

function makeSlice(
  world: World,
  service: ApiObject,
  { labels, ...slice }: Slice & { readonly labels: JsonObject },
): void {
  world.create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${nameOf(service)}-`,
      namespace: namespaceOf(service),
      labels,
      ownerReferences: [ownerReferenceTo(service)],
    },
    addressType: 'IPv4',
    ...slice,
  });
}

// Endpoints have the name of their service and no owner: they are told by it.
function syncEndpoints(world: World, service: ApiObject, endpoints: readonly Endpoint[]): void {
  const subsets = toSubsets(service, endpoints);
  const place = { name: nameOf(service), namespace: namespaceOf(service) };
  const labels = { ...inheritedLabels(service), 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
  const before = world.get('Endpoints', place.namespace, place.name);
  if (before === undefined)
    world.create({ apiVersion: 'v1', kind: 'Endpoints', metadata: { ...place, labels }, subsets });
  else if (!equals(listIn(before, 'subsets'), subsets))
    world.change(before, { ...withMetadata(before, { labels }), subsets });
}

function toSubsets(service: ApiObject, endpoints: readonly Endpoint[]): readonly Json[] {
  return byPorts(endpoints).map((group) => {
    const addresses = (wanted: boolean): readonly Json[] =>
      group
        .filter((one) => one.isReady === wanted)
        .map(({ pod }) => ({
          ip: textIn(pod, 'status', 'podIP'),
          ...hostnameOf(pod, service),
          nodeName: NODE,
          targetRef: targetOf(pod),
        }));
    const ports = (group[0]?.ports ?? []).map(({ name, ...port }) =>
      name === '' ? port : { name: name ?? '', ...port },
    );
    const [ready, notReady] = [addresses(true), addresses(false)];
    return {
      ...(ready.length === 0 ? {} : { addresses: ready }),
      ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
      ...(ports.length === 0 ? {} : { ports }),
    };
  });
}

/** Removes the Endpoints of a service that is gone. */
export function reconcileEndpoints(world: World, endpoints: ApiObject): undefined {
  const manager = textIn(endpoints, 'metadata', 'labels', 'endpoints.kubernetes.io/managed-by');
  if (manager !== 'endpoint-controller') return;
  if (world.get('Service', namespaceOf(endpoints), nameOf(endpoints)) === undefined) world.remove(endpoints);
}
