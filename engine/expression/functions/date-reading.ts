// Text -> moment: by a picture, or in ISO 8601.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { type Civil, isMoment, momentOf, momentOfShort, toCivil } from './calendar.ts';
import { type Components, matchDate } from './date-matching.ts';
import { numberOf, readDatePicture } from './date-pictures.ts';

/**
 * The moment that a text means by a picture; nothing where it does not match. What is missing before the first component
 * is that of now, what is missing behind the last one is the least. Throws ExpressionError D3130 to D3136.
 */
export function readMoment(text: string, picture: string, meter: Meter): number | undefined {
  const components = matchDate(readDatePicture(picture, meter), text, meter);
  if (components === undefined || components.size === 0) return undefined;
  const layout = layoutOf(components);
  fillGaps(components, layout, meter.environment.now);
  const minutes = components.get('Z') || components.get('z') || 0;
  return assemble(components, layout) - minutes * 60_000;
}

// Which components a moment is made of, from the largest to the smallest.
interface Layout {
  readonly order: string;
  readonly hasDayOfYear: boolean;
  readonly isHalfDay: boolean;
}

// A zero counts as not given here, as in JSONata: midnight says nothing about 12 or 24 hours.
function layoutOf(components: Components): Layout {
  const within = (all: string, allowed: string): boolean => {
    const given = [...all].filter((component) => Boolean(components.get(component)));
    return given.length > 0 && given.every((component) => allowed.includes(component));
  };
  const isDate = (allowed: string) => within('YXMxWwdD', allowed);
  const isTime = (allowed: string) => within('PHhmsf', allowed);
  const hasDayOfYear = !isDate('YMD') && isDate('Yd');
  if (!hasDayOfYear && (isDate('Xxw') || isDate('XW'))) raise('D3136', {});
  const isHalfDay = !isTime('Hmsf') && isTime('Phmsf');
  return { order: (hasDayOfYear ? 'YD' : 'YMD') + (isHalfDay ? 'Phmsf' : 'Hmsf'), hasDayOfYear, isHalfDay };
}

function fillGaps(components: Components, { order }: Layout, now: number | undefined): void {
  let isBehindFirst = false;
  let isBehindLast = false;
  for (const component of order) {
    if (components.get(component) !== undefined) {
      if (isBehindLast) raise('D3136', {});
      isBehindFirst = true;
    } else if (isBehindFirst) {
      isBehindLast = true;
      components.set(component, 'MD'.includes(component) ? 1 : 0);
    } else {
      components.set(component, numberOfNow(component, now));
    }
  }
}

// Rules know no time but the one they are given.
function numberOfNow(component: string, now: number | undefined): number {
  if (now === undefined) return raise('D3136', {});
  return component === 'P' ? 0 : numberOf(toCivil(now), component);
}

function assemble(components: Components, { hasDayOfYear, isHalfDay }: Layout): number {
  const read = (component: string) => components.get(component) ?? 0;
  const year = read('Y');
  const given = { month: read('M') > 0 ? read('M') : 1, day: read('D') };
  const { month, day } = hasDayOfYear ? dayIn(year, read('d')) : given;
  const hour = isHalfDay ? (read('h') === 12 ? 0 : read('h')) + (read('P') === 1 ? 12 : 0) : read('H');
  return momentOfShort({
    ...{ year, month: month - 1, day, hour, minute: read('m'), second: read('s'), millisecond: read('f') },
  });
}

// A day that is not in the year any more keeps the year, as in JSONata.
function dayIn(year: number, day: number): Pick<Civil, 'month' | 'day'> {
  const moment = momentOfShort({ year, month: 0 }) + Math.trunc((day - 1) * 86_400_000);
  return toCivil(isMoment(moment) ? moment : Number.NaN);
}

// What JSONata takes for ISO 8601; each part may be missing.
const ISO_TIME = /^(\d{4})(-[01]\d)?(-[0-3]\d)?(T[0-2]\d(?::[0-5]\d){2})?(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$/;

/** The moment of a text in ISO 8601; without a time zone it is in UTC. Throws ExpressionError D3110. */
export function readIsoMoment(text: string): number {
  const found = ISO_TIME.exec(text) ?? raise('D3110', { value: text });
  const [, year, month, day, time, fraction = '', zone = 'Z'] = found;
  // A day needs its month, and what follows a date belongs to its time.
  const hasGap = (month === undefined && day !== undefined) || (time === undefined && fraction + zone !== 'Z');
  const date = { year: Number(year), month: numberIn(month), day: numberIn(day) };
  if (hasGap || !isBetween(1, date.month, 12) || !isBetween(1, date.day, 31)) raise('D3110', { value: text });
  return (
    momentOf({ ...date, month: date.month - 1 }) +
    readTime(time ?? 'T00:00:00', fraction, text) -
    readIsoZone(zone, text)
  );
}

// The end of a day is 24:00:00, and nothing behind it.
function readTime(time: string, fraction: string, text: string): number {
  const [hour = 0, minute = 0, second = 0] = time.slice(1).split(':').map(Number);
  const isEnd = hour === 24 && minute + second === 0 && !/[1-9]/.test(fraction);
  if (hour > 23 && !isEnd) raise('D3110', { value: text });
  return hour * 3_600_000 + minute * 60_000 + second * 1000 + Number(fraction.slice(1, 4).padEnd(3, '0'));
}

function readIsoZone(zone: string, text: string): number {
  if (zone === 'Z') return 0;
  const hour = Number(zone.slice(1, 3));
  if (hour > 23) raise('D3110', { value: text });
  const ahead = (hour * 60 + Number(zone.slice(-2))) * 60_000;
  return zone.startsWith('-') ? -ahead : ahead;
}

const numberIn = (part = '-01') => Number(part.slice(1));

function isBetween(least: number, value: number, most: number): boolean {
  return value >= least && value <= most;
}
