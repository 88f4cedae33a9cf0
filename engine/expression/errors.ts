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
  D3100: ({ value }) => `the base ${show(value)} is not between 2 and 36`,
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
  T1006: ({ token }) => `${token === undefined ? 'this' : `"${token}"`} is not a function`,
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
  U1001: () => 'the formula takes too many steps',
  U1002: () => 'the formula gives a function, not a value',
  U1003: ({ value }) => `the formula makes more than ${String(value)} characters of text or items`,
  U1004: ({ value }) => `the key ${show(value)} is reserved`,
  U1005: () => 'too many functions are inside each other, or values nest too deeply',
  D3120: ({ message }) => `$eval cannot read its text: ${message}`,
  D3121: ({ message }) => `$eval: ${message}`,
};

/** Throws the error of a code; the node that called adds the place. */
export function raise(code: string, facts: ErrorFacts): never {
  const { value, other, ...rest } = facts;
  const discreet = { ...rest, value: new Hidden(value), other: new Hidden(other) };
  throw new ExpressionError(code, MESSAGES[code]?.(facts) ?? code, MESSAGES[code]?.(discreet) ?? code);
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
