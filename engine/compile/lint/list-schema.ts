// Lists that are merged item by item, maps that are not, and objects within objects: what an API server asks of their
// schemas. Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy

import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Mistake } from './schema.ts';

const LIST_TYPE = 'x-kubernetes-list-type';
const KEYS = 'x-kubernetes-list-map-keys';
const MAP_TYPE = 'x-kubernetes-map-type';
const EMBEDDED = 'x-kubernetes-embedded-resource';

/** What is wrong with the extensions of one schema that go together with others. */
export function lintExtensions(schema: JsonObject): readonly Mistake[] {
  const { type } = schema;
  const say = (keyword: string, message: string, hint: string): readonly Mistake[] => [
    mistake([keyword], message, hint),
  ];
  if (schema[LIST_TYPE] !== undefined && type !== 'array')
    return say(LIST_TYPE, `"${LIST_TYPE}" is for arrays`, 'remove it, or write type: array');
  if (schema[MAP_TYPE] !== undefined && type !== 'object')
    return say(MAP_TYPE, `"${MAP_TYPE}" is for objects`, 'remove it, or write type: object');
  if (schema[EMBEDDED] === true) {
    const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
    if (type !== 'object') return say(EMBEDDED, `"${EMBEDDED}" is for objects`, 'remove it, or write type: object');
    if (schema['properties'] === undefined && !isOpen)
      return say(EMBEDDED, `"${EMBEDDED}" needs fields`, 'add x-kubernetes-preserve-unknown-fields: true');
  }
  return lintList(schema);
}

function lintList(schema: JsonObject): readonly Mistake[] {
  const listType = schema[LIST_TYPE];
  const keys = textsOf(schema[KEYS]);
  const items = isObject(schema['items']) ? schema['items'] : {};
  if (listType !== 'map' && keys.length > 0)
    return [mistake([KEYS], `"${KEYS}" is for lists of type map`, `add ${LIST_TYPE}: map`)];
  if (listType !== 'map' && listType !== 'set') return [];
  if (items['nullable'] === true)
    return [mistake(['items', 'nullable'], `an item of a list of type ${listType} cannot be nullable`, 'remove it')];
  if (listType === 'set') return lintSet(items);
  if (items['type'] !== 'object')
    return [mistake([LIST_TYPE], 'the items of a list of type map are objects', `use ${LIST_TYPE}: set or atomic`)];
  return keys.length === 0
    ? [mistake([LIST_TYPE], 'a list of type map needs the keys of its items', `add ${KEYS}: [name]`)]
    : lintKeys(keys, items);
}

function lintSet(items: JsonObject): readonly Mistake[] {
  const keyword = items['type'] === 'array' ? LIST_TYPE : MAP_TYPE;
  const isScalar = items['type'] !== 'array' && items['type'] !== 'object';
  if (isScalar || items[keyword] === 'atomic') return [];
  return [mistake([LIST_TYPE], 'the items of a set are compared as a whole', `add ${keyword}: atomic to the items`)];
}

function mistake(steps: Mistake['steps'], message: string, hint: string): Mistake {
  return { steps, at: 'key', message, hint };
}

function textsOf(value: Json | undefined): readonly string[] {
  return value !== undefined && isArray(value) ? value.map(String) : [];
}

function lintKeys(keys: readonly string[], items: JsonObject): readonly Mistake[] {
  const properties = isObject(items['properties']) ? items['properties'] : {};
  const required = textsOf(items['required']);
  return keys.flatMap((key, index): readonly Mistake[] => {
    const say = (message: string, hint: string): readonly Mistake[] => [
      { steps: [KEYS, index], at: 'value', message, hint },
    ];
    const field = properties[key];
    if (!isObject(field)) return say(`the items have no field "${key}"`, 'name a field of the items');
    if (field['nullable'] === true) return say(`the key "${key}" cannot be nullable`, 'remove nullable from it');
    if (required.includes(key) || field['default'] !== undefined) return [];
    return say(
      `an item may be without its key "${key}"`,
      `add required: [${key}] to the items, or a default to the field`,
    );
  });
}
