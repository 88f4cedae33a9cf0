// The four walks over values of a type: which fields a value has, what differs between two, what two make together, and
// a value without some fields.
//
// Lists and maps that are atoms, scalars, and empty lists and maps on both sides are leaves: they are owned, compared
// and replaced whole. Source: https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/typed (behaviour, not code).

import { equals, isList, isObject, type Json, type MutableObject } from '../model/json.ts';
import { sharedWith } from '../model/shared.ts';
import type { ListShape, MapShape, TypeNode } from '../schema/type-node.ts';
import { below, type FieldSet, insert, isEmpty, type MutableFieldSet, newFieldSet } from './field-set.ts';
import { mergeOrder } from './merge-order.ts';
import { fieldType, itemStep, type Maybe, type Shape, shapeOf, shapesOf, stepsOf, TypeMismatch } from './shape.ts';

/** How a value differs from another one; no field is in two of the sets. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

type Path = readonly string[];

/** The fields of a value. */
export function toFieldSet(node: TypeNode, value: Json): FieldSet {
  const set = newFieldSet();
  collect(node, value, { set, path: [] });
  return set;
}

interface Collecting {
  readonly set: MutableFieldSet;
  readonly path: Path;
}

function collect(node: TypeNode, value: Json, { set, path }: Collecting): void {
  const shape = shapeOf(node, value);
  if (shape === undefined) return;
  if (shape.kind === 'scalar' || isAtom(shape)) insert(set, path);
  else if (shape.kind === 'map') collectMap(shape.map, value, { set, path });
  else if (isList(value)) collectList(shape.list, value, { set, path });
}

function isAtom(shape: Shape): boolean {
  return (shape.kind === 'map' && shape.map.isAtomic) || (shape.kind === 'list' && shape.list.relation === 'atomic');
}

function collectMap(map: MapShape, value: Json, { set, path }: Collecting): void {
  if (!isObject(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    const type = fieldType(map, name);
    const innerPath = [...path, `f:${name}`];
    if (type !== undefined) collect(type(), inner, { set, path: innerPath });
    const isHollow = inner === null || (isObject(inner) && Object.keys(inner).length === 0);
    if (isHollow || !map.fields.has(name)) insert(set, innerPath);
  }
}

// Items that are there twice are owned as one, without their fields.
function collectList(list: ListShape, items: readonly Json[], { set, path }: Collecting): void {
  const steps = stepsOf(list, items).map((step) => (step instanceof TypeMismatch ? undefined : step));
  const counts = new Map<string, number>();
  for (const step of steps) if (step !== undefined) counts.set(step, (counts.get(step) ?? 0) + 1);
  for (const [at, step] of steps.entries()) {
    if (step === undefined) continue;
    const itemPath = [...path, step];
    if (counts.get(step) === 1) collect(list.element(), items[at] as Json, { set, path: itemPath });
    insert(set, itemPath);
  }
}

/** How the right value differs from the left one. */
export function compare(node: TypeNode, left: Json, right: Json): Comparison {
  const into = { removed: newFieldSet(), modified: newFieldSet(), added: newFieldSet() };
  compareAt(node, { left, right }, { into, path: [] });
  return into;
}

interface Pair {
  readonly left: Maybe;
  readonly right: Maybe;
}

interface Comparing {
  readonly into: {
    readonly removed: MutableFieldSet;
    readonly modified: MutableFieldSet;
    readonly added: MutableFieldSet;
  };
  readonly path: Path;
}

function compareAt(node: TypeNode, pair: Pair, at: Comparing): void {
  // Values share the parts that they have in common.
  if (pair.left === pair.right) return;
  let isLeaf = false;
  for (const shape of shapesOf(node, pair.left, pair.right)) {
    isLeaf = shape.kind === 'scalar' || isAtom(shape) || isHollowPair(shape, pair);
    if (isLeaf) compareLeaf(pair, at);
    else if (shape.kind === 'map') compareMaps(shape.map, pair, at);
    else if (shape.kind === 'list') compareLists(shape.list, pair, at);
  }
  if (isLeaf) return;
  if (pair.left === undefined) insert(at.into.added, at.path);
  else if (pair.right === undefined) insert(at.into.removed, at.path);
}

function compareLeaf({ left, right }: Pair, { into, path }: Comparing): void {
  if (left === undefined) insert(into.added, path);
  else if (right === undefined) insert(into.removed, path);
  else if (!equals(left, right)) insert(into.modified, path);
}

// Empty and null on both sides: a leaf, so that the difference between empty and null is kept.
function isHollowPair(shape: Shape, { left, right }: Pair): boolean {
  const isFilled = (value: Maybe) =>
    shape.kind === 'map' ? isObject(value) && Object.keys(value).length > 0 : isList(value) && value.length > 0;
  return !isFilled(left) && !isFilled(right);
}

function compareMaps(map: MapShape, { left, right }: Pair, at: Comparing): void {
  const [from, to] = [isObject(left) ? left : {}, isObject(right) ? right : {}];
  for (const name of Object.keys(from))
    compareField(map, name, { left: from[name], right: Object.hasOwn(to, name) ? to[name] : undefined }, at);
  for (const name of Object.keys(to))
    if (!Object.hasOwn(from, name)) compareField(map, name, { left: undefined, right: to[name] }, at);
}

function compareField(map: MapShape, name: string, pair: Pair, { into, path }: Comparing): void {
  if (pair.left === pair.right) return;
  const type = fieldType(map, name);
  if (type !== undefined) compareAt(type(), pair, { into, path: [...path, `f:${name}`] });
}

function compareLists(list: ListShape, { left, right }: Pair, { into, path }: Comparing): void {
  const [from, to] = [groupItems(list, left), groupItems(list, right)];
  for (const [step, before] of from)
    compareItems(list, { before, after: to.get(step) ?? [] }, { into, path: [...path, step] });
  for (const [step, after] of to)
    if (!from.has(step)) compareItems(list, { before: [], after }, { into, path: [...path, step] });
}

// Items that are there twice are one leaf; where there is one of them only on one side, the leaf comes or goes.
function compareItems(
  list: ListShape,
  { before, after }: { readonly before: readonly Json[]; readonly after: readonly Json[] },
  at: Comparing,
): void {
  const [isManyBefore, isManyAfter] = [before.length > 1, after.length > 1];
  if (isManyBefore && isManyAfter) {
    if (!equals(before, after)) insert(at.into.modified, at.path);
    return;
  }
  const pair = { left: isManyBefore ? undefined : before[0], right: isManyAfter ? undefined : after[0] };
  if (pair.left !== undefined || pair.right !== undefined) compareAt(list.element(), pair, at);
  if (isManyBefore) insert(at.into.removed, at.path);
  if (isManyAfter) insert(at.into.added, at.path);
}

function groupItems(list: ListShape, value: Maybe): ReadonlyMap<string, readonly Json[]> {
  const groups = new Map<string, Json[]>();
  for (const item of isList(value) ? value : []) {
    const step = itemStep(list, item);
    const group = groups.get(step);
    if (group === undefined) groups.set(step, [item]);
    else group.push(item);
  }
  return groups;
}

/**
 * What two values make together: the right one wins, and what only the left one has stays. Parts that are as the left one
 * has them are those of the left one.
 */
export function merge(node: TypeNode, left: Maybe, right: Maybe): Maybe {
  let out: Maybe;
  for (const shape of shapesOf(node, left, right)) {
    if (shape.kind === 'scalar' || isAtom(shape) || isHollowPair(shape, { left, right })) out = pick(left, right);
    else if (shape.kind === 'map') out = mergeMaps(shape.map, left, right);
    else if (shape.kind === 'list') out = mergeLists(shape.list, left, right);
  }
  return out;
}

function pick(left: Maybe, right: Maybe): Maybe {
  return right === undefined ? left : sharedWith(right, left);
}

function mergeMaps(map: MapShape, left: Maybe, right: Maybe): Maybe {
  const [from, to] = [isObject(left) ? left : {}, isObject(right) ? right : {}];
  const out: MutableObject = {};
  let isLeft = from === left;
  for (const name of Object.keys(from)) {
    const own = from[name];
    const value = mergeField(map, name, own, Object.hasOwn(to, name) ? to[name] : undefined);
    isLeft &&= value === own;
    if (value !== undefined) out[name] = value;
  }
  for (const name of Object.keys(to)) {
    if (Object.hasOwn(from, name)) continue;
    const value = mergeField(map, name, undefined, to[name]);
    isLeft &&= value === undefined;
    if (value !== undefined) out[name] = value;
  }
  if (Object.keys(out).length === 0) return undefined;
  return isLeft ? from : out;
}

function mergeField(map: MapShape, name: string, left: Maybe, right: Maybe): Maybe {
  const type = fieldType(map, name);
  return type === undefined ? pick(left, right) : merge(type(), left, right);
}

// The order of the result: items of the left list stay in their places, and items of both follow the right list's order.
function mergeLists(list: ListShape, left: Maybe, right: Maybe): Maybe {
  const [from, to] = [isList(left) ? left : [], isList(right) ? right : []];
  const fromSteps = from.map((item) => itemStep(list, item));
  const toSteps = to.map((item) => itemStep(list, item));
  const duplicate = toSteps.find((step, at) => toSteps.indexOf(step) !== at);
  if (duplicate !== undefined) throw new TypeMismatch([`duplicate entries for key ${duplicate}`]);
  if (isSameOrder(fromSteps, toSteps)) return mergeItems(list, from, to);
  const known = new Map<string, Maybe>();
  for (const [at, step] of fromSteps.entries()) known.set(step, known.has(step) ? null : from[at]);
  const wanted = new Map(toSteps.map((step, at) => [step, to[at]]));
  const out: Json[] = [];
  const take = (step: string, own: Maybe) => {
    const item = merge(list.element(), own, wanted.get(step));
    if (item !== undefined) out.push(item);
  };
  for (const { step, at } of mergeOrder(fromSteps, toSteps)) take(step, at === undefined ? known.get(step) : from[at]);
  return out.length === 0 ? undefined : out;
}

function isSameOrder(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((step, at) => step === right[at]);
}

function mergeItems(list: ListShape, left: readonly Json[], right: readonly Json[]): Maybe {
  const out: Json[] = [];
  for (const [at, own] of left.entries()) {
    const item = merge(list.element(), own, right[at]);
    if (item !== undefined) out.push(item);
  }
  if (out.length === 0) return undefined;
  return out.length === left.length && out.every((item, at) => item === left[at]) ? left : out;
}

/** The value without some fields. A list or map of which nothing is left becomes null. */
export function removeFields(node: TypeNode, value: Json, fields: FieldSet): Json {
  const shape = shapeOf(node, value);
  if (shape === undefined || shape.kind === 'scalar') return value;
  if (isAtom(shape)) return null;
  if (shape.kind === 'map') return removeFromMap(shape.map, value, fields);
  return removeFromList(shape.list, value, fields);
}

function removeFromMap(map: MapShape, value: Json, fields: FieldSet): Json {
  if (!isObject(value)) return null;
  const out: MutableObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const step = `f:${name}`;
    if (fields.members.has(step)) continue;
    const rest = below(fields, step);
    const type = fieldType(map, name);
    out[name] = isEmpty(rest) || type === undefined ? inner : removeFields(type(), inner, rest);
  }
  return Object.keys(out).length === 0 ? null : out;
}

function removeFromList(list: ListShape, value: Json, fields: FieldSet): Json {
  if (!isList(value)) return null;
  const out: Json[] = [];
  for (const item of value) {
    const step = itemStep(list, item);
    if (fields.members.has(step)) continue;
    const rest = below(fields, step);
    out.push(isEmpty(rest) ? item : removeFields(list.element(), item, rest));
  }
  return out.length === 0 ? null : out;
}

/** The set with the named fields that lead to its members; a field of a struct is there with what is in it. */
export function withNamedFields(node: TypeNode, set: FieldSet): FieldSet {
  const members = new Set(set.members);
  const children = new Map<string, FieldSet>();
  for (const [step, child] of set.children) {
    const name = step.slice(2);
    const isField = step.startsWith('f:');
    if (isField && node.map?.fields.has(name) === true) members.add(step);
    const type = isField && node.map !== undefined ? fieldType(node.map, name) : itemType(node, step);
    children.set(step, type === undefined ? withNamedFields({}, child) : withNamedFields(type(), child));
  }
  return { members, children };
}

function itemType(node: TypeNode, step: string): (() => TypeNode) | undefined {
  return step.startsWith('k:') ? node.list?.element : undefined;
}
