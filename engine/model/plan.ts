// What should be, as evaluate/ computes it from a rule, a custom resource and the observed children.

import type { FaultCode, WaitingCode } from './codes.ts';
import type { Span } from './diagnostic.ts';
import type { InputRequest } from './input.ts';
import type { Json, JsonObject } from './json.ts';
import type { KubeObject, ObjectRef, Subresource } from './object.ts';
import type { PatchPlan } from './patch.ts';
import type { ChildPolicy } from './policy.ts';

/** A child as it should be, complete with what the engine adds (labels, owner reference, the mark of what was applied). */
export interface Desired {
  readonly child: string;
  /** What tells it from the others of the same id, where there are many. */
  readonly key?: string;
  readonly object: KubeObject;
  /** The place of the template that made it. */
  readonly span: Span;
  /** Ids of all children that it depends on, directly or not: they must be settled before it is applied. */
  readonly upstream: readonly string[];
  readonly policy: ChildPolicy;
  /** The field manager, where it is not the rule's own. */
  readonly manager?: string;
  /** The part of the object that is written; undefined for the object without its status. */
  readonly subresource?: Subresource | undefined;
}

/** A child that is not made yet, and why. Nothing is wrong. */
export interface Waiting {
  readonly child: string;
  readonly code: WaitingCode;
  readonly message: string;
  /** The place of the text that makes it wait. */
  readonly span: Span;
  /** The id of the child or input that it waits for. */
  readonly on: string;
}

/** A formula that failed on this resource's data. */
export interface Failure {
  readonly code: Extract<FaultCode, 'ExpressionFailed' | 'InvalidResult'>;
  readonly message: string;
  readonly span: Span;
  /** The child whose formula it is; absent for conditions and status. */
  readonly child?: string;
}

/** Health as kstatus defines it. Source: https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus */
export interface Health {
  readonly status: 'Current' | 'InProgress' | 'Failed' | 'Terminating';
  readonly message: string;
}

/** The health of one observed child. */
export interface ChildHealth {
  readonly child: string;
  readonly ref: ObjectRef;
  readonly health: Health;
}

/** A condition without its times, which status/ adds. */
export interface PlannedCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** An observed child that the rule no longer wants. */
export interface Prune {
  readonly child: string;
  readonly object: KubeObject;
  readonly reason: string;
  /** `orphan`: it stays, without the marks of its owner. */
  readonly onDelete: 'delete' | 'orphan';
}

/** Something that holds up the end of a resource. */
export interface Holding {
  readonly child: string;
  readonly message: string;
}

/** What the rule wants to remember, and what follows from it. */
export interface PlannedState {
  /** The fields of the status to write before anything else; undefined where they are written already. */
  readonly write: JsonObject | undefined;
  /** Annotations to remove, each with the value that was taken. */
  readonly consume: readonly { readonly annotation: string; readonly value: string }[];
  /** When to evaluate again, in milliseconds since the epoch. */
  readonly wakeAtMs: number | undefined;
}

/** Everything that evaluate/ has to say about one custom resource at one moment. */
export interface Plan {
  readonly owner: KubeObject;
  /** In an order in which each comes after what it depends on. */
  readonly desired: readonly Desired[];
  readonly waiting: readonly Waiting[];
  readonly failures: readonly Failure[];
  readonly prune: readonly Prune[];
  readonly patches: PatchPlan;
  readonly health: readonly ChildHealth[];
  /** Every observed child, also one that waits or goes. In the rule's order, then by kind and name. */
  readonly children: readonly { readonly child: string; readonly key?: string; readonly ref: ObjectRef }[];
  /** What was asked for beside the children: when one of these changes, the plan may change. */
  readonly reads: readonly InputRequest[];
  /** True where the end of the resource needs care because of its children. */
  readonly needsCare: boolean;
  /** For a resource that is being deleted: what holds it up that nothing can be done about now. */
  readonly leaving: readonly Holding[] | undefined;
  readonly state: PlannedState;
  /** Only those whose formulas worked; the others keep what the resource says now. */
  readonly conditions: readonly PlannedCondition[];
  /** As `conditions`: only what could be computed. */
  readonly status: readonly (readonly [string, Json])[];
  /** Names of status fields and types of conditions whose formulas failed, or read what is not known. */
  readonly frozen: readonly string[];
}
