// Tables of the kinds of the core group that run nothing.

import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { loadBalancerText } from './network.ts';
import {
  AGE,
  column,
  labelsText,
  NAME,
  numberIn,
  objectsIn,
  type Printer,
  shortened,
  since,
  textOr,
  wide,
} from './printer.ts';

const text = (name: string, ...path: readonly string[]) => column(name, (object) => textIn(object, ...path));

/** Tables of the core group, by `apiVersion/kind`. */
export const CORE_PRINTERS: { readonly [kind: string]: Printer } = {
  'v1/ConfigMap': [NAME, column('Data', (object) => sizeOf(object['data']) + sizeOf(object['binaryData'])), AGE],
  'v1/Secret': [NAME, text('Type', 'type'), column('Data', (object) => sizeOf(object['data'])), AGE],
  'v1/ServiceAccount': [NAME, AGE],
  'v1/Namespace': [NAME, text('Status', 'status', 'phase'), AGE],
  'v1/Service': [
    NAME,
    text('Type', 'spec', 'type'),
    column('Cluster-IP', (object) => String(listIn(object, 'spec', 'clusterIPs')[0] ?? '<none>')),
    column('External-IP', externalAddress),
    column('Port(s)', portsText),
    AGE,
    wide('Selector', (object) => labelsText(objectIn(object, 'spec', 'selector'))),
  ],
  'v1/Endpoints': [NAME, column('Endpoints', endpointsOf), AGE],
  'v1/Event': eventPrinter(),
  'v1/PersistentVolumeClaim': [
    NAME,
    column('Status', phaseText),
    text('Volume', 'spec', 'volumeName'),
    column('Capacity', (claim) => (isBound(claim) ? textIn(claim, 'status', 'capacity', 'storage') : '')),
    column('Access Modes', (claim) => (isBound(claim) ? modesText(listIn(claim, 'status', 'accessModes')) : '')),
    column('StorageClass', (claim) => classOf(claim)),
    column('VolumeAttributesClass', (claim) => textOr('<unset>', claim, 'spec', 'volumeAttributesClassName')),
    AGE,
    wide('VolumeMode', (claim) => textOr('<unset>', claim, 'spec', 'volumeMode')),
  ],
  'v1/PersistentVolume': [
    NAME,
    text('Capacity', 'spec', 'capacity', 'storage'),
    column('Access Modes', (volume) => modesText(listIn(volume, 'spec', 'accessModes'))),
    text('Reclaim Policy', 'spec', 'persistentVolumeReclaimPolicy'),
    column('Status', phaseText),
    column('Claim', (volume) => {
      const claim = objectIn(volume, 'spec')['claimRef'];
      return isObject(claim) ? `${textIn(claim, 'namespace')}/${textIn(claim, 'name')}` : '';
    }),
    column('StorageClass', (volume) => classOf(volume)),
    column('VolumeAttributesClass', (volume) => textOr('<unset>', volume, 'spec', 'volumeAttributesClassName')),
    text('Reason', 'status', 'reason'),
    AGE,
    wide('VolumeMode', (volume) => textOr('<unset>', volume, 'spec', 'volumeMode')),
  ],
  'v1/ResourceQuota': [
    NAME,
    column('Request', (quota) => quotaText(quota, (resource) => !isLimit(resource))),
    column('Limit', (quota) => quotaText(quota, isLimit)),
    AGE,
  ],
  'v1/Node': [
    NAME,
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    AGE,
    text('Version', 'status', 'nodeInfo', 'kubeletVersion'),
    wide('Internal-IP', (node) => nodeAddress(node, 'InternalIP')),
    wide('External-IP', (node) => nodeAddress(node, 'ExternalIP')),
    wide('OS-Image', (node) => textOr('<unknown>', node, 'status', 'nodeInfo', 'osImage')),
    wide('Kernel-Version', kernelOf),
    wide('Container-Runtime', (node) => textOr('<unknown>', node, 'status', 'nodeInfo', 'containerRuntimeVersion')),
  ],
};

function sizeOf(value: Json | undefined): number {
  return isObject(value) ? Object.keys(value).length : 0;
}

function externalAddress(service: JsonObject): string {
  const addresses = listIn(service, 'spec', 'externalIPs').map(String);
  switch (textIn(service, 'spec', 'type')) {
    case 'ExternalName':
      return textIn(service, 'spec', 'externalName');
    case 'LoadBalancer': {
      const balanced = loadBalancerText(service);
      const all = balanced === '' ? addresses : [balanced, ...addresses];
      return all.length === 0 ? '<pending>' : all.join(',');
    }
    default:
      return addresses.length === 0 ? '<none>' : addresses.join(',');
  }
}

function portsText(service: JsonObject): string {
  const ports = objectsIn(service, 'spec', 'ports').map((port) => {
    const onNode = numberIn(port, 'nodePort');
    const numbers = onNode > 0 ? `${numberIn(port, 'port')}:${onNode}` : numberIn(port, 'port');
    return `${numbers}/${textIn(port, 'protocol')}`;
  });
  return ports.length === 0 ? '<none>' : ports.join(',');
}

const MOST_ENDPOINTS = 3;

function endpointsOf(endpoints: JsonObject): string {
  const subsets = objectsIn(endpoints, 'subsets');
  if (subsets.length === 0) return '<none>';
  const texts = subsets.flatMap((subset) => {
    const addresses = objectsIn(subset, 'addresses').map((address) => textIn(address, 'ip'));
    const ports = objectsIn(subset, 'ports').map((port) => String(numberIn(port, 'port')));
    if (ports.length === 0) return addresses;
    return ports.flatMap((port) => addresses.map((ip) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)));
  });
  return shortened(texts, ',', MOST_ENDPOINTS);
}

function eventPrinter(): Printer {
  const first = (event: JsonObject, nowMs: number): string =>
    since(textIn(event, 'firstTimestamp') || textIn(event, 'eventTime'), nowMs);
  const last = (event: JsonObject, nowMs: number): string => {
    if (isObject(event['series'])) return since(textIn(event, 'series', 'lastObservedTime'), nowMs);
    const time = textIn(event, 'lastTimestamp');
    return time === '' ? first(event, nowMs) : since(time, nowMs);
  };
  return [
    column('Last Seen', last),
    text('Type', 'type'),
    text('Reason', 'reason'),
    column('Object', (event) => {
      const { kind, name } = objectIn(event, 'involvedObject');
      return [String(kind ?? '').toLowerCase(), name].filter((part) => part !== undefined && part !== '').join('/');
    }),
    wide('Subobject', (event) => textIn(event, 'involvedObject', 'fieldPath')),
    wide('Source', (event) => {
      const component = textIn(event, 'source', 'component') || textIn(event, 'reportingComponent');
      const instance = textIn(event, 'source', 'host') || textIn(event, 'reportingInstance');
      return instance === '' ? component : `${component}, ${instance}`;
    }),
    column('Message', (event) => textIn(event, 'message').trim()),
    wide('First Seen', first),
    wide('Count', (event) => {
      if (isObject(event['series'])) return numberIn(event, 'series', 'count');
      return numberIn(event, 'count') || 1;
    }),
    { ...NAME, priority: 1 },
  ];
}

function phaseText(object: JsonObject): string {
  return textIn(object, 'metadata', 'deletionTimestamp') === '' ? textIn(object, 'status', 'phase') : 'Terminating';
}

function isBound(claim: JsonObject): boolean {
  return textIn(claim, 'spec', 'volumeName') !== '';
}

const CLASS = 'volume.beta.kubernetes.io/storage-class';

function classOf(object: JsonObject): string {
  return textIn(object, 'metadata', 'annotations', CLASS) || textIn(object, 'spec', 'storageClassName');
}

const MODES: readonly (readonly [string, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

function modesText(modes: readonly Json[]): string {
  return MODES.filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

function isLimit(resource: string): boolean {
  return resource.startsWith('limits.');
}

function quotaText(quota: JsonObject, isShown: (resource: string) => boolean): string {
  const hard = objectIn(quota, 'status', 'hard');
  return Object.keys(hard)
    .filter(isShown)
    .sort()
    .map((resource) => `${resource}: ${textOr('0', quota, 'status', 'used', resource)}/${hard[resource]}`)
    .join(', ');
}

function nodeStatus(node: JsonObject): string {
  const ready = objectsIn(node, 'status', 'conditions').find((one) => one['type'] === 'Ready');
  const states = [ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady'];
  if (objectIn(node, 'spec')['unschedulable'] === true) states.push('SchedulingDisabled');
  return states.join(',');
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function nodeRoles(node: JsonObject): string {
  const roles = Object.entries(objectIn(node, 'metadata', 'labels')).flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return [key.slice(ROLE_PREFIX.length)];
    return key === 'kubernetes.io/role' ? [String(value)] : [];
  });
  const named = roles.filter((role) => role !== '').sort();
  return named.length === 0 ? '<none>' : named.join(',');
}

function kernelOf(node: JsonObject): string {
  const kernel = textOr('<unknown>', node, 'status', 'nodeInfo', 'kernelVersion');
  const architecture = textOr('', node, 'status', 'nodeInfo', 'architecture');
  return architecture === '' ? kernel : `${kernel} (${architecture})`;
}

function nodeAddress(node: JsonObject, type: string): string {
  const address = objectsIn(node, 'status', 'addresses').find((one) => one['type'] === type);
  return textOr('<none>', address ?? {}, 'address');
}
