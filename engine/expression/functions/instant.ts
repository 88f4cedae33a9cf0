// Points in time as Kubernetes writes them: RFC 3339, here always in UTC. No clock is read. Counted in whole nanoseconds
// since the first day of the year 0000.

import { raise } from '../errors.ts';
import { BILLION, toNumber } from './decimal.ts';
import { type Definition, define, defined } from './definition.ts';
import { toNanoseconds, withFraction } from './duration.ts';

/** Functions on points in time. */
export const instantFunctions: readonly Definition[] = [
  define(
    'timeAdd',
    '<s-(sn):s>',
    2,
    defined(([time, duration]) => {
      const sum = parseInstant(time as string) + toNanoseconds(duration);
      return sum < 0n || sum >= END ? raise('U1017', { value: time, other: duration }) : write(sum);
    }, 2),
  ),
  define(
    'timeSince',
    '<ss:n>',
    2,
    defined(([later, earlier]) => toNumber(parseInstant(later as string) - parseInstant(earlier as string)), 2),
  ),
];

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;
const DAY_SECONDS = 86_400;
// How many days of a year lie before each month, without a leap day.
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const END = BigInt(daysBeforeYear(10_000)) * BigInt(DAY_SECONDS) * BILLION;

const EPOCH_SECONDS = daysBeforeYear(1970) * DAY_SECONDS;

/** Whole seconds since 1970 of an RFC 3339 text. Throws ExpressionError U1010. */
export function toSeconds(text: string): number {
  return Number(parseInstant(text) / BILLION) - EPOCH_SECONDS;
}

/** The RFC 3339 text of whole seconds since 1970. */
export function toInstant(seconds: number): string {
  return write(BigInt(seconds + EPOCH_SECONDS) * BILLION);
}

function parseInstant(text: string): bigint {
  const match = PATTERN.exec(text);
  if (match === null) return raise('U1010', { value: text });
  const part = (index: number) => Number(match[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const isDay =
    month >= 1 && month <= 12 && day >= 1 && day <= daysBeforeMonth(year, month + 1) - daysBeforeMonth(year, month);
  const isTime = part(4) < 24 && part(5) < 60 && part(6) < 60 && part(9) < 24 && part(10) < 60;
  if (!isDay || !isTime) return raise('U1010', { value: text });
  const days = daysBeforeYear(year) + daysBeforeMonth(year, month) + day - 1;
  const offset = (match[8] === '-' ? -60 : 60) * (60 * part(9) + part(10));
  const seconds = days * DAY_SECONDS + 3600 * part(4) + 60 * part(5) + part(6) - offset;
  return BigInt(seconds) * BILLION + BigInt((match[7] ?? '').padEnd(9, '0'));
}

function write(instant: bigint): string {
  const seconds = Number(instant / BILLION);
  const days = Math.floor(seconds / DAY_SECONDS);
  const year = yearOf(days);
  const dayOfYear = days - daysBeforeYear(year);
  let month = 12;
  while (daysBeforeMonth(year, month) > dayOfYear) month -= 1;
  const date = [digits(year, 4), digits(month), digits(dayOfYear - daysBeforeMonth(year, month) + 1)].join('-');
  const rest = seconds % DAY_SECONDS;
  const fraction = withFraction(instant % BILLION, BILLION).slice(1);
  return `${date}T${digits(Math.floor(rest / 3600))}:${digits(Math.floor(rest / 60) % 60)}:${digits(rest % 60)}${fraction}Z`;
}

// The year 0000 is a leap year.
function daysBeforeYear(year: number): number {
  return 365 * year + Math.ceil(year / 4) - Math.ceil(year / 100) + Math.ceil(year / 400);
}

// 400 years have 146,097 days: the year by that mean is at most one too small.
function yearOf(days: number): number {
  let year = Math.floor((days * 400) / 146_097) + 1;
  while (daysBeforeYear(year) > days) year -= 1;
  return year;
}

function daysBeforeMonth(year: number, month: number): number {
  const isLeap = daysBeforeYear(year + 1) - daysBeforeYear(year) === 366;
  return (DAYS_BEFORE_MONTH[month - 1] as number) + (isLeap && month > 2 ? 1 : 0);
}

function digits(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}
