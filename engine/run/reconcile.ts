// One custom resource, once: fetch the owner -> observe -> evaluate -> diff -> apply -> status -> requeue. One that is
// being deleted goes the same way, as long as its rule holds it.
//
// Runs in passes: what was applied is observed and evaluated again, until nothing is left to do, so that children that
// read each other are made one after the other in one go and the status is written once, at the end.

import { type ApplyInput, apply } from '../apply/apply.ts';
import { Remembering } from '../apply/remember.ts';
import { diff } from '../diff/diff.ts';
import { type EvaluateInput, evaluate } from '../evaluate/evaluate.ts';
import type { Change, Outcome } from '../model/change.ts';
import { haltOf } from '../model/halt.ts';
import type { HealthRules } from '../model/health.ts';
import type { InputReader } from '../model/input.ts';
import { journalPlaceOf, readJournal } from '../model/journal.ts';
import type { GroupVersionKind, KubeObject } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { CompiledRule } from '../model/rule.ts';
import { restartOf } from '../status/restarts.ts';
import type { Contention } from './contention.ts';
import { type HaltDeps, rest } from './halting.ts';
import { finish, holdFirst, ifOurs } from './holding.ts';
import { Progress, type Settled } from './progress.ts';

/** What a reconcile reads and writes. */
export interface ReconcileDeps extends HaltDeps {
  readonly settled: Settled;
  readonly contention: Contention;
  /** The owner as the store has it, or undefined when it is gone. */
  owner(): KubeObject | undefined;
  /** The observed children of an owner. */
  children(owner: KubeObject): readonly KubeObject[];
  /** Answers what the rule reads beside the children. */
  readonly read: InputReader;
  /** Health rules for kinds of children. */
  readonly health: HealthRules | undefined;
  nowMs(): number;
  /** Numbers from 0 to below 1 that nobody can guess. */
  random(): number;
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
  const remembering = new Remembering();
  const asked = new Set<string>();
  for (;;) {
    const owner = ifOurs(deps.owner(), rule.name);
    if (owner === undefined) return { plan: undefined, outcomes: [] };
    const journal = journalPlaceOf(rule, deps.statusFields);
    const { records, inventory } = readJournal(owner, rule.name, journal);
    const input = { rule: rule.name, owner, journal, records, inventory };
    const observed = deps.children(owner);
    const isWanted = deps.isWanted(owner);
    const plan = look(rule, { owner, observed, isWanted, records, mayRemember: remembering.mayRemember }, deps);
    const halt = haltOf(rule, owner);
    if (halt === undefined && (await remembering.remember(plan.state, input, deps))) continue;
    const { changes, records: remembered } = diff(plan, {
      ...input,
      observed,
      settled: (key, mark) => deps.settled.get(key, mark),
      pauseOf: (key, field) => deps.contention.pauseOf(key, field, deps.nowMs()),
    });
    if (halt !== undefined) {
      await rest(rule, input, { plan, changes, outcomes: progress.outcomes, halt }, deps);
      return { plan: undefined, outcomes: progress.outcomes };
    }
    deps.halted(owner, undefined);
    if (await holdFirst(plan, changes, { ...input, records: remembered }, deps)) continue;
    const frontier = progress.frontier(changes);
    if (frontier.length === 0) {
      if (!(await finish(rule, input, { plan, changes, records: remembered, progress, asked }, deps))) continue;
      return { plan, outcomes: progress.outcomes };
    }
    await act(frontier, { rule, input, progress }, deps);
  }
}

interface Acting {
  readonly rule: CompiledRule;
  readonly input: ApplyInput;
  readonly progress: Progress;
}

async function act(frontier: readonly Change[], { rule, input, progress }: Acting, deps: ReconcileDeps): Promise<void> {
  const applied = await apply(frontier, input, deps);
  for (const [index, change] of frontier.entries()) {
    const result = applied[index] as (typeof applied)[number];
    const restart = restartOf(rule, change, result);
    const outcome = restart === undefined ? result.outcome : { ...result.outcome, restart };
    progress.record(outcome);
    deps.settled.learn(change, result, rule.name);
    deps.contention.learn(change, result, deps.nowMs());
    deps.report(input.owner, outcome);
  }
}

function look(
  rule: CompiledRule,
  moment: Pick<EvaluateInput, 'owner' | 'observed' | 'isWanted' | 'mayRemember' | 'records'>,
  deps: ReconcileDeps,
): Plan {
  const { read, health, random } = deps;
  const unlisted = (kind: GroupVersionKind) => deps.unlisted(kind);
  return evaluate(rule, { ...moment, read, health, random, unlisted, now: deps.now() });
}
