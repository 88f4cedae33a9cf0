// Rules about the kinds of group apps.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { equals, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import { checkClaimSpec } from './claim.ts';
import {
  checkAtMostAll,
  checkCountOrPercent,
  checkLabelSelector,
  checkNotNegative,
  checkOneOf,
  numberIn,
} from './fields.ts';
import { checkLabelName } from './names.ts';
import { checkNoDeadline } from './pod-spec.ts';
import { checkPodTemplate } from './pod-template.ts';

const NUMBERS = ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'];

/** What is wrong with a workload that has a selector and a template. */
export function checkWorkload(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const { selector } = spec;
  const errors = [...checkNotNegative(spec, NUMBERS, 'spec'), ...checkSelector(object.kind, spec)];
  const wrong = checkLabelSelector(selector, 'spec.selector');
  if (wrong.length === 0) return [...errors, ...checkLabelsMatch(spec), ...checkTemplate(object)];
  errors.push(...wrong);
  if (object.kind === 'DaemonSet') return [...errors, ...checkTemplate(object)];
  // The pods are not looked at where it is not clear which ones they are.
  const why = object.kind === 'StatefulSet' ? '' : 'invalid label selector';
  return [...errors, invalid('spec.selector', selector ?? null, why)];
}

function checkLabelsMatch(spec: JsonObject): readonly FieldError[] {
  const labels = objectIn(spec, 'template', 'metadata', 'labels');
  if (matchesLabelSelector(spec['selector'], labels)) return [];
  const isThere = objectIn(spec, 'template', 'metadata')['labels'] !== undefined;
  const shown = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  const why = '`selector` does not match template `labels`';
  return [invalid('spec.template.metadata.labels', isThere ? shown : null, why)];
}

function checkTemplate(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const template = withClaims(objectIn(spec, 'template'), spec);
  const policy = textIn(template, 'spec', 'restartPolicy');
  return [
    ...checkPodTemplate(template, 'spec.template'),
    ...checkNoDeadline(template, 'spec.template', object.kind),
    ...checkOneOf(policy, ['Always'], 'spec.template.spec.restartPolicy'),
  ];
}

// The claims of a StatefulSet are volumes of its pods.
function withClaims(template: JsonObject, spec: JsonObject): JsonObject {
  const claims = listIn(spec, 'volumeClaimTemplates').map((claim) => ({
    name: textIn(claim, 'metadata', 'name'),
    persistentVolumeClaim: { claimName: textIn(claim, 'metadata', 'name') },
  }));
  if (claims.length === 0) return template;
  const pod = objectIn(template, 'spec');
  return { ...template, spec: { ...pod, volumes: [...claims, ...listIn(pod, 'volumes')] } };
}

function checkSelector(kind: string, spec: JsonObject): readonly FieldError[] {
  const selector = spec['selector'];
  if (!isObject(selector)) return kind === 'DaemonSet' ? [] : [required('spec.selector')];
  const isNone =
    Object.keys(objectIn(selector, 'matchLabels')).length === 0 && selector['matchExpressions'] === undefined;
  const name = kind === 'ReplicaSet' ? 'deployment' : kind.toLowerCase();
  return isNone ? [invalid('spec.selector', selector, `empty selector is invalid for ${name}`)] : [];
}

/** What is wrong with a Deployment. */
export function checkDeployment(object: ApiObject): readonly FieldError[] {
  const strategy = objectIn(object, 'spec', 'strategy');
  const type = textIn(strategy, 'type');
  const errors = [...checkWorkload(object)];
  if (type === 'Recreate' && strategy['rollingUpdate'] !== undefined) {
    const message = "may not be specified when strategy `type` is 'Recreate'";
    errors.push(forbidden('spec.strategy.rollingUpdate', message));
  }
  if (!['Recreate', 'RollingUpdate'].includes(type))
    errors.push(notSupported('spec.strategy', shownStrategy(strategy), ['Recreate', 'RollingUpdate']));
  if (type === 'RollingUpdate') errors.push(...checkRollout(strategy, 'spec.strategy.rollingUpdate'));
  const { progressDeadlineSeconds, minReadySeconds = 0 } = objectIn(object, 'spec');
  const isTooShort = typeof progressDeadlineSeconds === 'number' && progressDeadlineSeconds <= Number(minReadySeconds);
  if (isTooShort)
    errors.push(
      invalid('spec.progressDeadlineSeconds', progressDeadlineSeconds, 'must be greater than minReadySeconds'),
    );
  return errors;
}

// The server shows its own form of it.
function shownStrategy(strategy: JsonObject): Json {
  const { rollingUpdate } = strategy;
  return { Type: textIn(strategy, 'type'), RollingUpdate: isObject(rollingUpdate) ? rollingUpdate : null };
}

function shownPart({ partition = 0, maxUnavailable = null }: JsonObject): Json {
  return { Partition: partition, MaxUnavailable: maxUnavailable };
}

function checkRollout(strategy: JsonObject, path: string): readonly FieldError[] {
  const { maxSurge = 0, maxUnavailable = 0 } = objectIn(strategy, 'rollingUpdate');
  const at = `${path}.maxUnavailable`;
  const errors = [...checkCountOrPercent(maxUnavailable, at), ...checkCountOrPercent(maxSurge, `${path}.maxSurge`)];
  if (numberIn(maxUnavailable) === 0 && numberIn(maxSurge) === 0)
    errors.push(invalid(at, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  return [...errors, ...checkAtMostAll(maxUnavailable, at)];
}

/** What is wrong with a DaemonSet. */
export function checkDaemonSet(object: ApiObject): readonly FieldError[] {
  const strategy = objectIn(object, 'spec', 'updateStrategy');
  const type = textIn(strategy, 'type');
  const errors = checkWorkload(object);
  if (type === 'OnDelete') return errors;
  if (type !== 'RollingUpdate')
    return [...errors, notSupported('spec.updateStrategy', shownStrategy(strategy), ['RollingUpdate', 'OnDelete'])];
  const path = 'spec.updateStrategy.rollingUpdate';
  const { maxSurge = 0, maxUnavailable = 0 } = objectIn(strategy, 'rollingUpdate');
  const parts = { maxUnavailable, maxSurge };
  const wrong = Object.entries(parts).flatMap(([name, value]) => [
    ...checkCountOrPercent(value, `${path}.${name}`),
    ...checkAtMostAll(value, `${path}.${name}`),
  ]);
  const [hasUnavailable, hasSurge] = [numberIn(maxUnavailable) !== 0, numberIn(maxSurge) !== 0];
  if (hasUnavailable && hasSurge)
    wrong.push(invalid(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!hasUnavailable && !hasSurge) wrong.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return [...errors, ...wrong];
}

/** What is wrong with a StatefulSet. */
export function checkStatefulSet(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  return [
    ...checkStatefulFields(object),
    ...listIn(spec, 'volumeClaimTemplates').flatMap((claim, at) =>
      checkClaimSpec(objectIn(claim, 'spec'), `spec.volumeClaimTemplates[${at}].spec`),
    ),
  ];
}

const KEEPING = ['Retain', 'Delete'];

// Claims of one that is there are not looked at again.
function checkStatefulFields(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const policy = textIn(spec, 'podManagementPolicy');
  const errors: FieldError[] = [...checkWorkload(object), ...checkStatefulStrategy(objectIn(spec, 'updateStrategy'))];
  if (!['OrderedReady', 'Parallel'].includes(policy))
    errors.push(invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  const kept = spec['persistentVolumeClaimRetentionPolicy'];
  for (const name of isObject(kept) ? ['whenDeleted', 'whenScaled'] : [])
    errors.push(...checkOneOf(textIn(kept, name), KEEPING, `spec.persistentVolumeClaimRetentionPolicy.${name}`));
  errors.push(...checkNotNegative(objectIn(spec, 'ordinals'), ['start'], 'spec.ordinals'));
  const service = textIn(spec, 'serviceName');
  if (service !== '') errors.push(...checkLabelName(service).map((why) => invalid('spec.serviceName', service, why)));
  return errors;
}

function checkStatefulStrategy(strategy: JsonObject): readonly FieldError[] {
  const type = textIn(strategy, 'type');
  const rolling = strategy['rollingUpdate'];
  const path = 'spec.updateStrategy';
  if (!['OnDelete', 'RollingUpdate'].includes(type))
    return [invalid(path, shownStrategy(strategy), "must be 'RollingUpdate' or 'OnDelete'")];
  if (!isObject(rolling)) return [];
  if (type === 'OnDelete')
    return [invalid(`${path}.rollingUpdate`, shownPart(rolling), "only allowed for updateStrategy 'RollingUpdate'")];
  const { maxUnavailable } = rolling;
  const at = `${path}.rollingUpdate.maxUnavailable`;
  const errors = [...checkNotNegative(rolling, ['partition'], `${path}.rollingUpdate`)];
  if (maxUnavailable === undefined) return errors;
  if (numberIn(maxUnavailable) === 0) errors.push(invalid(at, maxUnavailable, 'cannot be 0'));
  return [...errors, ...checkCountOrPercent(maxUnavailable, at), ...checkAtMostAll(maxUnavailable, at)];
}

const CHECKS: Readonly<Record<string, (object: ApiObject) => readonly FieldError[]>> = {
  Deployment: checkDeployment,
  DaemonSet: checkDaemonSet,
};

/** What is wrong with a changed workload. */
export function checkWorkloadUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const errors = CHECKS[object.kind]?.(object) ?? checkWorkload(object);
  const [now, before] = [objectIn(object, 'spec')['selector'], objectIn(old, 'spec')['selector']];
  return equals(now, before) ? errors : [...errors, invalid('spec.selector', now ?? null, 'field is immutable')];
}

const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** What is wrong with a changed StatefulSet. */
export function checkStatefulSetUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const rest = (one: ApiObject): JsonObject =>
    Object.fromEntries(Object.entries(objectIn(one, 'spec')).filter(([name]) => !MUTABLE.includes(name)));
  const errors = checkStatefulFields(object);
  if (equals(rest(object), rest(old))) return errors;
  const names = MUTABLE.map((name) => `'${name}'`);
  const message = `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are forbidden`;
  return [...errors, forbidden('spec', message)];
}
