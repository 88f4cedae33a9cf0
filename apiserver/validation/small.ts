// Rules about kinds that have one or two.

import { type ApiObject, nameOf } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid, required, tooLong } from '../model/field-error.ts';
import { equals, type JsonObject, objectIn, textIn } from '../model/json.ts';
import { checkAtMostAll, checkCountOrPercent, checkLabelSelector, checkNeededOneOf, checkOneOf } from './fields.ts';
import { checkConfigKey } from './names.ts';

/** What is wrong with the keys of a ConfigMap. */
export function checkConfigMap(object: ApiObject): readonly FieldError[] {
  const [data, binary] = [objectIn(object, 'data'), objectIn(object, 'binaryData')];
  const shared = Object.keys(data)
    .filter((key) => Object.hasOwn(binary, key))
    .map((key) => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
  const size = sizeOf(data, 'utf8') + sizeOf(binary, 'base64');
  const long = size > MAX_SIZE ? [tooLong('[]', MAX_SIZE)] : [];
  return [...checkKeys(data, 'data'), ...shared, ...checkKeys(binary, 'binaryData'), ...long];
}

const MAX_SIZE = 1024 * 1024;

function sizeOf(values: JsonObject, encoding: BufferEncoding): number {
  return Object.values(values).reduce<number>((sum, value) => sum + Buffer.byteLength(String(value), encoding), 0);
}

function checkKeys(data: JsonObject, field: string): readonly FieldError[] {
  return Object.keys(data).flatMap((key) => checkConfigKey(key).map((why) => invalid(`${field}[${key}]`, key, why)));
}

/** What is wrong with a changed ConfigMap: one that says so stays as it is. */
export function checkConfigMapUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  return [...checkFrozen(object, old, ['data', 'binaryData']), ...checkConfigMap(object)];
}

const ACCOUNT = 'kubernetes.io/service-account.name';
// What each type of Secret must have.
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

/** What is wrong with a Secret. */
export function checkSecret(object: ApiObject): readonly FieldError[] {
  const data = objectIn(object, 'data');
  const type = textIn(object, 'type');
  const errors = [...checkKeys(data, 'data')];
  if (sizeOf(data, 'base64') > MAX_SIZE) errors.push(tooLong('data', MAX_SIZE));
  const isMissing = (key: string): boolean => data[key] === undefined || (key === 'ssh-privatekey' && data[key] === '');
  for (const key of NEEDED[type] ?? []) if (isMissing(key)) errors.push(required(`data[${key}]`));
  if (type === 'kubernetes.io/basic-auth' && ['username', 'password'].every(isMissing))
    errors.push(required('data[username]'), required('data[password]'));
  if (type === 'kubernetes.io/service-account-token' && textIn(object, 'metadata', 'annotations', ACCOUNT) === '')
    errors.push(required(`metadata.annotations[${ACCOUNT}]`));
  return errors;
}

/** What is wrong with a changed Secret: its type stays, and one that says so stays as it is. */
export function checkSecretUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const [now, before] = [object['type'] ?? null, old['type'] ?? null];
  const errors = equals(now, before) ? [] : [invalid('type', now, 'field is immutable')];
  return [...errors, ...checkFrozen(object, old, ['data'])];
}

function checkFrozen(object: ApiObject, old: ApiObject, fields: readonly string[]): readonly FieldError[] {
  if (old['immutable'] !== true) return [];
  const message = 'field is immutable when `immutable` is set';
  const errors = fields.filter((name) => !equals(objectIn(object, name), objectIn(old, name)));
  if (object['immutable'] !== true) errors.unshift('immutable');
  return errors.map((name) => forbidden(name, message));
}

/** What is wrong with a disruption budget. */
export function checkBudget(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy, selector } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    // The server shows its own form of it.
    const shown = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
    };
    errors.push(invalid('spec', shown, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const [name, value] of Object.entries({ minAvailable, maxUnavailable }))
    errors.push(...checkCountOrPercent(value, `spec.${name}`), ...checkAtMostAll(value, `spec.${name}`));
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  return [
    ...errors,
    ...checkLabelSelector(selector, 'spec.selector'),
    ...checkOneOf(unhealthyPodEvictionPolicy, policies, 'spec.unhealthyPodEvictionPolicy'),
  ];
}

/** What is wrong with a storage class. */
export function checkStorageClass(object: ApiObject): readonly FieldError[] {
  const errors = textIn(object, 'provisioner') === '' ? [required('provisioner')] : [];
  const { reclaimPolicy } = object;
  const modes = ['Immediate', 'WaitForFirstConsumer'];
  const policies = ['Delete', 'Retain'];
  return [
    ...errors,
    ...checkOneOf(object['volumeBindingMode'], modes, 'volumeBindingMode'),
    ...(reclaimPolicy === '' ? [] : checkOneOf(reclaimPolicy, policies, 'reclaimPolicy')),
  ];
}

/** What is wrong with a lease. */
export function checkLease(object: ApiObject): readonly FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions: count } = objectIn(object, 'spec');
  const errors: FieldError[] = [];
  if (typeof seconds === 'number' && seconds <= 0)
    errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  if (typeof count === 'number' && count < 0)
    errors.push(invalid('spec.leaseTransitions', count, 'must be greater than or equal to 0'));
  return errors;
}

/** What is wrong with a priority class. */
export function checkPriorityClass(object: ApiObject): readonly FieldError[] {
  const policies = ['PreemptLowerPriority', 'Never'];
  return [
    ...checkPriority(object),
    ...checkNeededOneOf(textIn(object, 'preemptionPolicy'), policies, 'preemptionPolicy'),
  ];
}

/** What is wrong with a changed priority class. */
export function checkPriorityClassUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const { value, preemptionPolicy } = object;
  const errors = equals(value ?? 0, old['value'] ?? 0) ? [] : [forbidden('value', 'may not be changed in an update.')];
  const isSame = equals(preemptionPolicy ?? null, old['preemptionPolicy'] ?? null);
  return isSame ? errors : [...errors, invalid('preemptionPolicy', preemptionPolicy ?? null, 'field is immutable')];
}

const MAX_PRIORITY = 1_000_000_000;
const SYSTEM_PRIORITIES: { readonly [name: string]: number | undefined } = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

function checkPriority(object: ApiObject): readonly FieldError[] {
  const [name, value] = [nameOf(object), Number(object['value'] ?? 0)];
  if (!name.startsWith('system-'))
    return value > MAX_PRIORITY
      ? [forbidden('value', `maximum allowed value of a user defined priority is ${MAX_PRIORITY}`)]
      : [];
  const known = SYSTEM_PRIORITIES[name];
  if (known === value) return [];
  const why =
    known === undefined
      ? `${name} is not a known system priority class`
      : `value of ${name} PriorityClass must be ${known}`;
  const reserved = "priority class names with 'system-' prefix are reserved for system use only. error: ";
  return [forbidden('metadata.name', reserved + why)];
}
