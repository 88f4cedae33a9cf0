// The end of a reconcile: what came of it, in the resource's own status.

import type { ApplyDeps, ApplyInput } from '../apply/apply.ts';
import type { Events } from '../apply/events.ts';
import { writeJournal } from '../apply/write-journal.ts';
import { writeStatus } from '../apply/write-status.ts';
import { type Change, notesOf, type Outcome } from '../model/change.ts';
import type { ToldHalt } from '../model/halt.ts';
import type { Journal } from '../model/journal.ts';
import { isElsewhere } from '../model/lifecycle.ts';
import type { KubeObject } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { CompiledRule, KindPlace } from '../model/rule.ts';
import { type StatusInput, status } from '../status/status.ts';

/** What a report needs of the world. */
export interface ReportDeps extends ApplyDeps {
  readonly events: Events;
  /** Why the children of a kind are not known: it was not listed yet, or may not be. Undefined where they are. */
  unlisted(kind: KindPlace): string | undefined;
  /** False for an owner that the rule is not for. */
  isWanted(owner: KubeObject): boolean;
  /** RFC 3339, whole seconds. */
  now(): string;
  /** Fields that the owner's schema allows under status, undefined for any; `none` for a kind without a status. */
  readonly statusFields: readonly string[] | 'none' | undefined;
}

/** What was done. */
export interface Done extends Journal {
  readonly plan: Plan;
  readonly changes: readonly Change[];
  readonly outcomes: readonly Outcome[];
  /** Why nothing was done. */
  readonly halt?: ToldHalt;
}

/** Tells of restarts as Events. */
export async function tellRestarts(owner: KubeObject, outcomes: readonly Outcome[], deps: ReportDeps): Promise<void> {
  const news = outcomes.flatMap(({ ref, restart }) => (restart === undefined ? [] : [{ ref, ...restart }]));
  await Promise.all(news.map((one) => deps.events.tell(owner, one, deps.now(), deps)));
}

/** Tells of restarts, and writes the status where it says something else. Throws Fault. */
export async function report(rule: CompiledRule, input: ApplyInput, done: Done, deps: ReportDeps): Promise<void> {
  const { owner, journal } = input;
  const { records, inventory: unseen, restarting = [], plan } = done;
  const seen = plan.children.filter(({ ref }) => isElsewhere(owner, ref));
  if (journal === 'annotation')
    await writeJournal({ records, inventory: [...seen, ...unseen], restarting }, input, deps);
  await tellRestarts(owner, done.outcomes, deps);
  if (deps.statusFields === 'none') return;
  // Of a resource that the rule is not for any more, the status stays as long as something is remembered there.
  const isRemembering = journal === 'status' && records.length + unseen.length + seen.length > 0;
  if (isRemembering && !deps.isWanted(owner)) return;
  const wanted = status(plan, {
    rule: rule.name,
    scope: scopeOf(rule, deps.isWanted(owner), plan),
    outcomes: done.outcomes,
    records: journal === 'status' ? records : [],
    unseen: journal === 'status' ? unseen : [],
    halt: done.halt,
    restarting: journal === 'status' ? restarting : [],
    notes: done.changes.flatMap((change) => (change.kind === 'unchanged' ? notesOf(change) : [])),
    now: deps.now(),
    allowed: deps.statusFields,
    isListed: (kind) => deps.unlisted({ ...kind, where: { kind: 'beside' } }) === undefined,
  });
  const isJournal = journal === 'status' && (usesJournal(rule) || input.records.length + input.inventory.length > 0);
  if (wanted !== undefined) await writeStatus(wanted, { ...input, isJournal }, deps);
}

function usesJournal({ patches, children }: CompiledRule): boolean {
  return patches.length > 0 || children.some(({ where }) => where.kind !== 'beside');
}

// Whose status it is: of a kind of somebody else, only what the rule lists is ours.
function scopeOf({ decorates }: CompiledRule, isWanted: boolean, { waiting }: Plan): StatusInput['scope'] {
  // What is held back of a resource that the rule is not for any more is still to be told.
  if (!isWanted && waiting.length === 0) return 'none';
  return decorates ? 'listed' : 'all';
}
