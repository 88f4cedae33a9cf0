// Data as text and text as data.

import { type Json, toCanonicalText } from '../../model/json.ts';
import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { toResult } from '../result.ts';
import { type Value, weigh } from '../value.ts';
import { type Definition, define, defined } from './definition.ts';
import { toYaml } from './yaml.ts';

/** Functions between data and the text of files. */
export const formatFunctions: readonly Definition[] = [
  // JSON text with sorted keys.
  define(
    'toJson',
    '<x-:s>',
    1,
    defined(([value], meter) => canonical(value, meter)),
  ),
  define(
    'fromJson',
    '<s-:x>',
    1,
    defined(([text], meter) => parseJson(text as string, meter)),
  ),
  define(
    'toYaml',
    '<x-:s>',
    1,
    defined(([value], meter) => toYaml(toResult(value, meter) as Json, meter)),
  ),
];

/** JSON text with sorted keys: equal values give equal texts. */
export function canonical(value: Value, meter: Meter): string {
  weigh(value, meter);
  return toCanonicalText(value as Json);
}

// Weighed before for the work of reading, and after for what it made and how deep that nests.
function parseJson(text: string, meter: Meter): Value {
  meter.grow(text.length);
  let value: Value;
  try {
    value = JSON.parse(text);
  } catch {
    return raise('U1013', { value: text });
  }
  weigh(value, meter);
  return value;
}
