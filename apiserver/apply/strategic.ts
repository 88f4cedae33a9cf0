// Strategic merge patches: as merge patches, but lists are merged by keys where their type says so.
//
// Directives: `$patch: replace|delete|merge`, `$retainKeys`, `$deleteFromPrimitiveList/<field>`, `$setElementOrder/<field>`.
// Source: https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/ and the design note
// https://github.com/kubernetes/design-proposals-archive/blob/main/api-machinery/preserve-order-in-strategic-merge-patch.md

import { equals, isList, isObject, type Json, type JsonObject, type MutableObject } from '../model/json.ts';
import type { SchemaLookup } from '../schema/type-node.ts';
import { refOf } from '../schema/type-node.ts';
import { PatchFailure } from './patch-failure.ts';

/** A schema, and where the schemas it refers to are. */
export interface PatchType {
  readonly schema: JsonObject | undefined;
  readonly lookup: SchemaLookup;
}

const ORDER = '$setElementOrder/';
const DELETE_FROM = '$deleteFromPrimitiveList/';
const RETAIN = '$retainKeys';

/** The object after a strategic merge patch. Throws PatchFailure. */
export function applyStrategicPatch(object: JsonObject, patch: JsonObject, type: PatchType): JsonObject {
  return mergeObject(object, patch, type);
}

function mergeObject(object: JsonObject, patch: JsonObject, type: PatchType): JsonObject {
  const { $patch: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  if (directive !== undefined) throw unknownDirective(patch);
  const out = retain({ ...object }, rest);
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith(DELETE_FROM)) deleteFrom(out, name.slice(DELETE_FROM.length), value);
    else if (name.startsWith(ORDER)) reorder(out, { name: name.slice(ORDER.length), value, patch: rest }, type);
    else if (!name.startsWith('$')) mergeField(out, { name, value, patch: rest }, fieldOf(type, name));
  }
  return out;
}

interface Field {
  readonly name: string;
  readonly value: Json;
  readonly patch: JsonObject;
}

function mergeField(out: MutableObject, { name, value, patch }: Field, type: PatchType): void {
  const own = out[name];
  if (value === null) {
    delete out[name];
  } else if (isObject(value) && isObject(own)) {
    out[name] = hasStrategy(type, 'replace') ? value : mergeObject(own, value, type);
  } else if (isList(value) && isList(own)) {
    out[name] = mergeList(own, value, { type, order: orderOf(patch, name) });
  } else {
    const plain = withoutDirectives(value);
    if (plain === undefined) delete out[name];
    else out[name] = plain;
  }
}

// Only the keys that are named stay; the patch may not have others.
function retain(out: MutableObject, patch: JsonObject): MutableObject {
  const keys = patch[RETAIN];
  if (keys === undefined) return out;
  if (!isList(keys)) throw new PatchFailure('invalid patch format of retainKeys', 400);
  const isForeign = (name: string) => !name.startsWith('$') && patch[name] !== null && !keys.includes(name);
  if (Object.keys(patch).some(isForeign)) throw new PatchFailure('invalid patch format of retainKeys', 400);
  for (const name of Object.keys(out)) if (!keys.includes(name)) delete out[name];
  return out;
}

function deleteFrom(out: MutableObject, name: string, value: Json): void {
  const own = out[name];
  if (isList(own) && isList(value)) out[name] = own.filter((item) => !value.some((other) => equals(item, other)));
}

// An order for a list that the patch itself does not have.
function reorder(out: MutableObject, { name, value, patch }: Field, type: PatchType): void {
  const own = out[name];
  if (!isList(value)) {
    const kind = isObject(value) ? 'map[string]interface {}' : typeof value;
    throw new PatchFailure(`expected a []interface {}, but received a ${kind}`, 500);
  }
  if (!isList(own) || Object.hasOwn(patch, name)) return;
  out[name] = inOrder(own, value, { mergeKey: mergeKeyOf(fieldOf(type, name)), before: own });
}

function orderOf(patch: JsonObject, name: string): readonly Json[] | undefined {
  const order = patch[ORDER + name];
  return isList(order) ? order : undefined;
}

interface ListPatch {
  readonly type: PatchType;
  readonly order: readonly Json[] | undefined;
}

function mergeList(own: readonly Json[], patch: readonly Json[], { type, order }: ListPatch): readonly Json[] {
  if (!hasStrategy(type, 'merge')) return patch;
  const mergeKey = mergeKeyOf(type);
  const kinds = new Set([...own, ...patch].map((item) => (item === null ? 'null' : typeof item)));
  if (kinds.size > 1) throw new PatchFailure(`list element types are not identical: ${toGoText([own, patch])}`, 500);
  if (order !== undefined) checkOrder(patch, order, mergeKey);
  if (mergeKey === undefined) {
    const merged = [...own, ...patch.filter((item) => !own.some((other) => equals(item, other)))];
    return inOrder(merged, order ?? patch, { mergeKey, before: own });
  }
  const { kept, wanted } = splitSpecial(own, patch, mergeKey);
  const merged = mergeItems(kept, wanted, type);
  // With an order of its own, a new item takes the place that a deleted one has left.
  const before = order === undefined ? kept : merged.slice(0, own.length);
  return inOrder(merged, order ?? wanted, { mergeKey, before });
}

// Items with a directive are no items: they say what becomes of those that are there.
function splitSpecial(
  own: readonly Json[],
  patch: readonly Json[],
  mergeKey: string,
): { readonly kept: readonly Json[]; readonly wanted: readonly JsonObject[] } {
  const items = patch.filter(isObject);
  const isStrange = (item: JsonObject): boolean => !['replace', 'delete', undefined].includes(item['$patch'] as string);
  const strange = items.find(isStrange);
  if (strange?.['$patch'] === 'merge')
    throw new PatchFailure('merging lists cannot yet be specified in the patch', 500);
  if (strange !== undefined) throw unknownDirective(strange);
  const wanted = items.filter((item) => item['$patch'] === undefined);
  if (items.some((item) => item['$patch'] === 'replace')) return { kept: wanted, wanted: [] };
  const deleted = items.filter((item) => item['$patch'] === 'delete').map((item) => keyOf(item, mergeKey));
  const kept = own.filter((item) => !isObject(item) || !deleted.some((key) => equals(item[mergeKey], key)));
  return { kept, wanted };
}

function keyOf(item: JsonObject, mergeKey: string): Json {
  const key = item[mergeKey];
  if (key !== undefined) return key;
  throw new PatchFailure(`map: ${toGoText(item)} does not contain declared merge key: ${mergeKey}`, 500);
}

function mergeItems(own: readonly Json[], patch: readonly JsonObject[], type: PatchType): readonly Json[] {
  const out = [...own];
  const mergeKey = mergeKeyOf(type) as string;
  for (const item of patch) {
    const key = keyOf(item, mergeKey);
    const at = out.findIndex((other) => isObject(other) && equals(other[mergeKey], key));
    if (at < 0) out.push(item);
    else out[at] = mergeObject(out[at] as JsonObject, item, itemType(type));
  }
  return out;
}

// What the patch has must come in the order that it names. A directive counts as an item where nothing comes after it.
function checkOrder(patch: readonly Json[], order: readonly Json[], mergeKey: string | undefined): void {
  if (order.length === 0) return;
  const items = patch.filter((item) => !isObject(item) || item['$patch'] !== 'delete');
  let [at, place] = [0, 0];
  while (at < items.length && place < order.length) {
    const [item, wanted] = [items[at] as Json, order[place] as Json];
    const isDirective = isObject(item) && item['$patch'] !== undefined;
    if (isDirective || equals(idOf(item, mergeKey), idOf(wanted, mergeKey))) at += 1;
    if (!isDirective) place += 1;
  }
  if (at < items.length) {
    const message = `The order in patch list:\n${toGoText(patch)}\n doesn't match $setElementOrder list:\n${toGoText(order)}\n`;
    throw new PatchFailure(message, 500);
  }
}

function unknownDirective(patch: JsonObject): PatchFailure {
  const { $patch: directive } = patch;
  const shown = typeof directive === 'string' ? directive : `%!s(int64=${String(directive)})`;
  return new PatchFailure(`unknown patch type: ${shown} in map: ${toGoText(patch)}`, 500);
}

// Values in messages, as the API server's language prints them.
function toGoText(value: Json): string {
  if (isList(value)) return `[${value.map(toGoText).join(' ')}]`;
  if (!isObject(value)) return value === null ? '<nil>' : String(value);
  const fields = Object.keys(value).sort();
  return `map[${fields.map((name) => `${name}:${toGoText(value[name] as Json)}`).join(' ')}]`;
}

function idOf(item: Json, mergeKey: string | undefined): Json {
  return mergeKey !== undefined && isObject(item) ? (item[mergeKey] ?? null) : item;
}

interface Ordering {
  readonly mergeKey: string | undefined;
  readonly before: readonly Json[];
}

// The items that are named come in their order; each other item stays before those that it was before.
function inOrder(list: readonly Json[], order: readonly Json[], { mergeKey, before }: Ordering): readonly Json[] {
  const textOf = (item: Json): string => JSON.stringify(idOf(item, mergeKey));
  const places = new Map(order.map((item, at) => [textOf(item), at]));
  const known = new Map(before.map((item, at) => [textOf(item), at]));
  const named = sortBy(
    list.filter((item) => places.has(textOf(item))),
    (item) => places.get(textOf(item)),
  );
  const others = sortBy(
    list.filter((item) => !places.has(textOf(item))),
    (item) => known.get(textOf(item)),
  );
  const out: Json[] = [];
  while (named.length > 0 || others.length > 0) {
    const [one, other] = [named[0], others[0]];
    const isFirst = other !== undefined && (one === undefined || isBefore(known, textOf(other), textOf(one)));
    out.push((isFirst ? others.shift() : named.shift()) as Json);
  }
  return out;
}

// By insertion, where an item without a place goes before any other: the order of the real server, which nothing else gives.
function sortBy(list: readonly Json[], placeOf: (item: Json) => number | undefined): Json[] {
  const out: Json[] = [];
  for (const item of list) {
    const place = placeOf(item);
    let at = out.length;
    while (at > 0) {
      const other = placeOf(out[at - 1] as Json);
      if (place !== undefined && other !== undefined && place >= other) break;
      at -= 1;
    }
    out.splice(at, 0, item);
  }
  return out;
}

function isBefore(known: ReadonlyMap<string, number>, left: string, right: string): boolean {
  const [a, b] = [known.get(left), known.get(right)];
  return a !== undefined && b !== undefined && a < b;
}

// What is new is taken without nulls, and without the parts that are directives. Undefined where nothing is left.
function withoutDirectives(value: Json): Json | undefined {
  if (isList(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (value['$patch'] !== undefined) return undefined;
  const out: MutableObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const plain = inner === null ? undefined : withoutDirectives(inner);
    if (plain !== undefined) out[name] = plain;
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

function hasStrategy({ schema }: PatchType, strategy: string): boolean {
  return String(schema?.['x-kubernetes-patch-strategy'] ?? '')
    .split(',')
    .includes(strategy);
}

function mergeKeyOf({ schema }: PatchType): string | undefined {
  const key = schema?.['x-kubernetes-patch-merge-key'];
  return typeof key === 'string' ? key : undefined;
}
