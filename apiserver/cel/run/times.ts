// Moments and lengths of time: read, shown, and taken apart.

import { CelError, Duration, Timestamp, unfit } from '../value.ts';

const NANO = 1_000_000_000n;
const UNITS: { readonly [unit: string]: bigint } = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: NANO,
  m: 60n * NANO,
  h: 3600n * NANO,
  d: 86_400n * NANO,
};

/** Reads a length of time such as `1h30m`. Throws where it is none. */
export function parseDuration(text: string): Duration {
  const body = text.replace(/^[+-]/, '');
  const fits = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/u.test(body);
  if (body !== '0' && !fits) throw unfit('string', 'google.protobuf.Duration');
  const nanos = sumOf(body);
  return new Duration(text.startsWith('-') ? -nanos : nanos);
}

function sumOf(text: string): bigint {
  let nanos = 0n;
  for (const [, whole = '', part = '', unit = ''] of text.matchAll(/(\d*)\.?(\d*)\s*(ns|us|µs|μs|ms|s|m|h|d)/gu)) {
    const scale = UNITS[unit] ?? 0n;
    nanos += BigInt(whole || '0') * scale + (BigInt(part || '0') * scale) / 10n ** BigInt(part.length);
  }
  return nanos;
}

/** Reads a length of time of a schema, which knows days, too; undefined for one that is none. */
export function readDuration(text: string): Duration | undefined {
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)\s*(?:ns|us|µs|μs|ms|s|m|h|d))+$/u.test(text) && !/^[+-]?0$/.test(text))
    return undefined;
  const nanos = sumOf(text.replace(/^[+-]/, ''));
  return new Duration(text.startsWith('-') ? -nanos : nanos);
}

const MOMENT = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:[.,](\d+))?([Zz]|[+-]\d\d:?\d\d)$/;

/** Reads a moment; undefined for a text that is none. */
export function readTimestamp(text: string): Timestamp | undefined {
  const [, day, time, part = '', zone = ''] = MOMENT.exec(text) ?? [];
  if (day === undefined) return undefined;
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : zone.replace(/^(...):?(..)$/, '$1:$2');
  const milliseconds = Date.parse(`${day}T${time}${offset}`);
  if (Number.isNaN(milliseconds)) return undefined;
  const nanos = BigInt(milliseconds) * 1_000_000n + BigInt(part.slice(0, 9).padEnd(9, '0'));
  return new Timestamp(nanos, offset === 'Z' ? 0 : offsetOf(offset, 0) / 60_000);
}

/** A length of time as a text, in seconds. */
export function showDuration({ nanos }: Duration): string {
  const digits = String(nanos < 0n ? -nanos : nanos).padStart(10, '0');
  const part = digits.slice(-9).replace(/0+$/, '');
  return `${nanos < 0n ? '-' : ''}${digits.slice(0, -9)}${part === '' ? '' : `.${part}`}s`;
}

function millisOf(nanos: bigint): number {
  const whole = nanos / 1_000_000n;
  return Number(nanos < 0n && whole * 1_000_000n !== nanos ? whole - 1n : whole);
}

/** A moment as a text, by its own clock. */
export function showTimestamp({ nanos, offsetMinutes }: Timestamp): string {
  const part = String(((nanos % NANO) + NANO) % NANO)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const local = new Date(millisOf(nanos) + offsetMinutes * 60_000).toISOString().slice(0, 19);
  return `${local}${part === '' ? '' : `.${part}`}${showOffset(offsetMinutes)}`;
}

function showOffset(minutes: number): string {
  if (minutes === 0) return 'Z';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}

type Get = (date: Date) => number;
const GETS: { readonly [name: string]: Get | undefined } = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) =>
    Math.floor(
      (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) /
        86_400_000,
    ),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

/** The names of the functions that take times apart. */
export const TIME_PARTS: readonly string[] = Object.keys(GETS);

/** A part of a moment in a zone, or of a length of time. Throws for what is neither. */
export function timePart(name: string, value: unknown, zone?: string): bigint {
  if (value instanceof Duration) return durationPart(name, value);
  const get = GETS[name];
  if (!(value instanceof Timestamp) || get === undefined) throw new CelError('no such overload');
  const millis = millisOf(value.nanos);
  return BigInt(get(new Date(zone === undefined ? millis : millis + offsetOf(zone, millis))));
}

function durationPart(name: string, { nanos }: Duration): bigint {
  switch (name) {
    case 'getHours':
      return nanos / (3600n * NANO);
    case 'getMinutes':
      return nanos / (60n * NANO);
    case 'getSeconds':
      return nanos / NANO;
    case 'getMilliseconds':
      return (nanos % NANO) / 1_000_000n;
    default:
      throw new CelError('no such overload');
  }
}

function offsetOf(zone: string, millis: number): number {
  const [, sign, hours, minutes] = /^([+-]?)(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (hours !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  try {
    const options = { timeZone: zone === '' ? 'UTC' : zone, timeZoneName: 'longOffset' } as const;
    const parts = new Intl.DateTimeFormat('en', options).formatToParts(new Date(millis));
    const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, side, own, rest] = /([+-])(\d\d):(\d\d)/.exec(text) ?? [];
    return own === undefined ? 0 : (side === '-' ? -1 : 1) * (Number(own) * 60 + Number(rest)) * 60_000;
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
}
