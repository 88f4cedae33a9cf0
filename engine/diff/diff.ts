// Plan + observed children -> change set.
//
// A child is as wished when two things hold: its mark says that the last apply was of exactly this wish, and the API
// server says that we still own every field of it. Values are not compared, so that it does not matter how the server
// writes them (quantities, defaults); that a field was changed shows in its owner, since whoever changes a field of a
// server-side applied object takes it. The decision is explained in docs/decisions/0002-drift-and-conflicts.md.
// Promises: pure; after an apply that the server accepted, the same plan gives `unchanged` (see `settled` for what
// webhooks rewrite); nothing that is not ours is ever changed or deleted.

import type { Change, ChangeSet, Contested } from '../model/change.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { APPLIED_ANNOTATION, fieldManagerOf, OWNER_LABEL, RULE_LABEL } from '../model/marks.ts';
import type { KubeObject, ManagedFieldsEntry } from '../model/object.ts';
import type { Desired, Plan, Prune } from '../model/plan.ts';
import { findDisputed, findUncovered } from './field-set.ts';
import { differencesOf } from './patch.ts';

// The mark changes with every wish: it is no difference to tell of.
const MARK_PATH = `/metadata/annotations/${APPLIED_ANNOTATION.replace('/', '~1')}`;

/** What diff needs beside the plan. */
export interface DiffInput {
  readonly rule: string;
  readonly observed: readonly KubeObject[];
  /**
   * Fields that our own last apply of this wish did not get, by uid and mark: a webhook or the server rewrote them.
   * Wanting them again would write for ever.
   */
  settled(uid: string, mark: string): ReadonlySet<string> | undefined;
}

/** Compares the plan with what was observed. */
export function diff(plan: Plan, input: DiffInput): ChangeSet {
  const changes = plan.desired.map((desired) => compare(desired, input));
  const deletions = plan.prune
    .filter((prune) => isOurs(prune, plan, input.rule))
    .map((prune): Change => ({ kind: 'delete', child: prune.child, prune }));
  return { changes: [...changes, ...deletions] };
}

/** The fields of a wish that we do not own on a live object, as paths. */
export function missingFields(desired: KubeObject, live: KubeObject, manager: string): readonly string[] {
  const entry = ownEntry(live, manager);
  if (entry === undefined || entry.apiVersion !== desired.apiVersion) return ['.'];
  return findUncovered(claimOf(desired), entry.fieldsV1);
}

function compare(desired: Desired, input: DiffInput): Change {
  const { object, child } = desired;
  const observed = input.observed.find((candidate) => isSame(candidate, object));
  if (observed === undefined) return { kind: 'create', child, desired };
  if (observed.metadata.deletionTimestamp !== undefined) return { kind: 'terminating', child, observed };
  const manager = fieldManagerOf(input.rule);
  const mark = object.metadata.annotations?.[APPLIED_ANNOTATION] as string;
  const missing = missingFields(object, observed, manager);
  const isMarked = observed.metadata.annotations?.[APPLIED_ANNOTATION] === mark;
  const settled = input.settled(observed.metadata.uid ?? '', mark);
  if (isMarked && missing.every((field) => settled?.has(field) === true)) return { kind: 'unchanged', child, observed };
  const { edits, claims } = contestedFields(object, observed, manager);
  if (claims.length > 0) return { kind: 'conflict', child, desired, contested: claims };
  const all = differencesOf(observed as unknown as Json, claimOf(object));
  const differences = all.filter(({ path }) => path !== MARK_PATH);
  return { kind: 'configure', child, desired, observed, differences, reclaim: edits };
}

function isSame(left: KubeObject, right: KubeObject): boolean {
  return left.kind === right.kind && left.apiVersion === right.apiVersion && left.metadata.name === right.metadata.name;
}

// What an apply claims: everything but what names the object.
function claimOf({ apiVersion: _apiVersion, kind: _kind, metadata, ...content }: KubeObject): JsonObject {
  const { name: _name, namespace: _namespace, ...claimed } = metadata;
  return { ...content, metadata: claimed } as unknown as JsonObject;
}

function ownEntry(live: KubeObject, manager: string): ManagedFieldsEntry | undefined {
  return live.metadata.managedFields?.find(
    (entry) => entry.manager === manager && entry.operation === 'Apply' && entry.subresource === undefined,
  );
}

// Fields of the wish that others hold with another value. Whoever applied declares that they want it so, and so does
// whoever went through a subresource such as scale: that is a conflict. A plain update is an edit, and edits of our
// fields are drift.
function contestedFields(
  desired: KubeObject,
  live: KubeObject,
  manager: string,
): { edits: readonly Contested[]; claims: readonly Contested[] } {
  const claim = claimOf(desired);
  const edits: Contested[] = [];
  const claims: Contested[] = [];
  for (const entry of live.metadata.managedFields ?? []) {
    if (entry.manager === manager && entry.operation === 'Apply') continue;
    const disputed = findDisputed(claim, live as unknown as Json, entry.fieldsV1);
    const name = entry.subresource === undefined ? entry.manager : `${entry.manager} (${entry.subresource})`;
    const isClaim = entry.operation === 'Apply' || entry.subresource !== undefined;
    (isClaim ? claims : edits).push(...disputed.map((field) => ({ field, manager: name })));
  }
  return { edits, claims };
}

// Deleting needs certainty: our labels for this rule and this very owner, and either the owner reference or our own
// entry among the field managers. Labels alone could have been set by anybody.
function isOurs({ object }: Prune, plan: Plan, rule: string): boolean {
  const { labels, ownerReferences } = object.metadata;
  const uid = plan.owner.metadata.uid;
  const isLabelled = labels?.[RULE_LABEL] === rule && uid !== undefined && labels[OWNER_LABEL] === uid;
  const isReferred = ownerReferences?.some((reference) => reference.uid === uid) === true;
  return isLabelled && isReferred && ownEntry(object, fieldManagerOf(rule)) !== undefined;
}
