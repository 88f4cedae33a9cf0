// Rules about ingresses and their classes.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { parseIp } from '../schema/ip.ts';
import { checkOneOf, checkPortNumber } from './fields.ts';
import { checkHost, checkLabelName, checkPathName, checkPortName, checkSubdomain } from './names.ts';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const WRONG_PARTS = ['//', '/./', '/../', '%2f', '%2F'];
const WRONG_ENDS = ['/..', '/.'];

/** What is wrong with an Ingress. */
export function checkIngress(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const { defaultBackend, ingressClassName } = spec;
  const rules = listIn(spec, 'rules');
  const errors: FieldError[] = [];
  if (rules.length === 0 && !isObject(defaultBackend))
    errors.push(invalid('spec', spec['rules'] ?? null, 'either `defaultBackend` or `rules` must be specified'));
  if (isObject(defaultBackend)) errors.push(...checkBackend(defaultBackend, 'spec.defaultBackend'));
  errors.push(...rules.flatMap((rule, at) => checkRule(rule, `spec.rules[${at}]`)));
  errors.push(...listIn(spec, 'tls').flatMap((tls, at) => checkTls(tls, `spec.tls[${at}]`)));
  if (typeof ingressClassName === 'string')
    errors.push(
      ...checkSubdomain(ingressClassName).map((why) => invalid('spec.ingressClassName', ingressClassName, why)),
    );
  return errors;
}

function checkRule(rule: Json, path: string): readonly FieldError[] {
  const host = textIn(rule, 'host');
  const errors: FieldError[] = [];
  if (host !== '') {
    if (parseIp(host) !== undefined)
      errors.push(invalid(`${path}.host`, host, 'must be a DNS name, not an IP address'));
    errors.push(...checkHost(host).map((why) => invalid(`${path}.host`, host, why)));
  }
  const http = objectIn(rule)['http'];
  if (!isObject(http)) return errors;
  const paths = listIn(http, 'paths');
  if (paths.length === 0) errors.push(required(`${path}.http.paths`));
  return [...errors, ...paths.flatMap((one, at) => checkPath(objectIn(one), `${path}.http.paths[${at}]`))];
}

function checkPath(rule: JsonObject, path: string): readonly FieldError[] {
  const { pathType } = rule;
  if (typeof pathType !== 'string') return [required(`${path}.pathType`, 'pathType must be specified')];
  return [
    ...checkOneOf(pathType, PATH_TYPES, `${path}.pathType`),
    ...checkPlace(textIn(rule, 'path'), pathType, `${path}.path`),
    ...checkBackend(objectIn(rule, 'backend'), `${path}.backend`),
  ];
}

function checkPlace(place: string, pathType: string, path: string): readonly FieldError[] {
  if (!PATH_TYPES.includes(pathType)) return [];
  const isFree = pathType === 'ImplementationSpecific';
  const errors: FieldError[] = [];
  if (!place.startsWith('/') && !(isFree && place === ''))
    errors.push(invalid(path, place, 'must be an absolute path'));
  if (isFree) return errors;
  for (const part of WRONG_PARTS)
    if (place.includes(part)) errors.push(invalid(path, place, `must not contain '${part}'`));
  for (const end of WRONG_ENDS) if (place.endsWith(end)) errors.push(invalid(path, place, `cannot end with '${end}'`));
  return errors;
}

function checkBackend(backend: JsonObject, path: string): readonly FieldError[] {
  const { resource, service } = backend;
  if (isObject(resource) && isObject(service))
    return [invalid(path, '', 'cannot set both resource and service backends')];
  if (isObject(resource)) return checkReference(resource, `${path}.resource`);
  if (!isObject(service)) return [invalid(path, '', 'resource or service backend is required')];
  const name = textIn(service, 'name');
  const at = `${path}.service`;
  const errors =
    name === '' ? [required(`${at}.name`)] : checkLabelName(name).map((why) => invalid(`${at}.name`, name, why));
  return [...errors, ...checkBackendPort(objectIn(service, 'port'), path)];
}

function checkBackendPort(port: JsonObject, path: string): readonly FieldError[] {
  const name = textIn(port, 'name');
  const { number = 0 } = port;
  const at = `${path}.service.port`;
  if (name !== '' && number !== 0) return [invalid(path, '', 'cannot set both port name & port number')];
  if (name !== '') return checkPortName(name).map((why) => invalid(`${at}.name`, name, why));
  return number === 0 ? [required(path, 'port name or number is required')] : checkPortNumber(number, `${at}.number`);
}

// The server names the list and its members without the field of the host.
function checkTls(tls: Json, path: string): readonly FieldError[] {
  const hosts = listIn(tls, 'hosts').flatMap((host, at) =>
    checkHost(String(host)).map((why) => invalid(`${path}.hosts[${at}]`, host, why)),
  );
  const secret = textIn(tls, 'secretName');
  if (secret === '') return hosts;
  return [...hosts, ...checkSubdomain(secret).map((why) => invalid(`${path}.secretName`, secret, why))];
}

function checkReference(ref: JsonObject, path: string): readonly FieldError[] {
  const { apiGroup } = ref;
  const errors =
    typeof apiGroup === 'string'
      ? checkSubdomain(apiGroup).map((why): FieldError => invalid(`${path}.apiGroup`, apiGroup, why))
      : [];
  for (const name of ['kind', 'name']) {
    const value = textIn(ref, name);
    if (value === '') errors.push(required(`${path}.${name}`));
    else errors.push(...checkPathName(value).map((why) => invalid(`${path}.${name}`, value, why)));
  }
  return errors;
}

const SCOPES = ['Cluster', 'Namespace'];

/** What is wrong with an IngressClass. */
export function checkIngressClass(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const errors = textIn(spec, 'controller') === '' ? [required('spec.controller')] : [];
  const { parameters } = spec;
  if (!isObject(parameters)) return errors;
  const path = 'spec.parameters';
  errors.push(...checkReference(parameters, path));
  const { scope, namespace } = parameters;
  if (typeof scope !== 'string') return [...errors, required(`${path}.scope`)];
  if (!SCOPES.includes(scope)) errors.push(notSupported(`${path}.scope`, scope, SCOPES));
  if (scope === 'Cluster' && namespace !== undefined)
    errors.push(forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  if (scope === 'Namespace' && namespace === undefined)
    errors.push(required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  return errors;
}
