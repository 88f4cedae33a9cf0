// The rules about single texts and numbers.

import { invalid, invalidFloat, tooLong, typeInvalid } from '../model/field-error.ts';
import { goFloat, goNumber, goQuote } from '../model/go-text.ts';
import type { JsonObject } from '../model/json.ts';
import { hasFormat } from './formats.ts';
import type { Patterns } from './pattern.ts';
import { made, Result } from './result.ts';

interface TextAsked {
  readonly schema: JsonObject;
  readonly value: string;
  readonly path: string;
  readonly patterns: Patterns;
}

/** What is wrong with a text. Of its rules the first one that is broken counts. */
export function checkText({ schema, value, path, patterns }: TextAsked): Result {
  const result = new Result();
  const { minLength, maxLength, pattern } = schema;
  const length = [...value].length;
  if (typeof maxLength === 'number' && length > maxLength)
    return result.add(`${path} in body should be at most ${maxLength} chars long`, tooLong(path, maxLength));
  if (typeof minLength === 'number' && length < minLength)
    return result.addInvalid(path, value, `${path} in body should be at least ${minLength} chars long`);
  if (typeof pattern === 'string' && pattern !== '') {
    const parsed = patterns.parse(pattern);
    if ('problem' in parsed || !parsed.pattern.matches(value))
      return result.addInvalid(path, value, `${path} in body should match '${pattern}'`);
  }
  return result;
}

/** Whether a text has a format. */
export function checkFormat(format: string, value: string, path: string): Result {
  const result = new Result();
  if (hasFormat(format, value)) return result;
  const text = `${path} in body must be of type ${format}: ${goQuote(value)}`;
  return result.add(text, typeInvalid(path, value, text));
}

interface NumberAsked {
  readonly schema: JsonObject;
  readonly value: number;
  readonly path: string;
  readonly types: readonly string[];
  readonly format: string;
}

/** True for a number that is kept as an integer of 64 bits. */
export function isWhole(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** What is wrong with a number. */
export function checkNumber(asked: NumberAsked): Result {
  const { schema, value, path } = asked;
  const result = made(1);
  checkRange(result, asked, value, 'Checked');
  for (const [word, title, check] of LIMITS) {
    const limit = schema[word];
    if (typeof limit !== 'number') continue;
    // A limit that is no integer is taken as it is, with a complaint; one that could be is cut off for integers.
    const isCut = checkRange(result, asked, limit, title) && isWhole(value);
    const found = check({ value, limit: isCut ? Math.trunc(limit) : limit, schema, isCut });
    if (found !== undefined) addBroken(result, found, { path, value, isCut });
  }
  return result;
}

function addBroken(
  result: Result,
  { what, limit, isAboutLimit }: Broken,
  { path, value, isCut }: { readonly path: string; readonly value: number; readonly isCut: boolean },
): void {
  const shown = isCut ? goNumber(limit) : goFloat(limit);
  const text = isAboutLimit
    ? `factor MultipleOf declared for ${path} must be positive: ${shown}`
    : `${path} in body should be ${what} ${shown}`;
  const wrong = isAboutLimit ? limit : value;
  result.add(text, isCut ? invalid(path, wrong, text) : invalidFloat(path, wrong, text));
}

interface LimitAsked {
  readonly value: number;
  readonly limit: number;
  readonly schema: JsonObject;
  readonly isCut: boolean;
}

interface Broken {
  readonly what: string;
  readonly limit: number;
  readonly isAboutLimit: boolean;
}

type Limit = readonly [word: string, title: string, check: (asked: LimitAsked) => Broken | undefined];

const broken = (what: string, limit: number): Broken => ({ what, limit, isAboutLimit: false });

const LIMITS: readonly Limit[] = [
  ['multipleOf', 'MultipleOf', checkMultiple],
  [
    'maximum',
    'Maximum boundary',
    ({ value, limit, schema }) => {
      const isStrict = schema['exclusiveMaximum'] === true;
      if (isStrict ? value < limit : value <= limit) return undefined;
      return broken(isStrict ? 'less than' : 'less than or equal to', limit);
    },
  ],
  [
    'minimum',
    'Minimum boundary',
    ({ value, limit, schema }) => {
      const isStrict = schema['exclusiveMinimum'] === true;
      if (isStrict ? value > limit : value >= limit) return undefined;
      return broken(isStrict ? 'greater than' : 'greater than or equal to', limit);
    },
  ],
];

function checkMultiple({ value, limit, isCut }: LimitAsked): Broken | undefined {
  if (limit <= 0) return { what: '', limit, isAboutLimit: true };
  const times = limit < 1 ? (1 / limit) * value : value / limit;
  const isMultiple = isCut ? value % limit === 0 : isNearlyWhole(times);
  return isMultiple ? undefined : broken('a multiple of', limit);
}

// Source: the distance that the API server takes for none.
const NEAR = 1e-9;

function isNearlyWhole(value: number): boolean {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return false;
  const difference = Math.abs(value - Math.trunc(value));
  if (difference === 0) return true;
  if (value === 0 || Math.trunc(value) === 0) return difference < (NEAR * Number.MIN_VALUE) / 2;
  return difference / (Math.abs(value) + Math.abs(Math.trunc(value))) < NEAR;
}

// False, with an error, for a number that its type and format cannot hold.
function checkRange(result: Result, { types, format, path }: NumberAsked, value: number, title: string): boolean {
  const [type] = types.length === 1 ? types : [];
  if (type === 'integer') {
    const limit = format === 'int32' ? 2 ** 31 : 2 ** 63;
    if (Number.isInteger(value) && value >= -limit && value < limit) return true;
  } else if (type !== 'number' || format !== 'float' || Number.isFinite(Math.fround(value))) return true;
  const form = format === '' ? '(default format)' : `with format ${format}`;
  result.addGeneral(`${title} value must be of type ${type} ${form} in ${path}`);
  return false;
}
