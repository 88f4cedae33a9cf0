// The end of a reconcile: whether a resource has to be held until something is undone, and whether it may go.

import { type ApplyInput, refOf, toOutcomeFault } from '../apply/apply.ts';
import { hold, letGo, noteOrphaning } from '../apply/finalizer.ts';
import type { Change, Outcome } from '../model/change.ts';
import { Fault } from '../model/fault.ts';
import type { Journal } from '../model/journal.ts';
import { isElsewhere, isHeld, isLeaving } from '../model/lifecycle.ts';
import type { KubeObject } from '../model/object.ts';
import type { PatchRecord } from '../model/patch.ts';
import type { Plan } from '../model/plan.ts';
import type { CompiledRule } from '../model/rule.ts';
import type { Progress } from './progress.ts';
import { type ReportDeps, report, tellRestarts } from './report.ts';
import type { Restarting } from './restarting.ts';
import { findUnseen } from './unseen.ts';

/** Holds a resource within one reconcile. */
export class Hold {
  #fault: Fault | undefined;

  /**
   * Holds a resource whose end needs care. True where it was not held before: then it is looked at anew. A refusal is no
   * fault of all that the resource wants, only of what needs the care. Throws Fault.
   */
  async first(plan: Plan, changes: readonly Change[], input: ApplyInput, deps: ReportDeps): Promise<boolean> {
    if (await noteOrphaning(input, deps)) return true;
    if (this.#fault !== undefined || !mustHold(plan, changes, input)) return false;
    try {
      return await hold(input, deps);
    } catch (error) {
      if (!(error instanceof Fault) || (error.retry !== 'never' && error.code !== 'AdmissionFailed')) throw error;
      this.#fault = error;
      return false;
    }
  }

  /** An outcome for each change that is not made since the resource could not be held. */
  refused(rule: CompiledRule, owner: KubeObject, changes: readonly Change[]): readonly Outcome[] {
    if (this.#fault === undefined) return [];
    const fault = toOutcomeFault(this.#fault);
    return changes
      .filter((change) => needsHold(rule, owner, change))
      .map((change) => ({ child: change.child, ref: refOf(change), result: 'failed', fault }));
  }
}

// Its end needs care because of its children, or of what it did or does to other objects.
function mustHold(plan: Plan, changes: readonly Change[], { records, inventory }: Journal): boolean {
  return plan.needsCare || records.length + inventory.length > 0 || changes.some(isPatched);
}

function isPatched(change: Change): boolean {
  return change.kind === 'patch' || (change.kind === 'configure' && change.record !== undefined);
}

// What has to be undone or kept at the end, or has its turn in it.
function needsHold({ children }: CompiledRule, owner: KubeObject, change: Change): boolean {
  if (isPatched(change)) return true;
  if (change.kind !== 'create' && change.kind !== 'configure') return false;
  const { child: id, object, policy } = change.desired;
  const isOrdered = children.some(
    (one) =>
      one.task?.runOn === 'Delete' ||
      one.dependencies.some((other) => other.part === 'after' && [one.id, other.id].includes(id)),
  );
  return isOrdered || policy.onDelete === 'orphan' || isElsewhere(owner, object.metadata);
}

interface Left {
  readonly changes: readonly Change[];
  /** What is to be remembered, without the children that are seen. */
  readonly journal: Journal;
  /** How many deletions and the like could not be done. */
  readonly endsLeft: number;
}

// Nothing is left to hold a resource for, and nothing is in doubt.
function mayLetGo(plan: Plan, { changes, journal, endsLeft }: Left): boolean {
  if (journal.records.length + journal.inventory.length + endsLeft > 0) return false;
  if (plan.leaving !== undefined) return plan.leaving.length === 0;
  return !mustHold(plan, changes, journal) && plan.waiting.length + plan.failures.length === 0;
}

/** The resource, unless it is being deleted and not held: then it is the garbage collector's. */
export function ifOurs(owner: KubeObject | undefined, rule: string): KubeObject | undefined {
  return owner !== undefined && isLeaving(owner) && !isHeld(owner, rule) ? undefined : owner;
}

/** What a reconcile did. */
export interface Finish {
  readonly plan: Plan;
  readonly changes: readonly Change[];
  readonly records: readonly PatchRecord[];
  readonly progress: Progress;
  readonly restarting: Restarting;
  /** Children elsewhere that were asked for in this reconcile. */
  readonly asked: Set<string>;
}

/**
 * Reports what came of it when nothing more can be done, and lets go a resource that nothing holds any more. False where
 * there is more to do: a child was found that nobody saw. Throws Fault.
 */
export async function finish(
  rule: CompiledRule,
  input: ApplyInput,
  { plan: planned, changes, records: remembered, progress, restarting, asked }: Finish,
  deps: ReportDeps,
): Promise<boolean> {
  const unseen = await findUnseen(planned, input, asked, deps);
  if (unseen.isFound) return false;
  const leaving = planned.leaving && [...planned.leaving, ...unseen.holdings];
  const plan: Plan = { ...planned, leaving };
  const records = remembered.filter((record) => !progress.isWithdrawn(record));
  const outcomes = [...progress.outcomes, ...restarting.found];
  const endsLeft = progress.endsLeft(changes).length;
  const journal: Journal = { records, inventory: unseen.entries, restarting: restarting.left(input) };
  const mayGo = isHeld(input.owner, rule.name) && mayLetGo(plan, { changes, journal, endsLeft });
  if (mayGo && isLeaving(input.owner)) await tellRestarts(input.owner, outcomes, deps);
  else await report(rule, input, { plan, changes, outcomes, ...journal }, deps);
  if (mayGo) await letGo(input, deps);
  return true;
}
