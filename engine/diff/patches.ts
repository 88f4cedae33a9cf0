// Patches of objects that are not ours -> what has to be done to them, and what has to be remembered.
//
// A patch is in effect when the record of it says so and the object is still as the patch left it; values are not
// computed anew then, so that it does not matter how the server writes them, and an operation that adds is not done
// twice. Otherwise the patch is applied to the object as it would be without us, and what it replaces is recorded before
// it is written.

import type { Change, Contested, Pause } from '../model/change.ts';
import { describeSpan } from '../model/diagnostic.ts';
import { isEqual, type Json } from '../model/json.ts';
import { isLeaving } from '../model/lifecycle.ts';
import { patchManagerOf } from '../model/marks.ts';
import { describeRef, type KubeObject, toRef } from '../model/object.ts';
import {
  type PatchPlan,
  type PatchRecord,
  type PatchWish,
  recordKey,
  toApplied,
  tokensOf,
  type Withdrawal,
} from '../model/patch.ts';
import type { Desired } from '../model/plan.ts';
import { DEFAULT_POLICY } from '../model/policy.ts';
import { compareWith } from './compare.ts';
import { applyContent, holds, operationsTo, replacedBy, undo } from './effects.ts';
import { managerOf } from './field-set.ts';
import { differencesOf } from './patch.ts';
import { ownEntry } from './wish.ts';

/** What comparing patches needs beside the plan. */
export interface PatchInput {
  readonly rule: string;
  readonly ownerUid: string;
  readonly records: readonly PatchRecord[];
  /** Fields that our own last apply of this wish did not get, by `recordKey` and hash. */
  settled(key: string, hash: string): ReadonlySet<string> | undefined;
  /** Given for a field that is left alone since its manager fights for it. */
  pauseOf(key: string, field: string): Pause | undefined;
}

/** What to do, and what is to be remembered once nothing is left to do. */
export interface PatchChanges {
  readonly changes: readonly Change[];
  readonly records: readonly PatchRecord[];
}

/** Compares the patches of a plan with what is there. */
export function diffPatches(plan: PatchPlan, input: PatchInput): PatchChanges {
  const wished = plan.wishes.map((wish) => compare(wish, input));
  const ends = plan.withdrawals.flatMap((withdrawal) => withdraw(withdrawal, input));
  const records = [
    ...plan.frozen,
    ...wished.flatMap(({ record }) => record ?? []),
    ...ends.map(({ record }) => record),
  ];
  return { changes: [...wished.map(({ change }) => change), ...ends], records: inOrder(records, plan.ids) };
}

// In one order, whatever is known at the moment: what is remembered is written anew when it differs.
function inOrder(records: readonly PatchRecord[], ids: readonly string[]): readonly PatchRecord[] {
  const placeOf = ({ patch, ref, uid }: PatchRecord): string =>
    `${String(ids.indexOf(patch) + 1).padStart(6, '0')} ${describeRef(ref)} ${uid}`;
  return [...records].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

interface Compared {
  readonly change: Change;
  /** What is remembered until the change was made. */
  readonly record: PatchRecord | undefined;
}

function compare(wish: PatchWish, input: PatchInput): Compared {
  const { live, patch, hash, content, subresource } = wish;
  const uid = live.metadata.uid ?? '';
  const known = input.records.find((record) => recordKey(record) === recordKey({ patch, uid }));
  const next: PatchRecord = {
    patch,
    mode: content.mode,
    subresource,
    ref: toRef(live),
    uid,
    hash,
    isApplied: false,
    effects: [],
  };
  if (isLeaving(live)) return { change: { kind: 'terminating', child: patch, observed: live }, record: known };
  const change =
    content.mode === 'apply' ? compareApply(wish, input, known, next) : compareValues(wish, input, known, next);
  if (change.kind !== 'unchanged') return { change, record: known };
  return { change, record: toApplied(known ?? next) };
}

function compareApply(
  { live, content, subresource, patch, span, upstream, onConflict }: PatchWish,
  input: PatchInput,
  known: PatchRecord | undefined,
  next: PatchRecord,
): Change {
  const manager = patchManagerOf(input.rule, input.ownerUid, patch);
  const { namespace, name } = live.metadata;
  const { metadata, ...fields } = content.mode === 'apply' ? content.fields : {};
  const identity = namespace === undefined ? { name } : { namespace, name };
  const object = {
    ...fields,
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata: { ...(metadata as object | undefined), ...identity },
  } as KubeObject;
  const desired: Desired = {
    child: patch,
    object,
    span,
    upstream,
    policy: { ...DEFAULT_POLICY, onConflict },
    manager,
    subresource,
  };
  const key = recordKey(next);
  return compareWith(desired, {
    live,
    manager,
    isMarked: known?.hash === next.hash,
    wasOurs: known?.isApplied === true || ownEntry(live, manager, subresource) !== undefined,
    settled: input.settled(key, next.hash),
    pauseOf: (field) => input.pauseOf(key, field),
    record: next,
  });
}

function compareValues(wish: PatchWish, input: PatchInput, known: PatchRecord | undefined, next: PatchRecord): Change {
  const { live, patch: child, content, upstream } = wish;
  const effects = known?.effects ?? [];
  const broken = effects.filter((effect) => !holds(live, effect));
  if (known?.hash === wish.hash && known.isApplied && broken.length === 0 && effects.length > 0)
    return { kind: 'unchanged', child, observed: live, notes: [] };
  const key = recordKey(next);
  const isSame = known?.hash === wish.hash && known.isApplied;
  const reclaim: readonly Contested[] = isSame
    ? broken.map(({ path }) => ({ field: path, manager: managerOf(live, tokensOf(path)) }))
    : [];
  const pause = reclaim.flatMap(({ field }) => input.pauseOf(key, field) ?? []).sort((a, b) => b.forMs - a.forMs)[0];
  if (pause !== undefined) return { kind: 'contended', child, observed: live, contested: reclaim, pause };
  const base = undo(live, effects).object;
  const patched = applyContent(base, content);
  if (patched.kind === 'refused') {
    const { operation, number, message } = patched;
    const which = `operation ${number}, ${operation.op} ${operation.path}`;
    const place = describeSpan(operation.span);
    return {
      kind: 'refused',
      child,
      observed: live,
      message: `${describeRef(toRef(live))}: ${place}: ${which}: ${message}`,
    };
  }
  const replaced = replacedBy(base, patched.object, content);
  const differences = differencesOf(live as never, patched.object as never);
  if (differences.length === 0 && known?.hash === wish.hash)
    return { kind: 'unchanged', child, observed: live, notes: [] };
  const operations = operationsTo(live, patched.object);
  const { object } = patched;
  const what = { kind: 'patch', child, observed: live, patched: object, operations, differences } as const;
  return { ...what, replaced, record: next, reclaim, upstream };
}

function withdraw(
  { record, live, upstream }: Withdrawal,
  { rule, ownerUid }: PatchInput,
): readonly (Change & { record: PatchRecord })[] {
  const child = record.patch;
  // Made anew since: nothing of ours is in it.
  if (live === undefined || live.metadata.uid !== record.uid || isLeaving(live)) return [];
  if (record.mode === 'apply') {
    if (ownEntry(live, patchManagerOf(rule, ownerUid, child), record.subresource) === undefined) return [];
    return [{ kind: 'withdraw', child, observed: live, record, how: 'giveUp', lost: [], upstream }];
  }
  const { object, lost } = undo(live, record.effects);
  const isUndone = isEqual(live as unknown as Json, object as unknown as Json);
  if (isUndone && lost.length === 0) return [];
  const how = isUndone ? 'nothing' : { operations: operationsTo(live, object) };
  return [{ kind: 'withdraw', child, observed: live, record, how, lost: lost.map(({ path }) => path), upstream }];
}
