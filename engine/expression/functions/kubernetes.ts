// Names, conditions, selectors and images: what rules ask of the objects of a cluster.

import { hashText } from '../../model/hash.ts';
import type { Meter } from '../budget.ts';
import { isRecord, type Value } from '../value.ts';
import { type Definition, define, defined } from './definition.ts';
import { canonical } from './formats.ts';
import { imageParts } from './image.ts';
import { selects } from './selector.ts';

// The longest name that is also a label value, which most kinds want. Source: RFC 1123 labels.
const MAX_NAME = 63;
const HASH_LENGTH = 8;

/** Functions on objects of the cluster and their names. */
export const kubernetesFunctions: readonly Definition[] = [
  // 16 hexadecimal digits of any value; the order of keys does not count. Nothing gives nothing.
  define(
    'hash',
    '<x-:s>',
    1,
    defined(([value], meter) => hashOf(value, meter)),
  ),
  // A valid name made of any text: lower case, other characters as dashes; a longer one is cut and marked with a hash.
  define(
    'dnsName',
    '<s-n?:s>',
    2,
    defined(([text, length], meter) => {
      meter.read((text as string).length * 4);
      return dnsName(text as string, (length as number | undefined) ?? MAX_NAME);
    }),
  ),
  // The condition of a type, as an object; nothing where there is none.
  define(
    'condition',
    '<o-s:o>',
    2,
    defined(([object, type], meter) => conditionOf(object, type as string, meter)),
  ),
  // Whether a label selector chooses an object with these labels.
  define(
    'selects',
    '<oo?:b>',
    2,
    defined(([selector, labels], meter) => selects(selector, labels, meter)),
  ),
  // The parts of an image's name.
  define(
    'imageParts',
    '<s-:o>',
    1,
    defined(([text]) => imageParts(text as string)),
  ),
];

function hashOf(value: Value, meter: Meter): string {
  return hashText(canonical(value, meter));
}

function dnsName(text: string, length: number): string {
  const limit = Math.max(HASH_LENGTH + 2, Math.min(253, Math.floor(length)));
  const name = trimDashes(text.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
  const isFaithful = name === text;
  if (name.length <= limit && name !== '') return name;
  const head = trimDashes(name.slice(0, limit - HASH_LENGTH - 1));
  const mark = hashText(text).slice(0, HASH_LENGTH);
  return isFaithful && name.length <= limit ? name : head === '' ? `x${mark}` : `${head}-${mark}`;
}

function trimDashes(text: string): string {
  return text.replace(/^-+/, '').replace(/-+$/, '');
}

function conditionOf(object: Value, type: string, meter: Meter): Value {
  const status = isRecord(object) ? object['status'] : undefined;
  const conditions = isRecord(status) ? status['conditions'] : undefined;
  if (Array.isArray(conditions)) meter.step(conditions.length);
  return Array.isArray(conditions)
    ? conditions.find((item: Value) => isRecord(item) && item['type'] === type)
    : undefined;
}
