// One custom resource, once: fetch the owner -> observe -> evaluate -> diff -> apply -> status -> requeue. One that is
// being deleted goes the same way, as long as its rule holds it.
//
// Runs in passes: what was applied is observed and evaluated again, until nothing is left to do, so that children that
// read each other are made one after the other in one go and the status is written once, at the end.

import { type ApplyInput, apply } from '../apply/apply.ts';
import { Remembering } from '../apply/remember.ts';
import type { Change, Outcome } from '../model/change.ts';
import { haltOf } from '../model/halt.ts';
import { journalPlaceOf, readJournal } from '../model/journal.ts';
import type { KubeObject } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { CompiledRule } from '../model/rule.ts';
import { restartOf } from '../status/restarts.ts';
import { type HaltDeps, rest } from './halting.ts';
import { finish, Hold, ifOurs } from './holding.ts';
import { diffNow, evaluateNow } from './moment.ts';
import { Progress } from './progress.ts';
import { foretold, Restarting } from './restarting.ts';

/** What a reconcile reads and writes. */
export interface ReconcileDeps extends HaltDeps {
  /** The owner as the store has it, or undefined when it is gone. */
  owner(): KubeObject | undefined;
  /** The observed children of an owner. */
  children(owner: KubeObject): readonly KubeObject[];
  /** Hears of every outcome that changed something or failed. */
  report(owner: KubeObject, outcome: Outcome): void;
}

/** What is left after a reconcile: the last plan where it was acted on, and one outcome for each child that was touched or failed. */
export interface Reconciled {
  readonly plan: Plan | undefined;
  readonly outcomes: readonly Outcome[];
}

/** Brings one custom resource's children and status to what its rule says. Throws Fault when the status cannot be written. */
export async function reconcile(rule: CompiledRule, deps: ReconcileDeps): Promise<Reconciled> {
  const progress = new Progress();
  const restarting = new Restarting();
  const remembering = new Remembering();
  const hold = new Hold();
  const asked = new Set<string>();
  for (;;) {
    const owner = ifOurs(deps.owner(), rule.name);
    if (owner === undefined) return { plan: undefined, outcomes: [] };
    const journal = journalPlaceOf(rule, deps.statusFields);
    const input = { rule: rule.name, owner, journal, ...readJournal(owner, rule.name, journal) };
    const { records, restarting: pending } = input;
    const observed = deps.children(owner);
    const isWanted = deps.isWanted(owner);
    const moment = { owner, observed, isWanted, records, mayRemember: remembering.mayRemember };
    const plan = evaluateNow(rule, moment, deps);
    const halt = haltOf(rule, owner);
    if (halt !== undefined) return { plan: undefined, outcomes: await rest(rule, input, { plan, moment, halt }, deps) };
    if (await remembering.remember(plan.state, input, deps)) continue;
    const { changes, records: remembered } = diffNow(rule, plan, { observed, records }, deps);
    deps.halted(owner, undefined);
    restarting.look({ restarting: pending, observed, changes, patches: plan.patches });
    if (await hold.first(plan, changes, { ...input, records: remembered }, deps)) continue;
    progress.record(...hold.refused(rule, owner, changes));
    const frontier = progress.frontier(changes);
    if (frontier.length === 0) {
      const done = { plan, changes, records: remembered, progress, restarting, asked };
      if (!(await finish(rule, input, done, deps))) continue;
      return { plan, outcomes: progress.outcomes };
    }
    await act(frontier, { rule, input, progress, restarting }, deps);
  }
}

interface Acting {
  readonly rule: CompiledRule;
  readonly input: ApplyInput;
  readonly progress: Progress;
  readonly restarting: Restarting;
}

async function act(frontier: readonly Change[], acting: Acting, deps: ReconcileDeps): Promise<void> {
  const { rule, input, progress, restarting } = acting;
  const restarts = foretold(rule, frontier, input, deps);
  const applied = await apply(frontier, { ...input, restarts }, deps);
  for (const [index, change] of frontier.entries()) {
    const result = applied[index] as (typeof applied)[number];
    const restart = restartOf(rule, change, result);
    const outcome = restart === undefined ? result.outcome : { ...result.outcome, restart };
    progress.made(change, outcome);
    restarting.answered(restarts.get(change), outcome, input);
    deps.settled.learn(change, result, rule.name);
    deps.contention.learn(change, result, deps.nowMs());
    deps.report(input.owner, outcome);
  }
}
