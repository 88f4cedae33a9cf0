// Ready, Reconciling and Stalled: the three conditions that every custom resource has.
//
// Ready names the root cause: the child that blocks, not the one that waits for it, nor one that has failed meanwhile
// and may have done so for want of the other. Stalled is true when only somebody's action can help; Reconciling while
// the engine or the cluster is still at work. Source: the conventions of kstatus.

import type { Outcome, ToldNote } from '../model/change.ts';
import { describeSpan } from '../model/diagnostic.ts';
import type { ToldHalt } from '../model/halt.ts';
import { describeRef, toRef } from '../model/object.ts';
import type { ChildHealth, Plan, PlannedCondition } from '../model/plan.ts';

interface Cause {
  readonly reason: string;
  readonly message: string;
  /** The child that it is about. */
  readonly child: string | undefined;
  /** It is how the child is or waits, which may be for want of another; not what went wrong with the child itself. */
  readonly mayFollow?: true;
}

/** What came of a plan: the outcomes, what is worth telling, and why nothing was done. */
export interface Came {
  readonly outcomes: readonly Outcome[];
  readonly notes: readonly ToldNote[];
  readonly halt: ToldHalt | undefined;
}

/**
 * The conditions of a plan and of what came of it. Shape: always Ready, Reconciling, Stalled, in this order; then Drifted,
 * where somebody edited a child that says onDrift: warn. What halts the engine has a condition of its own, and keeps
 * Ready from being true where something is not as it should be for that reason.
 */
export function standardConditions(plan: Plan, { outcomes, notes, halt }: Came): readonly PlannedCondition[] {
  const stalls = findStalls(plan, outcomes);
  const works = findWork(plan, outcomes);
  if (plan.leaving !== undefined) return leavingConditions(stalls, [...works, ...leavingCauses(plan)]);
  const undone = (halt?.missing ?? []).map((message) => ({ child: undefined, reason: halt?.code ?? '', message }));
  const [cause, ...others] = rootsFirst([...stalls, ...undone, ...works], plan);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const ready: PlannedCondition =
    cause === undefined
      ? { type: 'Ready', status: 'True', reason: 'Ready', message: describeReady(plan, notes) }
      : { type: 'Ready', status: 'False', reason: cause.reason, message: `${cause.message}${more}` };
  const drift = notes.flatMap(({ code, message }) => (code === 'Drifted' ? [{ reason: code, message }] : []));
  return [
    ready,
    toCondition('Reconciling', works),
    toCondition('Stalled', stalls),
    ...(drift.length === 0 ? [] : [toCondition('Drifted', drift)]),
    ...(halt === undefined ? [] : [toCondition(halt.code, [{ reason: halt.code, message: halt.message }])]),
  ];
}

// What holds up a resource that is being deleted: what went wrong first, then what waits.
function leavingConditions(stalls: readonly Cause[], works: readonly Cause[]): readonly PlannedCondition[] {
  const [cause, ...others] = [...stalls, ...works];
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return [
    { type: 'Ready', status: 'False', reason: 'Terminating', message: `${cause?.message ?? ''}${more}` },
    toCondition('Reconciling', works),
    toCondition('Stalled', stalls),
  ];
}

function leavingCauses({ leaving = [], patches }: Plan): readonly Cause[] {
  const reason = 'Terminating';
  return [
    ...leaving.map(({ child, message }): Cause => ({ child, reason, message })),
    ...patches.frozen.map(({ patch: child, ref }): Cause => {
      const message = `what the patch "${child}" did to ${describeRef(ref)} cannot be taken back yet`;
      return { child, reason, message };
    }),
  ];
}

function toCondition(type: string, causes: readonly Pick<Cause, 'reason' | 'message'>[]): PlannedCondition {
  const [cause] = causes;
  if (cause === undefined) return { type, status: 'False', reason: `Not${type}`, message: '' };
  return {
    type,
    status: 'True',
    reason: cause.reason,
    message: causes.map(({ message }) => message).join('; '),
  };
}

// What follows from another cause comes after all that does not.
function rootsFirst(causes: readonly Cause[], plan: Plan): readonly Cause[] {
  const upstream = new Map<string, readonly string[]>();
  for (const { child, upstream: above } of plan.desired) upstream.set(child, above);
  for (const { child, on } of plan.waiting) if (on !== child) upstream.set(child, [on]);
  const blocking = new Set(causes.map(({ child }) => child));
  const follows = ({ child, mayFollow }: Cause): boolean =>
    mayFollow === true && (upstream.get(child ?? '') ?? []).some((other) => blocking.has(other));
  return [...causes.filter((cause) => !follows(cause)), ...causes.filter(follows)];
}

function nameOf(id: string, { patches }: Plan): string {
  return `${patches.ids.includes(id) ? 'patch' : 'child'} "${id}"`;
}

function describeReady(plan: Plan, notes: readonly ToldNote[]): string {
  const made = plan.health.length;
  const patched = new Set(plan.patches.wishes.map(({ live }) => describeRef(toRef(live)))).size;
  const children = made === 1 ? 'the only child is ready' : `all ${made} children are ready`;
  const patches = patched === 1 ? '1 object is patched' : `${patched} objects are patched`;
  const all = [...(made === 0 ? [] : [children]), ...(patched === 0 ? [] : [patches])];
  return [...(all.length === 0 ? ['nothing to make'] : all), ...notes.map(({ message }) => message)].join('; ');
}

function findStalls(plan: Plan, outcomes: readonly Outcome[]): readonly Cause[] {
  return [
    ...plan.failures.map(({ code, message, span, child }) => ({
      child,
      reason: code,
      message: `${describeSpan(span)}: ${child === undefined ? '' : `${nameOf(child, plan)}: `}${message}`,
    })),
    ...outcomes.flatMap(({ fault, child }) =>
      fault?.retry === 'never'
        ? [{ child, reason: fault.code, message: `${nameOf(child, plan)}: ${fault.message}` }]
        : [],
    ),
    ...plan.health.flatMap((item) => (item.health.status === 'Failed' ? toCause(item, 'ChildFailed') : [])),
  ];
}

function toCause({ child, ref, health }: ChildHealth, reason: string): Cause {
  return { child, reason, message: `${describeRef(ref)}: ${health.message}`, mayFollow: true };
}

function findWork(plan: Plan, outcomes: readonly Outcome[]): readonly Cause[] {
  const unready = plan.health.flatMap((item) => {
    const { status } = item.health;
    if (status === 'Current' || status === 'Failed') return [];
    return toCause(item, status === 'Terminating' ? 'ChildTerminating' : 'Progressing');
  });
  const trouble = outcomes.flatMap(({ fault, child }) =>
    fault !== undefined && fault.retry !== 'never'
      ? [{ child, reason: fault.code, message: `${nameOf(child, plan)}: ${fault.message}` }]
      : [],
  );
  const waiting = plan.waiting.map(
    ({ code, child, message, span }): Cause => ({
      child,
      mayFollow: true,
      reason: code,
      message: `${nameOf(child, plan)} ${message} (${describeSpan(span)})`,
    }),
  );
  return [...trouble, ...unready, ...waiting];
}
