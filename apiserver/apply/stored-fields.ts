// `fieldsV1` of stored objects, which share it between their versions and with their neighbours: read once as long as it
// is in use, and written back as it is where the set has not changed.
//
// What is remembered is what was computed, by identity: it makes no difference but that of time.

import type { JsonObject } from '../model/json.ts';
import { type FieldSet, parseFieldsV1, toFieldsV1 } from './field-set.ts';

// Chosen: more than the managers of all objects that are written in turns; one takes some ten kilobytes.
const REMEMBERED = 128;

const sets = new Map<JsonObject, FieldSet>();
const texts = new WeakMap<FieldSet, JsonObject>();

/** The set that `fieldsV1` of a stored object describes, or undefined where it is none. */
export function storedFields(fields: JsonObject): FieldSet | undefined {
  const known = sets.get(fields);
  const set = known ?? parseFieldsV1(fields);
  if (set === undefined) return undefined;
  // The one that was used last is forgotten last.
  sets.delete(fields);
  sets.set(fields, set);
  texts.set(set, fields);
  for (const oldest of sets.keys()) {
    if (sets.size <= REMEMBERED) break;
    sets.delete(oldest);
  }
  return set;
}

/** A set as `fieldsV1` has it. */
export function toStoredFields(set: FieldSet): JsonObject {
  return texts.get(set) ?? toFieldsV1(set);
}
