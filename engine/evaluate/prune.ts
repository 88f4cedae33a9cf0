// Observed children that the rule wants no more. Pruning needs certainty: whatever waits or failed keeps what it has.

import { isLeaving } from '../model/lifecycle.ts';
import { CHILD_LABEL, KEY_ANNOTATION, ON_DELETE_ANNOTATION } from '../model/marks.ts';
import { isSameObject, type KubeObject } from '../model/object.ts';
import type { Prune } from '../model/plan.ts';
import type { CompiledRule } from '../model/rule.ts';
import type { Member } from './members.ts';
import type { State } from './waiting.ts';

/** The children to remove. `states`: what became of each child of the rule. */
export function findPrunes(
  rule: CompiledRule,
  observed: readonly KubeObject[],
  states: ReadonlyMap<string, State>,
): readonly Prune[] {
  const wanted = [...states.values()].flatMap((state) =>
    state.kind === 'there' ? state.members.flatMap((member) => (member.kind === 'failed' ? [] : [member])) : [],
  );
  return observed.flatMap((object): Prune[] => {
    if (isLeaving(object)) return [];
    if (wanted.some(({ desired }) => isSameObject(desired.object, object))) return [];
    const child = object.metadata.labels?.[CHILD_LABEL];
    if (child === undefined) return [];
    const key = object.metadata.annotations?.[KEY_ANNOTATION];
    const state = states.get(child);
    if (state?.kind === 'there' && state.run?.staying.has(object.metadata.name) === true) return [];
    const reason = reasonToPrune(rule, { child, key }, state);
    return reason === undefined ? [] : [{ child, object, reason, onDelete: endOf(rule, object) }];
  });
}

// The rule's word counts; of a child that it does not have any more, the word that it had goes with the object.
function endOf(rule: CompiledRule, { metadata }: KubeObject): Prune['onDelete'] {
  const child = rule.children.find(({ id }) => id === metadata.labels?.[CHILD_LABEL]);
  const marked = metadata.annotations?.[ON_DELETE_ANNOTATION] === 'orphan' ? 'orphan' : 'delete';
  return child?.policy.onDelete ?? marked;
}

function reasonToPrune(
  rule: CompiledRule,
  { child, key }: { readonly child: string; readonly key: string | undefined },
  state: State | undefined,
): string | undefined {
  if (state === undefined)
    return rule.children.some(({ id }) => id === child) ? undefined : 'the rule has no such child';
  if (state.kind !== 'there') return undefined;
  if (state.members.some((member) => keeps(member, key))) return undefined;
  if (state.run === undefined && state.members.some((member) => member.key === key)) return 'it has another name now';
  const { forEach, task } = rule.children.find(({ id }) => id === child) ?? {};
  if (task !== undefined) return 'the task is done with it';
  return forEach === undefined ? 'when gives false' : `no item has the key "${key}"`;
}

// A member that failed keeps its object; one whose key was taken off could be any that failed.
function keeps(member: Member, key: string | undefined): boolean {
  return member.kind === 'failed' && (key === undefined || member.key === key);
}
