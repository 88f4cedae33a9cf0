// The characters that mean something in a picture of a decimal number. Each can be replaced by an option.
// Source: https://www.w3.org/TR/xpath-functions-31/#defining-decimal-format

import { raise } from '../errors.ts';

/** The characters of pictures and of the numbers made by them. */
export interface Alphabet {
  /** Between integer part and decimals. */
  readonly point: string;
  readonly grouping: string;
  readonly exponent: string;
  readonly minus: string;
  readonly percent: string;
  readonly perMille: string;
  readonly zero: string;
  /** Stands for a digit that may be left out. */
  readonly optional: string;
  /** Between the pictures for positive and negative numbers. */
  readonly separator: string;
  /** True for the code of one of the ten digits. */
  readonly isDigit: (code: number) => boolean;
  /** True for the code of a character that is more than text around the number. */
  readonly isActive: (code: number) => boolean;
  /** A number in JavaScript's notation, with these digits. */
  readonly write: (digits: string) => string;
}

/**
 * The alphabet that options ask for. Throws ExpressionError T0410 for an option that is no text, and for marks that are
 * not one character each or that are the same.
 */
export function readAlphabet(options: object): Alphabet {
  const refuse = (): never => raise('T0410', { index: 3, value: options, token: 'formatNumber' });
  const read = (name: string, standard: string): string => {
    const value: unknown = Object.hasOwn(options, name) ? options[name as keyof typeof options] : standard;
    return typeof value === 'string' ? value : refuse();
  };
  const marks = {
    point: read('decimal-separator', '.'),
    grouping: read('grouping-separator', ','),
    exponent: read('exponent-separator', 'e'),
    optional: read('digit', '#'),
    separator: read('pattern-separator', ';'),
  };
  const zero = read('zero-digit', '0');
  const first = zero.charCodeAt(0);
  const isDigit = (code: number): boolean => code >= first && code < first + 10;
  const texts = Object.values(marks);
  const active = new Set(texts.map((mark) => mark.charCodeAt(0)));
  const areSingle = [...texts, zero].every((mark) => mark.length === 1);
  if (!areSingle || active.size < texts.length || [...active].some(isDigit)) refuse();
  return {
    ...marks,
    zero,
    minus: read('minus-sign', '-'),
    percent: read('percent', '%'),
    perMille: read('per-mille', '\u2030'),
    isDigit,
    isActive: (code) => isDigit(code) || active.has(code),
    write: (digits) =>
      zero === '0' ? digits : digits.replace(/[0-9]/g, (digit) => String.fromCharCode(first + Number(digit))),
  };
}

/** The alphabet without options. */
export const STANDARD_ALPHABET: Alphabet = readAlphabet({});
