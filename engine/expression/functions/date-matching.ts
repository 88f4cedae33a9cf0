// A text against a picture of a date: which piece of the text is which component. The pieces are those that JavaScript's
// regular expressions would find, the first of several ways, but no pair of part and place is tried twice.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { isZone, type Marker, namesFor, type Part } from './date-pictures.ts';
import type { IntegerPicture } from './integer-pictures.ts';
import { integerReader } from './integers.ts';
import { WORD_VALUES } from './number-words.ts';

/** What was read: the number of each component; undefined for a name that is none. */
export type Components = Map<string, number | undefined>;

/** What to look for: the ends of all ways to go on from a place, the best one first. `text` is folded. */
type Ends = (text: string, at: number, meter: Meter) => Iterable<number>;

interface Piece {
  readonly ends: Ends;
  readonly component?: string;
  readonly read?: (text: string) => number | undefined;
}

/** The components of a text, or undefined where it does not match. Throws ExpressionError D3130, D3133. */
export function matchDate(parts: readonly Part[], text: string, meter: Meter): Components | undefined {
  meter.step(parts.length + text.length);
  const pieces = parts.map((part) => (part.kind === 'literal' ? literal(part.text) : toPiece(part)));
  const ends = findEnds(pieces, fold(text), meter);
  if (ends === undefined) return undefined;
  const components: Components = new Map();
  for (const [index, { component, read }] of pieces.entries()) {
    if (component === undefined || read === undefined) continue;
    components.set(component, read(text.slice(ends[index - 1] ?? 0, ends[index])));
  }
  return components;
}

// Chosen: what it takes to go on with one part, or back.
const STEPS_PER_TRY = 4;

// Goes back where it must, but never again to where a part led nowhere.
function findEnds(pieces: readonly Piece[], text: string, meter: Meter): readonly number[] | undefined {
  const [first] = pieces;
  if (first === undefined) return text === '' ? [] : undefined;
  const ends: number[] = [];
  const failed = new Set<number>();
  const open = [first.ends(text, 0, meter)[Symbol.iterator]()];
  while (open.length > 0) {
    meter.step(STEPS_PER_TRY);
    const index = open.length - 1;
    const { done, value } = (open[index] as Iterator<number>).next();
    if (done === true) {
      open.pop();
      failed.add(index * (text.length + 1) + (ends[index - 1] ?? 0));
      continue;
    }
    ends[index] = value;
    const next = pieces[index + 1];
    if (next === undefined && value === text.length) return ends;
    if (next !== undefined && !failed.has((index + 1) * (text.length + 1) + value))
      open.push(next.ends(text, value, meter)[Symbol.iterator]());
  }
  return undefined;
}

// Letters as capitals, each by itself, as regular expressions that ignore case compare them.
function fold(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()).replace(/\P{ASCII}/gu, foldLetter);
}

function foldLetter(letter: string): string {
  const capital = letter.toUpperCase();
  return capital.length !== 1 || capital <= '\u007f' ? letter : capital;
}

function literal(wanted: string): Piece {
  const folded = fold(wanted);
  return {
    ends: (text, at, meter) => {
      meter.step(Math.ceil(wanted.length / 64));
      return text.startsWith(folded, at) ? [at + folded.length] : [];
    },
  };
}

type Letters = (code: number) => boolean;

const isDigit: Letters = (code) => code >= 0x30 && code <= 0x39;
const isLetter: Letters = (code) => code >= 0x41 && code <= 0x5a;
const ROMAN = new Set([...'MDCLXVI'].map((letter) => letter.charCodeAt(0)));
const isRoman: Letters = (code) => ROMAN.has(code);

function toPiece(marker: Marker): Piece {
  const { component, integer } = marker;
  if (isZone(component)) return zonePiece(component, zoneMark(integer as IntegerPicture));
  if (component === 'f') return { component, ends: run(isDigit), read: readFraction };
  if (integer === undefined) return { component, ends: run(isLetter), read: nameReader(marker) };
  return { component, ends: integerEnds(integer, marker.fixedDigits), read: integerReader(integer) };
}

// The longest run of characters first, then the shorter ones.
function run(isWanted: Letters): Ends {
  return function* (text, at, meter) {
    for (let end = endOfRun(text, at, isWanted, meter); end > at; end -= 1) yield end;
  };
}

function endOfRun(text: string, at: number, isWanted: Letters, meter: Meter): number {
  let end = at;
  while (end < text.length && isWanted(text.charCodeAt(end))) end += 1;
  meter.step(end - at);
  return end;
}

function integerEnds(picture: IntegerPicture, fixedDigits: number | undefined): Ends {
  switch (picture.kind) {
    case 'letters':
      return run(isLetter);
    case 'roman':
      return run(isRoman);
    case 'words':
      return wordEnds;
    case 'digits':
      return digitEnds(fixedDigits, picture.isOrdinal);
    case 'sequence':
      return raise('D3130', { value: picture.token });
  }
}

const ORDINAL_ENDINGS = ['TH', 'ST', 'ND', 'RD'];

function digitEnds(fixed: number | undefined, isOrdinal: boolean): Ends {
  if (fixed === undefined && !isOrdinal) return run(isDigit);
  return (text, at, meter) => {
    const longest = endOfRun(text, at, isDigit, meter);
    const end = fixed === undefined ? longest : at + fixed;
    if (end <= at || end > longest) return [];
    if (!isOrdinal) return [end];
    return ORDINAL_ENDINGS.includes(text.slice(end, end + 2)) ? [end + 2] : [];
  };
}

// By their first letter, in the order of the alternatives of JSONata's regular expression.
const WORDS = byFirstLetter([...WORD_VALUES.keys(), 'and', '-', ',', ' '].map((word) => word.toUpperCase()));

function byFirstLetter(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const word of words) groups.set(word.charAt(0), [...(groups.get(word.charAt(0)) ?? []), word]);
  return groups;
}

// Chosen: what it takes to try all words at one place.
const STEPS_PER_WORD = 8;

// Words in a row. From each place the words are tried in their order, each with all that can follow it, and a place comes
// after those behind it.
function* wordEnds(text: string, at: number, meter: Meter): Iterable<number> {
  const seen = new Set<number>();
  const open = [{ at, next: 0 }];
  while (open.length > 0) {
    meter.step(STEPS_PER_WORD);
    const place = open.at(-1) as { at: number; next: number };
    const words = WORDS.get(text.charAt(place.at)) ?? [];
    while (place.next < words.length && !text.startsWith(words[place.next] as string, place.at)) place.next += 1;
    const word = words[place.next];
    if (word === undefined) {
      open.pop();
      if (place.at > at) yield place.at;
      continue;
    }
    place.next += 1;
    const end = place.at + word.length;
    if (!seen.has(end)) open.push({ at: end, next: 0 });
    seen.add(end);
  }
}

// JSONata takes the first three digits only, and lets 0.29 * 1000 be what it is.
function readFraction(text: string): number {
  return Number.parseFloat(`0.${text.slice(0, 3)}`) * 1000;
}

function nameReader({ component, mostLetters }: Marker): (text: string) => number | undefined {
  if (component === 'P') return (text) => HALVES.get(text);
  const names = namesFor(component);
  const known = new Map(
    names.map((name, index) => [mostLetters ? name.slice(0, Math.max(0, mostLetters)) : name, index + 1]),
  );
  return (text) => known.get(text);
}

const HALVES: ReadonlyMap<string, number> = new Map([
  ['am', 0],
  ['AM', 0],
  ['pm', 1],
  ['PM', 1],
]);

function zoneMark(picture: IntegerPicture): string | undefined {
  return picture.kind === 'digits' && picture.interval > 0 ? picture.marks[0]?.mark : undefined;
}

function zonePiece(component: string, mark: string | undefined): Piece {
  const prefix = component === 'z' ? 'GMT' : '';
  return {
    component,
    ends: function* (text, at, meter) {
      const sign = at + prefix.length;
      if (!text.startsWith(prefix, at) || !'+-'.includes(text.charAt(sign) || ' ')) return;
      yield* mark === undefined ? run(isDigit)(text, sign + 1, meter) : markedRun(text, sign + 1, fold(mark), meter);
    },
    read: (text) => readZone(text.slice(prefix.length), mark),
  };
}

function* markedRun(text: string, at: number, mark: string, meter: Meter): Iterable<number> {
  const end = endOfRun(text, at, isDigit, meter);
  if (end > at && text.startsWith(mark, end)) yield* run(isDigit)(text, end + mark.length, meter);
}

// In minutes. The minutes count forward even where the hours count back, as in JSONata.
function readZone(text: string, mark: string | undefined): number {
  if (mark !== undefined) {
    const at = text.indexOf(mark);
    return toNumber(text.slice(0, Math.max(0, at))) * 60 + toNumber(text.slice(at + 1));
  }
  return text.length <= 3 ? toNumber(text) * 60 : toNumber(text.slice(0, 3)) * 60 + toNumber(text.slice(3));
}

const toNumber = (text: string) => Number.parseInt(text, 10);
