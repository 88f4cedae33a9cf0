// Rules about autoscalers.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { compareQuantities } from '../schema/quantity.ts';
import { checkOneOf } from './fields.ts';
import { checkLabelName, checkPathName } from './names.ts';

// What a metric is of, and the field that says it, in the order in which the server looks.
const SOURCES: Readonly<Record<string, string>> = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};
const SELECT = ['Disabled', 'Max', 'Min'];
const MAX_WINDOW_S = 3_600;
const MAX_PERIOD_S = 1_800;

/** What is wrong with an autoscaler. */
export function checkAutoscaler(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const { minReplicas, maxReplicas = 0 } = spec;
  const errors: FieldError[] = [];
  if (typeof minReplicas === 'number' && minReplicas < 1)
    errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  if (maxReplicas === 0) errors.push(required('spec.maxReplicas', 'must be set and greater than 0'));
  else if (Number(maxReplicas) < 0)
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1'));
  if (typeof minReplicas === 'number' && Number(maxReplicas) < minReplicas)
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  return [
    ...errors,
    ...checkTarget(objectIn(spec, 'scaleTargetRef'), 'spec.scaleTargetRef', true),
    ...checkMetrics(spec, 'spec.metrics'),
    ...['scaleUp', 'scaleDown'].flatMap((name) =>
      checkRules(objectIn(spec, 'behavior')[name], `spec.behavior.${name}`),
    ),
  ];
}

function checkTarget(ref: JsonObject, path: string, isScaled: boolean): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['kind', 'name']) {
    const value = textIn(ref, name);
    if (value === '') errors.push(required(`${path}.${name}`));
    else errors.push(...checkPathName(value).map((why) => invalid(`${path}.${name}`, value, why)));
  }
  const version = textIn(ref, 'apiVersion');
  const parts = version.split('/').length;
  if (parts > 2) errors.push(invalid(`${path}.apiVersion`, version, `unexpected GroupVersion string: ${version}`));
  // Only the group of the core has no name, and one of its kinds can be scaled.
  const isCore = version === 'v1' && textIn(ref, 'kind') === 'ReplicationController';
  if (isScaled && parts === 1 && !isCore)
    errors.push(invalid(`${path}.apiVersion`, version, 'apiVersion must specify API group'));
  return errors;
}

function checkMetrics(spec: JsonObject, path: string): readonly FieldError[] {
  const metrics = listIn(spec, 'metrics');
  const errors = metrics.flatMap((metric, at) => checkMetric(objectIn(metric), `${path}[${at}]`));
  const canRest = metrics.some((metric) => ['Object', 'External'].includes(textIn(metric, 'type')));
  if (spec['minReplicas'] !== 0 || canRest) return errors;
  const why = 'must specify at least one Object or External metric to support scaling to zero replicas';
  return [...errors, forbidden(path, why)];
}

function checkMetric(metric: JsonObject, path: string): readonly FieldError[] {
  const type = textIn(metric, 'type');
  const used = Object.values(SOURCES).filter((name) => isObject(metric[name]));
  const [first] = used;
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric source type'));
  if (SOURCES[type] === undefined) errors.push(notSupported(`${path}.type`, type, Object.keys(SOURCES).sort()));
  if (first !== undefined) errors.push(...checkSource(objectIn(metric, first), first, `${path}.${first}`));
  const expected = SOURCES[type];
  if (expected !== undefined && !isObject(metric[expected]))
    errors.push(required(`${path}.${expected}`, 'must populate information for the given metric source'));
  const others = used.length === 1 ? [] : used.filter((name) => name !== expected);
  return [
    ...errors,
    ...others.map((name) => forbidden(`${path}.${name}`, 'must populate the given metric source only')),
  ];
}

function checkSource(source: JsonObject, kind: string, path: string): readonly FieldError[] {
  const target = objectIn(source, 'target');
  const errors = [...checkMetricTarget(target, `${path}.target`)];
  const at = `${path}.target`;
  const { averageUtilization, averageValue, value } = target;
  if (kind === 'resource' || kind === 'containerResource') {
    if (textIn(source, 'name') === '') errors.push(required(`${path}.name`, 'must specify a resource name'));
    if (kind === 'containerResource') errors.push(...checkContainerName(source, `${path}.container`));
    if (averageUtilization === undefined && averageValue === undefined)
      errors.push(required(`${at}.averageUtilization`, 'must set either a target raw value or a target utilization'));
    if (averageUtilization !== undefined && averageValue !== undefined)
      errors.push(forbidden(`${at}.averageValue`, 'may not set both a target raw value and a target utilization'));
    return errors;
  }
  if (textIn(source, 'metric', 'name') === '')
    errors.push(required(`${path}.metric.name`, 'must specify a metric name'));
  if (kind === 'object')
    errors.push(...checkTarget(objectIn(source, 'describedObject'), `${path}.describedObject`, false));
  return [...errors, ...checkAmount({ kind, value, averageValue }, at)];
}

interface Amount {
  readonly kind: string;
  readonly value: Json | undefined;
  readonly averageValue: Json | undefined;
}

const MISSING: Readonly<Record<string, string>> = {
  object: 'must set either a target value or averageValue',
  external: 'must set either a target value for metric or a per-pod target',
  pods: 'must specify a positive target averageValue',
};

function checkAmount({ kind, value, averageValue }: Amount, path: string): readonly FieldError[] {
  const isThere = averageValue !== undefined || (kind !== 'pods' && value !== undefined);
  if (!isThere) return [required(`${path}.averageValue`, MISSING[kind])];
  if (kind !== 'external' || value === undefined || averageValue === undefined) return [];
  return [forbidden(`${path}.value`, 'may not set both a target value for metric and a per-pod target')];
}

function checkContainerName(source: JsonObject, path: string): readonly FieldError[] {
  const name = textIn(source, 'container');
  if (name === '') return [required(path, 'must specify a container')];
  return checkLabelName(name).map((why) => invalid(path, name, why));
}

function checkMetricTarget(target: JsonObject, path: string): readonly FieldError[] {
  const type = textIn(target, 'type');
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(type))
    errors.push(invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  for (const name of ['value', 'averageValue']) {
    const amount = target[name];
    if (typeof amount === 'string' && compareQuantities(amount, '0') <= 0)
      errors.push(invalid(`${path}.${name}`, amount, 'must be positive'));
  }
  const { averageUtilization } = target;
  if (typeof averageUtilization === 'number' && averageUtilization < 1)
    errors.push(invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  return errors;
}

function checkRules(rules: Json | undefined, path: string): readonly FieldError[] {
  if (!isObject(rules)) return [];
  const { stabilizationWindowSeconds: seconds, selectPolicy } = rules;
  const policies = listIn(rules, 'policies');
  const errors = [...checkOneOf(selectPolicy, SELECT, `${path}.selectPolicy`)];
  const at = `${path}.stabilizationWindowSeconds`;
  if (typeof seconds === 'number' && seconds < 0)
    errors.push(invalid(at, seconds, 'must be greater than or equal to zero'));
  if (typeof seconds === 'number' && seconds > MAX_WINDOW_S)
    errors.push(invalid(at, seconds, `must be less than or equal to ${MAX_WINDOW_S}`));
  if (policies.length === 0) errors.push(required(`${path}.policies`, 'must specify at least one Policy'));
  return [...errors, ...policies.flatMap((one, index) => checkPolicy(objectIn(one), `${path}.policies[${index}]`))];
}

function checkPolicy({ type = '', value = 0, periodSeconds = 0 }: JsonObject, path: string): readonly FieldError[] {
  const errors = [...checkOneOf(type, ['Percent', 'Pods'], `${path}.type`)];
  const at = `${path}.periodSeconds`;
  if (Number(value) <= 0) errors.push(invalid(`${path}.value`, value, 'must be greater than zero'));
  if (Number(periodSeconds) <= 0) errors.push(invalid(at, periodSeconds, 'must be greater than zero'));
  if (Number(periodSeconds) > MAX_PERIOD_S)
    errors.push(invalid(at, periodSeconds, `must be less than or equal to ${MAX_PERIOD_S}`));
  return errors;
}
