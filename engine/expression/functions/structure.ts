// Functions on any data that JSONata lacks.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { isRecord, type Value } from '../value.ts';
import { type Definition, define, defined } from './definition.ts';

/** Functions on any data. */
export const structureFunctions: readonly Definition[] = [
  // Its argument unchanged, but of a type that nobody checks.
  define('any', '<x-:x>', 1, ([value]) => value),
  define(
    'range',
    '<nnn?:a<n>>',
    3,
    defined(
      ([from, to, step], meter) => range(from as number, to as number, (step as number | undefined) ?? 1, meter),
      2,
    ),
  ),
  define(
    'mergeDeep',
    '<oo:o>',
    2,
    defined(([object, patch], meter) => (patch === undefined ? object : mergeDeep(object, patch, meter))),
  ),
];

// Counted from the start, so that broken steps do not add up their errors.
function range(from: number, to: number, step: number, meter: Meter): readonly number[] {
  if (step === 0) raise('U1014', {});
  const length = Math.max(0, Math.ceil((to - from) / step));
  meter.step(length);
  meter.grow(length);
  return Array.from({ length }, (_, index) => from + index * step);
}

// Source: RFC 7386, JSON merge patch.
function mergeDeep(target: Value, patch: Value, meter: Meter): Value {
  if (!isRecord(patch)) return patch;
  const result: Record<string, Value> = isRecord(target) ? { ...target } : {};
  meter.step(Object.keys(result).length);
  for (const [key, value] of Object.entries(patch)) {
    meter.step();
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') raise('U1004', { value: key });
    if (value === null) delete result[key];
    else result[key] = mergeDeep(result[key], value, meter);
  }
  return result;
}
