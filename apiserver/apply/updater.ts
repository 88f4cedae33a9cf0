// Server-side apply and the tracking of updates, on plain values: what the object becomes, and who owns what after it.
//
// `managers` are never changed in place. Promises: an apply that meets fields of others throws ApplyConflicts unless it is
// forced; an apply that changes nothing gives no object. Source: KEP-555 and structured-merge-diff's merge package
// (behaviour, not code), https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/555-server-side-apply

import { equals, type Json } from '../model/json.ts';
import type { TypeNode } from '../schema/type-node.ts';
import { checkType } from './check-type.ts';
import {
  difference,
  differenceBelow,
  type FieldSet,
  intersection,
  isEmpty,
  isWithin,
  NO_FIELDS,
  union,
} from './field-set.ts';
import { TypeMismatch } from './shape.ts';
import { type Comparison, compare, merge, removeFields, toFieldSet, withNamedFields } from './typed.ts';

/** What one manager owns, in one version of the API. */
export interface OwnedSet {
  readonly fields: FieldSet;
  readonly version: string;
  readonly isApplied: boolean;
}

/** The managers of an object, by an identifier. */
export type Managers = ReadonlyMap<string, OwnedSet>;

/** Fields of others that an apply would change, by manager. */
export class ApplyConflicts extends Error {
  readonly conflicts: ReadonlyMap<string, FieldSet>;

  constructor(conflicts: ReadonlyMap<string, FieldSet>) {
    super('conflicts');
    this.name = 'ApplyConflicts';
    this.conflicts = conflicts;
  }
}

/** An object that cannot be said in another version, in which somebody owns fields of it. */
export class ConvertFailure extends Error {
  constructor(what: string, why: string) {
    super(`failed to ${what}: ${why}`);
    this.name = 'ConvertFailure';
  }
}

/** The version of the API in which something is done, and the types of all versions. */
export interface TypeContext {
  readonly version: string;
  /** The type of the object in a version, or undefined for a version that is not served. */
  typeIn(version: string): TypeNode | undefined;
  /** The object in another version. */
  convert(value: Json, version: string): Json;
  /** Fields that an operation may not own, such as status on the main endpoint. Nothing below them is owned, either. */
  readonly unowned: FieldSet;
}

/** What was asked for: who, and whether conflicts are overruled. */
export interface ApplyCall {
  readonly manager: string;
  readonly isForced: boolean;
}

/** The managers after `live` was changed to `next` by other means than an apply. */
export function update(
  live: Json,
  next: Json,
  { managers, manager, types }: { readonly managers: Managers; readonly manager: string; readonly types: TypeContext },
): Managers {
  const { managers: left, comparison } = takeOver(live, next, { managers, manager, types, isForced: true });
  const before = left.get(manager)?.fields ?? NO_FIELDS;
  const { removed, modified, added } = comparison;
  const fields = differenceBelow(union(union(difference(before, removed), modified), added), types.unowned);
  const result = new Map(left);
  if (isEmpty(fields)) result.delete(manager);
  else result.set(manager, { fields, version: types.version, isApplied: false });
  return result;
}

/** The object and its managers after an apply. `object` is undefined where the apply changes nothing. */
export function apply(
  live: Json,
  config: Json,
  { managers, call, types }: { readonly managers: Managers; readonly call: ApplyCall; readonly types: TypeContext },
): { readonly object: Json | undefined; readonly managers: Managers } {
  const node = nodeOf(types, types.version);
  const merged = merge(node, live, config) ?? null;
  const last = managers.get(call.manager);
  const wanted = differenceBelow(toFieldSet(node, config), types.unowned);
  // Where all is applied again that was applied last time, nothing can go.
  const isPruned = last !== undefined && !(last.version === types.version && isWithin(last.fields, wanted));
  const fields = last !== undefined && !isPruned && isWithin(wanted, last.fields) ? last.fields : wanted;
  const claimed = new Map(managers).set(call.manager, { fields, version: types.version, isApplied: true });
  const pruned = isPruned ? prune(merged, { managers: claimed, last, types }) : merged;
  const { managers: left } = takeOver(live, pruned, {
    managers: claimed,
    manager: call.manager,
    types,
    isForced: call.isForced,
  });
  return { object: equals(live, pruned) ? undefined : pruned, managers: left };
}

interface TakeOver {
  readonly managers: Managers;
  readonly manager: string;
  readonly types: TypeContext;
  readonly isForced: boolean;
}

// What changes is taken from the others; what is gone is taken from all.
function takeOver(
  live: Json,
  next: Json,
  { managers, manager, types, isForced }: TakeOver,
): { readonly managers: Managers; readonly comparison: Comparison } {
  const comparisons = new Map<string, Comparison>();
  const comparisonIn = (version: string, node: TypeNode): Comparison => {
    const known = comparisons.get(version);
    if (known !== undefined) return known;
    const old = convert(types, live, { version, what: 'convert old object' });
    const all = compare(node, old, convert(types, next, { version, what: 'convert new object' }));
    const made = {
      removed: differenceBelow(all.removed, types.unowned),
      modified: differenceBelow(all.modified, types.unowned),
      added: differenceBelow(all.added, types.unowned),
    };
    comparisons.set(version, made);
    return made;
  };
  const own = nodeOf(types, types.version);
  const comparison = comparisonIn(types.version, own);
  const left = new Map<string, OwnedSet>();
  const conflicts = new Map<string, FieldSet>();
  for (const [name, owned] of managers) {
    const node = types.typeIn(owned.version);
    if (name === manager) left.set(name, owned);
    if (name === manager || node === undefined) continue;
    const { removed, modified, added } = comparisonIn(owned.version, node);
    const contested = intersection(owned.fields, union(modified, added));
    if (!isEmpty(contested)) conflicts.set(name, contested);
    left.set(name, { ...owned, fields: difference(difference(owned.fields, contested), removed) });
  }
  if (conflicts.size > 0 && !isForced) throw new ApplyConflicts(conflicts);
  for (const [name, { fields }] of left) if (isEmpty(fields)) left.delete(name);
  return { managers: left, comparison: comparison };
}

interface Prune {
  readonly managers: Managers;
  readonly last: OwnedSet;
  readonly types: TypeContext;
}

// Takes away what the manager applied last time and does not apply now, unless somebody else owns it.
function prune(merged: Json, { managers, last, types }: Prune): Json {
  if (isEmpty(last.fields)) return merged;
  const node = types.typeIn(last.version);
  if (node === undefined) return merged;
  const what = 'prune fields: failed to convert merged object to last applied version';
  const whole = convert(types, merged, { version: last.version, what });
  const lastFields = withNamedFields(node, last.fields);
  const cut = removeFields(node, whole, lastFields);
  const kept = addOwned(whole, cut, { managers, types, first: last.version });
  return types.convert(addDangling(whole, kept, { node, lastFields }), types.version);
}

function addOwned(
  whole: Json,
  cut: Json,
  { managers, types, first }: { readonly managers: Managers; readonly types: TypeContext; readonly first: string },
): Json {
  const owned = new Map<string, FieldSet>([[first, NO_FIELDS]]);
  for (const { version, fields } of managers.values())
    owned.set(version, union(owned.get(version) ?? NO_FIELDS, fields));
  let result = cut;
  for (const [version, fields] of owned) {
    const node = types.typeIn(version);
    if (node === undefined) continue;
    const [all, rest] = [types.convert(whole, version), types.convert(result, version)];
    const wanted = union(withNamedFields(node, toFieldSet(node, rest)), withNamedFields(node, fields));
    const surplus = difference(withNamedFields(node, toFieldSet(node, all)), wanted);
    result = types.convert(removeFields(node, all, surplus), first);
  }
  return result;
}

// What the cut took although the manager never owned it comes back.
function addDangling(
  whole: Json,
  kept: Json,
  { node, lastFields }: { readonly node: TypeNode; readonly lastFields: FieldSet },
): Json {
  const all = withNamedFields(node, toFieldSet(node, whole));
  const left = withNamedFields(node, toFieldSet(node, kept));
  return removeFields(node, whole, intersection(difference(all, left), lastFields));
}

function convert(
  types: TypeContext,
  value: Json,
  { version, what }: { readonly version: string; readonly what: string },
): Json {
  const node = types.typeIn(version);
  const converted = types.convert(value, version);
  if (node === undefined || version === types.version) return converted;
  try {
    checkType(node, converted, { allowsDuplicates: true });
    return converted;
  } catch (error) {
    if (error instanceof TypeMismatch) throw new ConvertFailure(what, error.message);
    throw error;
  }
}

function nodeOf(types: TypeContext, version: string): TypeNode {
  const node = types.typeIn(version);
  if (node === undefined) throw new Error(`no type for version "${version}"`);
  return node;
}
