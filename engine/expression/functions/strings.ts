// Functions on text. Positions count characters, not UTF-16 units, as JSONata does.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { findText } from '../find-text.ts';
import { toText } from '../value.ts';
import { type Definition, define, defined } from './definition.ts';

const simple = (name: string, compute: (text: string) => string): Definition =>
  define(
    name,
    '<s-:s>',
    1,
    defined(([text], meter) => {
      meter.read((text as string).length * 2);
      return grown(compute(text as string), meter);
    }),
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
    defined(([text], meter) => countLetters(text as string, meter)),
  ),
  define(
    'substring',
    '<s-nn?:s>',
    3,
    defined(([text, start, length], meter) =>
      substring(text as string, start as number, length as number | undefined, meter),
    ),
  ),
  define(
    'substringBefore',
    '<s-s:s>',
    2,
    defined(([text, mark], meter) => split(text as string, String(mark), meter)[0]),
  ),
  define(
    'substringAfter',
    '<s-s:s>',
    2,
    defined(([text, mark], meter) => split(text as string, String(mark), meter)[1]),
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

const HAS_PAIRS = /[\ud800-\udfff]/;

// Two units that are one character are rare: without them, a text is its own list of characters.
function lettersOf(text: string, meter: Meter): readonly string[] | undefined {
  meter.read(text.length);
  if (!HAS_PAIRS.test(text)) return undefined;
  meter.fill(text.length);
  return [...text];
}

function countLetters(text: string, meter: Meter): number {
  return lettersOf(text, meter)?.length ?? text.length;
}

function substring(text: string, start: number, length: number | undefined, meter: Meter): string {
  const letters = lettersOf(text, meter) ?? text;
  const part = sliceOf(letters, start, length);
  return grown(typeof part === 'string' ? part : part.join(''), meter);
}

function sliceOf(
  letters: string | readonly string[],
  start: number,
  length: number | undefined,
): string | readonly string[] {
  const from = letters.length + start < 0 ? 0 : start;
  if (length === undefined) return letters.slice(from);
  if (length <= 0) return '';
  return letters.slice(from, from >= 0 ? from + length : letters.length + from + length);
}

function split(text: string, mark: string, meter: Meter): readonly [string, string] {
  const at = findText(text, mark, 0, meter);
  return at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + mark.length)];
}

function pad(text: string, width: number, fill: string | undefined, meter: Meter): string {
  const missing = Math.abs(Math.trunc(width)) - countLetters(text, meter);
  if (!(missing > 0)) return text;
  meter.grow(missing + text.length);
  const unit = fill === undefined || fill === '' ? ' ' : fill;
  const letters = lettersOf(unit, meter) ?? unit;
  const rest = letters.slice(0, missing % letters.length);
  const padding = unit.repeat(Math.floor(missing / letters.length)) + (typeof rest === 'string' ? rest : rest.join(''));
  return width > 0 ? text + padding : padding + text;
}

function join(texts: readonly string[], mark: string | undefined, meter: Meter): string {
  const separator = mark ?? '';
  meter.step(texts.length >> 2);
  meter.grow(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return texts.join(separator);
}

// As many bytes as fit into the arguments of one call.
const CHUNK = 8192;

/** UTF-8 bytes as base64, which is what Kubernetes Secrets hold. */
export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let latin = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    latin += String.fromCharCode.apply(null, bytes.subarray(at, at + CHUNK) as unknown as number[]);
  return btoa(latin);
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
    const codes = new Uint8Array(bytes.length);
    for (let at = 0; at < bytes.length; at += 1) codes[at] = bytes.charCodeAt(at);
    return new TextDecoder('utf-8', { fatal: true }).decode(codes);
  } catch {
    return bytes;
  }
}
