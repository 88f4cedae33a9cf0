// Pictures of dates and times, such as `[Y0001]-[M01]-[D01]`: text with markers in brackets.
// Source: https://www.w3.org/TR/xpath-functions-31/#date-picture-string; X and x, the year and the month that a week
// belongs to, are JSONata's own.

import type { Steps } from '../budget.ts';
import { raise } from '../errors.ts';
import { type Civil, dayOfYear, monthOfWeek, weekOfMonth, weekOfYear, yearOfWeek } from './calendar.ts';
import { type IntegerPicture, type LetterCase, readIntegerPicture } from './integer-pictures.ts';

/** Text between markers, in one piece. */
export interface Literal {
  readonly kind: 'literal';
  readonly text: string;
}

/** A marker, which stands for a component of a date. */
export interface Marker {
  readonly kind: 'marker';
  /** One letter. */
  readonly component: string;
  /** Set where the component is written as a name. */
  readonly names: LetterCase | undefined;
  /** Set where it is written as a number. */
  readonly integer: IntegerPicture | undefined;
  /** The most letters of a name. */
  readonly mostLetters: number | undefined;
  /** How many of a year's last digits are written; -1 for all. */
  readonly yearDigits: number;
  /** A time zone that is UTC is written as `Z`. */
  readonly isZulu: boolean;
  /** How many digits are read, where another number follows at once. */
  readonly fixedDigits: number | undefined;
}

/** A part of a picture. */
export type Part = Literal | Marker;

const DEFAULTS: { readonly [component: string]: string | undefined } = {
  ...{ Y: '1', M: '1', D: '1', d: '1', F: 'n', W: '1', w: '1', X: '1', x: '1' },
  ...{ H: '1', h: '1', P: 'n', m: '01', s: '01', f: '1', Z: '01:01', z: '01:01', C: 'n', E: 'n' },
};

const NUMBERS: { readonly [component: string]: (civil: Civil) => number } = {
  Y: ({ year }) => year,
  M: ({ month }) => month,
  D: ({ day }) => day,
  d: dayOfYear,
  F: ({ weekday }) => weekday,
  W: weekOfYear,
  w: weekOfMonth,
  X: yearOfWeek,
  x: monthOfWeek,
  H: ({ hour }) => hour,
  h: ({ hour }) => hour % 12 || 12,
  m: ({ minute }) => minute,
  s: ({ second }) => second,
  f: ({ millisecond }) => millisecond,
};

/** True for the components that are whole numbers; some have names, too. */
export function isNumeric(component: string): boolean {
  return Object.hasOwn(NUMBERS, component);
}

/** The number of a component, which is one of those. */
export function numberOf(civil: Civil, component: string): number {
  return (NUMBERS[component] as (civil: Civil) => number)(civil);
}

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November'],
  'December',
];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** The names of a component; the first one is that of the number 1. Throws ExpressionError D3133. */
export function namesFor(component: string): readonly string[] {
  if (component === 'M' || component === 'x') return MONTHS;
  return component === 'F' ? WEEKDAYS : raise('D3133', { token: component });
}

/** True for the components that are time zones. */
export function isZone(component: string): boolean {
  return component === 'Z' || component === 'z';
}

// Chosen: a marker costs as much as eight characters.
const STEPS_PER_MARKER = 8;

/** Takes a picture apart. Throws ExpressionError D3131, D3132, D3135. */
export function readDatePicture(picture: string, meter: Steps): readonly Part[] {
  meter.step(2 * picture.length);
  const parts: Part[] = [];
  let text = '';
  let at = 0;
  while (at < picture.length) {
    const open = indexFrom(picture, '[', at);
    text += picture.slice(at, open).replaceAll(']]', ']');
    at = open;
    if (picture.startsWith('[[', open)) {
      text += '[';
      at += 2;
    } else if (open < picture.length) {
      const close = picture.indexOf(']', open);
      if (close < 0) raise('D3135', { value: picture });
      if (text !== '') parts.push({ kind: 'literal', text });
      text = '';
      meter.step(STEPS_PER_MARKER);
      addMarker(parts, readMarker(picture.slice(open + 1, close).replace(/\s+/g, ''), meter));
      at = close + 1;
    }
  }
  if (text !== '') parts.push({ kind: 'literal', text });
  return parts;
}

function indexFrom(text: string, wanted: string, from: number): number {
  const at = text.indexOf(wanted, from);
  return at < 0 ? text.length : at;
}

// Of two numbers side by side, the first one has exactly the digits of its picture when it is read.
function addMarker(parts: Part[], marker: Marker): void {
  const before = parts.at(-1);
  if (isNumeric(marker.component) && marker.integer !== undefined && before?.kind === 'marker') {
    const least = before.integer?.kind === 'digits' ? before.integer.least : undefined;
    parts[parts.length - 1] = { ...before, fixedDigits: least || undefined };
  }
  parts.push(marker);
}

interface Width {
  readonly least: number | undefined;
  readonly most: number | undefined;
}

function readMarker(text: string, meter: Steps): Marker {
  const component = text.charAt(0);
  const standard = DEFAULTS[component] ?? raise('D3132', { token: component });
  const comma = text.lastIndexOf(',');
  const width = comma < 0 ? NO_WIDTH : readWidth(text.slice(comma + 1));
  const given = comma < 0 ? text.slice(1) : text.slice(1, Math.max(1, comma));
  const hasModifier = given.length > 1 && 'atco'.includes(given.charAt(given.length - 1));
  const modifier = hasModifier ? given.slice(-1) : '';
  const presentation = (hasModifier ? given.slice(0, -1) : given) || standard;
  const names = namesOf(presentation);
  const integer =
    names === undefined || isZone(component) ? readInteger(component, presentation, modifier, meter) : undefined;
  const marker: Marker = {
    kind: 'marker',
    component,
    names,
    integer,
    mostLetters: width.most,
    yearDigits: -1,
    isZulu: modifier === 't',
    fixedDigits: undefined,
  };
  return integer === undefined || isZone(component) ? marker : widen(marker, integer, width);
}

function readInteger(
  component: string,
  presentation: string,
  modifier: string,
  meter: Steps,
): IntegerPicture | undefined {
  if (isZone(component)) return readIntegerPicture(presentation, meter);
  if (!isNumeric(component)) return undefined;
  return readIntegerPicture(modifier === '' ? presentation : `${presentation};${modifier}`, meter);
}

function namesOf(presentation: string): LetterCase | undefined {
  if (presentation.startsWith('n')) return 'lower';
  if (!presentation.startsWith('N')) return undefined;
  return presentation.startsWith('Nn') ? 'title' : 'upper';
}

const NO_WIDTH: Width = { least: undefined, most: undefined };

function readWidth(text: string): Width {
  const dash = text.indexOf('-');
  const read = (part: string) => (part === '*' ? undefined : Number.parseInt(part, 10));
  return dash < 0
    ? { least: read(text), most: undefined }
    : { least: read(text.slice(0, dash)), most: read(text.slice(dash + 1)) };
}

// The width of a number is its least digits; the greatest width of a year says how many of its digits there are.
function widen(marker: Marker, integer: IntegerPicture, { least, most }: Width): Marker {
  if (integer.kind !== 'digits')
    return marker.component === 'Y' && most !== undefined ? { ...marker, yearDigits: most } : marker;
  const digits = { ...integer, least: least !== undefined && integer.least < least ? least : integer.least };
  if (marker.component !== 'Y') return { ...marker, integer: digits };
  if (most !== undefined) return { ...marker, integer: { ...digits, least: most }, yearDigits: most };
  const size = digits.least + digits.optional;
  return { ...marker, integer: digits, yearDigits: size >= 2 ? size : -1 };
}
