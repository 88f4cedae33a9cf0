// The restarts of one reconcile, until they are told: those that it makes itself, and those that were written down before
// by an operator that was killed, or whose answer was lost, of which it has to be found out whether they were made.

import { type ApplyInput, refOf } from '../apply/apply.ts';
import type { Change, Outcome } from '../model/change.ts';
import { APPLIED_ANNOTATION } from '../model/marks.ts';
import { isSameObject, type KubeObject } from '../model/object.ts';
import type { PatchPlan } from '../model/patch.ts';
import { type PendingRestart, WITHDRAWN } from '../model/restart.ts';
import type { CompiledRule } from '../model/rule.ts';
import { foretell } from '../status/restarts.ts';

/** Where restarts are written down. */
export interface RestartDeps {
  /** Fields that the owner's schema allows under status, undefined for any; `none` for a kind without a status. */
  readonly statusFields: readonly string[] | 'none' | undefined;
  /** RFC 3339, whole seconds. */
  now(): string;
}

/** The restarts that changes are about to make, where there is room to write them down. */
export function foretold(
  rule: CompiledRule,
  changes: readonly Change[],
  { journal, restarting = [] }: Pick<ApplyInput, 'journal' | 'restarting'>,
  { statusFields, now }: RestartDeps,
): ReadonlyMap<Change, PendingRestart> {
  const hasRoom = journal === 'annotation' || statusFields === undefined || statusFields.includes('restarts');
  if (!hasRoom) return new Map();
  const pairs = changes.flatMap((change) => {
    const pending = foretell(rule, change, now());
    // One that is written down already, since the API server refused it before, is not written again.
    const before = restarting.find(({ cause, reason }) => cause === pending?.cause && reason === pending.reason);
    return pending === undefined ? [] : [[change, before ?? pending] as const];
  });
  return new Map(pairs);
}

/** What a reconcile sees, before it acts. */
export interface Scene {
  /** What is written down. */
  readonly restarting?: readonly PendingRestart[] | undefined;
  readonly observed: readonly KubeObject[];
  readonly changes: readonly Change[];
  readonly patches: Pick<PatchPlan, 'ids'>;
}

/** Keeps account of restarts. */
export class Restarting {
  readonly #known = new Set<string>();
  readonly #found: Outcome[] = [];

  /** Those that were made before, as outcomes. */
  get found(): readonly Outcome[] {
    return this.#found;
  }

  /** Finds out what became of those that are written down. */
  look(scene: Scene): void {
    for (const pending of scene.restarting ?? []) {
      if (this.#known.has(pending.cause)) continue;
      const fate = fateOf(pending, scene);
      if (fate === 'open') continue;
      this.#known.add(pending.cause);
      const { child, ref, reason, cause } = pending;
      if (fate === 'made') this.#found.push({ child, ref, result: 'configured', restart: { reason, cause } });
    }
  }

  /** Takes note of a change that was made. One that failed stays open: its answer may be lost, or it is tried again. */
  answered(
    pending: PendingRestart | undefined,
    { fault }: Outcome,
    { restarting = [] }: Pick<Scene, 'restarting'>,
  ): void {
    if (pending === undefined || fault !== undefined) return;
    const isSame = (other: PendingRestart) =>
      other.child === pending.child && other.mark === pending.mark && isAbout(other, pending.ref);
    // An earlier try of the same change: it was not made then, or it would not have been made now.
    for (const { cause } of [pending, ...restarting.filter(isSame)]) this.#known.add(cause);
  }

  /** Those of which nobody can tell yet. */
  left({ restarting = [] }: Pick<Scene, 'restarting'>): readonly PendingRestart[] {
    return restarting.filter(({ cause }) => !this.#known.has(cause));
  }
}

type Fate = 'made' | 'open' | 'never';

function fateOf(pending: PendingRestart, { observed, changes, patches }: Scene): Fate {
  const change = changes.find((one) => one.child === pending.child && isAbout(pending, refOf(one)));
  if (pending.mark === WITHDRAWN) return change?.kind === 'withdraw' ? 'open' : 'made';
  if (patches.ids.includes(pending.child)) return fateOfPatch(pending, change);
  if (change?.kind === 'terminating') return 'open';
  const isWanted = change?.kind === 'create' || change?.kind === 'configure';
  if (isWanted && markOf(change.desired.object) === pending.mark) return 'open';
  const live = observed.find((object) => isAbout(pending, { ...object, ...object.metadata }));
  const isMade = live !== undefined && markOf(live) === pending.mark && live.metadata.uid !== pending.uid;
  return isMade ? 'made' : 'never';
}

// Of a patch that is wanted no more nobody can tell: rather once too often than never.
function fateOfPatch({ mark }: PendingRestart, change: Change | undefined): Fate {
  const isWanted = change?.kind === 'patch' || (change?.kind === 'configure' && change.record !== undefined);
  return isWanted && change.record?.hash === mark ? 'open' : 'made';
}

function isAbout(
  { ref }: PendingRestart,
  other: Pick<PendingRestart['ref'], 'apiVersion' | 'kind' | 'name' | 'namespace'>,
): boolean {
  const toObject = (one: typeof other) => ({ apiVersion: one.apiVersion, kind: one.kind, metadata: one });
  return isSameObject(toObject(ref) as KubeObject, toObject(other) as KubeObject);
}

function markOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[APPLIED_ANNOTATION];
}
