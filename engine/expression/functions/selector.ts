// Label selectors. Source: LabelSelector in k8s.io/apimachinery, and how a selector of labels decides.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { isRecord, type Value } from '../value.ts';

/** Whether a selector chooses an object with these labels; an empty one chooses all. */
export function selects(selector: Value, labels: Value, meter: Meter): boolean {
  const { matchLabels = {}, matchExpressions = [], ...rest } = selector as Readonly<Record<string, Value>>;
  if (Object.keys(rest).length > 0 || !isRecord(matchLabels) || !Array.isArray(matchExpressions))
    return raise('U1015', { value: selector });
  const present = isRecord(labels) ? labels : {};
  meter.step(Object.keys(matchLabels).length);
  return (
    Object.entries(matchLabels).every(([key, value]) => labelOf(present, key) === value) &&
    matchExpressions.every((requirement: Value) => isMet(requirement, present, meter))
  );
}

function labelOf(labels: Readonly<Record<string, Value>>, key: string): Value {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function isMet(requirement: Value, labels: Readonly<Record<string, Value>>, meter: Meter): boolean {
  const { key, operator, values = [] } = isRecord(requirement) ? requirement : {};
  if (typeof key !== 'string' || !Array.isArray(values)) return raise('U1015', { value: requirement });
  meter.step(1 + values.length);
  const value = labelOf(labels, key);
  switch (operator) {
    case 'In':
      return values.includes(value);
    case 'NotIn':
      return !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return raise('U1015', { value: requirement });
  }
}
