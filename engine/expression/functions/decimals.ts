// $formatNumber: XPath's pictures of decimal numbers, such as `#,##0.00;(#,##0.00)`.
// Source: https://www.w3.org/TR/xpath-functions-31/#func-format-number

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { type Alphabet, readAlphabet, STANDARD_ALPHABET } from './decimal-alphabet.ts';
import { type DecimalPicture, readDecimalPicture } from './decimal-pictures.ts';
import { type Definition, define, defined, needed } from './definition.ts';
import { separate } from './grouping.ts';
import { round } from './numbers.ts';

/** Functions on decimal numbers as text. */
export const decimalFunctions: readonly Definition[] = [
  define(
    'formatNumber',
    '<n-so?:s>',
    3,
    defined(([value, picture, options], meter) => {
      if (!Number.isFinite(value)) raise('D1001', { value });
      const alphabet = options === undefined ? STANDARD_ALPHABET : readAlphabet(options as object);
      const pictures = readPictures(needed(picture, 2, 'formatNumber'), alphabet, meter);
      return format(value as number, pictures, { alphabet, meter });
    }),
  ),
];

// For numbers from zero on, and for those below.
type Pictures = readonly [DecimalPicture, DecimalPicture];

interface Tools {
  readonly alphabet: Alphabet;
  readonly meter: Meter;
}

function readPictures(picture: string, alphabet: Alphabet, meter: Meter): Pictures {
  meter.step(picture.length);
  const [first = '', second, ...more] = picture.split(alphabet.separator, 3);
  if (more.length > 0) raise('D3080', { value: picture });
  const positive = readDecimalPicture(first, alphabet, meter);
  if (second !== undefined) return [positive, readDecimalPicture(second, alphabet, meter)];
  return [positive, { ...positive, prefix: alphabet.minus + positive.prefix }];
}

function format(value: number, pictures: Pictures, tools: Tools): string {
  const picture = value >= 0 ? pictures[0] : pictures[1];
  const { exponent, mantissa } = scale(value * picture.factor, picture, tools.meter);
  const text = picture.prefix + formatMantissa(mantissa, picture, tools) + formatExponent(exponent, picture, tools);
  tools.meter.grow(text.length + picture.suffix.length);
  return text + picture.suffix;
}

// mantissa * 10^exponent is the number, and the mantissa has as many digits before its point as the picture.
function scale(
  value: number,
  { leastExponent, scaling }: DecimalPicture,
  meter: Meter,
): { readonly mantissa: number; readonly exponent?: number } {
  if (leastExponent === 0) return { mantissa: value };
  const most = 10 ** scaling;
  const least = 10 ** (scaling - 1);
  let mantissa = value;
  let exponent = 0;
  while (mantissa !== 0 && Math.abs(mantissa) < least) {
    mantissa *= 10;
    exponent -= 1;
  }
  while (Math.abs(mantissa) > most) {
    mantissa /= 10;
    exponent += 1;
  }
  meter.step(Math.ceil(Math.abs(exponent) / 8));
  return { mantissa, exponent };
}

// JavaScript writes no more decimals than this. Source: https://tc39.es/ecma262/#sec-number.prototype.tofixed
const MOST_DECIMALS = 100;

function formatMantissa(mantissa: number, picture: DecimalPicture, { alphabet, meter }: Tools): string {
  const decimals = Math.min(picture.mostDecimals, MOST_DECIMALS);
  const rounded = round(mantissa, decimals);
  if (!Number.isFinite(rounded)) raise('D1001', { value: mantissa });
  const [whole = '', fraction = ''] = Math.abs(rounded).toFixed(decimals).split('.');
  const integer = fill(alphabet.write(whole.replace(/^0+/, '')), picture.leastInteger, alphabet, meter);
  const missing = picture.leastDecimals - fraction.replace(/0+$/, '').length;
  const decimal = alphabet.write(fraction.replace(/0+$/, '')) + zeros(missing, alphabet, meter);
  const text = withMarks(integer, decimal, picture, { alphabet, meter });
  return picture.hasPoint && !text.endsWith(alphabet.point) ? text : text.slice(0, -1);
}

// Irregular marks are set as JSONata sets them: a number that is too short for one has it at its front or counted from
// its end, and one among the decimals does not count those before it.
function withMarks(integer: string, decimal: string, picture: DecimalPicture, { alphabet, meter }: Tools): string {
  const { grouping, point } = alphabet;
  let text = integer + point + decimal;
  let at = integer.length;
  const insert = (position: number): void => {
    meter.step(Math.ceil(text.length / 8));
    text = text.slice(0, position) + grouping + text.slice(position);
  };
  if (picture.interval > 0)
    text = separate(integer, { interval: picture.interval, mark: grouping }, meter) + point + decimal;
  else
    for (const position of picture.integerMarks) {
      insert(at - position);
      at += 1;
    }
  const start = text.indexOf(point) + 1;
  for (const position of picture.decimalMarks) insert(start + position);
  return text;
}

function formatExponent(exponent: number | undefined, picture: DecimalPicture, { alphabet, meter }: Tools): string {
  if (exponent === undefined) return '';
  const digits = fill(alphabet.write(String(Math.abs(exponent))), picture.leastExponent, alphabet, meter);
  return alphabet.exponent + (exponent < 0 ? alphabet.minus : '') + digits;
}

function fill(digits: string, least: number, alphabet: Alphabet, meter: Meter): string {
  return zeros(least - digits.length, alphabet, meter) + digits;
}

function zeros(count: number, alphabet: Alphabet, meter: Meter): string {
  if (count <= 0) return '';
  meter.grow(count);
  return alphabet.zero.repeat(count);
}
