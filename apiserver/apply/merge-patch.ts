// Merge patches (RFC 7386).

import { isList, isObject, type Json, type MutableObject } from '../model/json.ts';

/**
 * The value after a merge patch: objects are merged, null takes away, everything else replaces. What is new comes without
 * nulls, also within lists; a list in the place of an object comes as it is.
 */
export function applyMergePatch(value: Json | undefined, patch: Json): Json {
  if (!isObject(value)) return withoutNulls(patch);
  if (!isObject(patch)) return patch;
  const out: MutableObject = { ...value };
  for (const [name, inner] of Object.entries(patch)) {
    if (inner === null) delete out[name];
    else out[name] = applyMergePatch(out[name], inner);
  }
  return out;
}

function withoutNulls(value: Json): Json {
  if (isList(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(fields.map(([name, inner]) => [name, withoutNulls(inner)]));
}
