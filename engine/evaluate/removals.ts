// Which of the objects that are wanted no more go now: members leave one by one, drained, and their volumes after them.

import { isLeaving } from '../model/lifecycle.ts';
import { CHILD_LABEL, KEY_ANNOTATION } from '../model/marks.ts';
import type { KubeObject } from '../model/object.ts';
import type { Prune, Waiting } from '../model/plan.ts';
import type { KindPlace } from '../model/rule.ts';
import type { Leaving } from './drain.ts';
import type { RollingChild } from './rollout.ts';
import type { State } from './waiting.ts';

/** What is decided from. */
export interface RemovalInput {
  readonly children: readonly RollingChild[];
  readonly observed: readonly KubeObject[];
  readonly states: ReadonlyMap<string, State>;
  /** Why nobody can say which children of a kind there are. */
  unlisted(kind: KindPlace): string | undefined;
}

/** What goes now, and why the rest stays. */
export interface Removals {
  readonly prune: readonly Prune[];
  readonly waiting: readonly Waiting[];
}

/** Holds back what may not go yet, and adds members that go although their key is wanted again. */
export function planRemovals(prunes: readonly Prune[], input: RemovalInput): Removals {
  const waiting: Waiting[] = [];
  let prune = prunes;
  for (const child of input.children) {
    prune = prune.filter(({ object }) => !isVolumeInUse(object, child, input));
    const state = input.states.get(child.id);
    if (state?.kind !== 'there' || state.rollout === undefined) continue;
    const { leaving, departures } = state.rollout;
    const others = prune.filter(({ object }) => !departures.some((departure) => departure.object === object));
    const why = leaving && reasonToStay(child, leaving, input.states);
    if (why !== undefined) waiting.push(why);
    const goes = leaving !== undefined && why === undefined && !isLeaving(leaving.object);
    prune = goes ? [...others, toPrune(child, leaving, prunes)] : others;
  }
  return { prune, waiting };
}

function toPrune(child: RollingChild, { object }: Leaving, prunes: readonly Prune[]): Prune {
  const found = prunes.find((prune) => prune.object === object);
  return found ?? { child: child.id, object, reason: 'it was drained', onDelete: child.policy.onDelete };
}

// Where nobody can say which members there are, every volume may be in use.
function isVolumeInUse(
  object: KubeObject,
  { id, resource, where, rollout }: RollingChild,
  input: RemovalInput,
): boolean {
  const { observed, states, unlisted } = input;
  const { labels, annotations } = object.metadata;
  const key = annotations?.[KEY_ANNOTATION];
  if (key === undefined || !rollout.volumes.includes(labels?.[CHILD_LABEL] ?? '')) return false;
  if (unlisted({ ...resource, where }) !== undefined || states.get(id)?.kind !== 'there') return true;
  return observed.some(
    ({ metadata }) => metadata.labels?.[CHILD_LABEL] === id && metadata.annotations?.[KEY_ANNOTATION] === key,
  );
}

// Only a drain that has succeeded, and that was written down, lets a member go.
function reasonToStay(
  { id, rollout }: RollingChild,
  { key }: Leaving,
  states: ReadonlyMap<string, State>,
): Waiting | undefined {
  const { drain } = rollout;
  if (drain === undefined) return undefined;
  const state = states.get(drain.id);
  const blocked = state?.kind === 'there' ? state.run?.blocked?.message : 'which waits itself, or failed';
  if (blocked === undefined) return undefined;
  const message = `of "${key}" leaves after "${drain.id}", ${blocked}`;
  return { child: id, code: 'MemberWaits', message, span: drain.span, on: drain.id };
}
