// The end of a resource: what may go now, what has to wait for what, and whether an end needs care at all.
//
// A child goes when all that depends on it are gone: the children after it, and the patches that read it.

import { isElsewhere, isLeaving, isOrphaning } from '../model/lifecycle.ts';
import { CHILD_LABEL, ON_DELETE_ANNOTATION } from '../model/marks.ts';
import { describeRef, type KubeObject, toRef } from '../model/object.ts';
import type { PatchRecord } from '../model/patch.ts';
import type { Desired, Holding, Prune } from '../model/plan.ts';
import type { CompiledChild, CompiledRule, KindPlace } from '../model/rule.ts';
import type { State } from './waiting.ts';

/** What an end is planned from. */
export interface EndingInput {
  readonly owner: KubeObject;
  readonly observed: readonly KubeObject[];
  readonly states: ReadonlyMap<string, State>;
  /** What patches did that nobody can take back yet. */
  readonly frozen: readonly PatchRecord[];
  /** Why nobody can say which children of a kind there are. */
  unlisted(kind: KindPlace): string | undefined;
}

/** An end, as far as it can go now. */
export interface Ending {
  readonly prune: readonly Prune[];
  /** What is still there that nothing can be done about now, and why. */
  readonly holdings: readonly Holding[];
}

/** Puts the ends of all children in order. */
export function orderEnds(rule: CompiledRule, prunes: readonly Prune[], input: EndingInput): Ending {
  const pending = findPending(rule, input);
  const judged = prunes.map((one) => ({ one, why: reasonToStay(rule, one, pending, input) }));
  const onDelete = (one: Prune) => (isOrphaning(input.owner) ? 'orphan' : one.onDelete);
  return {
    prune: judged.flatMap(({ one, why }) => (why === undefined ? [{ ...one, onDelete: onDelete(one) }] : [])),
    holdings: [
      ...pending.map(({ task: { id: child }, message }) => ({ child, message })),
      ...judged.flatMap(({ one: { child, object }, why }) =>
        why === undefined ? [] : [{ child, message: `${describeRef(toRef(object))} waits until ${why}` }],
      ),
      ...input.observed.filter(isLeaving).map(describeLeaving),
      ...rule.children.flatMap(({ id: child, resource, where }): Holding[] => {
        const reason = input.unlisted({ ...resource, where });
        return reason === undefined ? [] : [{ child, message: `${resource.kind} cannot be looked for: ${reason}` }];
      }),
    ],
  };
}

function reasonToStay(
  rule: CompiledRule,
  { child }: Prune,
  pending: readonly Pending[],
  input: EndingInput,
): string | undefined {
  const task = pending.find(({ task: { upstream } }) => upstream.length === 0 || upstream.includes(child))?.task;
  if (task !== undefined) return `"${task.id}" is done`;
  const blocker = findBlocker(rule, child, input);
  return blocker === undefined ? undefined : `${blocker} is gone`;
}

function describeLeaving(object: KubeObject): Holding {
  const { labels, finalizers = [] } = object.metadata;
  const why = finalizers.length === 0 ? '' : `; held by ${finalizers.join(', ')}`;
  return { child: labels?.[CHILD_LABEL] ?? '', message: `${describeRef(toRef(object))} is being deleted${why}` };
}

interface Pending {
  readonly task: CompiledChild;
  readonly message: string;
}

// Tasks that have to end well before anything that they depend on goes.
function findPending(rule: CompiledRule, { states }: EndingInput): readonly Pending[] {
  return rule.children.filter(isLast).flatMap((task): Pending[] => {
    const state = states.get(task.id);
    if (state?.kind === 'waiting') return [{ task, message: `"${task.id}" ${state.waiting.message}` }];
    if (state?.kind === 'failed') return [{ task, message: `"${task.id}" cannot run: ${state.failure.message}` }];
    const blocked = state?.run?.blocked;
    return blocked === undefined ? [] : [{ task, message: `waits for "${task.id}", ${blocked.message}` }];
  });
}

function isLast({ task }: CompiledChild): boolean {
  return task?.runOn === 'Delete';
}

function findBlocker(rule: CompiledRule, child: string, { observed, frozen }: EndingInput): string | undefined {
  const after = (nodes: readonly { readonly id: string; readonly upstream: readonly string[] }[]) =>
    nodes.flatMap(({ id, upstream }) => (upstream.includes(child) ? [id] : []));
  const children = after(rule.children.filter((one) => !isLast(one)));
  const object = observed.find(({ metadata }) => children.includes(metadata.labels?.[CHILD_LABEL] ?? ''));
  if (object !== undefined) return describeRef(toRef(object));
  const patches = after(rule.patches);
  const record = frozen.find(({ patch }) => patches.includes(patch));
  return record === undefined ? undefined : `what the patch "${record.patch}" did to ${describeRef(record.ref)}`;
}

/**
 * True where the end of a resource with these children needs care: one is elsewhere, one stays, or one is after another;
 * or a task runs before it.
 */
export function needsCare(
  rule: CompiledRule,
  { owner, wished, observed }: Pick<EndingInput, 'owner' | 'observed'> & { readonly wished: readonly Desired[] },
): boolean {
  const objects = [...wished.map(({ object }) => object), ...observed];
  const present = new Set(objects.map(({ metadata }) => metadata.labels?.[CHILD_LABEL]));
  const children = rule.children.filter(({ id, task }) => present.has(id) && task === undefined);
  const isAfter = (child: CompiledChild) =>
    child.dependencies.some(({ part, id }) => part === 'after' && children.some((other) => other.id === id));
  const isApart = ({ metadata }: KubeObject) =>
    isElsewhere(owner, metadata) || metadata.annotations?.[ON_DELETE_ANNOTATION] === 'orphan';
  return objects.some(isApart) || children.some(isAfter) || rule.children.some(isLast);
}
