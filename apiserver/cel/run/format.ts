// Texts with places for values.

import { CelError, CelObject, Duration, noOverload, numberOf, Timestamp, TypeName, Unsigned } from '../value.ts';
import { showDouble } from './conversions.ts';
import { showDuration, showTimestamp } from './times.ts';

/** Fills the places of a text. Throws where a value does not fit. */
export function formatText(text: string, values: readonly unknown[]): string {
  let at = 0;
  return text.replaceAll(/%%|%(\.\d+)?([a-zA-Z])/g, (verb, precision: string | undefined, letter: string) => {
    if (verb === '%%') return '%';
    if (at >= values.length) throw new CelError(`index ${at} out of range`);
    const value = values[at];
    at += 1;
    return showAs(letter, value, precision === undefined ? 6 : Number(precision.slice(1)));
  });
}

function showAs(letter: string, value: unknown, precision: number): string {
  switch (letter) {
    case 's':
      return showValue(value);
    case 'f':
      return Number(decimalOf(value)).toFixed(precision);
    case 'e':
      return Number(decimalOf(value))
        .toExponential(precision)
        .replace(/e([+-])(\d)$/, 'e$10$2');
    case 'b':
      return typeof value === 'boolean' ? (value ? '1' : '0') : wholeOf(value).toString(2);
    case 'o':
      return wholeOf(value).toString(8);
    case 'x':
      return hexOf(value);
    case 'X':
      return hexOf(value).toUpperCase();
    default:
      return wholeOf(value).toString();
  }
}

function decimalOf(value: unknown): bigint | number {
  const number = numberOf(value);
  if (number === undefined) throw noOverload();
  return number;
}

function wholeOf(value: unknown): bigint {
  const number = numberOf(value);
  if (typeof number !== 'bigint') throw noOverload();
  return number;
}

function hexOf(value: unknown): string {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  if (bytes instanceof Uint8Array) return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return wholeOf(value).toString(16);
}

function showValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(showValue).join(', ')}]`;
  if (value instanceof Map || value instanceof CelObject) {
    const entries = [...(value instanceof Map ? value : value.fields)];
    return `{${entries
      .map(([key, inner]) => `${showValue(key)}: ${showValue(inner)}`)
      .sort()
      .join(', ')}}`;
  }
  if (typeof value === 'number') return showDouble(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return showOther(value);
}

function showOther(value: unknown): string {
  if (value instanceof Unsigned) return String(value.value);
  if (value instanceof TypeName) return value.name;
  if (value instanceof Duration) return showDuration(value);
  return value instanceof Timestamp ? showTimestamp(value) : String(value);
}
