// Functions of texts that the language and its extension for strings have.

import { GO_ESCAPES } from '../../model/go-text.ts';
import { CelError } from '../value.ts';
import type { Functions } from './functions.ts';

/** Makes the functions known. */
export function registerStrings(functions: Functions): void {
  const test = (name: string, run: (text: string, part: string) => boolean): void =>
    functions.registerFunction(`string::${name}(string)`, run);
  test('contains', (text, part) => text.includes(part));
  test('startsWith', (text, part) => text.startsWith(part));
  test('endsWith', (text, part) => text.endsWith(part));
  functions.registerFunction('string::lowerAscii()', (text: string) =>
    text.replaceAll(/[A-Z]+/g, (part) => part.toLowerCase()),
  );
  functions.registerFunction('string::upperAscii()', (text: string) =>
    text.replaceAll(/[a-z]+/g, (part) => part.toUpperCase()),
  );
  functions.registerFunction('string::trim()', (text: string) => text.replaceAll(/^[\s\u0085]+|[\s\u0085]+$/gu, ''));
  functions.registerFunction('string::substring(int)', (text: string, from: bigint) => {
    const signs = [...text];
    return signs.slice(placeIn(signs, from)).join('');
  });
  functions.registerFunction('string::substring(int, int)', (text: string, from: bigint, to: bigint) => {
    const signs = [...text];
    if (from > to) throw new CelError(`invalid substring range. start: ${from}, end: ${to}`);
    return signs.slice(placeIn(signs, from), placeIn(signs, to)).join('');
  });
  functions.registerFunction('string::split(string)', (text: string, by: string) => split(text, by));
  functions.registerFunction('string::split(string, int)', (text: string, by: string, limit: bigint) => {
    if (limit === 0n) return [];
    const parts = split(text, by);
    if (limit < 0n || BigInt(parts.length) <= limit) return parts;
    const kept = parts.slice(0, Number(limit) - 1);
    return [...kept, parts.slice(Number(limit) - 1).join(by)];
  });
  functions.registerFunction('list<string>::join()', (items: readonly string[]) => items.join(''));
  functions.registerFunction('list<string>::join(string)', (items: readonly string[], by: string) => items.join(by));
  functions.registerFunction('string::indexOf(string)', (text: string, part: string) => placeOf(text, part, 0n, false));
  functions.registerFunction('string::indexOf(string, int)', (text: string, part: string, from: bigint) =>
    placeOf(text, part, from, false),
  );
  functions.registerFunction('string::lastIndexOf(string)', (text: string, part: string) =>
    placeOf(text, part, BigInt([...text].length), true),
  );
  functions.registerFunction('string::lastIndexOf(string, int)', (text: string, part: string, from: bigint) =>
    placeOf(text, part, from, true),
  );
  functions.registerFunction('strings.quote(string)', quote);
}

function split(text: string, by: string): readonly string[] {
  return by === '' ? [...text] : text.split(by);
}

function placeIn(signs: readonly string[], at: bigint): number {
  if (at < 0n || at > BigInt(signs.length)) throw new CelError(`index out of range: ${at}`);
  return Number(at);
}

function placeOf(text: string, part: string, from: bigint, isLast: boolean): bigint {
  const signs = [...text];
  const wanted = [...part];
  if (part === '') return isLast ? BigInt(placeIn(signs, from)) : from;
  const start = placeIn(signs, from);
  const isHere = (at: number): boolean => wanted.every((sign, index) => signs[at + index] === sign);
  const found = [...signs.keys()].filter((at) => isHere(at) && (isLast ? at <= start : at >= start));
  return BigInt((isLast ? found.at(-1) : found[0]) ?? -1);
}

function quote(text: string): string {
  return `"${[...text].map((sign) => GO_ESCAPES[sign] ?? sign).join('')}"`;
}
