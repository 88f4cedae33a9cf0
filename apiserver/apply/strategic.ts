// Strategic merge patches: as merge patches, but lists are merged by keys where their type says so.
//
// Directives: `$patch: replace|delete|merge`, `$retainKeys`, `$deleteFromPrimitiveList/<field>`, `$setElementOrder/<field>`.
// Source: https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/ and the design note
// https://github.com/kubernetes/design-proposals-archive/blob/main/api-machinery/preserve-order-in-strategic-merge-patch.md

import { equals, isList, isObject, type Json, type JsonObject, type MutableObject } from '../model/json.ts';
import type { SchemaLookup } from '../schema/type-node.ts';
import { refOf } from '../schema/type-node.ts';
import { PatchFailure } from './patch.ts';

/** A schema, and where the schemas it refers to are. */
export interface PatchType {
  readonly schema: JsonObject | undefined;
  readonly lookup: SchemaLookup;
}

interface ListRule {
  readonly mergeKey: string | undefined;
  readonly isMerged: boolean;
}

const ORDER = '$setElementOrder/';
const DELETE_FROM = '$deleteFromPrimitiveList/';
const RETAIN = '$retainKeys';

/** The object after a strategic merge patch. Throws PatchFailure. */
export function applyStrategicPatch(object: JsonObject, patch: JsonObject, type: PatchType): JsonObject {
  return mergeObject(object, patch, type);
}

function mergeObject(object: JsonObject, patch: JsonObject, type: PatchType): JsonObject {
  const directive = patch['$patch'];
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge')
    throw new PatchFailure(`unknown patch type found: ${String(directive)}`, true);
  const out = retain({ ...object }, patch);
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith('$')) continue;
    mergeField(out, { name, value, patch }, fieldOf(type, name));
  }
  for (const [name, value] of Object.entries(patch)) applyListDirective(out, { name, value, patch }, type);
  return out;
}

interface Field {
  readonly name: string;
  readonly value: Json;
  readonly patch: JsonObject;
}

function mergeField(out: MutableObject, { name, value, patch }: Field, type: PatchType): void {
  const own = out[name];
  if (value === null) delete out[name];
  else if (isObject(value)) out[name] = mergeObject(isObject(own) && !isReplaced(type) ? own : {}, value, type);
  else if (isList(value)) out[name] = mergeList(isList(own) ? own : [], value, { type, order: orderOf(patch, name) });
  else out[name] = value;
}

// Maps whose strategy is to be replaced are not merged.
function isReplaced({ schema }: PatchType): boolean {
  return String(schema?.['x-kubernetes-patch-strategy'] ?? '')
    .split(',')
    .includes('replace');
}

// Only the keys that are named, and those of the patch, stay.
function retain(out: MutableObject, patch: JsonObject): MutableObject {
  const keys = patch[RETAIN];
  if (!isList(keys)) return out;
  for (const name of Object.keys(out)) if (!keys.includes(name)) delete out[name];
  return out;
}

// Directives about lists that the patch does not have itself.
function applyListDirective(out: MutableObject, { name, value, patch }: Field, type: PatchType): void {
  if (!isList(value)) return;
  if (name.startsWith(DELETE_FROM)) {
    const field = name.slice(DELETE_FROM.length);
    const own = out[field];
    if (isList(own)) out[field] = own.filter((item) => !value.some((other) => equals(item, other)));
  }
  if (!name.startsWith(ORDER)) return;
  const field = name.slice(ORDER.length);
  const own = out[field];
  if (Object.hasOwn(patch, field) || !isList(own)) return;
  out[field] = inOrder(own, value, ruleOf(fieldOf(type, field)));
}

function orderOf(patch: JsonObject, name: string): readonly Json[] | undefined {
  const order = patch[ORDER + name];
  return isList(order) ? order : undefined;
}

function mergeList(
  own: readonly Json[],
  patch: readonly Json[],
  { type, order }: { readonly type: PatchType; readonly order: readonly Json[] | undefined },
): readonly Json[] {
  const rule = ruleOf(type);
  if (!rule.isMerged) return patch.map(strip);
  const merged = rule.mergeKey === undefined ? mergeValues(own, patch) : mergeItems(own, patch, { rule, type });
  return order === undefined ? merged : inOrder(merged, order, rule, own);
}

function mergeValues(own: readonly Json[], patch: readonly Json[]): readonly Json[] {
  return [...own, ...patch.filter((item) => !own.some((other) => equals(item, other)))];
}

function mergeItems(
  own: readonly Json[],
  patch: readonly Json[],
  { rule, type }: { readonly rule: ListRule; readonly type: PatchType },
): readonly Json[] {
  const key = rule.mergeKey as string;
  if (patch.some((item) => isObject(item) && item['$patch'] === 'replace'))
    return patch.filter((item) => isObject(item) && item['$patch'] !== 'replace').map(strip);
  let out = [...own];
  for (const item of patch) {
    if (!isObject(item)) throw new PatchFailure('list element is no object', true);
    const value = item[key];
    if (value === undefined || value === null)
      throw new PatchFailure(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`, true);
    const at = out.findIndex((other) => isObject(other) && equals(other[key], value));
    if (item['$patch'] === 'delete') out = out.filter((other) => !isObject(other) || !equals(other[key], value));
    else if (at < 0) out.push(mergeObject({}, item, itemType(type)));
    else out[at] = mergeObject(out[at] as JsonObject, item, itemType(type));
  }
  return out;
}

// The items that are named come in their order; each other item stays behind the one that it was behind.
function inOrder(
  list: readonly Json[],
  order: readonly Json[],
  { mergeKey }: ListRule,
  before: readonly Json[] = list,
): readonly Json[] {
  const idOf = (item: Json): Json => (mergeKey !== undefined && isObject(item) ? (item[mergeKey] ?? null) : item);
  const places = new Map(order.map((item, at) => [JSON.stringify(idOf(item)), at]));
  const named = list.filter((item) => places.has(JSON.stringify(idOf(item))));
  named.sort((a, b) => placeOf(places, idOf(a)) - placeOf(places, idOf(b)));
  const others = list.filter((item) => !places.has(JSON.stringify(idOf(item))));
  const liveAt = new Map(before.map((item, at) => [JSON.stringify(idOf(item)), at]));
  const out: Json[] = [];
  let [n, o] = [0, 0];
  while (n < named.length || o < others.length) {
    const [one, other] = [named[n], others[o]];
    const goesFirst =
      other !== undefined &&
      (one === undefined ||
        (liveAt.get(JSON.stringify(idOf(other))) ?? Number.POSITIVE_INFINITY) <
          (liveAt.get(JSON.stringify(idOf(one))) ?? Number.NEGATIVE_INFINITY));
    out.push((goesFirst ? other : one) as Json);
    if (goesFirst) o += 1;
    else n += 1;
  }
  return out;
}

function placeOf(places: ReadonlyMap<string, number>, id: Json): number {
  return places.get(JSON.stringify(id)) ?? 0;
}

function strip(item: Json): Json {
  return isObject(item) ? withoutDirectives(item) : item;
}

// What replaces is taken as it is, without its directives and without nulls.
function withoutDirectives(patch: JsonObject): JsonObject {
  const out: MutableObject = {};
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith('$') || value === null) continue;
    out[name] = isObject(value) ? withoutDirectives(value) : isList(value) ? value.map(strip) : value;
  }
  return out;
}

function fieldOf({ schema, lookup }: PatchType, name: string): PatchType {
  const resolved = resolve(schema, lookup);
  const properties = resolved?.['properties'];
  const property = isObject(properties) ? properties[name] : resolved?.['additionalProperties'];
  return { schema: isObject(property) ? property : undefined, lookup };
}

function itemType({ schema, lookup }: PatchType): PatchType {
  const items = schema?.['items'];
  return { schema: isObject(items) ? items : undefined, lookup };
}

function resolve(schema: JsonObject | undefined, lookup: SchemaLookup): JsonObject | undefined {
  const name = schema === undefined ? undefined : refOf(schema);
  return name === undefined ? schema : lookup(name);
}

function ruleOf({ schema }: PatchType): ListRule {
  const isMerged = String(schema?.['x-kubernetes-patch-strategy'] ?? '')
    .split(',')
    .includes('merge');
  const key = schema?.['x-kubernetes-patch-merge-key'];
  return { isMerged, mergeKey: typeof key === 'string' ? key : undefined };
}
