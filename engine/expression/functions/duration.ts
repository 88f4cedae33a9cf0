// Durations in Go's notation, "1h30m", with days; what metav1.Duration reads and writes. Counted in whole nanoseconds.

import { raise } from '../errors.ts';
import { isNumber, type Value } from '../value.ts';
import { BILLION, multiply, toDecimal, toNumber } from './decimal.ts';
import { type Definition, define, defined } from './definition.ts';

/** Functions on durations. */
export const durationFunctions: readonly Definition[] = [
  define(
    'duration',
    '<s-:n>',
    1,
    defined(([text]) => parseDuration(text as string)),
  ),
  define(
    'durationText',
    '<n-:s>',
    1,
    defined(([seconds]) => write(toNanoseconds(seconds))),
  ),
];

const MICROSECOND = 1000n;
const MILLISECOND = 1_000_000n;
const MINUTE = 60n * BILLION;
const HOUR = 60n * MINUTE;
const UNITS: { readonly [unit: string]: bigint } = {
  ns: 1n,
  us: MICROSECOND,
  // The micro sign, and the Greek letter that looks like it.
  '\u00b5s': MICROSECOND,
  '\u03bcs': MICROSECOND,
  ms: MILLISECOND,
  s: BILLION,
  m: MINUTE,
  h: HOUR,
  d: 24n * HOUR,
};
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|[smhd])/g;
const WHOLE = new RegExp(`^[-+]?(?:0|(?:${PART.source})+)$`);
// Chosen: no duration needs more.
const MAX_LENGTH = 100;
// What Go's time.Duration holds.
const MAX_NANOSECONDS = 2n ** 63n - 1n;

/** A duration in nanoseconds, from its text, or from a number of seconds. Throws ExpressionError U1009. */
export function toNanoseconds(value: Value): bigint {
  if (typeof value === 'string') return readDuration(value);
  if (!isNumber(value)) return raise('U1009', { value });
  return checked(multiply(BILLION, toDecimal(value), 'nearest'), value);
}

/** A duration in seconds. Throws ExpressionError U1009. */
export function parseDuration(text: string): number {
  return toNumber(readDuration(text));
}

function readDuration(text: string): bigint {
  if (text.length > MAX_LENGTH || !WHOLE.test(text)) return raise('U1009', { value: text });
  let sum = 0n;
  for (const [, number = '', unit = ''] of text.matchAll(PART)) {
    const [whole = '', fraction = ''] = number.split('.');
    const digits = BigInt(whole + fraction) * (UNITS[unit] as bigint);
    sum += digits / 10n ** BigInt(fraction.length);
  }
  return checked(text.startsWith('-') ? -sum : sum, text);
}

function checked(nanoseconds: bigint, value: Value): bigint {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  return size > MAX_NANOSECONDS ? raise('U1009', { value }) : nanoseconds;
}

function write(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${write(-nanoseconds)}`;
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds < MICROSECOND) return `${nanoseconds}ns`;
  if (nanoseconds < MILLISECOND) return `${withFraction(nanoseconds, MICROSECOND)}\u00b5s`;
  if (nanoseconds < BILLION) return `${withFraction(nanoseconds, MILLISECOND)}ms`;
  const hours = nanoseconds / HOUR;
  const minutes = (nanoseconds % HOUR) / MINUTE;
  const seconds = withFraction(nanoseconds % MINUTE, BILLION);
  if (hours > 0n) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0n ? `${minutes}m${seconds}s` : `${seconds}s`;
}

/** A value in a unit of a power of ten, with as many places as it needs. */
export function withFraction(value: bigint, unit: bigint): string {
  const rest = value % unit;
  if (rest === 0n) return String(value / unit);
  const places = String(unit).length - 1;
  return `${value / unit}.${String(rest).padStart(places, '0').replace(/0+$/, '')}`;
}
