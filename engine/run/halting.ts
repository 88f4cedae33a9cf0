// The end of a reconcile of which nothing is done: its rule, or an annotation, halts the engine.

import type { ApplyInput } from '../apply/apply.ts';
import type { Halt, ToldHalt } from '../model/halt.ts';
import type { KubeObject } from '../model/object.ts';
import type { CompiledRule } from '../model/rule.ts';
import { tellHalt } from '../status/halt.ts';
import { type Done, type ReportDeps, report } from './report.ts';
import { unseenOf } from './unseen.ts';

/** What telling of a halt needs of the world. */
export interface HaltDeps extends ReportDeps {
  /** Hears of what halts the engine for an owner; undefined where nothing does. */
  halted(owner: KubeObject, halt: ToldHalt | undefined): void;
}

/** Tells that nothing is done, and with `observe`, what would be. What is remembered stays as it is. Throws Fault. */
export async function rest(
  rule: CompiledRule,
  input: ApplyInput,
  done: Pick<Done, 'plan' | 'changes' | 'outcomes'> & { readonly halt: Halt },
  deps: HaltDeps,
): Promise<void> {
  const halt = tellHalt(done.halt, done.plan, done.changes);
  deps.halted(input.owner, halt);
  const inventory = unseenOf(done.plan, input);
  await report(rule, input, { ...done, records: input.records, inventory, halt }, deps);
}
