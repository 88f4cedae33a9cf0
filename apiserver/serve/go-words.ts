// Texts in which the real server shows values and mistakes in the form of its own language.

import { isList, isObject, type Json } from '../model/json.ts';

/** A value as Go prints it: `map[a:1 b:[x y] c:<nil>]`. */
export function goText(value: Json): string {
  if (value === null) return '<nil>';
  if (isList(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isObject(value)) return String(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key] as Json)}`);
  return `map[${fields.join(' ')}]`;
}

const MISMATCH = /^json: cannot unmarshal (\w+)(?: (\S+))? into Go (?:struct field \S+|value) of type (.+)$/;
const KINDS: { readonly [found: string]: string } = { number: 'int64', array: 'slice', object: 'map' };

/** What is said of a value of the wrong type where it did not come from a text: the other words for a decoder's error. */
export function conversionError(message: string): string {
  const [, found, literal = '', wanted = ''] = MISMATCH.exec(message) ?? [];
  if (found === undefined) return message;
  const kind = literal.includes('.') ? 'float64' : (KINDS[found] ?? found);
  if (wanted.startsWith('[]') && wanted !== '[]uint8') return `cannot restore slice from ${kind}`;
  if (wanted.startsWith('map[')) return `cannot restore map from ${kind}`;
  if (wanted.includes('.')) return `cannot restore struct from: ${kind}`;
  return found === 'number' && wanted !== 'bool'
    ? `cannot convert ${kind} to ${wanted}`
    : `unrecognized type: ${wanted}`;
}

/** What is said of an object of one kind where another one is wanted. */
export function unknownConversion(
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  wanted: { readonly group: string; readonly kind: string },
): string {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const types = `(${version}.${kind}) to (${wanted.group.split('.')[0] || 'core'}.${wanted.kind})`;
  const what = `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${wanted.kind}`;
  return `${what}: converting ${types}: unknown conversion`;
}
