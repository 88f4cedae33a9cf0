// The end of a resource: what may go now, what has to wait for what, and whether an end needs care at all.
//
// A child goes when all that depends on it are gone: the children after it, and the patches that read it.

import { isElsewhere, isLeaving, isOrphaning } from '../model/lifecycle.ts';
import { CHILD_LABEL, ON_DELETE_ANNOTATION } from '../model/marks.ts';
import { describeRef, type GroupVersionKind, type KubeObject, kindKey, toRef } from '../model/object.ts';
import type { PatchRecord } from '../model/patch.ts';
import type { Desired, Holding, Prune } from '../model/plan.ts';
import type { CompiledChild, CompiledRule } from '../model/rule.ts';

/** What an end is planned from. */
export interface EndingInput {
  readonly owner: KubeObject;
  readonly observed: readonly KubeObject[];
  /** What patches did that nobody can take back yet. */
  readonly frozen: readonly PatchRecord[];
  /** Why nobody can say which children of a kind there are. */
  unlisted(kind: GroupVersionKind): string | undefined;
}

/** An end, as far as it can go now. */
export interface Ending {
  readonly prune: readonly Prune[];
  /** What is still there that nothing can be done about now, and why. */
  readonly holdings: readonly Holding[];
}

/** Puts the ends of all children in order. */
export function orderEnds(rule: CompiledRule, prunes: readonly Prune[], input: EndingInput): Ending {
  const prune: Prune[] = [];
  const holdings: Holding[] = [];
  for (const one of prunes) {
    const blocker = findBlocker(rule, one.child, input);
    const onDelete = isOrphaning(input.owner) ? 'orphan' : one.onDelete;
    if (blocker === undefined) prune.push({ ...one, onDelete });
    else
      holdings.push({ child: one.child, message: `${describeRef(toRef(one.object))} waits until ${blocker} is gone` });
  }
  for (const object of input.observed.filter(isLeaving)) {
    const { [CHILD_LABEL]: child = '' } = object.metadata.labels ?? {};
    const held = object.metadata.finalizers ?? [];
    const why = held.length === 0 ? '' : `; held by ${held.join(', ')}`;
    holdings.push({ child, message: `${describeRef(toRef(object))} is being deleted${why}` });
  }
  const kinds = new Map(rule.children.map((child) => [kindKey(child.resource), child]));
  for (const { id, resource } of kinds.values()) {
    const reason = input.unlisted(resource);
    if (reason !== undefined)
      holdings.push({ child: id, message: `${resource.kind} objects cannot be looked for: ${reason}` });
  }
  return { prune, holdings };
}

function findBlocker(rule: CompiledRule, child: string, { observed, frozen }: EndingInput): string | undefined {
  const after = (nodes: readonly { readonly id: string; readonly upstream: readonly string[] }[]) =>
    nodes.flatMap(({ id, upstream }) => (upstream.includes(child) ? [id] : []));
  const children = after(rule.children);
  const object = observed.find(({ metadata }) => children.includes(metadata.labels?.[CHILD_LABEL] ?? ''));
  if (object !== undefined) return describeRef(toRef(object));
  const patches = after(rule.patches);
  const record = frozen.find(({ patch }) => patches.includes(patch));
  return record === undefined ? undefined : `what the patch "${record.patch}" did to ${describeRef(record.ref)}`;
}

/** True where the end of a resource with these children needs care: one is elsewhere, one stays, or one is after another. */
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
  return objects.some(isApart) || children.some(isAfter);
}
