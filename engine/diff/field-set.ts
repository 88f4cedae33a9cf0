// Which fields a manager owns, in the API server's FieldsV1 notation, and whether they cover an object.
// Source: https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/fieldpath/serialize.go
//   f:NAME a field; k:{...} a list item by its keys; v:... a set item by its value; i:N a list item by its index;
//   "." the item itself; an empty object: the whole value, whatever is in it.

import { getPath, isArray, isEqual, isObject, type Json, type JsonObject, type MaybeJson } from '../model/json.ts';
import type { KubeObject } from '../model/object.ts';
import { type FieldStep, hasKeys } from '../model/policy.ts';

// Keys of list items that the API server fills in before it compares. Source: the +default markers of k8s.io/api.
const KEY_DEFAULTS: { readonly [key: string]: Json } = { protocol: 'TCP' };

/** A field of a value: how people read it, and the keys and indices that lead to it. */
export interface FieldPlace {
  /** Such as `.spec.ports[port=80].name`; `.` is the whole. */
  readonly text: string;
  readonly steps: readonly (string | number)[];
}

const WHOLE: FieldPlace = { text: '', steps: [] };

function below(place: FieldPlace, step: string | number, text: string): FieldPlace {
  return { text: `${place.text}${text}`, steps: [...place.steps, step] };
}

/**
 * The fields of `value` that a field set does not cover; empty when it covers all. Of a mapping of which nothing is covered
 * each field is one, as others hold and claim them; of nothing at all it is the whole.
 */
export function findUncovered(
  value: Json,
  fields: JsonObject | undefined,
  place: FieldPlace = WHOLE,
): readonly FieldPlace[] {
  if (fields === undefined && place.text === '') return [{ ...place, text: '.' }];
  // Items of lists are held as such.
  const isOne = !isObject(value) || Object.keys(value).length === 0 || typeof place.steps.at(-1) === 'number';
  if (fields === undefined && isOne) return [place];
  if (fields !== undefined && isWhole(fields)) return [];
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, item]) =>
      findUncovered(item, asFields(fields?.[`f:${key}`]), below(place, key, `.${key}`)),
    );
  }
  if (!isArray(value) || fields === undefined) return [];
  return value.flatMap((item, index) => {
    const { name, fields: inner } = findItem(item, index, fields);
    return findUncovered(item, inner, below(place, index, `[${name}]`));
  });
}

/** The fields that a field set holds on a live object and a wish has no more, as keys and indices of the live object. */
export function findDropped(
  wish: MaybeJson,
  live: MaybeJson,
  fields: JsonObject | undefined,
  steps: FieldPlace['steps'] = [],
): readonly FieldPlace['steps'][] {
  if (fields === undefined || live === undefined) return [];
  if (wish === undefined) return [steps];
  if (isArray(live)) {
    return live.flatMap((item, index) => {
      const { key, fields: inner } = findItem(item, index, fields);
      return key === undefined ? [] : findDropped(itemOf(wish, key), item, inner, [...steps, index]);
    });
  }
  return Object.entries(fields).flatMap(([key, inner]) => {
    if (!key.startsWith('f:')) return [];
    const name = key.slice(2);
    return findDropped(getPath(wish, [name]), getPath(live, [name]), asFields(inner), [...steps, name]);
  });
}

/** The fields of `claim` that a field set holds while the live object has another value there. */
export function findDisputed(
  claim: Json,
  live: MaybeJson,
  fields: JsonObject | undefined,
  place: FieldPlace = WHOLE,
): readonly FieldPlace[] {
  if (fields === undefined) return [];
  if (isWhole(fields)) {
    // Of a map nobody can tell here whether it is held as a whole or was empty; the API server will say.
    return isObject(claim) || isEqual(claim, live) ? [] : [place];
  }
  if (isObject(claim)) {
    const inner = isObject(live) ? live : {};
    return Object.entries(claim).flatMap(([key, item]) =>
      findDisputed(item, inner[key], asFields(fields[`f:${key}`]), below(place, key, `.${key}`)),
    );
  }
  if (!isArray(claim)) return isEqual(claim, live) ? [] : [place];
  return claim.flatMap((item, index) => {
    const { name, key, fields: inner } = findItem(item, index, fields);
    return findDisputed(item, itemOf(live, key), inner, below(place, index, `[${name}]`));
  });
}

function itemOf(list: MaybeJson, key: string | undefined): MaybeJson {
  if (!isArray(list) || key === undefined) return undefined;
  return list.find((candidate, at) => matchItem(candidate, at, key) !== undefined);
}

/** What a field set holds of a live value; undefined where that is nothing. */
export function extractOwned(live: MaybeJson, fields: JsonObject | undefined): MaybeJson {
  if (fields === undefined || live === undefined) return undefined;
  if (isWhole(fields)) return live;
  if (isObject(live)) {
    const entries = Object.keys(fields).flatMap((key): [string, Json][] => {
      const name = key.slice(2);
      const value = key.startsWith('f:') ? extractOwned(live[name], asFields(fields[key])) : undefined;
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(entries);
  }
  if (!isArray(live)) return live;
  return live.flatMap((item, index): Json[] => {
    const { fields: inner } = findItem(item, index, fields);
    const value = extractOwned(item, inner);
    return value === undefined ? [] : [value];
  });
}

/**
 * A wish in which every field that `steps` name has the live value as far as the field set holds it, and is left out
 * otherwise; an item that the live list does not have keeps its own.
 */
export function holdFields(
  wish: MaybeJson,
  live: MaybeJson,
  fields: JsonObject | undefined,
  steps: readonly FieldStep[],
): MaybeJson {
  const [step, ...rest] = steps;
  if (step === undefined) return extractOwned(live, fields);
  if (step.kind === 'items') {
    if (!isArray(wish)) return wish;
    return wish.flatMap((item, index): Json[] => {
      const { key, fields: inner } = findItem(item, index, fields ?? {});
      const other = itemOf(live, key);
      if (!hasKeys(item, step.keys) || other === undefined) return [item];
      const value = holdFields(item, other, inner, rest);
      return value === undefined ? [] : [value];
    });
  }
  if (!isObject(wish) || !Object.hasOwn(wish, step.name)) return wish;
  const { [step.name]: inner, ...others } = wish;
  const value = holdFields(inner, getPath(live, [step.name]), asFields(fields?.[`f:${step.name}`]), rest);
  return value === undefined ? others : { ...wish, [step.name]: value };
}

/** Who holds the field at these keys, as people are told; undefined where nobody does. */
export function managerOf(live: KubeObject, tokens: readonly string[]): string | undefined {
  const holds = (fields: JsonObject | undefined, [token, ...rest]: readonly string[]): boolean =>
    fields !== undefined && (token === undefined || holds(asFields(fields[`f:${token}`]), rest));
  return live.metadata.managedFields?.find(({ fieldsV1 }) => holds(fieldsV1, tokens))?.manager;
}

function asFields(value: Json | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function isWhole(fields: JsonObject): boolean {
  return Object.keys(fields).length === 0;
}

function findItem(
  item: Json,
  index: number,
  fields: JsonObject,
): { name: string; key?: string; fields: JsonObject | undefined } {
  for (const [key, below] of Object.entries(fields)) {
    const name = matchItem(item, index, key);
    if (name !== undefined) return { name, key, fields: asFields(below) };
  }
  return { name: nameItem(item, index), fields: undefined };
}

function matchItem(item: Json, index: number, key: string): string | undefined {
  if (key.startsWith('i:')) return key === `i:${index}` ? String(index) : undefined;
  if (key.startsWith('v:')) return isEqual(JSON.parse(key.slice(2)) as Json, item) ? key.slice(2) : undefined;
  if (!key.startsWith('k:') || !isObject(item)) return undefined;
  const keys = JSON.parse(key.slice(2)) as JsonObject;
  const matches = Object.entries(keys).every(([name, wanted]) => isEqual(item[name] ?? KEY_DEFAULTS[name], wanted));
  return matches
    ? Object.entries(keys)
        .map(([name, wanted]) => `${name}=${String(wanted)}`)
        .join(',')
    : undefined;
}

function nameItem(item: Json, index: number): string {
  const name = isObject(item) ? item['name'] : undefined;
  return typeof name === 'string' ? `name=${name}` : String(index);
}
