// Fields that somebody changes back whenever we write them. Two who write one field for ever help nobody, so such a
// field is left alone for a while, and for twice as long each time it happens again.

import type { Applied } from '../apply/apply.ts';
import type { Change, Pause } from '../model/change.ts';
import { recordKey } from '../model/patch.ts';
import { FIGHT } from './backoff.ts';

interface Fight {
  /** How often in a row it was taken back. */
  readonly rounds: number;
  readonly lastMs: number;
  readonly untilMs: number;
  readonly pauseMs: number;
}

/** Remembers, by `key` (the uid of a child, `recordKey` of a patch) and field, what was taken back from others. */
export class Contention {
  readonly #fights = new Map<string, Map<string, Fight>>();

  /** How long a field is left alone; undefined when it is not. */
  pauseOf(key: string, field: string, nowMs: number): Pause | undefined {
    const fight = this.#fights.get(key)?.get(field);
    // A pause that is longer than it was is one of a clock that has gone back.
    if (fight === undefined || fight.untilMs <= nowMs || fight.untilMs - nowMs > fight.pauseMs) return undefined;
    return { forMs: fight.untilMs - nowMs, until: new Date(fight.untilMs).toISOString().replace(/\.\d+Z$/, 'Z') };
  }

  /** Takes note of what an apply took back. */
  learn(change: Change, { outcome, live }: Applied, nowMs: number): void {
    if (change.kind !== 'configure' && change.kind !== 'patch') return;
    if (outcome.result === 'failed' || live?.metadata.uid === undefined) return;
    const key = change.record === undefined ? live.metadata.uid : recordKey(change.record);
    for (const { field } of change.reclaim) this.#count(key, field, nowMs);
  }

  /** Forgets an object that is gone. */
  forget(key: string): void {
    this.#fights.delete(key);
  }

  // Each round but the first means that the other changed it back meanwhile.
  #count(key: string, field: string, nowMs: number): void {
    const fields = this.#fights.get(key) ?? new Map<string, Fight>();
    this.#fights.set(key, fields);
    const before = fields.get(field);
    const isSame = before !== undefined && nowMs - Math.max(before.lastMs, before.untilMs) <= FIGHT.memoryMs;
    const rounds = isSame ? before.rounds + 1 : 1;
    const pauseMs = isSame ? before.pauseMs : 0;
    if (rounds <= FIGHT.changesBack) {
      fields.set(field, { rounds, lastMs: nowMs, untilMs: 0, pauseMs });
      return;
    }
    const next = Math.min(FIGHT.maxMs, pauseMs === 0 ? FIGHT.firstMs : 2 * pauseMs);
    fields.set(field, { rounds, lastMs: nowMs, untilMs: nowMs + next, pauseMs: next });
  }
}
