// Functions on text. Positions count characters, not UTF-16 units, as JSONata does.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { toText } from '../value.ts';
import { type Definition, define, defined } from './definition.ts';

const simple = (name: string, compute: (text: string) => string): Definition =>
  define(
    name,
    '<s-:s>',
    1,
    defined(([text], meter) => grown(compute(text as string), meter)),
  );

const coded = (name: string, compute: (text: string) => string): Definition =>
  simple(name, (text) => {
    try {
      return compute(text);
    } catch {
      return raise('D3140', { value: text });
    }
  });

/** Functions on text. */
export const stringFunctions: readonly Definition[] = [
  define('string', '<x-b?:s>', 1, ([value, pretty], meter) =>
    value === undefined ? undefined : grown(toText(value, meter, pretty === true ? 2 : 0), meter),
  ),
  define(
    'length',
    '<s-:n>',
    1,
    defined(([text]) => [...(text as string)].length),
  ),
  define(
    'substring',
    '<s-nn?:s>',
    3,
    defined(([text, start, length], meter) =>
      grown(substring(text as string, start as number, length as number | undefined), meter),
    ),
  ),
  define(
    'substringBefore',
    '<s-s:s>',
    2,
    defined(([text, mark]) => split(text as string, mark as string)[0]),
  ),
  define(
    'substringAfter',
    '<s-s:s>',
    2,
    defined(([text, mark]) => split(text as string, mark as string)[1]),
  ),
  simple('lowercase', (text) => text.toLowerCase()),
  simple('uppercase', (text) => text.toUpperCase()),
  simple('trim', (text) => text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, '')),
  define(
    'pad',
    '<s-ns?:s>',
    3,
    defined(([text, width, fill], meter) => pad(text as string, width as number, fill as string | undefined, meter)),
  ),
  define(
    'join',
    '<a<s>s?:s>',
    2,
    defined(([texts, mark], meter) => join(texts as readonly string[], mark as string | undefined, meter)),
  ),
  simple('base64encode', (text) => encodeBase64(text)),
  simple('base64decode', (text) => decodeBase64(text)),
  coded('encodeUrlComponent', (text) => encodeURIComponent(text)),
  coded('encodeUrl', (text) => encodeURI(text)),
  coded('decodeUrlComponent', (text) => decodeURIComponent(text)),
  coded('decodeUrl', (text) => decodeURI(text)),
];

/** Takes the room of a text from the meter. */
export function grown(text: string, meter: Meter): string {
  meter.grow(text.length);
  return text;
}

function substring(text: string, start: number, length: number | undefined): string {
  const letters = [...text];
  const from = letters.length + start < 0 ? 0 : start;
  if (length === undefined) return letters.slice(from).join('');
  if (length <= 0) return '';
  return letters.slice(from, from >= 0 ? from + length : letters.length + from + length).join('');
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + mark.length)];
}

function pad(text: string, width: number, fill: string | undefined, meter: Meter): string {
  const missing = Math.abs(Math.trunc(width)) - [...text].length;
  if (missing <= 0) return text;
  meter.grow(missing);
  const letters = [...(fill === undefined || fill === '' ? ' ' : fill)];
  const padding = Array.from({ length: missing }, (_, index) => letters[index % letters.length]).join('');
  return width > 0 ? text + padding : padding + text;
}

function join(texts: readonly string[], mark: string | undefined, meter: Meter): string {
  const separator = mark ?? '';
  meter.grow(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return texts.join(separator);
}

/** UTF-8 bytes as base64, which is what Kubernetes Secrets hold. */
export function encodeBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}

/** The text of base64; bytes that are no UTF-8 are taken as Latin-1. Throws ExpressionError for what is no base64. */
export function decodeBase64(text: string): string {
  let bytes: string;
  try {
    bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return raise('D3140', { value: text });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return bytes;
  }
}
