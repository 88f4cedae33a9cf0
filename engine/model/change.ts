// What has to be done to get from the observed to the desired state, and what came of it.

import type { FaultCode } from './codes.ts';
import type { KubeObject, ObjectRef } from './object.ts';
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
  readonly manager: string;
}

/** One change. `unchanged`, `conflict` and `terminating` lead to no request. */
export type Change =
  | { readonly kind: 'create'; readonly child: string; readonly desired: Desired }
  | {
      readonly kind: 'configure';
      readonly child: string;
      readonly desired: Desired;
      readonly observed: KubeObject;
      readonly differences: readonly Difference[];
      /** Fields that an edit took from us and that are to be taken back; empty when none. */
      readonly reclaim: readonly Contested[];
    }
  | { readonly kind: 'unchanged'; readonly child: string; readonly observed: KubeObject }
  | {
      readonly kind: 'conflict';
      readonly child: string;
      readonly desired: Desired;
      readonly contested: readonly Contested[];
    }
  | { readonly kind: 'terminating'; readonly child: string; readonly observed: KubeObject }
  | { readonly kind: 'delete'; readonly child: string; readonly prune: Prune };

/** Everything to do for one custom resource. Shape: desired children in the plan's order, then deletions. */
export interface ChangeSet {
  readonly changes: readonly Change[];
}

/** What came of one change. `fault` says why for `failed`. */
export interface Outcome {
  readonly child: string;
  readonly ref: ObjectRef;
  readonly result: 'created' | 'configured' | 'unchanged' | 'deleted' | 'skipped' | 'failed';
  readonly differences?: readonly Difference[];
  readonly fault?: OutcomeFault;
}

/** The part of a fault that status and logs show. */
export interface OutcomeFault {
  readonly code: FaultCode;
  readonly message: string;
  readonly retry: 'now' | 'backoff' | 'never';
  readonly retryAfterMs?: number;
}
