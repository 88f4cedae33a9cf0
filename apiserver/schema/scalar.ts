// Single values of built-in types, in the form in which the API server writes them back, and the words in which it
// refuses them.

import { isList, type Json } from '../model/json.ts';
import { canonicalQuantity } from './quantity.ts';

/** What a field holds, as far as its value is concerned. */
export type ScalarKind =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'bytes'
  | 'time'
  | 'microTime'
  | 'duration'
  | 'quantity'
  | 'intOrString';

/** A value that was read, or why it cannot be. `why` ends a sentence that names the field. */
export type ReadScalar =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'mismatch'; readonly found: string; readonly goType: string }
  | { readonly kind: 'malformed'; readonly message: string };

/** The zero of a kind, as it is written. */
export function zeroOf(kind: ScalarKind): Json {
  switch (kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'duration':
      return '0s';
    case 'bytes':
    case 'time':
    case 'microTime':
      return null;
  }
}

/** Reads a value that is not null. */
export function readScalar(kind: ScalarKind, value: Json): ReadScalar {
  switch (kind) {
    case 'string':
      return typeof value === 'string' ? ok(value) : mismatch(value, 'string');
    case 'bool':
      return typeof value === 'boolean' ? ok(value) : mismatch(value, 'bool');
    case 'int32':
    case 'int64':
      return readInteger(value, kind);
    case 'float64':
      return typeof value === 'number' ? ok(value) : mismatch(value, 'float64');
    case 'bytes':
      return typeof value === 'string' ? readBytes(value) : mismatch(value, '[]uint8');
    case 'time':
    case 'microTime':
      return typeof value === 'string' ? readTime(value, kind) : mismatch(value, 'string');
    case 'duration':
      return typeof value === 'string' ? ok(value) : mismatch(value, 'string');
    case 'quantity':
      return readQuantity(value);
    case 'intOrString':
      if (typeof value === 'string') return ok(value);
      return readInteger(value, 'int32');
  }
}

function ok(value: Json): ReadScalar {
  return { kind: 'value', value };
}

function mismatch(value: Json, goType: string): ReadScalar {
  return { kind: 'mismatch', found: jsonType(value), goType };
}

/** The type of a JSON value, in the words of Go's decoder. */
export function jsonType(value: Json): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string' || typeof value === 'number') return typeof value;
  return isList(value) ? 'array' : 'object';
}

const LIMITS = { int32: 2 ** 31, int64: 2 ** 63 } as const;

function readInteger(value: Json, kind: 'int32' | 'int64'): ReadScalar {
  if (typeof value !== 'number') return mismatch(value, kind);
  const isInRange = value >= -LIMITS[kind] && value < LIMITS[kind];
  if (Number.isInteger(value) && isInRange) return ok(value);
  return { kind: 'mismatch', found: `number ${value}`, goType: kind };
}

function readBytes(value: string): ReadScalar {
  const text = value.replaceAll(/[\r\n]/g, '');
  const wrong = /[^A-Za-z0-9+/]/.exec(text.replace(/={0,2}$/, ''));
  if (wrong === null && text.length % 4 === 0) return ok(text);
  return { kind: 'malformed', message: `illegal base64 data at input byte ${wrong?.index ?? text.length}` };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const LAYOUTS = { time: '2006-01-02T15:04:05Z07:00', microTime: '2006-01-02T15:04:05.000000Z07:00' } as const;

// A time with microseconds has all six digits of them.
function readTime(value: string, kind: 'time' | 'microTime'): ReadScalar {
  const found = TIME.exec(value);
  const atMs = found === null ? Number.NaN : Date.parse(value);
  if (Number.isNaN(atMs)) return wrongTime(value, kind, [value, '2006']);
  const whole = new Date(atMs).toISOString().replace(/\.\d+Z$/, '');
  if (kind === 'time') return ok(`${whole}Z`);
  const fraction = found?.[1] ?? '';
  if (fraction.length !== 7) return wrongTime(value, kind, [value.slice(19), '.000000']);
  return ok(`${whole}${fraction}Z`);
}

function wrongTime(value: string, kind: 'time' | 'microTime', [rest, wanted]: readonly [string, string]): ReadScalar {
  const [text, layout] = [JSON.stringify(value), JSON.stringify(LAYOUTS[kind])];
  const message = `parsing time ${text} as ${layout}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(wanted)}`;
  return { kind: 'malformed', message };
}

const BAD_QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function readQuantity(value: Json): ReadScalar {
  if (typeof value !== 'string' && typeof value !== 'number') return { kind: 'malformed', message: BAD_QUANTITY };
  const canonical = canonicalQuantity(String(value));
  return canonical === undefined ? { kind: 'malformed', message: BAD_QUANTITY } : ok(canonical);
}
