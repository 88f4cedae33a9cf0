// What can go wrong while a formula is evaluated. Codes are JSONata's own; those with a U are the engine's.

import type { TextRange } from '../model/diagnostic.ts';

const NOWHERE: TextRange = { start: 0, end: 0 };

/** A formula failed on its data. `range`: the piece of the formula's text that failed. */
export class ExpressionError extends Error {
  readonly code: string;
  /** Set by the innermost node that knows its place. */
  range: TextRange;
  /** False until `range` is known. */
  isPlaced: boolean;
  /** The message without any value of the data, for formulas that read secrets. */
  readonly discreet: string;

  constructor(code: string, message: string, discreet: string, range?: TextRange) {
    super(message);
    this.name = 'ExpressionError';
    this.code = code;
    this.discreet = discreet;
    this.range = range ?? NOWHERE;
    this.isPlaced = range !== undefined;
  }
}

/** What a message is made of. */
export interface ErrorFacts {
  readonly value?: unknown;
  readonly other?: unknown;
  readonly token?: string;
  readonly index?: number;
  readonly message?: string;
}

const MESSAGES: { readonly [code: string]: (facts: ErrorFacts) => string } = {
  D1001: ({ value }) => `the number ${String(value)} is out of range`,
  D1002: ({ value }) => `cannot negate ${show(value)}: it is not a number`,
  D1004: () => 'the regular expression matches the empty text',
  D1009: ({ value }) => `the key ${show(value)} is given more than once`,
  D1013: ({ value }) => `the key ${show(value)} is reserved`,
  D2014: ({ value }) => `the range has ${String(value)} values, more than 10,000,000`,
  D3001: ({ value }) => `${String(value)} cannot be written as text`,
  D3010: () => 'the second argument of $replace is empty',
  D3011: () => 'the fourth argument of $replace is negative',
  D3012: ({ value }) => `the replacement function gave ${show(value)}, not a text`,
  D3020: () => 'the third argument of $split is negative',
  D3030: ({ value }) => `${show(value)} is not a number`,
  D3040: () => 'the third argument of $match is negative',
  D3050: () => 'the function given to $reduce needs at least two parameters',
  D3060: ({ value }) => `${show(value)} is negative and has no square root`,
  D3061: ({ value, other }) => `${show(value)} to the power of ${show(other)} is out of range`,
  D3070: () => '$sort without a function takes only texts or only numbers',
  D3080: ({ value }) => `the picture ${show(value)} has more than two parts`,
  D3081: ({ value }) => `the picture ${show(value)} has more than one decimal separator`,
  D3082: ({ value }) => `the picture ${show(value)} has more than one percent sign`,
  D3083: ({ value }) => `the picture ${show(value)} has more than one per-mille sign`,
  D3084: ({ value }) => `the picture ${show(value)} has both a percent and a per-mille sign`,
  D3085: ({ value }) => `the picture ${show(value)} has no place for a digit`,
  D3086: ({ value }) => `the picture ${show(value)} has other text between its digits`,
  D3087: ({ value }) => `the picture ${show(value)} has a grouping separator beside its decimal separator`,
  D3088: ({ value }) => `the picture ${show(value)} has a grouping separator at the end of its integer part`,
  D3089: ({ value }) => `the picture ${show(value)} has two grouping separators side by side`,
  D3090: ({ value }) => `the picture ${show(value)} has an optional digit behind a fixed one in its integer part`,
  D3091: ({ value }) => `the picture ${show(value)} has a fixed digit behind an optional one in its decimals`,
  D3092: ({ value }) => `the picture ${show(value)} has an exponent and a percent or per-mille sign`,
  D3093: ({ value }) => `the exponent in the picture ${show(value)} is not made of fixed digits`,
  D3100: ({ value }) => `the base ${show(value)} is not between 2 and 36`,
  D3110: ({ value }) => `${show(value)} is not a time in ISO 8601`,
  D3130: ({ value }) => `there is no numbering that begins with ${show(value)}`,
  D3131: ({ value }) => `the picture ${show(value)} has digits of several scripts`,
  D3132: ({ token }) => `"${token}" is no component of a date`,
  D3133: ({ token }) => `the component "${token}" of a date has no names`,
  D3134: ({ value }) =>
    `a time zone has 1 to 4 digits in its picture, not ${value === undefined ? 'none' : String(value)}`,
  D3135: ({ value }) => `the picture ${show(value)} has a "[" without "]"`,
  D3136: () => 'the picture leaves out components that the time cannot do without',
  D3137: ({ message }) => message ?? '$error was called',
  D3138: () => 'more than one value matches',
  D3139: () => 'no value matches',
  D3140: ({ value }) => `${show(value)} cannot be encoded or decoded`,
  D3141: ({ message }) => message ?? '$assert failed',
  T0410: ({ index, value, token }) => `argument ${index} of $${token}: ${show(value)} does not fit`,
  T0411: ({ index, value, token }) => `the context ${show(value)} does not fit argument ${index} of $${token}`,
  T0412: ({ index, value, token }) =>
    `argument ${index} of $${token}: ${show(value)} is not an array of the right values`,
  T1003: ({ value }) => `a key must be a text, not ${show(value)}`,
  T1005: ({ token }) => `"${token}" is not a function; functions begin with a dollar sign: $${token}`,
  T1006: ({ token }) => `${token === undefined ? 'this' : `"${token}"`} is not a function`,
  T1007: ({ token }) => `"${token}" is not a function; functions begin with a dollar sign: $${token}`,
  T1008: ({ token }) => `"$${token}" is not a function`,
  T1010: () => 'the matcher function gave something that is no match',
  T2001: ({ token, value }) => `the left side of "${token}" is ${show(value)}, not a number`,
  T2002: ({ token, value }) => `the right side of "${token}" is ${show(value)}, not a number`,
  T2003: ({ value }) => `the left side of ".." is ${show(value)}, not an integer`,
  T2004: ({ value }) => `the right side of ".." is ${show(value)}, not an integer`,
  T2006: ({ value }) => `the right side of "~>" is ${show(value)}, not a function`,
  T2007: ({ value, other }) => `cannot order ${show(value)} and ${show(other)}: they are of different types`,
  T2008: ({ value }) => `cannot order by ${show(value)}: only texts and numbers have an order`,
  T2009: ({ token, value, other }) =>
    `cannot compare ${show(value)} ${token} ${show(other)}: they are of different types`,
  T2010: ({ token, value }) => `cannot compare ${show(value)} with "${token}": only texts and numbers have an order`,
  T2011: ({ value }) => `a transform needs an object to merge, not ${show(value)}`,
  T2012: ({ value }) => `a transform needs names to delete, not ${show(value)}`,
  T2013: () => 'a transform copies with $clone, which is bound to something that is not a function',
  U1001: () => 'the formula takes too many steps',
  U1002: () => 'the formula gives a function, not a value',
  U1003: ({ value }) => `the formula makes more than ${String(value)} characters of text or items`,
  U1004: ({ value }) => `the key ${show(value)} is reserved`,
  U1005: () => 'too many functions are inside each other, or values nest too deeply',
  U1006: ({ value }) =>
    `${show(value)} is not a quantity: write a number with at most one of the suffixes n u m k M G T P E Ki Mi Gi Ti Pi Ei`,
  U1007: ({ value }) => `${show(value)} is not a version such as "1.2.3"`,
  U1008: ({ value }) => `${show(value)} is not a range of versions such as ">=1.2.0 <2.0.0"`,
  U1009: ({ value }) => `${show(value)} is not a duration such as "1h30m", of at most 292 years`,
  U1010: ({ value }) => `${show(value)} is not a time such as "2026-01-02T15:04:05Z"`,
  U1011: ({ value }) => `${show(value)} is not a block of addresses such as "10.0.0.0/16"`,
  U1012: ({ value, other, token }) => `${show(value)} has no ${token} ${show(other)}`,
  U1013: ({ value }) => `${show(value)} is not JSON`,
  U1014: () => 'the step of $range is zero',
  U1015: ({ value }) => `${show(value)} cannot be part of a label selector`,
  U1016: ({ value }) => `${show(value)} does not name an image, such as "ghcr.io/example/app:1.2"`,
  U1017: ({ value, other }) => `${show(other)} from ${show(value)} is beyond the years 0000 to 9999`,
  U1018: ({ value }) => `a password has 8 to 256 characters, not ${String(value)}`,
  U1019: () => 'there is no source of chance here',
  D3120: ({ message }) => `$eval cannot read its text: ${message}`,
  D3121: ({ message }) => `$eval: ${message}`,
};

/** Throws the error of a code; the node that called adds the place. */
export function raise(code: string, facts: ErrorFacts): never {
  throw errorOf(code, facts);
}

/** The error of a code. */
export function errorOf(code: string, facts: ErrorFacts): ExpressionError {
  const { value, other, ...rest } = facts;
  const discreet = { ...rest, value: new Hidden(value), other: new Hidden(other) };
  return new ExpressionError(code, MESSAGES[code]?.(facts) ?? code, MESSAGES[code]?.(discreet) ?? code);
}

/** Runs a piece of work; an error without a place gets this one. */
export function placed<T>(range: TextRange, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw place(error, range);
  }
}

/** Gives an error its place, unless it has one. A native stack overflow becomes an error of the formula. */
export function place(error: unknown, range: TextRange): unknown {
  const known = error instanceof RangeError ? tooDeep() : error;
  if (known instanceof ExpressionError && !known.isPlaced) {
    known.range = range;
    known.isPlaced = true;
  }
  return known;
}

function tooDeep(): ExpressionError {
  const message = 'too many functions are inside each other, or values nest too deeply';
  return new ExpressionError('U1005', message, message);
}

// Stands for a value that must not be shown: only its type is.
class Hidden {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  toString(): string {
    if (this.#value === undefined) return 'nothing';
    return `a value (${Array.isArray(this.#value) ? 'array' : this.#value === null ? 'null' : typeof this.#value})`;
  }
}

function show(value: unknown): string {
  if (value instanceof Hidden) return value.toString();
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  const text = preview(value, 0);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

// JSON text, of which only the beginning is right: no more is made than is shown.
function preview(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 41));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth > 40) return '...';
  const isArray = Array.isArray(value);
  let text = '';
  for (const [key, item] of isArray ? value.entries() : Object.entries(value)) {
    if (text.length > 40) break;
    const name = isArray ? '' : `${JSON.stringify(String(key).slice(0, 41))}:`;
    text += `${text === '' ? '' : ','}${name}${preview(item, depth + 1)}`;
  }
  return isArray ? `[${text}]` : `{${text}}`;
}
