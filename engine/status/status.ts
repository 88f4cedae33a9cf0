// Plan + outcomes -> the custom resource's status, and whether it has to be written.
//
// In: what should be and what came of it. Out: the whole status as this engine applies it, or undefined when the
// resource already says exactly that. Promises: pure; without a change of the facts there is no write; times of
// conditions change only with their status; what other controllers wrote into the status stays theirs.

import type { Outcome, ToldNote } from '../model/change.ts';
import type { ToldHalt } from '../model/halt.ts';
import { type InventoryEntry, toEntryJson } from '../model/journal.ts';
import { getPath, isArray, isEqual, isObject, type Json, type JsonObject, type MaybeJson } from '../model/json.ts';
import { fieldManagerOf } from '../model/marks.ts';
import type { GroupVersionKind, KubeObject } from '../model/object.ts';
import { type PatchRecord, toRecordJson } from '../model/patch.ts';
import type { Plan, PlannedCondition } from '../model/plan.ts';
import type { PendingRestart } from '../model/restart.ts';
import { standardConditions } from './conditions.ts';
import { listRestarts } from './restarts.ts';

/** What status needs beside the plan. */
export interface StatusInput {
  readonly rule: string;
  /** `listed`: only the conditions and fields that the rule lists. `none`: nothing, and what was written is taken back. */
  readonly scope: 'all' | 'listed' | 'none';
  readonly outcomes: readonly Outcome[];
  /** What is remembered in the status of objects that are not the resource's own. */
  readonly records: readonly PatchRecord[];
  /** Children elsewhere that nobody sees and that may be there all the same. */
  readonly unseen: readonly InventoryEntry[];
  /** What is worth telling although nothing is wrong. */
  readonly notes: readonly ToldNote[];
  /** Why nothing was done. */
  readonly halt: ToldHalt | undefined;
  /** Restarts of which nobody can tell yet whether they were made, where the status remembers. Default: none. */
  readonly restarting?: readonly PendingRestart[];
  /** RFC 3339, whole seconds, as the API server writes times. */
  readonly now: string;
  /** The fields that the kind's schema has under `status`; undefined when every field is allowed. */
  readonly allowed: readonly string[] | undefined;
  /** False for a kind whose children are not known. */
  isListed(kind: GroupVersionKind): boolean;
}

// Chosen: as much as a person reads.
const MAX_MESSAGE = 1024;

/** Computes the status. Undefined: nothing to write. */
export function status(plan: Plan, input: StatusInput): JsonObject | undefined {
  const live = plan.owner['status'] as MaybeJson;
  const generation = generationOf(plan, input);
  const standard = input.scope === 'all' ? standardConditions(plan, input) : [];
  const conditions = [
    ...[...standard, ...plan.conditions].map((condition) => {
      const seen =
        condition.type === input.halt?.code ? (plan.owner.metadata.generation ?? 0) : Math.max(generation, 0);
      return toCondition(condition, seen, live, input.now);
    }),
    ...plan.frozen.flatMap((type) => findCondition(live, type) ?? []),
  ];
  const frozen = plan.frozen.flatMap((name): [string, Json][] => {
    const value = isObject(live) ? live[name] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  const listed: JsonObject = {
    ...(input.scope === 'listed' && conditions.length === 0 ? {} : { conditions }),
    ...Object.fromEntries(frozen),
    ...Object.fromEntries(plan.status),
  };
  // An empty list stays: it tells that what was there is undone.
  const restarts = listRestarts(plan, input.outcomes, input.now, input.restarting);
  const hasRestarts = restarts.length > 0 || getPath(live, ['restarts']) !== undefined;
  const hasRecords = input.records.length > 0 || getPath(live, ['patches']) !== undefined;
  const own = (): JsonObject => ({
    observedGeneration: generation,
    children: listChildren(plan, live, input),
    ...(hasRecords ? { patches: input.records.map(toRecordJson) } : {}),
    ...(hasRestarts ? { restarts } : {}),
    ...(input.halt?.preview === undefined ? {} : { preview: input.halt.preview }),
  });
  const all = input.scope === 'none' ? {} : input.scope === 'all' ? { ...own(), ...listed } : listed;
  const entries = Object.entries(all).filter(([name]) => input.allowed === undefined || input.allowed.includes(name));
  const wanted = Object.fromEntries(entries);
  return isWritten(wanted, live) && !hasLeftovers(wanted, plan.owner, input.rule) ? undefined : wanted;
}

// While nothing is done, nobody has acted on what the resource says now: who waits for that must see so.
function generationOf({ owner }: Plan, { halt }: StatusInput): number {
  const { generation = 0 } = owner.metadata;
  if (halt?.code !== 'Suspended') return generation;
  const before = getPath(owner['status'] as MaybeJson, ['observedGeneration']);
  return typeof before === 'number' ? before : -1;
}

function listChildren(plan: Plan, live: MaybeJson, input: StatusInput): Json {
  const children = [...plan.children, ...input.unseen].map((child) => toEntryJson(child, plan.owner));
  return [...children, ...unlistedChildren(live, input)];
}

/** A condition as it is written: the time of its change stays while its status does. */
export function toCondition(condition: PlannedCondition, generation: number, live: MaybeJson, now: string): JsonObject {
  const before = findCondition(live, condition.type);
  const since = before?.['status'] === condition.status ? before['lastTransitionTime'] : undefined;
  const message = shorten(condition.message);
  return { ...condition, message, observedGeneration: generation, lastTransitionTime: since ?? now };
}

// The API server refuses a status with a message above 32 KiB, and its own messages can be long: they tell the field
// first and the reason last, so the middle goes. A pair of UTF-16 units is never cut in two: the API server would store
// something else, and it would be written again for ever.
function shorten(message: string): string {
  if (message.length <= MAX_MESSAGE) return message;
  const half = MAX_MESSAGE / 2 - 2;
  const head = message.slice(0, half).replace(/[\uD800-\uDBFF]$/, '');
  const tail = message.slice(-half).replace(/^[\uDC00-\uDFFF]/, '');
  return `${head} … ${tail}`;
}

// A child that nobody has looked for is still to be found here by the next start.
function unlistedChildren(live: MaybeJson, { isListed }: StatusInput): readonly JsonObject[] {
  const children = getPath(live, ['children']);
  if (!isArray(children)) return [];
  return children.filter(isObject).filter((child) => {
    const { apiVersion, kind, namespace } = child;
    // Those elsewhere are of the inventory.
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || namespace !== undefined) return false;
    return !isListed({ apiVersion, kind });
  });
}

function findCondition(live: MaybeJson, type: string): JsonObject | undefined {
  const conditions = getPath(live, ['conditions']);
  return isArray(conditions) ? conditions.filter(isObject).find((item) => item['type'] === type) : undefined;
}

/** True where a live status says all of this. */
export function isWritten(wanted: JsonObject, live: MaybeJson): boolean {
  if (!isObject(live)) return Object.keys(wanted).length === 0;
  return Object.entries(wanted).every(([name, value]) => {
    if (name !== 'conditions' || !isArray(value)) return isEqual(value, live[name]);
    return value.filter(isObject).every((item) => isEqual(item, findCondition(live, String(item['type']))));
  });
}

// Fields that an earlier apply of ours wrote and that are wanted no more: applying without them removes them.
function hasLeftovers(wanted: JsonObject, owner: KubeObject, rule: string): boolean {
  const entry = owner.metadata.managedFields?.find(
    ({ manager, operation, subresource }) =>
      manager === fieldManagerOf(rule) && operation === 'Apply' && subresource === 'status',
  );
  const fields = getPath(entry?.fieldsV1, ['f:status']);
  if (!isObject(fields)) return false;
  const names = Object.keys(fields).filter((key) => key.startsWith('f:'));
  if (names.some((key) => !Object.hasOwn(wanted, key.slice(2)))) return true;
  const owned = getPath(fields, ['f:conditions']);
  const types = isArray(wanted['conditions']) ? wanted['conditions'].filter(isObject).map((item) => item['type']) : [];
  const keys = isObject(owned) ? Object.keys(owned).filter((key) => key.startsWith('k:')) : [];
  return keys.some((key) => !types.includes((JSON.parse(key.slice(2)) as JsonObject)['type'] as Json));
}
