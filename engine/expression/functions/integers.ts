// $formatInteger and $parseInteger, and what dates need of them.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { type Definition, define, defined, needed } from './definition.ts';
import { separate } from './grouping.ts';
import { type DigitPicture, type IntegerPicture, type LetterCase, readIntegerPicture } from './integer-pictures.ts';
import { fromWords, toWords } from './number-words.ts';

/** Functions on whole numbers as text. */
export const integerFunctions: readonly Definition[] = [
  define(
    'formatInteger',
    '<n-s:s>',
    2,
    defined(([value, picture], meter) => {
      const format = readIntegerPicture(needed(picture, 2, 'formatInteger'), meter);
      return formatInteger(Math.floor(value as number), format, meter);
    }),
  ),
  define(
    'parseInteger',
    '<s-s:n>',
    2,
    defined(([text, picture], meter) => {
      const read = integerReader(readIntegerPicture(needed(picture, 2, 'parseInteger'), meter));
      meter.step(2 * (text as string).length);
      return read(text as string);
    }),
  ),
];

/** A whole number as text; takes the text from the meter. Throws ExpressionError D1001, D3130. */
export function formatInteger(value: number, picture: IntegerPicture, meter: Meter): string {
  if (!Number.isFinite(value)) raise('D1001', { value });
  const sign = value < 0 ? '-' : '';
  const text = sign + formatPositive(Math.abs(value), picture, meter);
  meter.grow(text.length);
  return text;
}

function formatPositive(value: number, picture: IntegerPicture, meter: Meter): string {
  switch (picture.kind) {
    case 'letters':
      return inCase(toLetters(value), picture.letterCase);
    case 'roman':
      return inCase(toRoman(value, meter), picture.letterCase);
    case 'words':
      return inCase(toWords(value, picture.isOrdinal), picture.letterCase);
    case 'digits':
      return toDigits(value, picture, meter);
    case 'sequence':
      return raise('D3130', { value: picture.token });
  }
}

/** Words with capitals in the wanted case. */
export function inCase(text: string, letterCase: LetterCase): string {
  if (letterCase === 'title') return text;
  return letterCase === 'upper' ? text.toUpperCase() : text.toLowerCase();
}

// As spreadsheets name their columns: A to Z, AA, AB, …
function toLetters(value: number): string {
  const letters: string[] = [];
  for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters.push(String.fromCharCode(((rest - 1) % 26) + 0x41));
  return letters.reverse().join('');
}

function fromLetters(text: string, first: number): number {
  let value = 0;
  for (let place = 0; place < text.length; place += 1)
    value += (text.charCodeAt(text.length - place - 1) - first + 1) * 26 ** place;
  return value;
}

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];
const ROMAN_VALUES: ReadonlyMap<string, number> = new Map(
  ROMAN.filter(([, letters]) => letters.length === 1).map(([value, letter]) => [letter, value]),
);

function toRoman(value: number, meter: Meter): string {
  let text = '';
  let rest = value;
  for (const [worth, letters] of ROMAN) {
    const count = Math.floor(rest / worth);
    meter.grow(count);
    text += letters.repeat(count);
    rest %= worth;
  }
  return text;
}

// From the right: what is worth less than something behind it is taken away.
function fromRoman(text: string): number {
  let value = 0;
  let most = 1;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const worth = ROMAN_VALUES.get(text.charAt(at)) ?? Number.NaN;
    if (worth < most) value -= worth;
    else {
      most = worth;
      value += worth;
    }
  }
  return value;
}

function toDigits(value: number, picture: DigitPicture, meter: Meter): string {
  let text = String(value);
  const missing = picture.least - text.length;
  if (missing > 0) {
    meter.grow(missing);
    text = '0'.repeat(missing) + text;
  }
  if (picture.zero !== ASCII_ZERO) text = inScript(text, picture.zero - ASCII_ZERO, meter);
  text = withMarks(text, picture, meter);
  return picture.isOrdinal ? text + ordinalEnding(text) : text;
}

const ASCII_ZERO = 0x30;

function inScript(text: string, distance: number, meter: Meter): string {
  meter.step(text.length);
  return Array.from(text, (letter) => String.fromCharCode(letter.charCodeAt(0) + distance)).join('');
}

// A number that is too short for irregular marks loses digits, or has marks at its front: JSONata counts from the end.
function withMarks(text: string, { interval, marks }: DigitPicture, meter: Meter): string {
  const [first] = marks;
  if (first === undefined) return text;
  if (interval > 0) return separate(text, { interval, mark: first.mark }, meter);
  return marks.reduceRight((result, { position, mark }) => {
    meter.step(Math.ceil(result.length / 8));
    const at = result.length - position;
    return result.slice(0, Math.max(0, at)) + mark + result.slice(at);
  }, text);
}

function ordinalEnding(text: string): string {
  if (text.length > 1 && text.at(-2) === '1') return 'th';
  const last = text.at(-1);
  return last === '1' ? 'st' : last === '2' ? 'nd' : last === '3' ? 'rd' : 'th';
}

/** A function that reads a number from text: NaN where it is none. Throws ExpressionError D3130; the function D3030. */
export function integerReader(picture: IntegerPicture): (text: string) => number {
  switch (picture.kind) {
    case 'letters':
      return (text) => fromLetters(text, picture.letterCase === 'upper' ? 0x41 : 0x61);
    case 'roman':
      return (text) => fromRoman(picture.letterCase === 'upper' ? text : text.toUpperCase());
    case 'words':
      return (text) => fromWords(text.toLowerCase());
    case 'digits':
      return (text) => fromDigits(text, picture);
    case 'sequence':
      return raise('D3130', { value: picture.token });
  }
}

// JSONata takes every comma out of a number with regular marks, whatever the mark is.
function fromDigits(text: string, { zero, isOrdinal, interval, marks }: DigitPicture): number {
  const ignored = new Set(interval > 0 ? [','] : marks.map(({ mark }) => mark));
  let digits = isOrdinal ? text.slice(0, Math.max(0, text.length - 2)) : text;
  if (ignored.size > 0) digits = Array.from(digits, (letter) => (ignored.has(letter) ? '' : letter)).join('');
  if (zero !== ASCII_ZERO) digits = toAscii(digits, zero, text);
  return Number.parseInt(digits, /^\s*[-+]?0x/i.test(digits) ? 16 : 10);
}

function toAscii(digits: string, zero: number, text: string): string {
  const distance = zero - ASCII_ZERO;
  return Array.from(digits, (letter) => {
    const code = letter.charCodeAt(0) - distance;
    return code < 0 ? raise('D3030', { value: text }) : String.fromCharCode(code);
  }).join('');
}
