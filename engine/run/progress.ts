// What has been done within one reconcile, and what can be done next.

import { type Applied, refOf } from '../apply/apply.ts';
import { missingFields } from '../diff/diff.ts';
import type { Change, Outcome } from '../model/change.ts';
import { APPLIED_ANNOTATION, fieldManagerOf } from '../model/marks.ts';
import { describeRef, type ObjectRef } from '../model/object.ts';
import { type PatchRecord, recordKey } from '../model/patch.ts';

// A write that lost a race is tried again at once this often; then the whole resource comes back later. Chosen.
const MAX_TRIES = 3;

/** Remembers which fields of a wish the API server did not let us have, so that they are not wanted again for ever. */
export class Settled {
  readonly #fields = new Map<string, { readonly mark: string; readonly fields: ReadonlySet<string> }>();

  /** The fields that our last apply of this wish did not get. `key`: the uid of a child, `recordKey` of a patch. */
  get(key: string, mark: string): ReadonlySet<string> | undefined {
    const known = this.#fields.get(key);
    return known?.mark === mark ? known.fields : undefined;
  }

  /** Learns from the API server's answer to an apply. */
  learn(change: Change, applied: Applied, rule: string): void {
    if ((change.kind !== 'create' && change.kind !== 'configure') || applied.live?.metadata.uid === undefined) return;
    const { object, manager = fieldManagerOf(rule) } = change.desired;
    const record = change.kind === 'configure' ? change.record : undefined;
    const fields = missingFields(object, applied.live, manager);
    const mark = record?.hash ?? (object.metadata.annotations?.[APPLIED_ANNOTATION] as string);
    const key = record === undefined ? applied.live.metadata.uid : recordKey(record);
    if (fields.length > 0) this.#fields.set(key, { mark, fields: new Set(fields) });
    else this.#fields.delete(key);
  }

  /** Forgets an object that is gone. */
  forget(uid: string): void {
    this.#fields.delete(uid);
  }
}

/** The outcomes of one reconcile. */
export class Progress {
  readonly #outcomes = new Map<string, Outcome>();
  readonly #tries = new Map<string, number>();
  // Those that no request made: what was there decided, and may be otherwise in the next pass.
  readonly #decided = new Set<string>();

  /** One outcome for each child that was touched or failed, in the order of first touch. */
  get outcomes(): readonly Outcome[] {
    return [...this.#outcomes.values()];
  }

  /** True for a record of what was undone just now: it is to be remembered no more. */
  isWithdrawn({ patch, ref }: PatchRecord): boolean {
    return this.#outcomes.get(keyOf(patch, ref))?.result === 'withdrawn';
  }

  /** Takes note of what came of changes. */
  record(...outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const key = keyOf(outcome.child, outcome.ref);
      this.#outcomes.set(key, outcome);
      this.#tries.set(key, (this.#tries.get(key) ?? 0) + 1);
    }
  }

  /** Takes note of what came of one change. */
  made(change: Change, outcome: Outcome): void {
    this.record(outcome);
    const key = keyOf(outcome.child, outcome.ref);
    if (isDecided(change)) this.#decided.add(key);
    else this.#decided.delete(key);
  }

  /**
   * The changes that can be applied now: not what failed already, and not what depends on a child that is about to
   * change or could not be changed. Deletions come when no write is left, and never for a child whose own write failed;
   * what a patch gives up on an object comes before what another one wants of it.
   */
  frontier(changes: readonly Change[]): readonly Change[] {
    for (const change of changes) if (!isDecided(change)) this.#lookAnew(change);
    const open = changes.filter((change) => this.#isOpen(change));
    const unsettled = new Set(changes.filter((change) => !isEnd(change) && isWanted(change)).map(({ child }) => child));
    const writes = open.filter((change) => {
      if (isEnd(change)) return false;
      return !upstreamOf(change).some((id) => unsettled.has(id));
    });
    const first = makingRoom(open, writes);
    if (first.length > 0) return first;
    if (writes.length > 0) return writes;
    const reading = new Set(this.endsLeft(changes).flatMap(upstreamOf));
    const isFree = ({ kind, child }: Change) => kind === 'withdraw' || !(unsettled.has(child) || reading.has(child));
    return open.filter((change) => isEnd(change) && isFree(change));
  }

  /** The deletions and the like that are not done yet. What a patch reads stays until the patch is undone. */
  endsLeft(changes: readonly Change[]): readonly Change[] {
    return changes.filter((change) => isEnd(change) && !this.#isEnded(change));
  }

  // Another change of this reconcile has made possible what was not before.
  #lookAnew(change: Change): void {
    const key = keyOf(change.child, refOf(change));
    if (this.#decided.delete(key)) this.#outcomes.delete(key);
  }

  #isEnded(change: Change): boolean {
    const result = this.#outcomes.get(keyOf(change.child, refOf(change)))?.result;
    return result === 'deleted' || result === 'released' || result === 'withdrawn';
  }

  #isOpen(change: Change): boolean {
    if (!isWanted(change)) return false;
    const key = keyOf(change.child, refOf(change));
    const outcome = this.#outcomes.get(key);
    if (outcome === undefined) return true;
    if (this.#isEnded(change)) return false;
    if (outcome.fault !== undefined && outcome.fault.retry !== 'now') return false;
    return (this.#tries.get(key) ?? 0) < MAX_TRIES;
  }
}

function isWanted(change: Change): boolean {
  return change.kind !== 'unchanged' && change.kind !== 'terminating';
}

function isDecided({ kind }: Change): boolean {
  return kind === 'refused' || kind === 'conflict' || kind === 'contended';
}

function isEnd(change: Change): boolean {
  return change.kind === 'delete' || change.kind === 'release' || change.kind === 'withdraw';
}

function makingRoom(open: readonly Change[], writes: readonly Change[]): readonly Change[] {
  const written = new Set(writes.map((change) => describeRef(refOf(change))));
  return open.filter((change) => change.kind === 'withdraw' && written.has(describeRef(refOf(change))));
}

function upstreamOf(change: Change): readonly string[] {
  if (change.kind === 'patch' || change.kind === 'withdraw') return change.upstream;
  return change.kind === 'create' || change.kind === 'configure' ? change.desired.upstream : [];
}

function keyOf(child: string, ref: ObjectRef): string {
  return `${child} ${describeRef(ref)}`;
}
