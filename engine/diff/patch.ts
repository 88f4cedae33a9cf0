// What changed, for people: the differences between what is and what should be. The one door to fast-json-patch.

import jsonPatch from 'fast-json-patch';
import type { Difference } from '../model/change.ts';
import { isArray, isObject, type Json, type MaybeJson } from '../model/json.ts';

/** The differences between a live object and the fields that are wished of it. Shape: in document order, may be empty. */
export function differencesOf(live: Json, desired: Json): readonly Difference[] {
  const operations = jsonPatch.compare(project(live, desired) as object, desired as object);
  return operations.flatMap(({ op, path }): Difference[] =>
    op === 'add' || op === 'remove' || op === 'replace' ? [{ op, path }] : [],
  );
}

// The live object holds much that is not ours (defaults, status, other managers' fields): only what we speak of counts.
function project(live: MaybeJson, desired: Json): MaybeJson {
  if (isArray(desired)) return isArray(live) ? projectList(live, desired) : live;
  if (!isObject(desired) || !isObject(live)) return live;
  const result: Record<string, Json> = {};
  for (const [key, wanted] of Object.entries(desired)) {
    const value = Object.hasOwn(live, key) ? project(live[key], wanted) : undefined;
    if (value !== undefined) result[key] = value;
  }
  return result;
}

// Items are paired by name where they have one, by place otherwise.
function projectList(live: readonly Json[], desired: readonly Json[]): readonly Json[] {
  return desired.flatMap((wanted, index) => {
    const name = isObject(wanted) ? wanted['name'] : undefined;
    const other = typeof name === 'string' ? live.find((item) => isObject(item) && item['name'] === name) : live[index];
    const value = project(other, wanted);
    return value === undefined ? [] : [value];
  });
}
