// Types in messages.

import type { Type } from '../../model/type.ts';
import { partsOf } from './algebra.ts';

/** A type as a noun, such as `a text` or `a text or a number`; what it has beside nothing. */
export function describeType(type: Type): string {
  const words = partsOf(type)
    .filter(({ kind }) => kind !== 'nothing')
    .map(describePart);
  if (words.length === 0) return 'nothing';
  const unique = [...new Set(words)];
  const last = unique.pop() as string;
  return unique.length === 0 ? last : `${unique.join(', ')} or ${last}`;
}

function describePart(type: Type): string {
  switch (type.kind) {
    case 'any':
      return 'anything';
    case 'nothing':
      return 'nothing';
    case 'null':
      return 'null';
    case 'boolean':
      return type.value === undefined ? 'a boolean' : `the boolean ${type.value}`;
    case 'number':
      return type.value === undefined ? `${type.isInteger ? 'an integer' : 'a number'}` : `the number ${type.value}`;
    case 'string':
      return type.values?.length === 1 ? `the text "${shorten(type.values[0] as string)}"` : 'a text';
    case 'object':
      return 'an object';
    case 'array':
      return 'an array';
    case 'sequence':
      return 'several values';
    case 'function':
      return 'a function';
    case 'union':
      return describeType(type);
  }
}

function shorten(text: string): string {
  return text.length > 30 ? `${text.slice(0, 27)}...` : text;
}

/** A few of a list of texts, for hints. */
export function listValues(values: readonly string[]): string {
  const shown = values.slice(0, 8).map((value) => (value === '' ? '""' : value));
  return values.length > 8 ? `${shown.join(', ')}, …` : shown.join(', ');
}
