// The addresses and ports that the server gives to services.
// Source: https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/

import { invalidObject } from '../model/api-error.ts';
import { type ApiObject, nameOf } from '../model/api-object.ts';
import { type FieldError, invalid } from '../model/field-error.ts';
import {
  equals,
  isList,
  isObject,
  type Json,
  type JsonObject,
  listIn,
  type MutableObject,
  objectIn,
  textIn,
} from '../model/json.ts';

// Addresses are given from the upper part of 10.0.0.0/16, so that those that people choose stay free.
const FIRST = 256;
const LAST = 65_534;
const FIRST_PORT = 30_000;
const LAST_PORT = 32_767;

/** A new service with addresses and node ports that no other one has. */
export function allocateAddresses(object: ApiObject, others: () => readonly ApiObject[]): ApiObject {
  const spec = objectIn(object, 'spec');
  checkChosen(object, spec, others);
  return { ...object, spec: complete(object, spec, others) };
}

/** A changed service: what it had and does not mention, it keeps. */
export function keepAddresses(object: ApiObject, old: ApiObject, others: () => readonly ApiObject[]): ApiObject {
  const [spec, before] = [objectIn(object, 'spec'), objectIn(old, 'spec')];
  const kept: MutableObject = withoutOldFields(spec, before);
  // Who changes the one address of a service means the first of the list.
  const address = textIn(spec, 'clusterIP');
  const isOther = address !== '' && address !== before['clusterIP'];
  if (isOther && equals(spec['clusterIPs'], before['clusterIPs'])) kept['clusterIPs'] = [address];
  if (spec['type'] !== 'ExternalName' && before['type'] !== 'ExternalName')
    for (const name of ADDRESSES) if (before[name] !== undefined) kept[name] ??= before[name];
  if (needsPorts(spec) && needsPorts(before)) kept['ports'] = keepPorts(spec, before);
  const rest = () => others().filter((other) => textIn(other, 'metadata', 'uid') !== textIn(old, 'metadata', 'uid'));
  if (before['clusterIP'] === undefined) checkChosen(object, kept, rest);
  return { ...object, spec: complete(object, kept, rest) };
}

function complete(object: ApiObject, spec: JsonObject, others: () => readonly ApiObject[]): JsonObject {
  if (spec['type'] === 'ExternalName') return spec;
  const out: MutableObject = { ...spec };
  const given = listIn(spec, 'clusterIPs')[0] ?? spec['clusterIP'];
  const address = typeof given === 'string' && given !== '' ? given : freeAddress(object, others());
  out['clusterIP'] = address;
  out['clusterIPs'] = isList(spec['clusterIPs']) && spec['clusterIPs'].length > 0 ? spec['clusterIPs'] : [address];
  // Nobody but its author knows where a headless service without a selector leads: it may be anywhere.
  const isAnywhere = address === 'None' && Object.keys(objectIn(spec, 'selector')).length === 0;
  const isOpen = isAnywhere && spec['ipFamilies'] === undefined && spec['ipFamilyPolicy'] === undefined;
  out['ipFamilies'] ??= isOpen ? ['IPv4', 'IPv6'] : ['IPv4'];
  out['ipFamilyPolicy'] ??= isOpen ? 'RequireDualStack' : 'SingleStack';
  if (needsPorts(spec)) out['ports'] = withNodePorts(object, listIn(spec, 'ports'), others());
  return out;
}

// An address that is chosen must be one of those that are given, and free.
function checkChosen(object: ApiObject, spec: JsonObject, others: () => readonly ApiObject[]): void {
  const address = String(listIn(spec, 'clusterIPs')[0] ?? spec['clusterIP'] ?? '');
  if (!/^\d+(?:\.\d+){3}$/.test(address)) return;
  const isUsed = others().some((other) => textIn(other, 'spec', 'clusterIP') === address);
  if (!isUsed && address.startsWith('10.0.')) return;
  const why = isUsed ? 'provided IP is already allocated' : 'the provided network does not match the current range';
  throw refused(object, invalid('spec.clusterIPs', [address], `failed to allocate IP ${address}: ${why}`));
}

function refused(object: ApiObject, error: FieldError): Error {
  return invalidObject({ group: '', kind: 'Service' }, nameOf(object), [error]);
}

// Which one is told by the uid, so that it is not the one that was just given back.
function freeAddress(object: ApiObject, others: readonly ApiObject[]): string {
  const used = new Set(others.map((other) => textIn(other, 'spec', 'clusterIP')));
  const count = LAST - FIRST + 1;
  const start = Number.parseInt(textIn(object, 'metadata', 'uid').slice(0, 8), 16);
  for (let tries = 0; tries < count; tries += 1) {
    const number = FIRST + ((start + tries) % count);
    const address = `10.0.${number >> 8}.${number & 255}`;
    if (!used.has(address)) return address;
  }
  throw new Error('all addresses of services are in use');
}

// What only the old type had goes with it, unless a client asks for it anew.
function withoutOldFields(spec: JsonObject, before: JsonObject): MutableObject {
  const kept: MutableObject = { ...spec };
  const [old, now] = [nodePortsOf(before), nodePortsOf(spec)];
  if (needsPorts(before) && !needsPorts(spec) && now.every((port) => old.includes(port))) {
    kept['ports'] = listIn(spec, 'ports').map((port) => {
      const { nodePort: _, ...rest } = isObject(port) ? port : {};
      return rest;
    });
  }
  const name = 'externalTrafficPolicy';
  if (isReachable(before) && !isReachable(spec) && spec[name] === before[name]) delete kept[name];
  if (spec['type'] === 'ExternalName' && before['type'] !== 'ExternalName')
    for (const field of ADDRESSES) if (equals(spec[field], before[field])) delete kept[field];
  return kept;
}

const ADDRESSES = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'];

function isReachable(spec: JsonObject): boolean {
  const isClusterIp = spec['type'] === 'ClusterIP' && listIn(spec, 'externalIPs').length > 0;
  return spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer' || isClusterIp;
}

function nodePortsOf(spec: JsonObject): readonly Json[] {
  return listIn(spec, 'ports').flatMap((port) =>
    isObject(port) && port['nodePort'] !== undefined ? [port['nodePort']] : [],
  );
}

function keepPorts(spec: JsonObject, before: JsonObject): readonly Json[] {
  const known = listIn(before, 'ports').filter(isObject);
  return listIn(spec, 'ports').map((port) => {
    if (!isObject(port) || port['nodePort'] !== undefined) return port;
    const same = known.find((other) => other['port'] === port['port'] && other['protocol'] === port['protocol']);
    return same?.['nodePort'] === undefined ? port : { ...port, nodePort: same['nodePort'] };
  });
}

function needsPorts(spec: JsonObject): boolean {
  return (
    spec['type'] === 'NodePort' || (spec['type'] === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false)
  );
}

function withNodePorts(object: ApiObject, ports: readonly Json[], others: readonly ApiObject[]): readonly Json[] {
  const used = new Set<Json | undefined>(
    others.flatMap((other) => listIn(other, 'spec', 'ports').map((port) => (isObject(port) ? port['nodePort'] : 0))),
  );
  const given = ports.map((port) => (isObject(port) ? port['nodePort'] : undefined));
  for (const [at, number] of given.entries())
    if (number !== undefined && used.has(number))
      throw refused(object, invalid(`spec.ports[${at}].nodePort`, number, 'provided port is already allocated'));
  for (const number of given) used.add(number);
  return ports.map((port) => {
    if (!isObject(port) || port['nodePort'] !== undefined) return port;
    let free = FIRST_PORT;
    while (used.has(free) && free < LAST_PORT) free += 1;
    used.add(free);
    return { ...port, nodePort: free };
  });
}
