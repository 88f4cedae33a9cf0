// Makes a child that is not there, or takes over an object of its name that nobody owns.

import { Fault } from '../model/fault.ts';
import {
  CHILD_LABEL,
  fieldManagerOf,
  isOfRule,
  ON_DELETE_ANNOTATION,
  OWNER_LABEL,
  RULE_LABEL,
} from '../model/marks.ts';
import { describeRef, type KubeObject, toRef } from '../model/object.ts';
import type { Desired } from '../model/plan.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';
import { withMetadata } from './metadata.ts';
import { checkOwner } from './owner.ts';

// Server-side apply creates an object that is missing, whatever version the request names, and refuses one that is there
// with another version: so a version that no object can have makes it create only. Measured on 1.36: 201 and 409.
const NO_SUCH_VERSION = '1';

/** What came of it: `adopted` objects have our marks and nothing else of the wish yet. */
export interface Created {
  readonly result: 'created' | 'adopted';
  readonly live: KubeObject;
}

/** Creates the child, never over an object that is there. Throws Fault. */
export async function create(desired: Desired, input: ApplyInput, deps: ApplyDeps): Promise<Created> {
  const ref = toRef(desired.object);
  try {
    const only = withMetadata(desired.object, { resourceVersion: NO_SUCH_VERSION });
    const live = await deps.client.apply(only, { fieldManager: fieldManagerOf(input.rule) });
    deps.observe(live);
    return { result: 'created', live };
  } catch (error) {
    if (!(error instanceof Fault) || (error.code !== 'Conflict' && error.code !== 'FieldConflict')) throw error;
    // It is there, and the store did not know: either ours with its labels stripped, or somebody else's.
    const live = await deps.client.get(ref);
    if (isOurs(live, input)) {
      // Without the label nobody would hear of what becomes of it.
      deps.observe(isMarked(live, input) ? live : await mark(desired.object, live, input, deps));
      throw new Fault({ code: 'Conflict', retry: 'now', message: 'it exists already', subject: ref });
    }
    if (!mayAdopt(desired, live, input)) throw notOwned(live, input);
    const adopted = await mark(desired.object, live, input, deps);
    deps.observe(adopted);
    return { result: 'adopted', live: adopted };
  }
}

function isOurs(live: KubeObject, { owner, rule }: ApplyInput): boolean {
  const { ownerReferences = [], labels } = live.metadata;
  const { uid } = owner.metadata;
  const isOfOwner = ownerReferences.some((reference) => reference.uid === uid) || labels?.[OWNER_LABEL] === uid;
  return isOfOwner && isOfRule(live, rule);
}

function isMarked({ metadata: { labels, deletionTimestamp } }: KubeObject, { rule }: ApplyInput): boolean {
  return labels?.[RULE_LABEL] === rule || deletionTimestamp !== undefined;
}

function mayAdopt({ policy: { adopt } }: Desired, live: KubeObject, input: ApplyInput): boolean {
  if (adopt === 'never' || !isUnowned(live)) return false;
  return adopt === 'ifUnowned' || wasReleased(live, input);
}

// What this rule let go belongs to nobody, and the API server still knows who wrote it.
function wasReleased(live: KubeObject, { rule }: ApplyInput): boolean {
  const { managedFields = [] } = live.metadata;
  const manager = fieldManagerOf(rule);
  return isUnowned(live) && managedFields.some((entry) => entry.manager === manager && entry.operation === 'Apply');
}

// An object that this engine made and let go carries no label of it; one with a label has an owner, or had one whose
// name it will make room for.
function isUnowned({ metadata }: KubeObject): boolean {
  const { ownerReferences = [], deletionTimestamp, labels = {} } = metadata;
  return (
    deletionTimestamp === undefined &&
    ownerReferences.every(({ controller }) => controller !== true) &&
    labels[RULE_LABEL] === undefined &&
    labels[OWNER_LABEL] === undefined
  );
}

// Only the marks, bound to the version that was looked at: with them the object is a child like any other, whose fields
// are then compared, taken or left as its policies say. Not by an apply, which would remove whatever an earlier apply of
// ours set and this one does not name.
async function mark(wish: KubeObject, live: KubeObject, input: ApplyInput, deps: ApplyDeps): Promise<KubeObject> {
  // The garbage collector would take an object with the reference of an owner that is gone.
  await checkOwner(live, input, deps);
  const { labels = {}, annotations = {}, ownerReferences = [] } = wish.metadata;
  const marks = [RULE_LABEL, CHILD_LABEL, OWNER_LABEL].map((name) => [name, labels[name] ?? null]);
  const others = (live.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== input.owner.metadata.uid);
  const references = [...others, ...ownerReferences];
  const patch = {
    metadata: {
      resourceVersion: live.metadata.resourceVersion ?? '',
      labels: Object.fromEntries(marks),
      annotations: { [ON_DELETE_ANNOTATION]: annotations[ON_DELETE_ANNOTATION] ?? null },
      ...(ownerReferences.length === 0 ? {} : { ownerReferences: references.map((reference) => ({ ...reference })) }),
    },
  };
  const options = { type: 'merge', fieldManager: fieldManagerOf(input.rule) } as const;
  return await deps.client.patch(toRef(live), patch, options);
}

// An object that is on its way out, or whose owner had our owner's name and is gone, will make room by itself: the
// garbage collector takes it. Everything else needs somebody's hand.
function notOwned(live: KubeObject, input: ApplyInput): Fault {
  const { owner } = input;
  const { ownerReferences = [], deletionTimestamp, labels } = live.metadata;
  const isOrphan = ownerReferences.some(
    ({ apiVersion, kind, name, uid }) =>
      apiVersion === owner.apiVersion &&
      kind === owner.kind &&
      name === owner.metadata.name &&
      uid !== owner.metadata.uid,
  );
  const isLeaving = deletionTimestamp !== undefined || isOrphan;
  const isOfOtherRule = ownerReferences.some(({ uid }) => uid === owner.metadata.uid);
  const didNot = `${describeRef(toRef(owner))} did not make`;
  const whose = isOfOtherRule ? `the rule "${labels?.[RULE_LABEL]}" made` : didNot;
  return new Fault({
    code: 'NotOwned',
    retry: isLeaving ? 'backoff' : 'never',
    message: `an object of this name exists that ${whose}${describeWay(live, isLeaving, input)}`,
    subject: toRef(live),
  });
}

// How to go on.
function describeWay(live: KubeObject, isLeaving: boolean, input: ApplyInput): string {
  if (isLeaving) return '; it is being removed';
  if (wasReleased(live, input)) return '; this rule let it go, and adopt: ifReleased would take it over again';
  return isUnowned(live) ? '; nobody owns it' : '';
}
