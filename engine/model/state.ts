// What a rule remembers between evaluations: fields of the custom resource's status with a field manager of their own.
// They are written before the writes that depend on them, so that whoever starts anew goes on from what is written.

import { getPath, isArray, isObject, type Json, type JsonObject } from './json.ts';
import type { KubeObject } from './object.ts';

/** A schedule: when it came last, and when it comes next. Times are RFC 3339, whole seconds. */
export interface ScheduleState {
  readonly id: string;
  /** What the times were computed from; another text begins anew. */
  readonly spec: string;
  readonly last?: string;
  readonly next: string;
}

/** A trigger that was taken. */
export interface TriggerState {
  readonly id: string;
  /** The value that the annotation had. */
  readonly value: string;
  /** When it was taken. */
  readonly at: string;
  /** True until the annotation is removed. */
  readonly pending: boolean;
}

/** One run of a task. Times are RFC 3339, whole seconds. */
export interface TaskState {
  readonly id: string;
  readonly key: string;
  readonly phase: 'Running' | 'Succeeded' | 'Failed';
  /** The number of the Job, from 1. */
  readonly attempt: number;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly message?: string;
}

/** All that is remembered. */
export interface RuleState {
  readonly memory: JsonObject;
  readonly schedules: readonly ScheduleState[];
  readonly triggers: readonly TriggerState[];
  /** The oldest first. */
  readonly tasks: readonly TaskState[];
}

/** The names of these fields in the status. */
export const STATE_FIELDS = ['memory', 'schedules', 'triggers', 'tasks'] as const;

/** The field manager that writes them. */
export function stateManagerOf(rule: string): string {
  return `opsonata/${rule}/state`;
}

/** What a custom resource's status holds of it. What has not the right shape counts as absent. */
export function readState(owner: KubeObject): RuleState {
  const field = (name: string) => getPath(owner['status'] as Json | undefined, [name]);
  const items = (name: string): readonly JsonObject[] => {
    const value = field(name);
    return isArray(value) ? value.filter(isObject) : [];
  };
  const memory = field('memory');
  return {
    memory: isObject(memory) ? memory : {},
    schedules: items('schedules').filter(hasTexts('id', 'spec', 'next')) as unknown as readonly ScheduleState[],
    triggers: items('triggers').filter(hasTexts('id', 'value', 'at')) as unknown as readonly TriggerState[],
    tasks: items('tasks').filter(hasTexts('id', 'key', 'phase', 'startedAt')) as unknown as readonly TaskState[],
  };
}

function hasTexts(...keys: readonly string[]): (item: JsonObject) => boolean {
  return (item) => keys.every((key) => typeof item[key] === 'string');
}
