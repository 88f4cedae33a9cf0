// Rules about network policies.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { type IpAddress, isCidr, parseIp } from '../schema/ip.ts';
import { checkLabelSelector, checkOneOf, checkPort } from './fields.ts';

const TYPES = ['Ingress', 'Egress'];
const DIRECTIONS = [
  { rules: 'ingress', peers: 'from' },
  { rules: 'egress', peers: 'to' },
];

/** What is wrong with a network policy. */
export function checkNetworkPolicy(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const errors = [...checkLabelSelector(spec['podSelector'], 'spec.podSelector')];
  for (const { rules, peers } of DIRECTIONS)
    for (const [at, rule] of listIn(spec, rules).entries()) {
      const path = `spec.${rules}[${at}]`;
      for (const [index, port] of listIn(rule, 'ports').entries())
        errors.push(...checkPolicyPort(objectIn(port), `${path}.ports[${index}]`));
      for (const [index, peer] of listIn(rule, peers).entries())
        errors.push(...checkPeer(objectIn(peer), `${path}.${peers}[${index}]`));
    }
  const types = listIn(spec, 'policyTypes');
  if (types.length > TYPES.length)
    return [...errors, invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  return [...errors, ...types.flatMap((type, at) => checkOneOf(type, TYPES, `spec.policyTypes[${at}]`))];
}

function checkPolicyPort({ protocol, port, endPort }: JsonObject, path: string): readonly FieldError[] {
  const errors = [...checkOneOf(protocol, ['TCP', 'UDP', 'SCTP'], `${path}.protocol`)];
  const at = `${path}.endPort`;
  if (port !== undefined) errors.push(...checkPort(port, `${path}.port`));
  if (endPort === undefined) return errors;
  if (port === undefined) return [...errors, invalid(at, endPort, 'may not be specified when `port` is not specified')];
  if (typeof port !== 'number')
    return [...errors, invalid(at, endPort, 'may not be specified when `port` is non-numeric')];
  if (Number(endPort) < port) errors.push(invalid(at, port, 'must be greater than or equal to `port`'));
  return [...errors, ...checkPort(endPort, at)];
}

function checkPeer(peer: JsonObject, path: string): readonly FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const errors = [
    ...checkLabelSelector(podSelector, `${path}.podSelector`),
    ...checkLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...(isObject(ipBlock) ? checkBlock(ipBlock, `${path}.ipBlock`) : []),
  ];
  const count = [podSelector, namespaceSelector, ipBlock].filter(isObject).length;
  if (count === 0) errors.push(required(path, 'must specify a peer'));
  if (count > 1 && isObject(ipBlock)) errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

function checkBlock(block: JsonObject, path: string): readonly FieldError[] {
  const cidr = textIn(block, 'cidr');
  if (cidr === '') return [required(`${path}.cidr`)];
  const whole = rangeOf(cidr);
  if (whole === undefined) return [notRange(cidr, `${path}.cidr`)];
  return listIn(block, 'except').flatMap((except, at) => {
    const field = `${path}.except[${at}]`;
    const part = rangeOf(String(except));
    if (part === undefined) return [notRange(except, field)];
    return isWithin(part, whole) ? [] : [invalid(field, except, 'must be a strict subset of `cidr`')];
  });
}

function notRange(cidr: Json, path: string): FieldError {
  return invalid(path, cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)');
}

interface Range extends IpAddress {
  readonly length: number;
}

function rangeOf(text: string): Range | undefined {
  const [address = '', length] = text.split('/');
  const parsed = isCidr(text, { allowsZeros: true }) ? parseIp(address, { allowsZeros: true }) : undefined;
  return parsed === undefined ? undefined : { ...parsed, length: Number(length) };
}

function isWithin(part: Range, whole: Range): boolean {
  const shift = BigInt(whole.size - whole.length);
  return part.size === whole.size && part.length > whole.length && part.bits >> shift === whole.bits >> shift;
}
