// `metadata.managedFields`: reading and writing it, and the rules about it that lie around the merge itself.

import type { ApiObject } from '../model/api-object.ts';
import { isList, isObject, type Json, type JsonObject, textIn } from '../model/json.ts';
import { difference, type FieldSet, fieldSetOf, isEmpty, parseFieldsV1, union } from './field-set.ts';
import { checkObject } from './fitting.ts';
import { KUBECTL, withLastApplied, withoutLastApplied } from './last-applied.ts';
import { TypeMismatch } from './shape.ts';
import { storedFields, toStoredFields } from './stored-fields.ts';
import {
  type ApplyCall,
  ApplyConflicts,
  apply,
  ConvertFailure,
  type Managers,
  type OwnedSet,
  type TypeContext,
  update,
} from './updater.ts';

/** Who does something, through which endpoint, and when. */
export interface ManagedCall {
  readonly manager: string;
  /** Empty for the main endpoint. */
  readonly subresource: string;
  /** Undefined where the entry gets no time. */
  readonly time: string | undefined;
  readonly types: TypeContext;
  /** The object before it is made: with apiVersion and kind, and what the server always writes. */
  readonly blank: ApiObject;
}

/** The managers of an object with the times of their entries. */
interface Managed {
  readonly managers: Managers;
  readonly times: ReadonlyMap<string, string>;
}

/** What tells one manager from another. Appliers are the same in all versions. */
export interface Identity {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly version: string;
  readonly subresource: string;
}

// Source: managedfields.DefaultMaxUpdateManagers.
const MAX_UPDATERS = 10;
const OLD_UPDATES = 'ancient-changes';
const BEFORE_FIRST_APPLY = 'before-first-apply';
const CURRENT = 'current-operation';

/** Fields of the metadata that nobody owns. */
const NOBODYS: FieldSet = fieldSetOf(
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields'].map(
    (name) => ['metadata', name],
  ),
  ['metadata', 'resourceVersion'],
);

/** The object with `managedFields` after a change from `live` that was no apply. `live` is undefined for a create. */
export function trackUpdate(live: ApiObject | undefined, next: ApiObject, call: ManagedCall): ApiObject {
  const managed = managedForUpdate(live, next, call.subresource !== '');
  const bare = withManagedFields(next, undefined);
  if (managed.managers.size === 0 && live !== undefined) return bare;
  try {
    const before = live ?? call.blank;
    checkObjects(call, before, bare);
    return withManagedFields(bare, encode(updateWith(before, bare, { managed, call })));
  } catch (error) {
    // What does not fit its type has no managed fields; other checks say what is wrong with it.
    if (error instanceof TypeMismatch || error instanceof ConvertFailure) return bare;
    throw error;
  }
}

function checkObjects({ types }: ManagedCall, before: ApiObject, next: ApiObject): void {
  const node = types.typeIn(types.version);
  if (node === undefined) return;
  checkObject(node, before);
  checkObject(node, next);
}

/** The object after an apply; it equals `live` where nothing changes. Throws ApplyConflicts and TypeMismatch. */
export function trackApply(
  live: ApiObject | undefined,
  config: ApiObject,
  call: ManagedCall & Pick<ApplyCall, 'isForced'>,
): ApiObject {
  if (call.manager !== KUBECTL) return applyTracked(live, config, call);
  return withLastApplied(applyAsKubectl(live, config, call), config);
}

function applyAsKubectl(
  live: ApiObject | undefined,
  config: ApiObject,
  call: ManagedCall & Pick<ApplyCall, 'isForced'>,
): ApiObject {
  try {
    return applyTracked(live, config, call);
  } catch (error) {
    const node = call.types.typeIn(call.types.version);
    if (!(error instanceof ApplyConflicts) || live === undefined || node === undefined) throw error;
    const left = withoutLastApplied(error, live, node);
    if (left !== undefined) throw left;
    return applyTracked(live, config, { ...call, isForced: true });
  }
}

function applyTracked(
  live: ApiObject | undefined,
  config: ApiObject,
  call: ManagedCall & Pick<ApplyCall, 'isForced'>,
): ApiObject {
  const before = live ?? call.blank;
  const managed = trackedFromNow(before, live, call);
  const id = identify({ manager: call.manager, operation: 'Apply', version: '', subresource: call.subresource });
  const plain = withManagedFields(before, undefined);
  const { object, managers } = apply(plain, config, {
    managers: managed.managers,
    call: { manager: id, isForced: call.isForced },
    types: call.types,
  });
  const stripped = strip(managers, id);
  const isTimed = object !== undefined && call.time !== undefined;
  const times = isTimed ? new Map(managed.times).set(id, call.time as string) : managed.times;
  return withManagedFields((object ?? plain) as ApiObject, encode(cap({ managers: stripped, times })));
}

// An object that nobody has tracked so far: all its fields belong to one manager, from before.
function trackedFromNow(before: ApiObject, live: ApiObject | undefined, call: ManagedCall): Managed {
  const managed = decode(before.metadata['managedFields'], storedFields);
  if (managed.managers.size > 0) return managed;
  const bare = withManagedFields(live ?? call.blank, undefined);
  return updateWith(call.blank, bare, { managed, call: { ...call, manager: BEFORE_FIRST_APPLY } });
}

function updateWith(
  live: ApiObject,
  next: ApiObject,
  { managed, call }: { readonly managed: Managed; readonly call: ManagedCall },
): Managed {
  const from = withManagedFields(live, undefined);
  const all = update(from, next, { managers: managed.managers, manager: CURRENT, types: call.types });
  const managers = new Map(strip(all, CURRENT));
  const own = managers.get(CURRENT);
  if (own === undefined) return cap({ managers, times: managed.times });
  managers.delete(CURRENT);
  const { version } = call.types;
  const id = identify({ manager: call.manager, operation: 'Update', version, subresource: call.subresource });
  const before = managers.get(id);
  managers.set(id, before === undefined ? own : { ...own, fields: union(own.fields, before.fields) });
  const times = new Map(managed.times);
  if (call.time === undefined) times.delete(id);
  else times.set(id, call.time);
  return cap({ managers, times });
}

function strip(managers: Managers, id: string): Managers {
  const owned = managers.get(id);
  if (owned === undefined) return managers;
  const fields = difference(owned.fields, NOBODYS);
  const result = new Map(managers);
  if (isEmpty(fields)) result.delete(id);
  else result.set(id, { ...owned, fields });
  return result;
}

// The oldest updates are put together, so that an object which many touch does not grow without end.
function cap({ managers, times }: Managed): Managed {
  const updaters = [...managers].filter(([, { isApplied }]) => !isApplied).map(([id]) => id);
  if (updaters.length <= MAX_UPDATERS) return { managers, times };
  updaters.sort((a, b) => compareText(times.get(a) ?? '', times.get(b) ?? '') || compareText(a, b));
  const left = new Map(managers);
  const newTimes = new Map(times);
  const firsts = new Map<string, string>();
  let count = updaters.length;
  for (const id of updaters) {
    if (count <= MAX_UPDATERS) break;
    const owned = managers.get(id) as OwnedSet;
    const first = firsts.get(owned.version);
    if (first === undefined) {
      firsts.set(owned.version, id);
      continue;
    }
    const bucket = identify({ manager: OLD_UPDATES, operation: 'Update', version: owned.version, subresource: '' });
    const old = left.get(bucket) ?? left.get(first);
    if (!left.has(bucket)) left.delete(first);
    left.set(bucket, old === undefined ? owned : { ...owned, fields: union(owned.fields, old.fields) });
    left.delete(id);
    newTimes.set(bucket, times.get(id) ?? '');
    count -= 1;
  }
  return { managers: left, times: newTimes };
}

// A client may set managedFields itself through the main endpoint; an empty list resets it, and nothing keeps it.
function managedForUpdate(live: ApiObject | undefined, next: ApiObject, isSubresource: boolean): Managed {
  const stored = live?.metadata['managedFields'];
  const kept = decode(stored, storedFields);
  if (isSubresource) return kept;
  const given = next.metadata['managedFields'];
  if (given === stored) return kept;
  if (isReset(given)) return { managers: new Map(), times: new Map() };
  const managed = decode(given, parseFieldsV1);
  return managed.managers.size === 0 ? kept : managed;
}

function isReset(given: Json | undefined): boolean {
  if (!isList(given)) return false;
  const [only] = given;
  return given.length === 0 || (given.length === 1 && isObject(only) && Object.keys(only).length === 0);
}

function identify({ manager, operation, version, subresource }: Identity): string {
  const name = manager === '' ? 'unknown' : manager;
  return JSON.stringify([name, operation, operation === 'Apply' ? '' : version, subresource]);
}

/** The manager of an identifier. */
export function parseIdentity(id: string): Identity {
  const [manager, operation, version, subresource] = JSON.parse(id) as [string, 'Apply' | 'Update', string, string];
  return { manager, operation, version, subresource };
}

function decode(entries: Json | undefined, parse: (fields: JsonObject) => FieldSet | undefined): Managed {
  const managers = new Map<string, OwnedSet>();
  const times = new Map<string, string>();
  for (const entry of isList(entries) ? entries : []) {
    const text = isObject(entry) ? entry['fieldsV1'] : undefined;
    const fields = isObject(text) ? parse(text) : undefined;
    const operation = textIn(entry, 'operation');
    if (fields === undefined || (operation !== 'Apply' && operation !== 'Update'))
      return { managers: new Map(), times };
    const version = textIn(entry, 'apiVersion');
    const subresource = textIn(entry, 'subresource');
    const id = identify({ manager: textIn(entry, 'manager'), operation, version, subresource });
    managers.set(id, { fields, version, isApplied: operation === 'Apply' });
    const time = textIn(entry, 'time');
    if (time !== '') times.set(id, time);
  }
  return { managers, times };
}

function encode({ managers, times }: Managed): readonly Json[] {
  const rows = [...managers].map(([id, owned]) => {
    const { manager, operation, subresource } = parseIdentity(id);
    const time = times.get(id);
    const entry: JsonObject = {
      manager,
      operation,
      apiVersion: owned.version,
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: toStoredFields(owned.fields),
      ...(subresource === '' ? {} : { subresource }),
    };
    return { entry, order: [operation, time ?? '', manager, owned.version, subresource] };
  });
  rows.sort((a, b) => compareTexts(a.order, b.order));
  return rows.map(({ entry }) => entry);
}

function compareTexts(left: readonly string[], right: readonly string[]): number {
  for (const [at, text] of left.entries()) {
    const order = compareText(text, right[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function withManagedFields(object: ApiObject, entries: readonly Json[] | undefined): ApiObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const isNone = entries === undefined || entries.length === 0;
  return { ...object, metadata: isNone ? metadata : { ...metadata, managedFields: entries } };
}
