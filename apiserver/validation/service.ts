// Rules about services.

import type { ApiObject } from '../model/api-object.ts';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { equals, isObject, type Json, listIn, objectIn, textIn } from '../model/json.ts';
import { checkLabels } from './metadata.ts';
import { checkPortNumber } from './pod-template.ts';

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
  return [...errors, ...nodePortsOf(type, ports)];
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
  const before = ports.slice(0, at);
  if (name !== '' && before.some((other) => textIn(other, 'name') === name))
    errors.push(duplicate(`${path}.name`, name));
  const { port: number = 0, protocol = '', targetPort } = isObject(port) ? port : {};
  errors.push(...checkPortNumber(number, `${path}.port`));
  if (!['SCTP', 'TCP', 'UDP'].includes(String(protocol)))
    errors.push(notSupported(`${path}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']));
  if (typeof targetPort === 'number') errors.push(...checkPortNumber(targetPort, `${path}.targetPort`));
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
