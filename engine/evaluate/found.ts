// What a formula found that keeps something waiting: the values that it read.
//
// Promises: no value of a Secret, or of what was computed from one, is told; nor what changes by itself, the time and
// the status of the resource: what is told stands in that status, which would never come to rest.

import { readsSecret, someRead } from '../model/behind.ts';
import { isArray, isObject, type MaybeJson } from '../model/json.ts';
import type { Read } from '../model/read.ts';
import { type CompiledRule, type Formula, formulasOf, type Template } from '../model/rule.ts';
import { describeValue, type Scope } from './formula.ts';

// Chosen: as many as a person reads.
const MAX_TOLD = 3;
const UNSTABLE_METADATA = ['resourceVersion', 'managedFields', '*'];

/** The values: `$probe.data.healthy is the string "no", spec.size is 3`; empty where none is to be told. */
export function describeFound(template: Template, scope: Scope, rule: CompiledRule): string {
  const told = new Map<string, string>();
  for (const formula of formulasOf(template)) {
    const isSecret = scope.readsSecret(formula) || readsSecret(formula, rule);
    for (const read of formula.reads) {
      if (isUnstable(read, formula, rule)) continue;
      const value = isSecret ? 'not shown' : describeRead(read, scope.found(read));
      told.set(nameOf(read), value);
    }
  }
  const all = [...told].map(([name, value]) => `${name} is ${value}`);
  const more = all.length > MAX_TOLD ? `, and ${all.length - MAX_TOLD} more` : '';
  return `${all.slice(0, MAX_TOLD).join(', ')}${more}`;
}

function isUnstable(read: Read, formula: Formula, rule: CompiledRule): boolean {
  return someRead({ ...formula, reads: [read] }, rule, ({ variable, path: [first, second] }) => {
    if (variable === 'now') return true;
    if (variable !== '' && variable !== 'self') return false;
    if (variable === '' && (first === undefined || first === '*' || first === 'status')) return true;
    return first === 'metadata' && UNSTABLE_METADATA.includes(second ?? '*');
  });
}

function describeRead({ depth }: Read, value: MaybeJson): string {
  if (depth === 'deep' || value === undefined) return describeValue(value);
  if (isArray(value)) return `a list of ${value.length}`;
  return isObject(value) ? 'there' : describeValue(value);
}

function nameOf({ variable, path }: Read): string {
  const steps = path.map((step) => (/^(\w+|\*)$/.test(step) ? step : `\`${step}\``));
  return [...(variable === '' ? [] : [`$${variable}`]), ...steps].join('.');
}
