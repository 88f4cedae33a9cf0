// A wish and a live object -> what has to be done so that the object is as wished.

import type { Change, Difference, Pause } from '../model/change.ts';
import type { Json } from '../model/json.ts';
import { APPLIED_ANNOTATION } from '../model/marks.ts';
import type { KubeObject } from '../model/object.ts';
import { type PatchRecord, pointerOf } from '../model/patch.ts';
import type { Desired } from '../model/plan.ts';
import { findDropped } from './field-set.ts';
import { differencesOf } from './patch.ts';
import { claimOf, lookAt, ownEntry, type Wish } from './wish.ts';

// The mark changes with every wish: it is no difference to tell of.
const MARK_PATH = `/metadata/annotations/${APPLIED_ANNOTATION.replace('/', '~1')}`;

/** What a wish is compared with. */
export interface CompareInput {
  readonly live: KubeObject;
  readonly manager: string;
  /** True when the last apply was of exactly this wish. */
  readonly isMarked: boolean;
  /** False for an object of which nothing was ours before: then edits of others are theirs. */
  readonly wasOurs: boolean;
  /** Fields that our own last apply of this wish did not get. */
  readonly settled: ReadonlySet<string> | undefined;
  /** Given for a field that is left alone since its manager fights for it. */
  pauseOf(field: string): Pause | undefined;
  readonly record?: PatchRecord;
}

/** Compares a wish with an object that is there. */
export function compareWith(desired: Desired, input: CompareInput): Change {
  const { child } = desired;
  const { live: observed, settled, isMarked, record } = input;
  const wish = lookAt(desired, input);
  if (isMarked && wish.missing.every((field) => settled?.has(field) === true)) {
    const { contended, pause, notes } = wish;
    if (pause === undefined) return { kind: 'unchanged', child, observed, notes };
    return { kind: 'contended', child, observed, contested: contended, pause };
  }
  if (wish.claims.length > 0) return { kind: 'conflict', child, desired, contested: wish.claims };
  const all = [
    ...differencesOf(observed as unknown as Json, claimOf(wish.object)),
    ...droppedFrom(desired, wish, input),
  ];
  return {
    kind: 'configure',
    child,
    desired: { ...desired, object: wish.object },
    whole: desired,
    observed,
    differences: all.filter(({ path }) => path !== MARK_PATH),
    reclaim: wish.reclaim,
    isHolding: wish.isHolding,
    ...(record === undefined ? {} : { record }),
  };
}

// What an apply without them removes: fields that we hold and wish no more.
function droppedFrom(
  { subresource }: Desired,
  { object }: Wish,
  { live, manager }: CompareInput,
): readonly Difference[] {
  const entry = ownEntry(live, manager, subresource);
  if (entry?.apiVersion !== object.apiVersion) return [];
  const dropped = findDropped(claimOf(object), live as unknown as Json, entry.fieldsV1);
  return dropped.map((steps) => ({ op: 'remove', path: pointerOf(steps.map(String)) }));
}
