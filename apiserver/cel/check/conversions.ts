// Which texts and numbers functions make values of.

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

/** True where a function makes a value of a text or a number; true for functions that take anything. */
export function isConvertible(fn: string, value: string | bigint): boolean {
  const test = TESTS[fn];
  return test === undefined || test(value);
}

const TESTS: { readonly [fn: string]: (value: string | bigint) => boolean } = {
  int: (value) =>
    typeof value === 'bigint' || (/^[+-]?\d+$/.test(value) && isBetween(toBigInt(value), INT_MIN, INT_MAX)),
  uint: (value) => (typeof value === 'bigint' ? value >= 0n : /^\d+$/.test(value) && BigInt(value) < 2n ** 64n),
  double: (value) => typeof value === 'bigint' || isDouble(value),
  bool: (value) => typeof value === 'bigint' || /^(?:[01tTfF]|true|TRUE|True|false|FALSE|False)$/.test(value),
  duration: (value) => typeof value === 'bigint' || isDuration(value),
  timestamp: (value) =>
    typeof value === 'bigint' ? isBetween(value, -62_135_596_800n, 253_402_300_799n) : isTimestamp(value),
};

function isBetween(value: bigint, min: bigint, max: bigint): boolean {
  return value >= min && value <= max;
}

function toBigInt(text: string): bigint {
  const digits = text.replace(/^[+-]/, '');
  return text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
}

function isDouble(text: string): boolean {
  if (/^[+-]?(?:inf|infinity|nan)$/i.test(text)) return true;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text));
}

const UNITS: { readonly [unit: string]: number } = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};

function isDuration(text: string): boolean {
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return true;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/u.test(body)) return false;
  let nanos = 0;
  for (const [, number = '', unit = ''] of body.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/gu))
    nanos += Number(number) * (UNITS[unit] ?? 0);
  return nanos < 2 ** 63;
}

function isTimestamp(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))$/.exec(text);
  if (found === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const days = [
    31,
    year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ];
  const isDay = day >= 1 && day <= (days[month - 1] ?? 0);
  const [zoneHour = 0, zoneMinute = 0] = found.slice(7, 9).map((part) => Number(part ?? 0));
  return year >= 1 && isDay && hour < 24 && minute < 60 && second < 60 && zoneHour <= 24 && zoneMinute < 60;
}
