// $fromMillis and $toMillis: moments as text. No clock and no time zone of the machine is read: what a text leaves out is
// taken from the environment, and rules have none.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { type Civil, isMoment, toCivil } from './calendar.ts';
import { isNumeric, isZone, type Marker, namesFor, numberOf, type Part, readDatePicture } from './date-pictures.ts';
import { readIsoMoment, readMoment } from './date-reading.ts';
import { type Definition, define, defined } from './definition.ts';
import type { DigitPicture, IntegerPicture } from './integer-pictures.ts';
import { formatInteger, inCase } from './integers.ts';

/** Functions on moments. */
export const dateFunctions: readonly Definition[] = [
  define(
    'fromMillis',
    '<n-s?s?:s>',
    3,
    defined(([moment, picture, zone], meter) =>
      formatMoment(moment as number, meter, picture as string | undefined, zone as string | undefined),
    ),
  ),
  define(
    'toMillis',
    '<s-s?:n>',
    2,
    defined(([text, picture], meter) =>
      picture === undefined ? readIsoMoment(text as string) : readMoment(text as string, picture as string, meter),
    ),
  ),
];

// Read once, outside of any evaluation and its budget.
const ISO_8601 = readDatePicture('[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]', { step: () => undefined });

// Hours are rounded down and minutes keep the sign, which is how JSONata reads -0130: half an hour more than it says.
interface Zone {
  readonly hours: number;
  readonly minutes: number;
}

/** A moment as text, in ISO 8601 and in UTC unless told otherwise. Throws ExpressionError D1001 for no moment or zone. */
export function formatMoment(moment: number, meter: Meter, picture?: string, zoneText?: string): string {
  const parts = picture === undefined ? ISO_8601 : readDatePicture(picture, meter);
  const zone = readZone(zoneText);
  const local = Math.trunc(moment + (60 * zone.hours + zone.minutes) * 60_000);
  if (!isMoment(local)) raise('D1001', { value: moment });
  const civil = toCivil(local);
  meter.step(parts.length);
  const text = parts.map((part) => formatPart(part, civil, zone, meter)).join('');
  meter.grow(text.length);
  return text;
}

function readZone(text: string | undefined): Zone {
  if (text === undefined) return { hours: 0, minutes: 0 };
  const offset = Number.parseInt(text, 10);
  if (!Number.isFinite(offset)) raise('D1001', { value: text });
  return { hours: Math.floor(offset / 100), minutes: offset % 100 };
}

function formatPart(part: Part, civil: Civil, zone: Zone, meter: Meter): string {
  if (part.kind === 'literal') return part.text;
  const { component, names, integer } = part;
  if (isZone(component)) return formatZone(part, zone, meter);
  if (component === 'P') return inCase(civil.hour < 12 ? 'am' : 'pm', names === 'upper' ? 'upper' : 'lower');
  if (!isNumeric(component)) return 'ISO';
  const value = numberOf(civil, component);
  if (integer === undefined) return formatName(part, value);
  return formatInteger(part.yearDigits === -1 ? value : value % 10 ** part.yearDigits, integer, meter);
}

function formatName({ component, names = 'title', mostLetters }: Marker, value: number): string {
  const name = inCase(namesFor(component)[value - 1] as string, names);
  return mostLetters !== undefined && name.length > mostLetters ? name.slice(0, Math.max(0, mostLetters)) : name;
}

function formatZone({ component, integer, isZulu }: Marker, zone: Zone, meter: Meter): string {
  const offset = zone.hours * 100 + zone.minutes;
  const digits = formatOffset(integer as IntegerPicture, zone, meter);
  if (offset === 0 && isZulu) return 'Z';
  return (component === 'z' ? 'GMT' : '') + (offset < 0 ? '' : '+') + digits;
}

const TWO_DIGITS: DigitPicture = {
  ...{ kind: 'digits', zero: 0x30, least: 2, optional: 0, isOrdinal: false, marks: [], interval: 0 },
};

function formatOffset(picture: IntegerPicture, { hours, minutes }: Zone, meter: Meter): string {
  const size = picture.kind === 'digits' ? picture.least : undefined;
  const isRegular = picture.kind === 'digits' && picture.interval > 0;
  if (isRegular || size === 3 || size === 4) return formatInteger(hours * 100 + minutes, picture, meter);
  if (size !== 1 && size !== 2) return raise('D3134', { value: size });
  const text = formatInteger(hours, picture, meter);
  return minutes === 0 ? text : `${text}:${formatInteger(minutes, TWO_DIGITS, meter)}`;
}
