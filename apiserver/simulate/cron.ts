// Schedules as CronJobs have them: five fields, or a name for some of them. Times of day are those of a time zone.
// Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax

const NAMES: { readonly [name: string]: string } = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY_MS = 86_400_000;
// Long enough to meet every 29th of February, whatever the century.
const MAX_DAYS = 9 * 366;

/** A schedule that was understood. */
export interface Schedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Both days of the month and days of the week are named: either of them is enough. */
  readonly isEitherDay: boolean;
}

/** Reads a schedule; undefined for what is none. */
export function parseSchedule(text: string): Schedule | undefined {
  const fields = (NAMES[text.trim()] ?? text).trim().split(/\s+/);
  const [minutes, hours, days, months, weekdays] = [
    parseField(fields[0], { from: 0, to: 59, names: [] }),
    parseField(fields[1], { from: 0, to: 23, names: [] }),
    parseField(fields[2], { from: 1, to: 31, names: [] }),
    parseField(fields[3], { from: 1, to: 12, names: MONTHS }),
    parseField(fields[4], { from: 0, to: 7, names: DAYS }),
  ];
  if (fields.length !== 5 || !minutes || !hours || !days || !months || !weekdays) return undefined;
  const isOpen = (field: string | undefined): boolean => /^[*?]/.test(field ?? '');
  // Sunday has two numbers.
  const sundays = weekdays.has(7) ? new Set([...weekdays, 0]) : weekdays;
  const isEitherDay = !isOpen(fields[2]) && !isOpen(fields[4]);
  return { minutes, hours, days, months, weekdays: sundays, isEitherDay };
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly names: readonly string[];
}

function parseField(text: string | undefined, range: Range): ReadonlySet<number> | undefined {
  const parts = (text ?? '').split(',').map((part) => parsePart(part, range));
  return parts.includes(undefined) ? undefined : new Set(parts.flatMap((numbers) => numbers ?? []));
}

// `*`, `5`, `1-5`, and each of them with `/2`; a single number with a step goes on to the end.
function parsePart(text: string, range: Range): readonly number[] | undefined {
  const found = /^([^/-]+)(?:-([^/]+))?(?:\/(\d+))?$/.exec(text);
  if (found === null) return undefined;
  const [, first = '', last, step] = found;
  const [from, to] = /^[*?]$/.test(first) ? [range.from, range.to] : endsOf(first, { last, step, range });
  const by = Number(step ?? 1);
  const isWithin = from >= range.from && to <= range.to && from <= to && by >= 1;
  return isWithin ? Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, at) => from + at * by) : undefined;
}

interface Ends {
  readonly last: string | undefined;
  readonly step: string | undefined;
  readonly range: Range;
}

function endsOf(first: string, { last, step, range }: Ends): readonly [number, number] {
  const from = toNumber(first, range);
  if (last !== undefined) return [from, toNumber(last, range)];
  return [from, step === undefined ? from : range.to];
}

function toNumber(text: string, { from, names }: Range): number {
  const at = names.indexOf(text.toLowerCase());
  if (at >= 0) return at + from;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** The first time of a schedule after a time, or undefined where it has none. */
export function nextTime(schedule: Schedule, afterMs: number, timeZone: string): number | undefined {
  const localMs = afterMs + offsetMs(afterMs, timeZone);
  const firstDayMs = Math.floor(localMs / DAY_MS) * DAY_MS;
  for (let day = 0; day < MAX_DAYS; day += 1) {
    const dayMs = firstDayMs + day * DAY_MS;
    if (!isDay(schedule, new Date(dayMs))) continue;
    for (const hour of [...schedule.hours].sort((a, b) => a - b)) {
      for (const minute of [...schedule.minutes].sort((a, b) => a - b)) {
        const wallMs = dayMs + hour * 3_600_000 + minute * 60_000;
        const atMs = wallMs - offsetMs(wallMs - offsetMs(wallMs, timeZone), timeZone);
        if (atMs > afterMs) return atMs;
      }
    }
  }
  return undefined;
}

function isDay(schedule: Schedule, day: Date): boolean {
  if (!schedule.months.has(day.getUTCMonth() + 1)) return false;
  const isOfMonth = schedule.days.has(day.getUTCDate());
  const isOfWeek = schedule.weekdays.has(day.getUTCDay());
  return schedule.isEitherDay ? isOfMonth || isOfWeek : isOfMonth && isOfWeek;
}

// How far the clocks of a time zone are ahead of UTC at a time.
function offsetMs(atMs: number, timeZone: string): number {
  if (timeZone === '' || timeZone === 'UTC' || timeZone === 'Etc/UTC') return 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1_000) * 1_000;
}

/** True for a time zone that is known here. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return timeZone === '' || offsetMs(0, timeZone) !== undefined;
  } catch {
    return false;
  }
}
