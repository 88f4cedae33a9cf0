// Pictures of whole numbers: how XPath writes down "three digits" or "in Roman numerals".
// Source: https://www.w3.org/TR/xpath-functions-31/#func-format-integer

import type { Steps } from '../budget.ts';
import { raise } from '../errors.ts';
import { intervalOf } from './grouping.ts';

/** How letters are written. */
export type LetterCase = 'upper' | 'lower' | 'title';

/** A mark between digits; `position`: how many digits are to the right of it. */
export interface GroupMark {
  readonly position: number;
  readonly mark: string;
}

/** Digits of any script. */
export interface DigitPicture {
  readonly kind: 'digits';
  /** The code of the script's zero. */
  readonly zero: number;
  /** How many digits there are at least; the rest is filled with zeros. */
  readonly least: number;
  /** How many digits the picture says may be there. */
  readonly optional: number;
  readonly isOrdinal: boolean;
  /** The marks from the right to the left. */
  readonly marks: readonly GroupMark[];
  /** The distance of marks that come again and again, or 0. */
  readonly interval: number;
}

/** A picture, taken apart. `sequence`: a numbering that does not exist. */
export type IntegerPicture =
  | DigitPicture
  | { readonly kind: 'letters' | 'roman'; readonly letterCase: LetterCase }
  | { readonly kind: 'words'; readonly letterCase: LetterCase; readonly isOrdinal: boolean }
  | { readonly kind: 'sequence'; readonly token: string };

// The zeros of all decimal digits in the basic plane. Source: Unicode, general category Nd.
const ZEROS = [
  ...[0x0030, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66],
  ...[0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50],
  ...[0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10],
];
const ZERO_OF_DIGIT: ReadonlyMap<number, number> = new Map(
  ZEROS.flatMap((zero) => Array.from({ length: 10 }, (_, value) => [zero + value, zero] as const)),
);

/** Takes a picture apart. Throws ExpressionError D3131. */
export function readIntegerPicture(picture: string, meter: Steps): IntegerPicture {
  meter.step(picture.length);
  const semicolon = picture.lastIndexOf(';');
  const primary = semicolon < 0 ? picture : picture.slice(0, semicolon);
  const isOrdinal = semicolon >= 0 && picture.charAt(semicolon + 1) === 'o';
  switch (primary) {
    case 'A':
      return { kind: 'letters', letterCase: 'upper' };
    case 'a':
      return { kind: 'letters', letterCase: 'lower' };
    case 'I':
      return { kind: 'roman', letterCase: 'upper' };
    case 'i':
      return { kind: 'roman', letterCase: 'lower' };
    case 'W':
      return { kind: 'words', letterCase: 'upper', isOrdinal };
    case 'w':
      return { kind: 'words', letterCase: 'lower', isOrdinal };
    case 'Ww':
      return { kind: 'words', letterCase: 'title', isOrdinal };
    default:
      return readDigits(primary, isOrdinal, meter);
  }
}

function readDigits(primary: string, isOrdinal: boolean, meter: Steps): IntegerPicture {
  let zero: number | undefined;
  let least = 0;
  let optional = 0;
  const marks: GroupMark[] = [];
  let at = primary.length;
  while (at > 0) {
    at -= isPair(primary, at - 2) ? 2 : 1;
    const code = primary.codePointAt(at) as number;
    const ownZero = ZERO_OF_DIGIT.get(code);
    if (ownZero !== undefined) {
      if (zero !== undefined && ownZero !== zero) raise('D3131', { value: primary });
      zero = ownZero;
      least += 1;
    } else if (code === OPTIONAL_DIGIT) optional += 1;
    else {
      meter.step(STEPS_PER_MARK);
      marks.push({ position: least + optional, mark: String.fromCodePoint(code) });
    }
  }
  if (zero === undefined) return { kind: 'sequence', token: primary };
  return { kind: 'digits', zero, least, optional, isOrdinal, marks, interval: regularInterval(marks) };
}

const OPTIONAL_DIGIT = 0x23;

/** Steps for each grouping mark of a picture. Chosen: they cost as much as eight characters. */
export const STEPS_PER_MARK = 8;

function isPair(text: string, at: number): boolean {
  return at >= 0 && (text.codePointAt(at) as number) > 0xffff;
}

function regularInterval(marks: readonly GroupMark[]): number {
  if (marks.some(({ mark }) => mark !== marks[0]?.mark)) return 0;
  return intervalOf(marks.map(({ position }) => position));
}
