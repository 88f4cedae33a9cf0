// Rules about the kinds of group apps.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { equals, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import { checkPodTemplate } from './pod-template.ts';

/** What is wrong with a workload that has a selector and a template. */
export function checkWorkload(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const template = withClaims(objectIn(spec, 'template'), spec);
  const errors = [...checkReplicas(spec), ...checkSelector(object.kind, spec)];
  const labels = objectIn(template, 'metadata', 'labels');
  const shown = objectIn(template, 'metadata')['labels'] ?? null;
  if (!matchesLabelSelector(spec['selector'], labels))
    errors.push(invalid('spec.template.metadata.labels', shown, '`selector` does not match template `labels`'));
  errors.push(...checkPodTemplate(template, 'spec.template'));
  const policy = textIn(template, 'spec', 'restartPolicy');
  if (policy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', policy, ['Always']));
  return errors;
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

function checkReplicas(spec: JsonObject): readonly FieldError[] {
  const fields = ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'];
  return fields.flatMap((name) => {
    const value = spec[name];
    const isNegative = typeof value === 'number' && value < 0;
    return isNegative ? [invalid(`spec.${name}`, value, 'must be greater than or equal to 0')] : [];
  });
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
    errors.push(notSupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate']));
  return errors;
}

/** What is wrong with a changed workload. */
export function checkWorkloadUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const errors = object.kind === 'Deployment' ? checkDeployment(object) : checkWorkload(object);
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
  const errors = checkWorkload(object);
  if (equals(rest(object), rest(old))) return errors;
  const names = MUTABLE.map((name) => `'${name}'`);
  const message = `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are forbidden`;
  return [...errors, forbidden('spec', message)];
}

/** What is wrong with a changed Job: which pods it has, and how they look, stays. */
export function checkJobUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const [now, before] = [objectIn(object, 'spec'), objectIn(old, 'spec')];
  const errors = [...checkPodTemplate(objectIn(now, 'template'), 'spec.template')];
  if (!equals(fixedTemplate(now, old), fixedTemplate(before, old)))
    errors.push(invalid('spec.template', now['template'] ?? null, 'field is immutable'));
  for (const name of ['selector', 'completionMode', 'podFailurePolicy', 'successPolicy', 'backoffLimitPerIndex'])
    if (!equals(now[name], before[name])) errors.push(invalid(`spec.${name}`, now[name] ?? null, 'field is immutable'));
  const isIndexed = now['completionMode'] === 'Indexed';
  if (!isIndexed && !equals(now['completions'], before['completions']))
    errors.push(invalid('spec.completions', now['completions'] ?? null, 'field is immutable'));
  if (!isObject(now['selector'])) errors.push(required('spec.selector'));
  if (!matchesLabelSelector(now['selector'], objectIn(now, 'template', 'metadata', 'labels'))) {
    const labels = objectIn(now, 'template', 'metadata')['labels'] ?? null;
    errors.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  return errors;
}

// A Job that is suspended and has not begun may still be told where its pods run.
function fixedTemplate(spec: JsonObject, old: ApiObject): Json | undefined {
  const { template } = spec;
  const hasBegun = textIn(old, 'status', 'startTime') !== '';
  if (objectIn(old, 'spec')['suspend'] !== true || hasBegun || !isObject(template)) return template;
  const { labels: _, annotations: __, ...metadata } = objectIn(template, 'metadata');
  const rest = Object.entries(objectIn(template, 'spec')).filter(([name]) => !SCHEDULING.includes(name));
  return { metadata, spec: Object.fromEntries(rest) };
}

const SCHEDULING: readonly string[] = ['nodeSelector', 'affinity', 'tolerations', 'schedulingGates'];
