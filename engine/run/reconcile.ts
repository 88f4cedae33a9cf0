// One custom resource, once: fetch the owner -> observe -> evaluate -> diff -> apply -> status -> requeue.
//
// Runs in passes: what was applied is observed and evaluated again, until nothing is left to do, so that children that
// read each other are made one after the other in one go and the status is written once, at the end.

import { apply } from '../apply/apply.ts';
import { writeStatus } from '../apply/write-status.ts';
import { diff } from '../diff/diff.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { KubeClient } from '../kube/client.ts';
import { type Change, notesOf, type Outcome } from '../model/change.ts';
import type { HealthRules } from '../model/health.ts';
import type { InputReader } from '../model/input.ts';
import type { GroupVersionKind, KubeObject } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { CompiledRule } from '../model/rule.ts';
import { type StatusInput, status } from '../status/status.ts';
import type { Contention } from './contention.ts';
import { Progress, type Settled } from './progress.ts';

/** What a reconcile reads and writes. */
export interface ReconcileDeps {
  readonly client: KubeClient;
  readonly settled: Settled;
  readonly contention: Contention;
  /** The owner as the store has it, or undefined when it is gone. */
  owner(): KubeObject | undefined;
  /** The observed children of an owner. */
  children(owner: KubeObject): readonly KubeObject[];
  /** Why the children of a kind are not known: it was not listed yet, or may not be. Undefined where they are. */
  unlisted(kind: GroupVersionKind): string | undefined;
  /** False for an owner that the rule is not for. */
  isWanted(owner: KubeObject): boolean;
  /** Answers what the rule reads beside the children. */
  readonly read: InputReader;
  /** Puts a live object into the store, so that the next pass sees it. */
  observe(object: KubeObject): void;
  /** Takes an object that was deleted for good out of the store. */
  forget(object: KubeObject): void;
  /** Health rules for kinds of children. */
  readonly health: HealthRules | undefined;
  /** RFC 3339, whole seconds. */
  now(): string;
  nowMs(): number;
  /** Numbers from 0 to below 1 that nobody can guess. */
  random(): number;
  /** Fields that the owner's schema allows under status, undefined for any; `none` for a kind without a status. */
  readonly statusFields: readonly string[] | 'none' | undefined;
  /** Hears of every outcome that changed something or failed. */
  report(owner: KubeObject, outcome: Outcome): void;
}

/** What is left after a reconcile: the last plan, and one outcome for each child that was touched or failed. */
export interface Reconciled {
  readonly plan: Plan | undefined;
  readonly outcomes: readonly Outcome[];
}

/** Brings one custom resource's children and status to what its rule says. Throws Fault when the status cannot be written. */
export async function reconcile(rule: CompiledRule, deps: ReconcileDeps): Promise<Reconciled> {
  const progress = new Progress();
  for (;;) {
    const owner = deps.owner();
    if (owner === undefined || owner.metadata.deletionTimestamp !== undefined) return { plan: undefined, outcomes: [] };
    const input = { rule: rule.name, owner };
    const observed = deps.children(owner);
    const { read, health, random } = deps;
    const isWanted = deps.isWanted(owner);
    const unlisted = (kind: GroupVersionKind) => deps.unlisted(kind);
    const plan = evaluate(rule, { owner, observed, read, health, random, unlisted, isWanted, now: deps.now() });
    const { changes } = diff(plan, {
      ...input,
      observed,
      settled: (uid, mark) => deps.settled.get(uid, mark),
      pauseOf: (uid, field) => deps.contention.pauseOf(uid, field, deps.nowMs()),
    });
    const frontier = progress.frontier(changes);
    if (frontier.length === 0) {
      const scope = !isWanted ? 'none' : rule.decorates ? 'listed' : 'all';
      await report(plan, { changes, outcomes: progress.outcomes }, { ...input, scope }, deps);
      return { plan, outcomes: progress.outcomes };
    }
    const applied = await apply(frontier, input, deps);
    for (const [index, change] of frontier.entries()) {
      const result = applied[index] as (typeof applied)[number];
      progress.record(result.outcome);
      deps.settled.learn(change, result, rule.name);
      deps.contention.learn(change, result, deps.nowMs());
      deps.report(owner, result.outcome);
    }
  }
}

async function report(
  plan: Plan,
  { changes, outcomes }: { readonly changes: readonly Change[]; readonly outcomes: readonly Outcome[] },
  input: Pick<StatusInput, 'rule' | 'scope'> & { readonly owner: KubeObject },
  deps: ReconcileDeps,
): Promise<void> {
  if (deps.statusFields === 'none') return;
  const wanted = status(plan, {
    rule: input.rule,
    scope: input.scope,
    outcomes,
    notes: changes.flatMap((change) => (change.kind === 'unchanged' ? notesOf(change) : [])),
    now: deps.now(),
    allowed: deps.statusFields,
    isListed: (kind) => deps.unlisted(kind) === undefined,
  });
  if (wanted !== undefined) await writeStatus(wanted, input, deps);
}
