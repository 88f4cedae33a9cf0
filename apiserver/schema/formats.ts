// The formats of texts that the API server checks in custom resources.
// Source: https://pkg.go.dev/k8s.io/kube-openapi/pkg/validation/strfmt

import { isCidr, parseIp, parseV6 } from './ip.ts';
import { parseRequestUrl } from './url.ts';

type Check = (text: string) => boolean;

const of = (pattern: RegExp): Check => {
  return (text) => pattern.test(text);
};

const GROUPS = '[0-9a-f]{4}';
const uuid = (version: string, variant: string): Check =>
  of(new RegExp(`^[0-9a-f]{8}-?${GROUPS}-?${version}-?${variant}-?[0-9a-f]{12}$`, 'i'));

const SHORT_NAME = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';

// By the name without dashes.
const FORMATS: { readonly [name: string]: Check } = {
  bsonobjectid: of(/^[0-9a-fA-F]{24}$/),
  uri: (text) => 'parts' in parseRequestUrl(text),
  email: isEmail,
  hostname: isHostname,
  ipv4: (text) => text.includes('.') && parseIp(text, { allowsZeros: true }) !== undefined,
  ipv6: (text) => text.includes(':') && parseV6(text) !== undefined,
  cidr: (text) => isCidr(text, { allowsZeros: true }),
  mac: isMac,
  uuid: uuid(GROUPS, GROUPS),
  uuid3: uuid('3[0-9a-f]{3}', GROUPS),
  uuid4: uuid('4[0-9a-f]{3}', '[89ab][0-9a-f]{3}'),
  uuid5: uuid('5[0-9a-f]{3}', '[89ab][0-9a-f]{3}'),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: of(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: isRgbColor,
  byte: of(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => text.length <= 63 && new RegExp(`^${SHORT_NAME}$`).test(text),
  k8slongname: (text) => text.length <= 253 && new RegExp(`^${SHORT_NAME}(?:\\.${SHORT_NAME})*$`).test(text),
};

const NUMBER_FORMATS: { readonly [type: string]: readonly string[] } = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};

/** True for a format that is checked in values of a type; the type is '' where it is none, or several. */
export function isKnownFormat(format: string, type: string): boolean {
  if (type === '' || type === 'string') return FORMATS[plain(format)] !== undefined;
  return NUMBER_FORMATS[type]?.includes(format) === true;
}

/** False for a text that does not have a format that is checked. */
export function hasFormat(format: string, text: string): boolean {
  return FORMATS[plain(format)]?.(text) ?? true;
}

function plain(format: string): string {
  return format.replaceAll('-', '');
}

function isEmail(text: string): boolean {
  const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-]+";
  const quoted = '"(?:[^"\\\\\\u0000-\\u001f]|\\\\[\\u0020-\\u007e])*"';
  const dots = `${atom}(?:\\.${atom})*`;
  const address = `(?:${dots}|${quoted})@${dots}`;
  const name = `(?:(?:[A-Za-z0-9!#$%&'*+/=?^_\`{|}~.\\u0080-\\uffff-]+|${quoted})[ \\t]*)*`;
  return new RegExp(`^[ \\t]*(?:${address}|${name}<${address}>)[ \\t]*$`).test(text);
}

const HOST_SIGN = '[a-zA-Z0-9\\p{S}\\p{L}]';
const HOST = new RegExp(
  `^(?:${HOST_SIGN}(?:-?${HOST_SIGN}{0,62})?|(?:${HOST_SIGN}(?:[a-zA-Z0-9\\-\\p{S}\\p{L}]{0,61}${HOST_SIGN})?\\.)+[a-zA-Z\\p{L}]{2,63})$`,
  'u',
);

function isHostname(text: string): boolean {
  const size = (part: string): number => new TextEncoder().encode(part).length;
  return HOST.test(text) && size(text) <= 255 && text.split('.').every((part) => size(part) <= 63);
}

function isMac(text: string): boolean {
  const parts = /^[0-9a-fA-F]{4}\./.test(text) ? text.split('.') : text.split(text[2] === '-' ? '-' : ':');
  const size = text[4] === '.' ? 4 : 2;
  if (!parts.every((part) => part.length === size && /^[0-9a-fA-F]+$/.test(part))) return false;
  return [6, 8, 20].includes((parts.length * size) / 2);
}

function isIsbn10(text: string): boolean {
  const plain = text.replaceAll(/[\s-]+/g, '');
  if (!/^(?:\d{9}X|\d{10})$/.test(plain)) return false;
  const sum = [...plain].reduce((total, sign, at) => total + (at + 1) * (sign === 'X' ? 10 : Number(sign)), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const plain = text.replaceAll(/[\s-]+/g, '');
  if (!/^\d{13}$/.test(plain)) return false;
  const sum = [...plain].slice(0, 12).reduce((total, sign, at) => total + (at % 2 === 0 ? 1 : 3) * Number(sign), 0);
  return Number(plain[12]) === (10 - (sum % 10)) % 10;
}

const CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;

// Source: the algorithm of Luhn.
function isCreditCard(text: string): boolean {
  const digits = text.replaceAll(/[^0-9]+/g, '');
  if (!CARD.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, sign, at) => {
    const value = Number(sign) * (at % 2 === 0 ? 1 : 2);
    return total + (value >= 10 ? (value % 10) + 1 : value);
  }, 0);
  return sum % 10 === 0;
}

function isRgbColor(text: string): boolean {
  const part = '\\s*(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*';
  return new RegExp(`^rgb\\(${part},${part},${part}\\)$`).test(text);
}

function isDate(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (found === null) return false;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

function isDateTime(text: string): boolean {
  const [date = '', time] = text.toLowerCase().split('t');
  if (time === undefined || !isDate(date)) return false;
  const found = /^(\d{2}):(\d{2}):(\d{2})(?:.\d+)?(?:z|[+-]\d{2}:\d{2})$/.exec(time);
  if (found === null) return false;
  const [, hours = '', minutes = '', seconds = ''] = found;
  return hours <= '23' && minutes <= '59' && seconds <= '59';
}

const UNITS: readonly (readonly string[])[] = [
  ['ns', 'nano'],
  ['us', 'µs', 'micro'],
  ['ms', 'milli'],
  ['s', 'sec'],
  ['m', 'min'],
  ['h', 'hr', 'hour'],
  ['d', 'day'],
  ['w', 'wk', 'week'],
];

// A duration of Go, or whatever has a number before a unit in it.
function isDuration(text: string): boolean {
  if (/^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text)) return true;
  return [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)].some(([, unit = '']) => isUnit(unit.toLowerCase()));
}

function isUnit(unit: string): boolean {
  return UNITS.some((names) => names.includes(unit) || unit.startsWith(names.at(-1) ?? ''));
}
