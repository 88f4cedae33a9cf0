// What the rule remembers, as it is kept -> as it should be kept.
//
// Formulas see what is kept, never what is about to be: a new value is written first, and then everything is evaluated
// again. So a value that something was done by is always found by whoever starts anew.

import { toSeconds } from '../expression/expression.ts';
import { isEqual, type Json, type JsonObject } from '../model/json.ts';
import { isLeaving } from '../model/lifecycle.ts';
import type { KubeObject } from '../model/object.ts';
import type { Failure, PlannedState } from '../model/plan.ts';
import type { CompiledRule, CompiledTrigger } from '../model/rule.ts';
import {
  type RuleState,
  readState,
  type ScheduleState,
  STATE_FIELDS,
  stateManagerOf,
  type TriggerState,
} from '../model/state.ts';
import { FormulaFailure, FormulaWait, invalid, type Scope } from './formula.ts';
import { nextSchedule } from './schedule.ts';
import type { TaskRun } from './tasks.ts';

/** What state is computed from. */
export interface StateInput {
  readonly owner: KubeObject;
  /** The scope of reports: what is not there is nothing. */
  readonly scope: Scope;
  /** RFC 3339. */
  readonly now: string;
  /** What became of the tasks that were looked at; of the others, what is kept stays. */
  readonly tasks: ReadonlyMap<string, TaskRun>;
  /** False after so many writes in a row that a value which changes with every evaluation is a mistake. */
  readonly mayWrite: boolean;
}

/** What formulas read of the state, by the names of variables. */
export function variablesOf(rule: CompiledRule, owner: KubeObject): { readonly [name: string]: Json } {
  const { memory, schedules, triggers } = readState(owner);
  const lasts = rule.schedules.flatMap(({ id }) => {
    const last = schedules.find((one) => one.id === id)?.last;
    return last === undefined ? [] : [[id, last] as const];
  });
  const taken = triggers.map(({ id, value, at }) => [id, { value, at }] as const);
  return { memory, triggers: Object.fromEntries(taken), ...Object.fromEntries(lasts) };
}

/** Plans the state, and says which of its formulas failed: of these, what is kept stays. */
export function planState(
  rule: CompiledRule,
  input: StateInput,
): { readonly state: PlannedState; readonly failures: readonly Failure[] } {
  const before = readState(input.owner);
  const failures: Failure[] = [];
  const keep = <T>(kept: T, compute: () => T): T => {
    try {
      return compute();
    } catch (error) {
      if (error instanceof FormulaFailure) failures.push(error.failure);
      else if (!(error instanceof FormulaWait)) throw error;
      return kept;
    }
  };
  // Of a resource that is being deleted only its last tasks go on.
  const leaving = isLeaving(input.owner);
  const schedules = leaving
    ? before.schedules
    : rule.schedules.flatMap((schedule): ScheduleState[] => {
        const kept = before.schedules.find(({ id }) => id === schedule.id);
        const next = keep(kept, () => nextSchedule(schedule, kept, toSeconds(input.now), input.scope));
        return next === undefined ? [] : [next];
      });
  const triggers = leaving
    ? before.triggers
    : rule.triggers.flatMap((trigger) => nextTrigger(trigger, before, input) ?? []);
  const memory = leaving
    ? before.memory
    : Object.fromEntries(
        rule.memory.flatMap(({ name, value }) => {
          const next = keep(before.memory[name], () => input.scope.value(value));
          return next === undefined || next === null ? [] : [[name, next] as const];
        }),
      );
  const ids = rule.children.flatMap(({ id, task }) => (task === undefined ? [] : [id]));
  const tasks = ids.flatMap((id) => input.tasks.get(id)?.runs ?? before.tasks.filter((run) => run.id === id));
  const wanted = toFields(rule, { schedules, triggers, memory, tasks });
  const isWritten = isEqual(wanted, toFields(rule, before)) && !hasLeftovers(rule, input.owner);
  if (!isWritten && !input.mayWrite) failures.push(unsettled(rule, before.memory, memory));
  const pending = triggers.filter(({ pending: isPending }) => isPending);
  const times = [
    ...(leaving ? [] : schedules.map(({ next }) => toSeconds(next))),
    ...[...input.tasks.values()].flatMap(({ deadline }) => deadline ?? []),
  ];
  const wakeAtMs = times.length === 0 ? undefined : Math.min(...times) * 1000;
  const consume = pending.flatMap(({ id, value }) => {
    const annotation = rule.triggers.find((trigger) => trigger.id === id)?.annotation;
    return annotation === undefined ? [] : [{ annotation, value }];
  });
  return { state: { write: isWritten || !input.mayWrite ? undefined : wanted, consume, wakeAtMs }, failures };
}

// A value that is there is taken, and kept as pending until the annotation is gone; after that the same value counts
// anew.
function nextTrigger(
  { id, annotation }: CompiledTrigger,
  before: RuleState,
  { owner, now }: StateInput,
): TriggerState | undefined {
  const kept = before.triggers.find((one) => one.id === id);
  const value = owner.metadata.annotations?.[annotation];
  if (value === undefined) return kept === undefined ? undefined : { ...kept, pending: false };
  if (kept?.pending === true && kept.value === value) return kept;
  return { id, value, at: now, pending: true };
}

function toFields(rule: CompiledRule, { memory, schedules, triggers, tasks }: RuleState): JsonObject {
  return {
    ...(rule.memory.length === 0 ? {} : { memory }),
    ...(rule.schedules.length === 0 ? {} : { schedules: schedules as unknown as Json }),
    ...(rule.children.every(({ task }) => task === undefined) ? {} : { tasks: tasks as unknown as Json }),
    ...(rule.triggers.length === 0 ? {} : { triggers: triggers as unknown as Json }),
  };
}

// An earlier rule remembered what this one does not.
function hasLeftovers(rule: CompiledRule, owner: KubeObject): boolean {
  const entry = owner.metadata.managedFields?.find(({ manager }) => manager === stateManagerOf(rule.name));
  const fields = entry?.fieldsV1?.['f:status'] as JsonObject | undefined;
  const used: readonly string[] = Object.keys(toFields(rule, { memory: {}, schedules: [], triggers: [], tasks: [] }));
  return STATE_FIELDS.some((field) => !used.includes(field) && fields?.[`f:${field}`] !== undefined);
}

function unsettled(rule: CompiledRule, before: JsonObject, after: JsonObject): Failure {
  const changing = rule.memory.find(({ name }) => !isEqual(before[name] ?? null, after[name] ?? null));
  const span = changing?.span ?? rule.memory[0]?.span ?? rule.schedules[0]?.span ?? rule.children[0]?.span;
  if (span === undefined) throw new Error('a rule without anything to remember does not settle');
  return invalid(span, `the value of "${changing?.name}" changes with every evaluation`).failure;
}
