// Rules about resource quotas.
// Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, invalid } from '../model/field-error.ts';
import { type Json, listIn, objectIn } from '../model/json.ts';
import { quantityNanos } from '../schema/quantity.ts';
import { checkQualifiedName } from './names.ts';

const COUNTED: readonly string[] = [
  ...['configmaps', 'persistentvolumeclaims', 'pods', 'replicationcontrollers', 'resourcequotas', 'secrets'],
  ...['services', 'services.loadbalancers', 'services.nodeports'],
];
const COMPUTED: readonly string[] = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
const STANDARD: readonly string[] = [
  ...COUNTED,
  ...COMPUTED,
  ...['ephemeral-storage', 'limits.ephemeral-storage', 'requests.ephemeral-storage', 'requests.storage'],
];
const SCOPES: readonly string[] = [
  ...['BestEffort', 'CrossNamespacePodAffinity', 'NotBestEffort', 'NotTerminating', 'PriorityClass', 'Terminating'],
  'VolumeAttributesClass',
];
const CONFLICTS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];
const ONE = 1_000_000_000n;

/** What is wrong with a resource quota. */
export function checkQuota(object: ApiObject): readonly FieldError[] {
  const hard = objectIn(object, 'spec', 'hard');
  const scopes = listIn(object, 'spec', 'scopes');
  return [
    ...Object.entries(hard).flatMap(([name, value]) => checkHard(name, String(value))),
    ...scopes.flatMap((scope) => checkScope(String(scope), { scopes, names: Object.keys(hard) })),
    ...CONFLICTS.filter((pair) => pair.every((scope) => scopes.includes(scope))).map(() =>
      invalid('spec.scopes', scopes, 'conflicting scopes'),
    ),
  ];
}

function isStandard(name: string): boolean {
  return STANDARD.includes(name) || /^(?:requests\.)?hugepages-/.test(name);
}

// What is counted, and resources that nodes have beside those of Kubernetes.
function isExtended(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
}

function checkHard(name: string, value: string): readonly FieldError[] {
  const field = `spec.hard[${name}]`;
  const reasons = [...checkQualifiedName(name)];
  const isOther = !name.includes('/') && !isStandard(name);
  if (isOther && reasons.length === 0) reasons.push('must be a standard resource type or fully qualified');
  if (isOther) reasons.push('must be a standard resource for quota');
  const amount = quantityNanos(value) ?? 0n;
  const errors = reasons.map((why) => invalid(field, name, why));
  if (amount < 0n) errors.push(invalid(field, value, 'must be greater than or equal to 0'));
  const isWhole = COUNTED.includes(name) || isExtended(name);
  if (isWhole && amount % ONE !== 0n) errors.push(invalid(field, value, 'must be an integer'));
  return errors;
}

interface Scopes {
  readonly scopes: readonly Json[];
  readonly names: readonly string[];
}

function checkScope(scope: string, { scopes, names }: Scopes): readonly FieldError[] {
  const refuse = (why: string): FieldError => invalid('spec.scopes', scopes, why);
  if (!SCOPES.includes(scope)) return [refuse('unsupported scope')];
  const fits = (name: string): boolean => name === 'pods' || (scope !== 'BestEffort' && COMPUTED.includes(name));
  if (scope === 'VolumeAttributesClass') return [];
  return names.some((name) => isStandard(name) && !fits(name)) ? [refuse('unsupported scope applied to resource')] : [];
}
