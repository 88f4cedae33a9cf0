// What the API server said to what was tried: kept for each resource, so that it is asked once for each change of what
// the answer depends on.

import type { Applied } from '../apply/apply.ts';
import type { Change } from '../model/change.ts';
import { hashText } from '../model/hash.ts';
import { type Json, toCanonicalText } from '../model/json.ts';
import type { KubeObject } from '../model/object.ts';
import { STALLED_RETRY_MS } from './backoff.ts';

interface Kept {
  readonly answer: Promise<Applied>;
  readonly atMs: number;
}

/** Answers for all resources of a rule. */
export class DryRuns {
  readonly #kept = new Map<string, ReadonlyMap<string, Kept>>();

  /** Begins a rehearsal for a resource. */
  begin(uid: string): DryRunSession {
    return new DryRunSession(this.#kept.get(uid) ?? new Map(), (used) => this.#kept.set(uid, used));
  }

  /** Forgets a resource that is gone, or that is not observed any more. */
  forget(uid: string): void {
    this.#kept.delete(uid);
  }
}

/** The questions of one rehearsal. */
export class DryRunSession {
  readonly #before: ReadonlyMap<string, Kept>;
  readonly #end: (used: ReadonlyMap<string, Kept>) => void;
  readonly #used = new Map<string, Kept>();

  constructor(before: ReadonlyMap<string, Kept>, end: (used: ReadonlyMap<string, Kept>) => void) {
    this.#before = before;
    this.#end = end;
  }

  /** The answer to a question, kept or asked for. A fault that may pass is not kept; another one for five minutes. */
  async answer(question: string, nowMs: number, ask: () => Promise<Applied>): Promise<Applied> {
    const known = this.#used.get(question) ?? this.#before.get(question);
    const fault = (await known?.answer)?.outcome.fault;
    const isGood =
      fault === undefined || (fault.retry === 'never' && Math.abs(nowMs - (known?.atMs ?? 0)) < STALLED_RETRY_MS);
    const kept = known !== undefined && isGood ? known : { answer: ask(), atMs: nowMs };
    this.#used.set(question, kept);
    return await kept.answer;
  }

  /** Forgets what was not asked for this time. */
  end(): void {
    this.#end(this.#used);
  }
}

/** What the answer to a change depends on, as a text; undefined for a change that leads to no request. */
export function questionOf(change: Change): string | undefined {
  switch (change.kind) {
    case 'create':
      return toText(change.kind, change.desired.object, []);
    case 'configure':
      return toText(change.kind, change.desired.object, [
        toLasting(change.observed),
        change.whole.object,
        change.reclaim,
      ]);
    case 'patch':
      return toText(change.kind, change.differences, [toLasting(change.observed), change.record]);
    case 'withdraw':
      return toText(change.kind, change.record, [toLasting(change.observed)]);
    case 'delete':
    case 'release':
      return toText(change.kind, toLasting(change.prune.object), []);
    case 'unchanged':
    case 'terminating':
    case 'conflict':
    case 'contended':
    case 'refused':
      return undefined;
  }
}

function toText(kind: Change['kind'], subject: unknown, more: readonly unknown[]): string {
  return hashText(toCanonicalText([kind, subject, ...more] as unknown as Json));
}

// What changes all the time without a meaning for a write: the status, versions, and when who wrote what.
function toLasting({ status: _status, ...object }: KubeObject): object {
  const { resourceVersion: _version, managedFields = [], ...metadata } = object.metadata;
  const managers = managedFields
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ time: _time, ...entry }) => entry);
  return { ...object, metadata: { ...metadata, managers } };
}
