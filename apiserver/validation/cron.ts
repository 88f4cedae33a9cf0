// What is wrong with a schedule, in the words of the API server.
// Source: https://pkg.go.dev/github.com/robfig/cron/v3

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ['', ...'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')];
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];
const DESCRIPTORS: ReadonlySet<string> = new Set(
  ['yearly', 'annually', 'monthly', 'weekly', 'daily', 'midnight', 'hourly'].map((name) => `@${name}`),
);

/** A schedule that cannot be read; the message says why. */
class WrongSchedule extends Error {}

/** Why a schedule cannot be read; undefined where it can. `isZone` tells which zones of time there are. */
export function scheduleProblem(schedule: string, isZone: (zone: string) => boolean): string | undefined {
  try {
    readSchedule(schedule, isZone);
    return undefined;
  } catch (error) {
    if (error instanceof WrongSchedule) return error.message;
    throw error;
  }
}

function readSchedule(schedule: string, isZone: (zone: string) => boolean): void {
  const text = /^(?:CRON_)?TZ=/.test(schedule) ? withoutZone(schedule, isZone) : schedule;
  if (text.startsWith('@')) readDescriptor(text);
  else readFields(text);
}

function readFields(text: string): void {
  const fields = text.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== FIELDS.length) {
    const found = `found ${fields.length}: [${fields.join(' ')}]`;
    throw new WrongSchedule(`expected exactly ${FIELDS.length} fields, ${found}`);
  }
  for (const [at, bounds] of FIELDS.entries())
    for (const range of (fields[at] ?? '').split(',')) if (range !== '') readRange(range, bounds);
}

function withoutZone(schedule: string, isZone: (zone: string) => boolean): string {
  const end = schedule.indexOf(' ');
  if (end < 0) {
    const why = 'runtime error: slice bounds out of range [:-1]';
    throw new WrongSchedule(`invalid schedule format: ${why}`);
  }
  const zone = schedule.slice(schedule.indexOf('=') + 1, end);
  if (zone !== '' && !isZone(zone)) throw new WrongSchedule(`provided bad location ${zone}: unknown time zone ${zone}`);
  return schedule.slice(end).trim();
}

function readDescriptor(text: string): void {
  if (DESCRIPTORS.has(text)) return;
  if (!text.startsWith('@every ')) throw new WrongSchedule(`unrecognized descriptor: ${text}`);
  const why = durationProblem(text.slice('@every '.length));
  if (why !== undefined) throw new WrongSchedule(`failed to parse duration ${text}: ${why}`);
}

const UNITS: readonly string[] = ['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'];

function durationProblem(text: string): string | undefined {
  const quoted = JSON.stringify(text);
  const wrong = `time: invalid duration ${quoted}`;
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return undefined;
  if (rest === '') return wrong;
  while (rest !== '') {
    const number = /^(?:\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) return wrong;
    rest = rest.slice(number.length);
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? '';
    if (unit === '') return `time: missing unit in duration ${quoted}`;
    if (!UNITS.includes(unit)) return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
    rest = rest.slice(unit.length);
  }
  return undefined;
}

function readRange(range: string, bounds: Bounds): void {
  const [between = '', step, ...more] = range.split('/');
  const [low = '', high, ...others] = between.split('-');
  let [start, end] = [bounds.min, bounds.max];
  if (low !== '*' && low !== '?') {
    start = readNumber(low, bounds);
    end = high === undefined ? start : readNumber(high, bounds);
    if (others.length > 0) throw new WrongSchedule(`too many hyphens: ${range}`);
  }
  const width = step === undefined ? 1 : readInteger(step);
  if (step !== undefined && high === undefined) end = bounds.max;
  if (more.length > 0) throw new WrongSchedule(`too many slashes: ${range}`);
  checkRange({ start, end, width }, bounds, range);
}

function checkRange(
  { start, end, width }: { readonly start: number; readonly end: number; readonly width: number },
  { min, max }: Bounds,
  range: string,
): void {
  if (start < min) throw new WrongSchedule(`beginning of range (${start}) below minimum (${min}): ${range}`);
  if (end > max) throw new WrongSchedule(`end of range (${end}) above maximum (${max}): ${range}`);
  if (start > end) throw new WrongSchedule(`beginning of range (${start}) beyond end of range (${end}): ${range}`);
  if (width === 0) throw new WrongSchedule(`step of range should be a positive number: ${range}`);
}

function readNumber(text: string, { names }: Bounds): number {
  const at = text === '' ? -1 : names.indexOf(text.toLowerCase());
  return at >= 0 ? at : readInteger(text);
}

function readInteger(text: string): number {
  const failed = (why: string): WrongSchedule =>
    new WrongSchedule(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[+-]?\d+$/.test(text)) throw failed('invalid syntax');
  const number = BigInt(text.replace(/^\+/, ''));
  if (BigInt.asIntN(64, number) !== number) throw failed('value out of range');
  if (number < 0n) throw new WrongSchedule(`negative number (${number}) not allowed: ${text}`);
  return Number(number);
}
