// Functions on numbers.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { isTruthy, toBoolean, type Value } from '../value.ts';
import { type Definition, define, defined } from './definition.ts';

const simple = (name: string, compute: (value: number) => number): Definition =>
  define(
    name,
    '<n-:n>',
    1,
    defined(([value]) => compute(value as number)),
  );

const overAll = (name: string, compute: (values: readonly number[]) => number): Definition =>
  define(
    name,
    '<a<n>:n>',
    1,
    defined(([given], meter) => {
      const values = given as readonly number[];
      meter.step(values.length >> 2);
      return values.length === 0 && name !== 'sum' ? undefined : compute(values);
    }),
  );

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Functions on numbers and truth. */
export const numberFunctions: readonly Definition[] = [
  define(
    'number',
    '<(nsb)-:n>',
    1,
    defined(([value], meter) => toNumber(value, meter)),
  ),
  simple('abs', Math.abs),
  simple('floor', Math.floor),
  simple('ceil', Math.ceil),
  define(
    'round',
    '<n-n?:n>',
    2,
    defined(([value, precision]) => round(value as number, precision as number | undefined)),
  ),
  simple('sqrt', (value) => (value < 0 ? raise('D3060', { value }) : Math.sqrt(value))),
  define(
    'power',
    '<n-n:n>',
    2,
    defined(([base, exponent]) => power(base as number, exponent as number)),
  ),
  define(
    'formatBase',
    '<n-n?:s>',
    2,
    defined(([value, base]) => formatBase(value as number, base as number | undefined)),
  ),
  overAll('sum', sum),
  overAll('max', (values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)),
  overAll('min', (values) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)),
  overAll('average', (values) => sum(values) / values.length),
  define('boolean', '<x-:b>', 1, ([value], meter) => toBoolean(value, meter)),
  define('not', '<x-:b>', 1, ([value], meter) => (value === undefined ? undefined : !isTruthy(value, meter))),
];

function toNumber(value: Value, meter: Meter): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = String(value);
  meter.read(text.length * 4);
  if (/^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/.test(text) && Number.isFinite(Number(text))) return Number(text);
  return /^(0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+)$/.test(text) ? Number(text) : raise('D3030', { value });
}

/** Half to even, at any decimal place; the detour by text keeps 4.015 from becoming 4.01499…. */
export function round(value: number, precision: number | undefined): number {
  const shifted = precision ? shift(value, precision) : value;
  let result = Math.round(shifted);
  if (Math.abs(result - shifted) === 0.5 && Math.abs(result % 2) === 1) result -= 1;
  if (precision) result = shift(result, -precision);
  return Object.is(result, -0) ? 0 : result;
}

function shift(value: number, places: number): number {
  const [digits, exponent] = value.toString().split('e');
  return Number(`${digits}e${Number(exponent ?? 0) + places}`);
}

function power(base: number, exponent: number): number {
  const result = base ** exponent;
  return Number.isFinite(result) ? result : raise('D3061', { value: base, other: exponent });
}

function formatBase(value: number, base: number | undefined): string {
  const radix = base === undefined ? 10 : round(base, undefined);
  if (!(radix >= 2 && radix <= 36)) raise('D3100', { value: radix });
  return round(value, undefined).toString(radix);
}
