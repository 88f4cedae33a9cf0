// The Gregorian calendar by arithmetic alone: no clock, no time zone of the machine. Moments are milliseconds since 1970.

/** A moment in parts, in UTC. */
export interface Civil {
  readonly moment: number;
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** 1 is Monday. */
  readonly weekday: number;
}

/** A year and a month, which counts from 0. */
interface Month {
  readonly year: number;
  readonly month: number;
}

/** Parts of a moment as they were read. What is left out is the first or zero. */
export interface Parts extends Month {
  readonly day?: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly millisecond?: number;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

// JavaScript's dates end here. Source: https://tc39.es/ecma262/#sec-time-values-and-time-range
const LAST_MOMENT = 8.64e15;

// Years are counted from March, so that a leap day is the last of its year; month 0 is then March, and the days before
// each month follow a line of 153 days in five months. 719,468 days lie between the first of March in year 0 and 1970.
const DAYS_TO_1970 = 719_468;
const DAYS_IN_ERA = 146_097;

function daysOf(year: number, month: number, day: number): number {
  const from = month < 2 ? year - 1 : year;
  const daysBefore = Math.floor((153 * ((month + 10) % 12) + 2) / 5);
  const leaps = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  return 365 * from + leaps + daysBefore + day - 1 - DAYS_TO_1970;
}

/** The parts of a moment. */
export function toCivil(moment: number): Civil {
  const days = Math.floor(moment / DAY_MS);
  const rest = moment - days * DAY_MS;
  const shifted = days + DAYS_TO_1970;
  const era = Math.floor(shifted / DAYS_IN_ERA);
  const dayOfEra = shifted - era * DAYS_IN_ERA;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  return {
    moment,
    year: yearOfEra + era * 400 + (fromMarch < 10 ? 0 : 1),
    month: fromMarch < 10 ? fromMarch + 3 : fromMarch - 9,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    second: Math.floor(rest / 1000) % 60,
    millisecond: rest % 1000,
    weekday: ((((days + 3) % 7) + 7) % 7) + 1,
  };
}

/** True where dates have a moment. */
export function isMoment(value: number): boolean {
  return Math.abs(value) <= LAST_MOMENT;
}

/** The moment of parts that may be larger than their place, such as a 13th month; NaN where there is none. */
export function momentOf({ year, month, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0 }: Parts): number {
  const months = Math.trunc(month);
  const inYear = ((months % 12) + 12) % 12;
  const days = daysOf(Math.trunc(year) + Math.floor(months / 12), inYear, 1) + Math.trunc(day) - 1;
  const time = Math.trunc(hour) * 3_600_000 + Math.trunc(minute) * 60_000 + Math.trunc(second) * 1000;
  const moment = days * DAY_MS + time + Math.trunc(millisecond);
  return isMoment(moment) ? moment : Number.NaN;
}

/** The same, but the years 0 to 99 are those of the twentieth century, as for JavaScript's `Date.UTC`. */
export function momentOfShort(parts: Parts): number {
  const year = Math.trunc(parts.year);
  return momentOf({ ...parts, year: year >= 0 && year <= 99 ? year + 1900 : year });
}

// A year or a month with those around it: the weeks of each begin with the one that holds its first Thursday.
interface Period {
  readonly previous: Month;
  readonly current: Month;
  readonly next: Month;
  /** A week above this may belong to the next one. */
  readonly surelyWeeks: number;
}

function yearPeriod({ year }: Civil): Period {
  return {
    previous: { year: year - 1, month: 0 },
    current: { year, month: 0 },
    next: { year: year + 1, month: 0 },
    surelyWeeks: 52,
  };
}

function monthPeriod({ year, month }: Civil): Period {
  return {
    previous: month === 1 ? { year: year - 1, month: 11 } : { year, month: month - 2 },
    current: { year, month: month - 1 },
    next: month === 12 ? { year: year + 1, month: 0 } : { year, month },
    surelyWeeks: 4,
  };
}

function firstWeekOf(month: Month): number {
  const start = momentOfShort(month);
  const { weekday } = toCivil(start);
  return start + (weekday > 4 ? 8 - weekday : 1 - weekday) * DAY_MS;
}

function weekOf(civil: Civil, { previous, current, next, surelyWeeks }: Period): number {
  const today = momentOfShort({ year: civil.year, month: civil.month - 1, day: civil.day });
  const weekFrom = (start: number) => Math.floor((today - start) / WEEK_MS) + 1;
  const week = weekFrom(firstWeekOf(current));
  if (week > surelyWeeks) return today >= firstWeekOf(next) ? 1 : week;
  return week < 1 ? weekFrom(firstWeekOf(previous)) : week;
}

function owningMonth({ moment }: Civil, { previous, current, next }: Period): Month {
  if (moment < firstWeekOf(current)) return previous;
  return moment >= firstWeekOf(next) ? next : current;
}

/** The day in its year, from 1. */
export function dayOfYear({ year, month, day }: Civil): number {
  const first = momentOfShort({ year, month: 0 });
  return (momentOfShort({ year, month: month - 1, day }) - first) / DAY_MS + 1;
}

/** The week in its year, as ISO 8601 counts. */
export function weekOfYear(civil: Civil): number {
  return weekOf(civil, yearPeriod(civil));
}

/** The week in its month, counted in the same way. */
export function weekOfMonth(civil: Civil): number {
  return weekOf(civil, monthPeriod(civil));
}

/** The year that the week belongs to. */
export function yearOfWeek(civil: Civil): number {
  return owningMonth(civil, yearPeriod(civil)).year;
}

/** The month that the week belongs to, from 1. */
export function monthOfWeek(civil: Civil): number {
  return owningMonth(civil, monthPeriod(civil)).month + 1;
}
