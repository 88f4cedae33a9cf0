// More would go in one evaluation than the rule allows: nothing of it goes until somebody confirms.

import { hashText } from '../model/hash.ts';
import { isLeaving } from '../model/lifecycle.ts';
import { CHILD_LABEL, CONFIRM_PRUNE_ANNOTATION } from '../model/marks.ts';
import { describeRef, type KubeObject, kindKey, nameKey, toRef } from '../model/object.ts';
import type { PlannedState, Prune, Waiting } from '../model/plan.ts';
import type { CompiledRule } from '../model/rule.ts';

/** What is left of what would go. */
export interface Limited {
  readonly prune: readonly Prune[];
  readonly waiting: readonly Waiting[];
  /** A confirmation that was used, or that confirms nothing. */
  readonly consume: PlannedState['consume'];
}

const HASH_LENGTH = 8;
const SHOWN = 3;

/** Holds back what is too much. Jobs of tasks do not count; a resource that is being deleted has no limit. */
export function limitPrunes(
  rule: CompiledRule,
  prunes: readonly Prune[],
  { owner, observed }: { readonly owner: KubeObject; readonly observed: readonly KubeObject[] },
): Limited {
  const limit = rule.pruneLimit;
  if (limit === undefined || isLeaving(owner)) return { prune: prunes, waiting: [], consume: [] };
  const tasks = new Set(rule.children.flatMap(({ id, task }) => (task === undefined ? [] : [id])));
  const counted = prunes.filter(({ child }) => !tasks.has(child));
  const all = observed.filter(
    (object) => !isLeaving(object) && !tasks.has(object.metadata.labels?.[CHILD_LABEL] ?? ''),
  );
  const most = limit.unit === '%' ? Math.floor((all.length * limit.value) / 100) : limit.value;
  const value = owner.metadata.annotations?.[CONFIRM_PRUNE_ANNOTATION];
  const [first] = counted;
  if (first === undefined || counted.length <= most) {
    const consume = value === undefined ? [] : [{ annotation: CONFIRM_PRUNE_ANNOTATION, value }];
    return { prune: prunes, waiting: [], consume };
  }
  const hash = hashOf(counted);
  if (value === hash) return { prune: prunes, waiting: [], consume: [] };
  const shown = counted.slice(0, SHOWN).map(({ object }) => describeRef(toRef(object)));
  const more = counted.length > SHOWN ? ` and ${counted.length - SHOWN} more` : '';
  const what = `${counted.length} of ${all.length} children would go, more than ${limit.value}${limit.unit}`;
  const message = `waits to be pruned: ${what} (${shown.join(', ')}${more}); the annotation ${CONFIRM_PRUNE_ANNOTATION}: "${hash}" lets them go`;
  const waiting: Waiting = { child: first.child, code: 'PruneHeld', message, span: limit.span, on: first.child };
  return { prune: prunes.filter(({ child }) => tasks.has(child)), waiting: [waiting], consume: [] };
}

// Confirms these very objects and no others.
function hashOf(prunes: readonly Prune[]): string {
  const names = prunes.map(({ object }) => `${kindKey(object)} ${nameKey(object.metadata)} ${object.metadata.uid}`);
  return hashText(names.sort().join('\n')).slice(0, HASH_LENGTH);
}
