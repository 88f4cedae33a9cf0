// Plan + observed children -> change set.
//
// A child is as wished when two things hold: its mark says that the last apply was of exactly this wish, and the API
// server says that we still own every field of it. Values are not compared, so that it does not matter how the server
// writes them (quantities, defaults); that a field was changed shows in its owner, since whoever changes a field of a
// server-side applied object takes it. The decision is explained in docs/decisions/0002-drift-and-conflicts.md.
// Promises: pure; after an apply that the server accepted, the same plan gives `unchanged` (see `settled` for what
// webhooks rewrite); nothing that is not ours is ever changed or deleted. What a child's policies leave to others is no
// part of the wish.

import type { Change, ChangeSet, Pause } from '../model/change.ts';
import { getPath } from '../model/json.ts';
import { isElsewhere, isLeaving } from '../model/lifecycle.ts';
import { APPLIED_ANNOTATION, fieldManagerOf, ON_DELETE_ANNOTATION, OWNER_LABEL, RULE_LABEL } from '../model/marks.ts';
import { isSameObject, type KubeObject } from '../model/object.ts';
import type { PatchRecord } from '../model/patch.ts';
import type { Desired, Plan, Prune } from '../model/plan.ts';
import { compareWith } from './compare.ts';
import { diffPatches } from './patches.ts';
import { findMissing, ownEntry } from './wish.ts';

/** What diff needs beside the plan. */
export interface DiffInput {
  readonly rule: string;
  readonly observed: readonly KubeObject[];
  /** What the owner remembers of objects that are not its own. */
  readonly records: readonly PatchRecord[];
  /**
   * Fields that our own last apply of this wish did not get, by `key` (the uid of a child, `recordKey` of a patch) and
   * mark: a webhook or the server rewrote them.
   * Wanting them again would write for ever.
   */
  settled(key: string, mark: string): ReadonlySet<string> | undefined;
  /** Given for a field that is left alone since its manager fights for it. */
  pauseOf(key: string, field: string): Pause | undefined;
}

/** Compares the plan with what was observed. */
export function diff(plan: Plan, input: DiffInput): ChangeSet {
  const changes = plan.desired.map((desired) => compare(desired, input));
  const patches = diffPatches(plan.patches, { ...input, ownerUid: plan.owner.metadata.uid ?? '' });
  const ends = plan.prune.flatMap((prune) => end(prune, plan, input.rule));
  return { changes: [...changes, ...patches.changes, ...ends], records: patches.records };
}

/** The fields of a wish that we do not own on a live object, as paths. */
export function missingFields(desired: KubeObject, live: KubeObject, manager: string): readonly string[] {
  return findMissing(desired, live, manager).map(({ text }) => text);
}

function ownsLabel(object: KubeObject, label: string, manager: string): boolean {
  const fields = ownEntry(object, manager)?.fieldsV1;
  return getPath(fields, ['f:metadata', 'f:labels', `f:${label}`]) !== undefined;
}

function compare(desired: Desired, input: DiffInput): Change {
  const { object, child } = desired;
  const observed = input.observed.find((candidate) => isSameObject(candidate, object));
  if (observed === undefined) return { kind: 'create', child, desired };
  if (isLeaving(observed)) return { kind: 'terminating', child, observed };
  if (desired.policy.write === 'once') return { kind: 'unchanged', child, observed, notes: [] };
  const uid = observed.metadata.uid ?? '';
  const mark = object.metadata.annotations?.[APPLIED_ANNOTATION] as string;
  return compareWith(desired, {
    live: observed,
    manager: fieldManagerOf(input.rule),
    isMarked: observed.metadata.annotations?.[APPLIED_ANNOTATION] === mark,
    wasOurs: true,
    settled: input.settled(uid, mark),
    pauseOf: (field) => input.pauseOf(uid, field),
  });
}

// The end of a child that is wanted no more. Both need certainty: our labels for this rule and this very owner, and our
// own entry among the field managers; deleting needs the owner reference as well, or where there is none, elsewhere or
// since the child was to stay when it was made, that the API server says we set the label of the owner. Labels alone could
// have been set by anybody.
function end(prune: Prune, plan: Plan, rule: string): readonly Change[] {
  const { child, object } = prune;
  const { annotations, labels, ownerReferences } = object.metadata;
  const uid = plan.owner.metadata.uid;
  const isLabelled = labels?.[RULE_LABEL] === rule && uid !== undefined && labels[OWNER_LABEL] === uid;
  if (!isLabelled || ownEntry(object, fieldManagerOf(rule)) === undefined) return [];
  if (prune.onDelete === 'orphan') return [{ kind: 'release', child, prune }];
  const isReferred = ownerReferences?.some((reference) => reference.uid === uid) === true;
  const isUnreferred = isElsewhere(plan.owner, object.metadata) || annotations?.[ON_DELETE_ANNOTATION] === 'orphan';
  if (isReferred || (isUnreferred && ownsLabel(object, OWNER_LABEL, fieldManagerOf(rule))))
    return [{ kind: 'delete', child, prune }];
  // The garbage collector took the reference: the resource goes so that its children stay.
  return plan.leaving === undefined ? [] : [{ kind: 'release', child, prune }];
}
