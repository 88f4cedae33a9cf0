// The part of kubectl's JSONPath that printer columns use: fields, indexes, `[*]` and filters by equality.
// Source: https://kubernetes.io/docs/reference/kubectl/jsonpath/

import { isList, isObject, type Json } from '../model/json.ts';

const STEP =
  /\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\["([^"]+)"\]|\[(\*|-?\d+)\]|\.\*|\[\?\(@\.([\w.-]+)\s*==\s*(["'])(.*?)\6\)\]|\.?((?:[^.[\]\\]|\\.)+)/y;

/** All values at a path; none where the path is not understood. */
export function findJsonPath(object: Json, path: string): readonly Json[] {
  const text = path.replace(/^\{(.*)\}$/, '$1').replace(/^\$/, '');
  let values: readonly Json[] = [object];
  // Of its own: a filter looks for another path meanwhile.
  const steps = new RegExp(STEP);
  while (steps.lastIndex < text.length) {
    const found = steps.exec(text);
    if (found === null) return [];
    values = values.flatMap((value) => step(value, found));
  }
  return values;
}

function step(value: Json, found: RegExpExecArray): readonly Json[] {
  const [whole, plain, single, double, index, field, , wanted, escaped] = found;
  const name = plain ?? single ?? double ?? escaped?.replaceAll(/\\(.)/g, '$1');
  if (name !== undefined) return isObject(value) && Object.hasOwn(value, name) ? [value[name] as Json] : [];
  if (whole === '.*') return valuesOf(value);
  if (!isList(value)) return [];
  if (field !== undefined) return value.filter((item) => String(findJsonPath(item, `.${field}`)[0] ?? '') === wanted);
  return index === '*' ? value : value.slice(Number(index)).slice(0, 1);
}

function valuesOf(value: Json): readonly Json[] {
  if (isList(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}
