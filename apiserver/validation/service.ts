// Rules about services.

import type { ApiObject } from '../model/api-object.ts';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { equals, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkAddress, checkOneOf, checkPortNumber, checkPort as checkTarget } from './fields.ts';
import { checkLabels } from './metadata.ts';
import { checkLabelName, checkQualifiedName, checkSubdomain } from './names.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

/** What is wrong with a service. */
export function checkService(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const ports = listIn(spec, 'ports');
  const type = textIn(spec, 'type');
  const errors: FieldError[] = [];
  if (ports.length === 0 && type !== 'ExternalName' && spec['clusterIP'] !== 'None')
    errors.push(required('spec.ports'));
  errors.push(...ports.flatMap((port, at) => checkPort(port, { ports, at })));
  errors.push(...checkLabels(spec['selector'], 'spec.selector'));
  if (!TYPES.includes(type)) errors.push(notSupported('spec.type', type, TYPES));
  const affinity = textIn(spec, 'sessionAffinity');
  if (!['ClientIP', 'None'].includes(affinity))
    errors.push(notSupported('spec.sessionAffinity', affinity, ['ClientIP', 'None']));
  if (type === 'ExternalName' && textIn(spec, 'externalName') === '') errors.push(required('spec.externalName'));
  if (
    spec['externalTrafficPolicy'] !== undefined &&
    !['LoadBalancer', 'NodePort'].includes(type) &&
    spec['externalIPs'] === undefined
  )
    errors.push(
      invalid(
        'spec.externalTrafficPolicy',
        spec['externalTrafficPolicy'],
        'may only be set for externally-accessible services',
      ),
    );
  return [
    ...errors,
    ...checkTraffic(spec, type),
    ...checkNames(spec, type),
    ...checkAddresses(spec),
    ...nodePortsOf(type, ports),
  ];
}

const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const ONLY_BALANCED = ['allocateLoadBalancerNodePorts', 'loadBalancerClass'];

function checkBalancer(spec: JsonObject, type: string): readonly FieldError[] {
  const name = textIn(spec, 'loadBalancerClass');
  if (type === 'LoadBalancer')
    return name === '' ? [] : checkQualifiedName(name).map((why) => invalid('spec.loadBalancerClass', name, why));
  const fields = ONLY_BALANCED.filter((field) => spec[field] !== undefined);
  if (listIn(spec, 'loadBalancerSourceRanges').length > 0) fields.push('LoadBalancerSourceRanges');
  return fields.map((field) => forbidden(`spec.${field}`, "may only be used when `type` is 'LoadBalancer'"));
}

// How requests get to the pods.
function checkTraffic(spec: JsonObject, type: string): readonly FieldError[] {
  const errors = [
    ...checkOneOf(spec['internalTrafficPolicy'], ['Cluster', 'Local'], 'spec.internalTrafficPolicy'),
    ...checkOneOf(spec['trafficDistribution'], DISTRIBUTIONS, 'spec.trafficDistribution'),
    ...checkOneOf(spec['ipFamilyPolicy'], FAMILY_POLICIES, 'spec.ipFamilyPolicy'),
  ];
  errors.push(...checkBalancer(spec, type));
  const isReachable = ['LoadBalancer', 'NodePort'].includes(type) || spec['externalIPs'] !== undefined;
  if (isReachable && spec['externalTrafficPolicy'] !== undefined)
    errors.push(...checkOneOf(spec['externalTrafficPolicy'], ['Cluster', 'Local'], 'spec.externalTrafficPolicy'));
  const { healthCheckNodePort = 0 } = spec;
  const needsHealth = type === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local';
  if (healthCheckNodePort !== 0 && !needsHealth) {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', healthCheckNodePort, why));
  }
  return errors;
}

const MAX_TIMEOUT_S = 86_400;

function checkAddresses(spec: JsonObject): readonly FieldError[] {
  const own = listIn(spec, 'clusterIPs').filter((ip) => ip !== '' && ip !== 'None');
  return [
    ...own.flatMap((ip, at) => checkAddress(String(ip), `spec.clusterIPs[${at}]`)),
    ...listIn(spec, 'externalIPs').flatMap((ip, at) => checkAddress(String(ip), `spec.externalIPs[${at}]`)),
    ...listIn(spec, 'ipFamilies').flatMap((one, at) => checkOneOf(one, ['IPv4', 'IPv6'], `spec.ipFamilies[${at}]`)),
  ];
}

function checkNames(spec: JsonObject, type: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const name = textIn(spec, 'externalName').replace(/\.$/, '');
  if (type === 'ExternalName' && name !== '')
    errors.push(...checkSubdomain(name).map((why) => invalid('spec.externalName', name, why)));
  if (['LoadBalancer', 'NodePort'].includes(type) && spec['clusterIP'] === 'None') {
    const why = `may not be set to 'None' for ${type} services`;
    errors.push(invalid('spec.clusterIPs[0]', 'None', why));
  }
  const seconds = objectIn(spec, 'sessionAffinityConfig', 'clientIP')['timeoutSeconds'];
  const isTime = typeof seconds !== 'number' || (seconds > 0 && seconds <= MAX_TIMEOUT_S);
  if (textIn(spec, 'sessionAffinity') === 'ClientIP' && !isTime) {
    const why = `must be greater than 0 and less than ${MAX_TIMEOUT_S}`;
    errors.push(invalid('spec.sessionAffinityConfig.clientIP.timeoutSeconds', seconds, why));
  }
  return errors;
}

const NODE_PORTS = { first: 30_000, last: 32_767 } as const;

function nodePortsOf(type: string, ports: readonly Json[]): readonly FieldError[] {
  return ports.flatMap((port, at) => {
    const number = isObject(port) ? port['nodePort'] : undefined;
    if (number === undefined) return [];
    const path = `spec.ports[${at}].nodePort`;
    if (type === 'ClusterIP') return [forbidden(path, "may not be used when `type` is 'ClusterIP'")];
    const { first, last } = NODE_PORTS;
    if (typeof number !== 'number' || number === 0 || (number >= first && number <= last)) return [];
    const range = `The range of valid ports is ${first}-${last}`;
    return [invalid(path, number, `provided port is not in the valid range. ${range}`)];
  });
}

function checkPort(
  port: Json,
  { ports, at }: { readonly ports: readonly Json[]; readonly at: number },
): readonly FieldError[] {
  const path = `spec.ports[${at}]`;
  const name = textIn(port, 'name');
  const errors: FieldError[] = [];
  if (name === '' && ports.length > 1) errors.push(required(`${path}.name`));
  if (name !== '') errors.push(...checkLabelName(name).map((why) => invalid(`${path}.name`, name, why)));
  const before = ports.slice(0, at);
  if (name !== '' && before.some((other) => textIn(other, 'name') === name))
    errors.push(duplicate(`${path}.name`, name));
  const { port: number = 0, protocol = '', targetPort } = isObject(port) ? port : {};
  errors.push(...checkPortNumber(number, `${path}.port`));
  if (!['SCTP', 'TCP', 'UDP'].includes(String(protocol)))
    errors.push(notSupported(`${path}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']));
  if (targetPort !== undefined) errors.push(...checkTarget(targetPort, `${path}.targetPort`));
  const application = isObject(port) ? port['appProtocol'] : undefined;
  if (typeof application === 'string')
    errors.push(...checkQualifiedName(application).map((why) => invalid(`${path}.appProtocol`, application, why)));
  const isSame = (other: Json) => isObject(other) && other['port'] === number && other['protocol'] === protocol;
  if (before.some(isSame)) errors.push(duplicate(path, { port: number, protocol }));
  return errors;
}

/** What is wrong with a changed service. */
export function checkServiceUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const errors = [...checkService(object)];
  const [now, before] = [objectIn(object, 'spec'), objectIn(old, 'spec')];
  const isKept = before['type'] !== 'ExternalName' && now['type'] !== 'ExternalName';
  if (isKept && textIn(before, 'clusterIP') !== '' && !equals(now['clusterIPs'], before['clusterIPs']))
    errors.push(invalid('spec.clusterIPs[0]', now['clusterIPs'] ?? null, 'may not change once set'));
  return errors;
}
