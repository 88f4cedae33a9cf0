// The end of a reconcile of which nothing is done: its rule, or an annotation, halts the engine.

import type { ApplyInput } from '../apply/apply.ts';
import type { Outcome } from '../model/change.ts';
import type { Halt, ToldHalt } from '../model/halt.ts';
import type { KubeObject } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { CompiledRule } from '../model/rule.ts';
import { tellObserved, tellSuspended } from '../status/halt.ts';
import { diffNow, type Moment } from './moment.ts';
import { type RehearseDeps, rehearse } from './rehearse.ts';
import { type ReportDeps, report } from './report.ts';
import { unseenOf } from './unseen.ts';

/** What telling of a halt needs of the world. */
export interface HaltDeps extends ReportDeps, RehearseDeps {
  now(): string;
  /** Why the children of a kind are not known; undefined where they are. */
  unlisted: ReportDeps['unlisted'];
  /** Hears of what halts the engine for an owner; undefined where nothing does. */
  halted(owner: KubeObject, halt: ToldHalt | undefined): void;
}

interface Halted {
  readonly plan: Plan;
  readonly moment: Moment;
  readonly halt: Halt;
}

/**
 * Tells that nothing is done, and with `observe`, what would be. What is remembered stays as it is. The result has an
 * outcome for each change that was tried. Throws Fault.
 */
export async function rest(
  rule: CompiledRule,
  input: ApplyInput,
  { plan, moment, halt }: Halted,
  deps: HaltDeps,
): Promise<readonly Outcome[]> {
  const { records, restarting } = input;
  const inventory = unseenOf(plan, input);
  const { changes } = diffNow(rule, plan, { observed: moment.observed, records }, deps);
  const rehearsal = halt.code === 'Observing' ? await rehearse(rule, input, moment, deps) : undefined;
  const told = rehearsal === undefined ? tellSuspended(halt, plan) : tellObserved(rule, halt, rehearsal);
  deps.halted(input.owner, told);
  await report(rule, input, { plan, changes, outcomes: [], records, inventory, restarting, halt: told }, deps);
  return rehearsal?.steps.map(({ outcome }) => outcome) ?? [];
}
