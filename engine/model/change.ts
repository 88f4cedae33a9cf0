// What has to be done to get from the observed to the desired state, and what came of it.

import type { FaultCode, NoteCode } from './codes.ts';
import type { Json } from './json.ts';
import { describeRef, type KubeObject, type ObjectRef, toRef } from './object.ts';
import type { Effect, PatchRecord } from './patch.ts';
import type { Desired, Prune } from './plan.ts';

/** One difference between two objects, for people and logs. Source of the shape: RFC 6902. */
export interface Difference {
  readonly op: 'add' | 'remove' | 'replace';
  /** A JSON pointer. */
  readonly path: string;
}

/** A field that somebody else owns. */
export interface Contested {
  /** As the API server writes paths: `.spec.replicas`. */
  readonly field: string;
  /** Undefined for a field that was removed: nobody owns what is not there. */
  readonly manager: string | undefined;
}

/** How long a field is left alone since its manager fights for it. */
export interface Pause {
  readonly forMs: number;
  /** RFC 3339. */
  readonly until: string;
}

/** What is worth telling of a child although nothing is wrong. */
export interface Note {
  readonly code: NoteCode;
  readonly fields: readonly Contested[];
}

/** A note in words. */
export interface ToldNote {
  readonly code: NoteCode;
  readonly message: string;
}

/** One change. `unchanged`, `conflict`, `contended` and `terminating` lead to no request. */
export type Change =
  | { readonly kind: 'create'; readonly child: string; readonly desired: Desired }
  | {
      readonly kind: 'configure';
      readonly child: string;
      /** Without the fields that are left to others. */
      readonly desired: Desired;
      /** With them, for an object that is made anew. */
      readonly whole: Desired;
      readonly observed: KubeObject;
      readonly differences: readonly Difference[];
      /** Fields that others hold and that are to be taken from them; empty when none. */
      readonly reclaim: readonly Contested[];
      /** True where the wish has values that were looked up in `observed`. */
      readonly isHolding: boolean;
      /** Given for an object that is not ours: what to remember before it is written. */
      readonly record?: PatchRecord;
    }
  | {
      readonly kind: 'unchanged';
      readonly child: string;
      readonly observed: KubeObject;
      readonly notes: readonly Note[];
    }
  | {
      readonly kind: 'conflict';
      readonly child: string;
      readonly desired: Desired;
      readonly contested: readonly Contested[];
    }
  | {
      /** Somebody changes the fields back whenever we write them: they are left alone for a while. */
      readonly kind: 'contended';
      readonly child: string;
      readonly observed: KubeObject;
      readonly contested: readonly Contested[];
      readonly pause: Pause;
    }
  | { readonly kind: 'terminating'; readonly child: string; readonly observed: KubeObject }
  | { readonly kind: 'delete'; readonly child: string; readonly prune: Prune }
  | {
      /** Values of an object that is not ours are replaced. */
      readonly kind: 'patch';
      readonly child: string;
      readonly observed: KubeObject;
      /** As it would be. */
      readonly patched: KubeObject;
      /** RFC 6902, bound to the version that was looked at. */
      readonly operations: Json;
      readonly differences: readonly Difference[];
      readonly replaced: readonly Omit<Effect, 'after'>[];
      /** Without its effects: what the API server makes of the values is not known yet. */
      readonly record: PatchRecord;
      /** Values that others changed back. */
      readonly reclaim: readonly Contested[];
      readonly upstream: readonly string[];
    }
  | {
      /** A patch cannot be applied as it is. */
      readonly kind: 'refused';
      readonly child: string;
      readonly observed: KubeObject;
      readonly message: string;
    }
  | {
      /** What a patch did to an object is taken back. */
      readonly kind: 'withdraw';
      readonly child: string;
      readonly observed: KubeObject;
      readonly record: PatchRecord;
      /** Fields of our own are given up; values are put back, by RFC 6902, where any is still as we left it. */
      readonly how: 'giveUp' | 'nothing' | { readonly operations: Json };
      /** Values that somebody changed since: they stay. */
      readonly lost: readonly string[];
      readonly upstream: readonly string[];
    }
  /** The object stays, and loses the marks of its owner. */
  | { readonly kind: 'release'; readonly child: string; readonly prune: Prune };

/** Everything to do for one custom resource. Shape: desired children and patches in the plan's order, then their ends. */
export interface ChangeSet {
  readonly changes: readonly Change[];
  /** What is to be remembered of objects that are not ours, once nothing is left to do. */
  readonly records: readonly PatchRecord[];
}

/** What came of one change. `fault` says why for `failed`. */
export interface Outcome {
  readonly child: string;
  readonly ref: ObjectRef;
  readonly result:
    | ('created' | 'configured' | 'unchanged' | 'deleted' | 'skipped' | 'failed')
    | ('adopted' | 'recreated' | 'released' | 'patched' | 'withdrawn');
  readonly differences?: readonly Difference[];
  readonly fault?: OutcomeFault;
  /** Where something could not be put back: what, as JSON pointers. */
  readonly lost?: readonly string[];
  /** Given where pods start anew by it. */
  readonly restart?: Restart;
}

/** Why pods start anew. */
export interface Restart {
  /** Which field changed, from what to what, and which formula says so. */
  readonly reason: string;
  /** Equal for one change that is told twice, and for no other. */
  readonly cause: string;
}

/** The part of a fault that status and logs show. */
export interface OutcomeFault {
  readonly code: FaultCode;
  readonly message: string;
  readonly retry: 'now' | 'backoff' | 'never';
  readonly retryAfterMs?: number;
}

/** What an unchanged child has to tell, as a sentence about its object. */
export function notesOf({ observed, notes }: Extract<Change, { readonly kind: 'unchanged' }>): readonly ToldNote[] {
  const verbs = { FieldYielded: 'is left to', Drifted: 'was changed by' };
  return notes.map(({ code, fields }) => {
    const told = fields.map((field) => describeContested(field, verbs[code])).join(', ');
    return { code, message: `${describeRef(toRef(observed))}: ${told}` };
  });
}

/** How a person reads who holds a field: `.spec.replicas is held by "hpa (scale)"`. */
export function describeContested({ field, manager }: Contested, verb = 'is held by'): string {
  return manager === undefined ? `${field} was removed` : `${field} ${verb} "${manager}"`;
}
