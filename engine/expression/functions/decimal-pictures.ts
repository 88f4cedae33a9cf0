// Pictures of decimal numbers, taken apart and checked.
// Source: https://www.w3.org/TR/xpath-functions-31/#syntax-of-picture-string

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import type { Alphabet } from './decimal-alphabet.ts';
import { intervalOf } from './grouping.ts';
import { STEPS_PER_MARK } from './integer-pictures.ts';

/** How a number is written. */
export interface DecimalPicture {
  readonly prefix: string;
  readonly suffix: string;
  /** What the number is multiplied by: 100 for percents. */
  readonly factor: number;
  readonly hasPoint: boolean;
  /** How many digits come before the point at least. */
  readonly leastInteger: number;
  readonly leastDecimals: number;
  readonly mostDecimals: number;
  /** How many digits the exponent has at least; 0 where there is none. */
  readonly leastExponent: number;
  /** How many digits of a number with an exponent come before the point. */
  readonly scaling: number;
  /** The distance of regular marks before the point, or 0. */
  readonly interval: number;
  /** How many digits are between each mark and the point, from left to right. */
  readonly integerMarks: readonly number[];
  readonly decimalMarks: readonly number[];
}

// A picture in pieces: text around it, and the parts of the number.
interface Pieces {
  readonly whole: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly active: string;
  readonly mantissa: string;
  readonly exponent: string | undefined;
  readonly integer: string;
  readonly decimals: string;
}

/** Takes the picture for positive or for negative numbers apart. Throws ExpressionError D3081 to D3093. */
export function readDecimalPicture(whole: string, alphabet: Alphabet, meter: Meter): DecimalPicture {
  const pieces = split(whole, alphabet);
  validate(pieces, alphabet);
  const { prefix, suffix, integer, decimals } = pieces;
  const integerMarks = marksIn(integer, integer, alphabet, meter);
  const digits = countDigits(integer, alphabet);
  return {
    prefix,
    suffix,
    factor: factorOf(whole, alphabet),
    hasPoint: whole.includes(alphabet.point),
    ...leastSizes(pieces, alphabet),
    leastExponent: countDigits(pieces.exponent ?? '', alphabet),
    scaling: digits,
    interval: intervalOf(integerMarks.map(({ after }) => after)),
    integerMarks: integerMarks.map(({ after }) => after),
    decimalMarks: marksIn(decimals, integer, alphabet, meter).map(({ before }) => before),
  };
}

function split(whole: string, { exponent: mark, point, isActive }: Alphabet): Pieces {
  const markCode = mark.charCodeAt(0);
  const isOfNumber = (at: number): boolean => isActive(whole.charCodeAt(at)) && whole.charCodeAt(at) !== markCode;
  let start = 0;
  while (start < whole.length && !isOfNumber(start)) start += 1;
  if (start === whole.length) start = 0;
  let end = whole.length;
  while (end > 0 && !isOfNumber(end - 1)) end -= 1;
  if (end === 0) end = whole.length;
  const active = whole.slice(start, end);
  const suffix = whole.slice(end);
  const markAt = whole.indexOf(mark, start);
  // JSONata looks for the exponent in the whole picture, but cuts it out of the number without the text before it.
  const [mantissa, exponent] =
    markAt < 0 || markAt > end ? [active, undefined] : [active.slice(0, markAt), active.slice(markAt + 1)];
  const pointAt = mantissa.indexOf(point);
  const [integer, decimals] =
    pointAt < 0 ? [mantissa, suffix] : [mantissa.slice(0, pointAt), mantissa.slice(pointAt + 1)];
  return { whole, prefix: whole.slice(0, start), suffix, active, mantissa, exponent, integer, decimals };
}

// In JSONata the last rule that is broken gives the code.
const RULES: readonly (readonly [string, (pieces: Pieces, alphabet: Alphabet) => boolean])[] = [
  ['D3093', ({ exponent }, { isDigit }) => exponent !== undefined && (exponent === '' || !every(exponent, isDigit))],
  ['D3092', ({ exponent = '', whole }, alphabet) => exponent !== '' && factorOf(whole, alphabet) !== 1],
  ['D3091', ({ decimals }, alphabet) => hasDigitBehindOptional(decimals, alphabet)],
  ['D3090', ({ integer }, alphabet) => hasDigitBeforeOptional(integer, alphabet)],
  ['D3089', ({ whole }, { grouping }) => whole.includes(grouping + grouping)],
  ['D3088', ({ whole, integer }, { grouping, point }) => !whole.includes(point) && integer.endsWith(grouping)],
  ['D3087', ({ whole }, { grouping, point }) => touches(whole, point, grouping)],
  ['D3086', ({ active }, { isActive }) => !every(active, isActive)],
  ['D3085', ({ mantissa }, alphabet) => !some(mantissa, isPlace(alphabet))],
  ['D3084', ({ whole }, { percent, perMille }) => whole.includes(percent) && whole.includes(perMille)],
  ['D3083', ({ whole }, { perMille }) => whole.indexOf(perMille) !== whole.lastIndexOf(perMille)],
  ['D3082', ({ whole }, { percent }) => whole.indexOf(percent) !== whole.lastIndexOf(percent)],
  ['D3081', ({ whole }, { point }) => whole.indexOf(point) !== whole.lastIndexOf(point)],
];

function validate(pieces: Pieces, alphabet: Alphabet): void {
  const broken = RULES.find(([, isBroken]) => isBroken(pieces, alphabet));
  if (broken !== undefined) raise(broken[0], { value: pieces.whole });
}

function touches(whole: string, point: string, grouping: string): boolean {
  const at = whole.indexOf(point);
  return at >= 0 && (whole.charAt(at - 1) === grouping || whole.charAt(at + 1) === grouping);
}

function hasDigitBeforeOptional(integer: string, { optional, isDigit }: Alphabet): boolean {
  return some(integer.slice(0, Math.max(0, integer.indexOf(optional))), isDigit);
}

function hasDigitBehindOptional(decimals: string, { optional, isDigit }: Alphabet): boolean {
  const at = decimals.lastIndexOf(optional);
  return at >= 0 && some(decimals.slice(at), isDigit);
}

function factorOf(whole: string, { percent, perMille }: Alphabet): number {
  if (whole.includes(percent)) return 100;
  return whole.includes(perMille) ? 1000 : 1;
}

function leastSizes(
  { integer, decimals, exponent }: Pieces,
  alphabet: Alphabet,
): Pick<DecimalPicture, 'leastInteger' | 'leastDecimals' | 'mostDecimals'> {
  let leastInteger = countDigits(integer, alphabet);
  let leastDecimals = countDigits(decimals, alphabet);
  let mostDecimals = count(decimals, isPlace(alphabet));
  if (leastInteger === 0 && mostDecimals === 0) {
    if (exponent === undefined) leastInteger = 1;
    else {
      leastDecimals = 1;
      mostDecimals = 1;
    }
  }
  if (exponent !== undefined && leastInteger === 0 && integer.includes(alphabet.optional)) leastInteger = 1;
  if (leastInteger === 0 && leastDecimals === 0) leastDecimals = 1;
  return { leastInteger, leastDecimals, mostDecimals };
}

// How many digits of a part come before and after each mark. JSONata looks for the second mark and all others in the
// integer part, whichever part it is.
function marksIn(
  part: string,
  integer: string,
  alphabet: Alphabet,
  meter: Meter,
): readonly { readonly before: number; readonly after: number }[] {
  const isOfPart = isPlace(alphabet);
  const all = count(part, isOfPart);
  const marks: { before: number; after: number }[] = [];
  let before = 0;
  let from = 0;
  for (let at = part.indexOf(alphabet.grouping); at >= 0; at = integer.indexOf(alphabet.grouping, at + 1)) {
    meter.step(STEPS_PER_MARK);
    before += count(part.slice(from, at), isOfPart);
    from = at;
    marks.push({ before, after: all - before });
  }
  return marks;
}

function isPlace({ isDigit, optional }: Alphabet): (code: number) => boolean {
  const optionalCode = optional.charCodeAt(0);
  return (code) => isDigit(code) || code === optionalCode;
}

function countDigits(text: string, { isDigit }: Alphabet): number {
  return count(text, isDigit);
}

function count(text: string, isWanted: (code: number) => boolean): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) if (isWanted(text.charCodeAt(at))) sum += 1;
  return sum;
}

function some(text: string, isWanted: (code: number) => boolean): boolean {
  for (let at = 0; at < text.length; at += 1) if (isWanted(text.charCodeAt(at))) return true;
  return false;
}

function every(text: string, isWanted: (code: number) => boolean): boolean {
  return !some(text, (code) => !isWanted(code));
}
