// Autoscalers as `autoscaling/v1` has them: a target for the CPU, and everything else as JSON in annotations.

import { type ApiObject, withMetadata } from '../model/api-object.ts';
import { getIn, isList, isObject, type Json, type JsonObject, listIn, objectIn, setIn, textIn } from '../model/json.ts';
import type { OtherForm } from './forms.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const BEHAVIOR = `${PREFIX}behavior`;
const CURRENT = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const CONDITION = ['type', 'status', 'lastTransitionTime', 'reason', 'message'];

/** How autoscalers of both versions are made from each other. */
export const AUTOSCALER_FORM: OtherForm = {
  storedAs: 'autoscaling/v2/HorizontalPodAutoscaler',
  toStored: (object) => {
    const { targetCPUUtilizationPercentage: target, ...spec } = objectIn(object, 'spec');
    const { currentCPUUtilizationPercentage: now, ...status } = objectIn(object, 'status');
    const noted = objectIn(object, 'metadata', 'annotations');
    const metrics = fromNote(noted[METRICS]).map((metric) => toMetric(metric, 'target'));
    if (typeof target === 'number') metrics.push(cpu('target', { type: 'Utilization', averageUtilization: target }));
    const current = fromNote(noted[CURRENT]).map((metric) => toMetric(metric, 'current'));
    const known = current.some((metric) => isCpu(metric, 'current'));
    if (typeof now === 'number' && !known) current.unshift(cpu('current', { averageUtilization: now }));
    const behavior = recased(parsed(noted[BEHAVIOR]), uncapitalized);
    const conditions = fromNote(noted[CONDITIONS]);
    return withNotes(object, [], {
      apiVersion: 'autoscaling/v2',
      spec: {
        ...spec,
        ...(metrics.length === 0 ? {} : { metrics }),
        ...(isObject(behavior) ? { behavior } : {}),
      },
      status: {
        ...status,
        currentMetrics: current.length === 0 ? null : current,
        ...(conditions.length === 0 ? {} : { conditions }),
      },
    });
  },
  fromStored: (object) => {
    const { metrics, behavior, ...spec } = objectIn(object, 'spec');
    const { currentMetrics, conditions, ...status } = objectIn(object, 'status');
    const all = objectsIn(metrics);
    const first = all.find((metric) => isCpu(metric, 'target'));
    const rest = all.filter((metric) => metric !== first).map((metric) => fromMetric(metric, 'target'));
    const current = objectsIn(currentMetrics);
    const target = first && objectIn(first, 'resource', 'target')['averageUtilization'];
    const now = current.find((metric) => isCpu(metric, 'current'));
    const notes: [string, Json][] = [];
    if (rest.length > 0) notes.push([METRICS, rest]);
    if (isObject(behavior)) notes.push([BEHAVIOR, recased(complete(behavior), capitalized)]);
    if (current.length > 0) notes.push([CURRENT, current.map((metric) => fromMetric(metric, 'current'))]);
    if (isList(conditions) && conditions.length > 0)
      notes.push([CONDITIONS, conditions.map((condition) => inOrder(condition, CONDITION))]);
    return withNotes(object, notes, {
      apiVersion: 'autoscaling/v1',
      spec: { ...spec, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
      status: {
        currentReplicas: 0,
        ...status,
        ...(now && {
          currentCPUUtilizationPercentage: objectIn(now, 'resource', 'current')['averageUtilization'] ?? 0,
        }),
      },
    });
  },
};

function withNotes(
  object: ApiObject,
  notes: readonly (readonly [string, Json])[],
  changes: JsonObject & { readonly apiVersion: string },
): ApiObject {
  const kept = Object.entries(objectIn(object, 'metadata', 'annotations')).filter(
    ([name]) => ![METRICS, BEHAVIOR, CURRENT, CONDITIONS].includes(name),
  );
  const all = [...kept, ...notes.map(([name, value]) => [name, JSON.stringify(value)] as const)];
  const annotations = all.length === 0 ? undefined : Object.fromEntries(all);
  return { ...withMetadata(object, { annotations }), ...changes };
}

type Side = 'target' | 'current';

function cpu(side: Side, value: JsonObject): JsonObject {
  return { type: 'Resource', resource: { name: 'cpu', [side]: value } };
}

function isCpu(metric: JsonObject, side: Side): boolean {
  const resource = objectIn(metric, 'resource');
  return textIn(resource, 'name') === 'cpu' && objectIn(resource, side)['averageUtilization'] !== undefined;
}

// What the older form has of a metric, in its order, and where the newer one has it. `SIDE` stands for target or current.
const FIELDS: { readonly [type: string]: readonly (readonly [string, string])[] | undefined } = {
  Resource: [
    ['name', 'name'],
    ['SIDEAverageUtilization', 'SIDE.averageUtilization'],
    ['SIDEAverageValue', 'SIDE.averageValue'],
  ],
  ContainerResource: [
    ['name', 'name'],
    ['SIDEAverageUtilization', 'SIDE.averageUtilization'],
    ['SIDEAverageValue', 'SIDE.averageValue'],
    ['container', 'container'],
  ],
  Pods: [
    ['metricName', 'metric.name'],
    ['SIDEAverageValue', 'SIDE.averageValue'],
    ['selector', 'metric.selector'],
  ],
  External: [
    ['metricName', 'metric.name'],
    ['metricSelector', 'metric.selector'],
    ['SIDEValue', 'SIDE.value'],
    ['SIDEAverageValue', 'SIDE.averageValue'],
  ],
  Object: [
    ['target', 'describedObject'],
    ['metricName', 'metric.name'],
    ['SIDEValue', 'SIDE.value'],
    ['selector', 'metric.selector'],
    ['averageValue', 'SIDE.averageValue'],
  ],
};

// Quantities that are written even if there is none.
const ALWAYS: ReadonlySet<string> = new Set([
  'Resource.currentAverageValue',
  'ContainerResource.currentAverageValue',
  'Pods.currentAverageValue',
  'Pods.targetAverageValue',
  'External.currentValue',
  'Object.currentValue',
  'Object.targetValue',
]);
const ZERO = '0';

function fieldsOf(type: string, side: Side): readonly (readonly [string, readonly string[]])[] {
  return (FIELDS[type] ?? []).map(([old, path]) => [old.replace('SIDE', side), path.replace('SIDE', side).split('.')]);
}

function fromMetric(metric: JsonObject, side: Side): JsonObject {
  const type = textIn(metric, 'type');
  const part = uncapitalized(type);
  const fields = fieldsOf(type, side).flatMap(([old, path]): readonly (readonly [string, Json])[] => {
    const value = getIn(metric, part, ...path) ?? (ALWAYS.has(`${type}.${old}`) ? ZERO : undefined);
    return value === undefined
      ? []
      : [[old, old === 'target' ? inOrder(value, ['kind', 'name', 'apiVersion']) : value]];
  });
  return { type, [part]: Object.fromEntries(fields) };
}

function toMetric(metric: JsonObject, side: Side): JsonObject {
  const type = textIn(metric, 'type');
  const part = uncapitalized(type);
  let made: JsonObject = {};
  for (const [old, path] of fieldsOf(type, side)) {
    const value = getIn(metric, part, old);
    const isNone = value === undefined || (value === ZERO && ALWAYS.has(`${type}.${old}`));
    if (!isNone) made = setIn(made, path, value);
  }
  const { averageUtilization, averageValue } = objectIn(made, side);
  const measured = averageValue === undefined ? 'Value' : 'AverageValue';
  const typed = averageUtilization === undefined ? measured : 'Utilization';
  return { type, [part]: side === 'target' ? setIn(made, ['target', 'type'], typed) : made };
}

function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return isList(value) ? value.filter(isObject) : [];
}

// What is no JSON is as if it were not there.
function parsed(note: Json | undefined): Json {
  try {
    return typeof note === 'string' ? (JSON.parse(note) as Json) : null;
  } catch {
    return null;
  }
}

function fromNote(note: Json | undefined): JsonObject[] {
  return [...objectsIn(parsed(note))];
}

// The note of the behaviour has the fields of types that have no other form as text.
function complete(behavior: JsonObject): JsonObject {
  const rules = (name: string): Json => {
    const {
      stabilizationWindowSeconds = null,
      selectPolicy = null,
      policies,
      tolerance = null,
    } = objectIn(behavior, name);
    const ordered = listIn(policies).map((policy) => {
      const { type = '', value = 0, periodSeconds = 0 } = objectIn(policy);
      return { type, value, periodSeconds };
    });
    return { stabilizationWindowSeconds, selectPolicy, policies: ordered, tolerance };
  };
  return { scaleUp: rules('scaleUp'), scaleDown: rules('scaleDown') };
}

// Notes are compared as texts, so the order of their fields counts.
function inOrder(value: Json, names: readonly string[]): Json {
  const fields = names.flatMap((name): readonly (readonly [string, Json])[] => {
    const inner = objectIn(value)[name];
    return inner === undefined ? [] : [[name, inner]];
  });
  return Object.fromEntries(fields);
}

function uncapitalized(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

// In the note absent fields are null.
function recased(value: Json, rename: (name: string) => string): Json {
  if (isList(value)) return value.map((item) => recased(item, rename));
  if (!isObject(value)) return value;
  const fields = Object.entries(value).map(([name, inner]): [string, Json] => [rename(name), recased(inner, rename)]);
  return Object.fromEntries(fields);
}
