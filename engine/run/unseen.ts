// Children elsewhere that the inventory names and that nobody sees: made by an operator that ended before it was told, or
// gone.

import type { ApplyInput } from '../apply/apply.ts';
import { Fault } from '../model/fault.ts';
import { type InventoryEntry, isSameEntry, type Journal } from '../model/journal.ts';
import { OWNER_LABEL, RULE_LABEL } from '../model/marks.ts';
import { describeRef, toRef } from '../model/object.ts';
import type { Holding, Plan } from '../model/plan.ts';
import type { ReportDeps } from './report.ts';

/** What became of them. */
export interface Unseen {
  /** Those that may be there all the same. */
  readonly entries: readonly InventoryEntry[];
  /** Why nobody can tell. */
  readonly holdings: readonly Holding[];
  /** True where one was found, so that everything has to be looked at anew. */
  readonly isFound: boolean;
}

/** Asks the API server for each of them once in a reconcile. `asked`: those that were asked for, to which it adds. */
export async function findUnseen(plan: Plan, input: ApplyInput, asked: Set<string>, deps: ReportDeps): Promise<Unseen> {
  const isWished = (entry: InventoryEntry) =>
    plan.desired.some(({ child, object }) => isSameEntry({ child, ref: toRef(object) }, entry));
  const unseen = unseenOf(plan, input);
  const answers = await Promise.all(
    unseen
      .filter((entry) => !isWished(entry))
      .map(async (entry) => ({ entry, answer: await ask(entry, input, asked, deps) })),
  );
  const left = answers.filter(({ answer }) => answer !== 'gone');
  return {
    entries: [...unseen.filter(isWished), ...left.map(({ entry }) => entry)],
    holdings: left.map(({ entry: { child, ref }, answer }) => ({ child, message: `${describeRef(ref)} ${answer}` })),
    isFound: answers.some(({ answer }) => answer === 'found'),
  };
}

/** The entries of an inventory that none of the children seen is. */
export function unseenOf(plan: Plan, { inventory }: Pick<Journal, 'inventory'>): readonly InventoryEntry[] {
  return inventory.filter((entry) => !plan.children.some((child) => isSameEntry(child, entry)));
}

// `gone`, `found`, or why nobody can tell. What has lost our marks is not ours any more.
async function ask(
  { ref }: InventoryEntry,
  { owner, rule }: ApplyInput,
  asked: Set<string>,
  deps: ReportDeps,
): Promise<string> {
  const { namespace } = ref;
  const where =
    namespace === undefined ? ({ kind: 'none' } as const) : ({ kind: 'named', namespaces: [namespace] } as const);
  const unlisted = deps.unlisted({ ...ref, where });
  if (unlisted !== undefined) return `cannot be looked for: ${unlisted}`;
  const key = `${ref.apiVersion} ${describeRef(ref)}`;
  if (asked.has(key)) return 'is there, and does not show up';
  asked.add(key);
  try {
    const live = await deps.client.get(ref);
    const { labels } = live.metadata;
    if (labels?.[OWNER_LABEL] !== owner.metadata.uid || labels?.[RULE_LABEL] !== rule) return 'gone';
    deps.observe(live);
    return 'found';
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'NotFound' || error.code === 'KindNotFound') return 'gone';
    return `cannot be asked for: ${error.message}`;
  }
}
