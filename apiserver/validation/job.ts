// Rules about Jobs, and about those that CronJobs make.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, invalid, notSupported, required, tooLong, tooMany } from '../model/field-error.ts';
import { equals, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import { checkLabelSelector, checkNotNegative, checkOneOf } from './fields.ts';
import { checkSubdomain } from './names.ts';
import { checkPodTemplate } from './pod-template.ts';

const NUMBERS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];
const MODES = ['NonIndexed', 'Indexed'];
const MAX_MANAGER = 63;
const MAX_INDEXES = 100_000;
const MAX_SUCCESS_RULES = 20;

/** What is wrong with a Job. */
export function checkJob(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const { selector } = spec;
  const errors = [...checkJobSpec(spec, 'spec'), ...checkLabelSelector(selector, 'spec.selector')];
  if (!isObject(selector)) errors.push(required('spec.selector'));
  const labels = objectIn(spec, 'template', 'metadata');
  if (!matchesLabelSelector(selector, objectIn(labels, 'labels'))) {
    const message = '`selector` does not match template `labels`';
    errors.push(invalid('spec.template.metadata.labels', labels['labels'] ?? null, message));
  }
  return errors;
}

/** What is wrong with the template of the Jobs of a CronJob. */
export function checkJobTemplate(template: JsonObject, path: string): readonly FieldError[] {
  const spec = objectIn(template, 'spec');
  const { selector, manualSelector } = spec;
  const errors = [...checkJobSpec(spec, `${path}.spec`)];
  if (isObject(selector)) errors.push(invalid(`${path}.spec.selector`, selector, '`selector` will be auto-generated'));
  if (manualSelector === true) errors.push(notSupported(`${path}.spec.manualSelector`, true, ['nil', 'false']));
  return errors;
}

function checkJobSpec(spec: JsonObject, path: string): readonly FieldError[] {
  return [
    ...checkNotNegative(spec, NUMBERS, path),
    ...checkManager(spec, `${path}.managedBy`),
    ...checkOneOf(spec['completionMode'], MODES, `${path}.completionMode`),
    ...(spec['completionMode'] === 'Indexed' ? checkIndexed(spec, path) : []),
    ...checkPlain(spec, path),
    ...checkSuccess(spec, `${path}.successPolicy`),
    ...checkReplacement(spec, `${path}.podReplacementPolicy`),
    ...checkPodTemplate(objectIn(spec, 'template'), `${path}.template`),
    ...checkRestart(spec, `${path}.template.spec.restartPolicy`),
  ];
}

function checkManager({ managedBy }: JsonObject, path: string): readonly FieldError[] {
  if (typeof managedBy !== 'string') return [];
  if (managedBy === '') return [required(path)];
  const [host = '', ...rest] = managedBy.split('/');
  const place = rest.join('/');
  if (host === '' || place === '')
    return [invalid(path, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = checkSubdomain(host).map((why): FieldError => invalid(path, host, why));
  return managedBy.length > MAX_MANAGER ? [...errors, tooLong(path, MAX_MANAGER)] : errors;
}

function checkIndexed(spec: JsonObject, path: string): readonly FieldError[] {
  const { completions, parallelism, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  if (completions === undefined) errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  if (typeof parallelism === 'number' && parallelism > MAX_INDEXES) {
    const why = `must be less than or equal to ${MAX_INDEXES} when completion mode is Indexed`;
    errors.push(invalid(`${path}.parallelism`, parallelism, why));
  }
  const isMore =
    typeof completions === 'number' && typeof maxFailedIndexes === 'number' && maxFailedIndexes > completions;
  if (isMore)
    errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, 'must be less than or equal to completions'));
  return errors;
}

// What only an indexed Job may say.
function checkPlain(spec: JsonObject, path: string): readonly FieldError[] {
  const { completionMode = 'NonIndexed', backoffLimitPerIndex, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  if (maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined)
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  if (completionMode !== 'NonIndexed') return errors;
  for (const [name, value] of Object.entries({ backoffLimitPerIndex, maxFailedIndexes }))
    if (value !== undefined) errors.push(invalid(`${path}.${name}`, value, 'requires indexed completion mode'));
  return errors;
}

function checkSuccess(spec: JsonObject, path: string): readonly FieldError[] {
  const policy = spec['successPolicy'];
  if (!isObject(policy)) return [];
  if (spec['completionMode'] !== 'Indexed') {
    // The server shows its own form of it.
    const shown = { Rules: policy['rules'] ?? null };
    return [invalid(path, shown, 'requires indexed completion mode')];
  }
  const rules = listIn(policy, 'rules');
  if (rules.length > MAX_SUCCESS_RULES) return [tooMany(`${path}.rules`, rules.length, MAX_SUCCESS_RULES)];
  const why = 'at least one rules must be specified when the successPolicy is specified';
  return rules.length === 0 ? [required(`${path}.rules`, why)] : [];
}

function checkReplacement(spec: JsonObject, path: string): readonly FieldError[] {
  const allowed = isObject(spec['podFailurePolicy']) ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return checkOneOf(spec['podReplacementPolicy'], allowed, path);
}

function checkRestart(spec: JsonObject, path: string): readonly FieldError[] {
  const policy = textIn(spec, 'template', 'spec', 'restartPolicy');
  if (policy === '' || policy === 'Always') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (!['OnFailure', 'Never'].includes(policy)) return [notSupported(path, policy, ['OnFailure', 'Never'])];
  if (policy === 'Never' || !isObject(spec['podFailurePolicy'])) return [];
  return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}

/** What is wrong with a changed Job: which pods it has, and how they look, stays. */
export function checkJobUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const [now, before] = [objectIn(object, 'spec'), objectIn(old, 'spec')];
  const errors = [...checkJob(object)];
  if (!equals(fixedTemplate(now, old), fixedTemplate(before, old)))
    errors.push(invalid('spec.template', now['template'] ?? null, 'field is immutable'));
  for (const name of ['selector', 'completionMode', 'podFailurePolicy', 'successPolicy', 'backoffLimitPerIndex'])
    if (!equals(now[name], before[name])) errors.push(invalid(`spec.${name}`, now[name] ?? null, 'field is immutable'));
  const isIndexed = now['completionMode'] === 'Indexed';
  if (!isIndexed && !equals(now['completions'], before['completions']))
    errors.push(invalid('spec.completions', now['completions'] ?? null, 'field is immutable'));
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
