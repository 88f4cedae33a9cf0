// The end of a reconcile: whether a resource has to be held until something is undone, and whether it may go.

import type { ApplyInput } from '../apply/apply.ts';
import { letGo } from '../apply/finalizer.ts';
import type { Change } from '../model/change.ts';
import { isHeld, isLeaving } from '../model/lifecycle.ts';
import type { KubeObject } from '../model/object.ts';
import type { PatchRecord } from '../model/patch.ts';
import type { Plan } from '../model/plan.ts';
import type { CompiledRule } from '../model/rule.ts';
import type { Progress } from './progress.ts';
import { type ReportDeps, report } from './report.ts';

/** True where the end of the resource needs care: because of its children, or of what it did or does to other objects. */
export function mustHold(plan: Plan, changes: readonly Change[], records: readonly PatchRecord[]): boolean {
  const isPatched = (change: Change) =>
    change.kind === 'patch' || (change.kind === 'configure' && change.record !== undefined);
  return plan.needsCare || records.length > 0 || changes.some(isPatched);
}

interface Left {
  readonly changes: readonly Change[];
  readonly records: readonly PatchRecord[];
  /** How many deletions and the like could not be done. */
  readonly endsLeft: number;
}

// Nothing is left to hold a resource for, and nothing is in doubt.
function mayLetGo(plan: Plan, { changes, records, endsLeft }: Left): boolean {
  if (records.length + endsLeft > 0) return false;
  if (plan.leaving !== undefined) return plan.leaving.length === 0;
  return !mustHold(plan, changes, records) && plan.waiting.length + plan.failures.length === 0;
}

/** True for a resource that is being deleted and not held: it is the garbage collector's. */
export function isOver(owner: KubeObject, rule: string): boolean {
  return isLeaving(owner) && !isHeld(owner, rule);
}

/** What a reconcile did. */
export interface Finish {
  readonly plan: Plan;
  readonly changes: readonly Change[];
  readonly records: readonly PatchRecord[];
  readonly progress: Progress;
}

/** Reports what came of it when nothing more can be done, and lets go a resource that nothing holds any more. Throws Fault. */
export async function finish(
  rule: CompiledRule,
  input: ApplyInput,
  { plan, changes, records: remembered, progress }: Finish,
  deps: ReportDeps,
): Promise<void> {
  const records = remembered.filter((record) => !progress.isWithdrawn(record));
  const { outcomes } = progress;
  const endsLeft = progress.endsLeft(changes).length;
  const mayGo = isHeld(input.owner, rule.name) && mayLetGo(plan, { changes, records, endsLeft });
  if (!mayGo || !isLeaving(input.owner)) await report(rule, input, { plan, changes, records, outcomes }, deps);
  if (mayGo) await letGo(input, deps);
}
