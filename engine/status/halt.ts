// A halt -> what is told of it: that nothing is written, and with `observe`, what would be.
//
// Pure, and the same for the same facts, so that a resource that is halted is written no more often than any other.

import { type Change, describeContested } from '../model/change.ts';
import type { Halt, ToldHalt } from '../model/halt.ts';
import { getPath, isEqual, type Json, type MaybeJson } from '../model/json.ts';
import { describeRef, isSameObject, type KubeObject, toRef } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';

// Chosen: as many as a person reads.
const MAX_TOLD = 5;

/** What is told of a resource that is halted. `changes`: what would be done now. */
export function tellHalt({ code, by }: Halt, plan: Plan, changes: readonly Change[]): ToldHalt {
  if (code === 'Suspended') return { code, message: `nothing is written: ${by} says suspend`, missing: notMade(plan) };
  const wishes = [...remembered(plan), ...changes.flatMap(describe)];
  const told = wishes.slice(0, MAX_TOLD).join('; ');
  const more = wishes.length > MAX_TOLD ? `; and ${wishes.length - MAX_TOLD} more` : '';
  const what = wishes.length === 0 ? 'nothing would change' : `${count(wishes)}: ${told}${more}`;
  return { code, message: `nothing is written: ${by} says observe; ${what}`, missing: wishes };
}

function notMade({ desired, health }: Plan): readonly string[] {
  return desired
    .filter(({ object }) => !health.some(({ ref }) => isSameObject({ ...ref, metadata: ref }, object)))
    .map(({ object }) => `${nameOf(object)} does not exist, and is not made`);
}

function remembered({ owner, state: { write = {} } }: Plan): readonly string[] {
  const isNew = ([name, value]: [string, Json]) => !isEqual(value, getPath(owner['status'] as MaybeJson, [name]));
  const names = Object.entries(write).flatMap((entry) => (isNew(entry) ? [entry[0]] : []));
  return names.length === 0 ? [] : [`remember ${names.join(', ')}`];
}

function count(wishes: readonly string[]): string {
  return wishes.length === 1 ? '1 change waits' : `${wishes.length} changes wait`;
}

function describe(change: Change): readonly string[] {
  switch (change.kind) {
    case 'unchanged':
    case 'terminating':
      return [];
    case 'create':
      return [`create ${nameOf(change.desired.object)}`];
    case 'configure':
      return [`update ${nameOf(change.observed)}${fieldsOf(change.differences)}`];
    case 'patch':
      return [`patch ${nameOf(change.observed)}${fieldsOf(change.differences)}`];
    case 'delete':
      return [`delete ${nameOf(change.prune.object)}, since ${change.prune.reason}`];
    case 'release':
      return [`let go of ${nameOf(change.prune.object)}, since ${change.prune.reason}`];
    case 'withdraw':
      return [`undo the patch of ${nameOf(change.observed)}`];
    case 'conflict':
      return [
        `leave ${nameOf(change.desired.object)}: ${change.contested.map((item) => describeContested(item)).join(', ')}`,
      ];
    case 'contended':
      return [`leave ${nameOf(change.observed)} until ${change.pause.until}`];
    case 'refused':
      return [`leave ${nameOf(change.observed)}: ${change.message}`];
  }
}

function nameOf(object: KubeObject): string {
  return describeRef(toRef(object));
}

function fieldsOf(differences: Extract<Change, { readonly kind: 'configure' }>['differences']): string {
  if (differences.length === 0) return '';
  const more = differences.length > MAX_TOLD ? ', …' : '';
  return ` (${differences
    .slice(0, MAX_TOLD)
    .map(({ path }) => path)
    .join(', ')}${more})`;
}
