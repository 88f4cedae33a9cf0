// What of a wish is written to a live object: all of it, but for the fields that are left to others.

import type { Contested, Note, Pause } from '../model/change.ts';
import { isArray, isEqual, isObject, type Json, type JsonObject, type MaybeJson } from '../model/json.ts';
import { isMark } from '../model/marks.ts';
import type { KubeObject, ManagedFieldsEntry, Subresource } from '../model/object.ts';
import type { Desired } from '../model/plan.ts';
import { type FieldPlace, findDisputed, findUncovered, holdFields } from './field-set.ts';

/** What a wish is looked at with. */
export interface WishInput {
  readonly live: KubeObject;
  readonly manager: string;
  /** True when the last apply was of exactly this wish. */
  readonly isMarked: boolean;
  /** False for an object of which nothing was ours before: then edits of others are theirs. */
  readonly wasOurs: boolean;
  /** Given for a field that is left alone since its manager fights for it. */
  pauseOf(field: string): Pause | undefined;
}

/** A wish in view of a live object. */
export interface Wish {
  /** Without the fields that are left to others. */
  readonly object: KubeObject;
  /** True where it has values that were looked up in the live object. */
  readonly isHolding: boolean;
  /** Fields of it that we do not own. */
  readonly missing: readonly string[];
  /** Fields that others hold and that are to be taken from them. */
  readonly reclaim: readonly Contested[];
  /** Fields that others have declared and that may not be taken. */
  readonly claims: readonly Contested[];
  /** Fields that are left alone since their manager fights for them. */
  readonly contended: readonly Contested[];
  /** The longest pause among them. */
  readonly pause: Pause | undefined;
  readonly notes: readonly Note[];
}

/** Our own entry among the field managers of an object, or of a part that is written by itself. */
export function ownEntry(
  object: KubeObject,
  manager: string,
  subresource?: Subresource,
): ManagedFieldsEntry | undefined {
  return object.metadata.managedFields?.find(
    (entry) => entry.manager === manager && entry.operation === 'Apply' && entry.subresource === subresource,
  );
}

/** Where it is an object, and which fields we speak of. Name and kind are no fields. */
export function claimOf(object: KubeObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...content } = object;
  const { name: _name, namespace: _namespace, ...labelled } = metadata;
  // Nothing is owned of an empty one.
  const described = Object.keys(labelled).length === 0 ? {} : { metadata: labelled };
  return { ...content, ...described } as unknown as JsonObject;
}

/** The fields of a wish that we do not own on a live object. */
export function findMissing(
  object: KubeObject,
  live: KubeObject,
  manager: string,
  subresource?: Subresource,
): readonly FieldPlace[] {
  const entry = ownEntry(live, manager, subresource);
  return findUncovered(claimOf(object), entry?.apiVersion === object.apiVersion ? entry.fieldsV1 : undefined);
}

interface Dispute extends FieldPlace {
  readonly manager: string;
}

/** Looks at a wish in view of what is there. */
export function lookAt(desired: Desired, input: WishInput): Wish {
  const { live, manager, isMarked } = input;
  const { policy, subresource } = desired;
  const object = withHeld(desired, input);
  const missing = findMissing(object, live, manager, subresource);
  const disputes = findDisputes(object, live, { manager, subresource });
  const edits = input.wasOurs ? disputes.edits : [];
  const claims = input.wasOurs ? disputes.claims : [...disputes.edits, ...disputes.claims];
  const drift = policy.onDrift === 'correct' ? [] : findDrift(object, { live, missing, edits, claims, isMarked });
  const yielded = policy.onConflict === 'yield' ? claims.filter(({ text }) => !isMark(text)) : [];
  const wanted = [
    ...edits.filter(({ text }) => !drift.some((place) => place.text === text)),
    ...(policy.onConflict === 'force' ? claims : []),
  ];
  const isContended = ({ text }: Dispute): boolean => input.pauseOf(text) !== undefined;
  const contended = wanted.filter(isContended);
  const left = [...drift, ...yielded, ...contended];
  const notes: Note[] = [];
  if (yielded.length > 0) notes.push({ code: 'FieldYielded', fields: yielded.map(toContested) });
  if (drift.length > 0 && policy.onDrift === 'warn') notes.push({ code: 'Drifted', fields: drift.map(toContested) });
  return {
    object: without(object, left),
    isHolding: object !== desired.object,
    missing: missing.map(({ text }) => text).filter((text) => !left.some((place) => place.text === text)),
    reclaim: wanted.filter((dispute) => !isContended(dispute)).map(toContested),
    claims: policy.onConflict === 'force' ? [] : claims.filter((claim) => !yielded.includes(claim)).map(toContested),
    contended: contended.map(toContested),
    pause: contended.flatMap(({ text }) => input.pauseOf(text) ?? []).sort((a, b) => b.forMs - a.forMs)[0],
    notes,
  };
}

function toContested({ text, manager }: FieldPlace & { readonly manager?: string }): Contested {
  return { field: text, manager };
}

// A field that was left out of the next apply would be removed as long as we own it: it keeps the live value then.
function withHeld({ object, policy, subresource }: Desired, { live, manager }: WishInput): KubeObject {
  const fields = ownEntry(live, manager, subresource)?.fieldsV1;
  const hold = (wish: MaybeJson, { steps }: (typeof policy.ignoreFields)[number]) =>
    holdFields(wish, live as unknown as Json, fields, steps);
  if (policy.ignoreFields.length === 0) return object;
  return policy.ignoreFields.reduce(hold, object as unknown as Json) as unknown as KubeObject;
}

// Who applied, or went through a subresource such as scale, means to keep a field: a claim. The rest are edits.
function findDisputes(
  object: KubeObject,
  live: KubeObject,
  { manager, subresource }: { readonly manager: string; readonly subresource: Subresource | undefined },
): { readonly edits: readonly Dispute[]; readonly claims: readonly Dispute[] } {
  const claim = claimOf(object);
  const edits: Dispute[] = [];
  const claims: Dispute[] = [];
  for (const entry of live.metadata.managedFields ?? []) {
    if (entry.manager === manager && entry.subresource === subresource) continue;
    const name = entry.subresource === undefined ? entry.manager : `${entry.manager} (${entry.subresource})`;
    const isClaim = entry.operation === 'Apply' || entry.subresource !== undefined;
    const disputed = findDisputed(claim, live as unknown as Json, entry.fieldsV1);
    (isClaim ? claims : edits).push(...disputed.map((place) => ({ ...place, manager: name })));
  }
  return { edits, claims };
}

interface Drift {
  readonly live: KubeObject;
  readonly missing: readonly FieldPlace[];
  readonly edits: readonly Dispute[];
  readonly claims: readonly Dispute[];
  readonly isMarked: boolean;
}

// What an edit took from us, and what it removed. A field that is new in the wish is neither, nor is one that is claimed.
function findDrift(
  object: KubeObject,
  { live, missing, edits, claims, isMarked }: Drift,
): readonly (FieldPlace & { readonly manager?: string })[] {
  const isLost = ({ text }: FieldPlace): boolean => missing.some((place) => place.text === text || place.text === '.');
  const changed = edits.filter((edit) => isLost(edit) && !isMark(edit.text));
  if (!isMarked) return changed;
  const removed = missing.filter(
    ({ text, steps }) =>
      !isMark(text) &&
      steps.length > 0 &&
      ![...changed, ...claims].some((place) => place.text === text) &&
      !isLike(claimOf(object), live as unknown as Json, steps),
  );
  return [...changed, ...removed];
}

// Whether the live object has the wished value. Items are paired by name where they have one, by place otherwise.
function isLike(wish: MaybeJson, live: MaybeJson, [step, ...rest]: readonly (string | number)[]): boolean {
  if (step === undefined) return isEqual(wish, live);
  if (typeof step === 'string') {
    return isLike(isObject(wish) ? wish[step] : undefined, isObject(live) ? live[step] : undefined, rest);
  }
  const item = isArray(wish) ? wish[step] : undefined;
  const name = isObject(item) ? item['name'] : undefined;
  const list = isArray(live) ? live : [];
  const other = name === undefined ? list[step] : list.find((one) => isObject(one) && one['name'] === name);
  return isLike(item, other, rest);
}

/** An object without some of its fields; mappings that lose all they had go, too. */
function without(object: KubeObject, places: readonly FieldPlace[]): KubeObject {
  // From the last to the first, so that the places of list items stay right.
  const ordered = [...places].sort((a, b) => compareSteps(b.steps, a.steps));
  const remove = (value: Json, { steps }: FieldPlace): Json => removeAt(value, steps) ?? {};
  return ordered.reduce(remove, object as unknown as Json) as unknown as KubeObject;
}

function removeAt(value: MaybeJson, [step, ...rest]: readonly (string | number)[]): MaybeJson {
  if (step === undefined) return undefined;
  if (typeof step === 'number') {
    if (!isArray(value)) return value;
    const item = removeAt(value[step], rest);
    return item === undefined ? value.toSpliced(step, 1) : value.with(step, item);
  }
  if (!isObject(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: inner, ...others } = value;
  const left = removeAt(inner, rest);
  if (left !== undefined) return { ...value, [step]: left };
  return Object.keys(others).length === 0 ? undefined : others;
}

function compareSteps(left: readonly (string | number)[], right: readonly (string | number)[]): number {
  const at = left.findIndex((step, index) => step !== right[index]);
  if (at < 0) return left.length - right.length;
  const [a, b] = [left[at], right[at]];
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1;
}
