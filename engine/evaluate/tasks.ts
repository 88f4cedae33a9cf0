// A task -> the Job that it needs now, what came of it, and what has to wait for it.
//
// A run is kept in the status before its Job is made, and its end before anything goes on, so that a run for a key is
// begun once whatever happens to the engine or to the Job. Formulas see what is kept, as with memory.

import { toSeconds } from '../expression/expression.ts';
import { hashText } from '../model/hash.ts';
import { getPath, isArray, isObject, type Json, type MaybeJson } from '../model/json.ts';
import type { KubeObject, ObjectRef } from '../model/object.ts';
import type { ChildHealth, Waiting } from '../model/plan.ts';
import type { CompiledChild, CompiledRule, CompiledTask } from '../model/rule.ts';
import type { TaskState } from '../model/state.ts';
import { toDesired } from './desired.ts';
import { describeValue, invalid, type Scope, spanOf, toGuard } from './formula.ts';
import type { Member } from './members.ts';

/** What a task is computed from. */
export interface TaskInput {
  readonly rule: CompiledRule;
  readonly owner: KubeObject;
  readonly scope: Scope;
  /** The observed Jobs of the task. */
  readonly jobs: readonly KubeObject[];
  /** What is kept of its runs, the oldest first. */
  readonly kept: readonly TaskState[];
  /** RFC 3339. */
  readonly now: string;
}

/** A task at this moment. */
export interface TaskRun {
  readonly members: readonly Member[];
  readonly health: readonly ChildHealth[];
  /** Why what comes after it waits. */
  readonly blocked: Pick<Waiting, 'code' | 'message'> | undefined;
  /** What is to be kept of its runs. */
  readonly runs: readonly TaskState[];
  /** The names of Jobs that stay although they have ended. */
  readonly staying: ReadonlySet<string>;
  /** What formulas read. */
  readonly value: MaybeJson;
  /** When a run that has not ended fails, in seconds since 1970. */
  readonly deadline: number | undefined;
}

/** A child that is a task. */
export type Task = CompiledChild & { readonly task: CompiledTask };
/** What has to be done next for the present key. */
type Step = Pick<TaskRun, 'members' | 'health' | 'blocked' | 'deadline'> & { readonly run: TaskState | undefined };

// Names of Jobs become labels of their pods.
const MAX_NAME = 63;
// How long a Job may be on its way into what is observed. Chosen.
const SHOWS_UP_SECONDS = 10;

/** Looks at a task. Throws FormulaFailure and FormulaWait. */
export function runTask(child: Task, input: TaskInput): TaskRun {
  return runFor(child, keyOf(child, input.scope), input);
}

/** Looks at a task for a key that is known already; undefined: there is nothing to do now. Throws as `runTask` does. */
export function runFor(child: Task, key: string | undefined, input: TaskInput): TaskRun {
  const { skip } = child.task;
  const isSkipped =
    skip !== undefined && key !== undefined && toGuard(input.scope.value(skip), spanOf(skip, child.span), 'skip');
  const others = input.kept.filter((run) => run.key !== key).map((run) => abandon(settle(child, run, input), input));
  const running = others.find(({ phase }) => phase === 'Running');
  const own = input.kept.find((run) => run.key === key);
  const step =
    key === undefined || isSkipped ? nothing(own) : (afterOther(running, own, input) ?? next(child, key, own, input));
  const runs = limit([...others, ...(step.run === undefined ? [] : [step.run])], child.task.keep, key);
  const value = own ?? (isSkipped ? { key, phase: 'Skipped' } : undefined);
  const staying = new Set(finished(input.jobs, child.task.keep));
  const last = running && jobOf(running, input);
  if (last !== undefined) staying.add(last.metadata.name);
  return { ...step, runs, staying, value: value as unknown as MaybeJson };
}

function keyOf({ task, span }: Task, scope: Scope): string | undefined {
  const value = scope.value(task.key);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw invalid(spanOf(task.key, span), `the key is ${describeValue(value)}, not a text`);
}

function nothing(run: TaskState | undefined): Step {
  return { members: [], health: [], blocked: undefined, deadline: undefined, run };
}

// Two runs of one task never overlap: what one migrates, the other would find half done.
function afterOther(running: TaskState | undefined, own: TaskState | undefined, input: TaskInput): Step | undefined {
  if (running === undefined || own !== undefined) return undefined;
  const deadline = jobOf(running, input) === undefined ? showsUpBy(running) : undefined;
  const blocked = { code: 'DependencyNotReady', message: `which still runs for "${running.key}"` } as const;
  return { ...nothing(own), blocked, deadline };
}

function next(child: Task, key: string, own: TaskState | undefined, input: TaskInput): Step {
  const { id } = child;
  if (own === undefined) {
    const run: TaskState = { id, key, phase: 'Running', attempt: 1, startedAt: input.now };
    return { ...nothing(run), blocked: { code: 'DependencyNotReady', message: `which is about to run for "${key}"` } };
  }
  const ref = refOf(child, own, input);
  switch (own.phase) {
    case 'Succeeded':
      return nothing(own);
    case 'Failed': {
      const message = `the task failed for "${key}": ${own.message ?? 'no reason is known'}`;
      const health: ChildHealth = { child: id, ref, health: { status: 'Failed', message } };
      return {
        ...nothing(own),
        health: [health],
        blocked: { code: 'DependencyNotReady', message: `which failed for "${key}"` },
      };
    }
    case 'Running':
      return run(child, own, ref, input);
  }
}

function run(child: Task, own: TaskState, ref: ObjectRef, input: TaskInput): Step {
  const after = settle(child, own, input);
  const blocked = { code: 'DependencyNotReady', message: `which runs for "${own.key}"` } as const;
  if (after !== own) return { ...nothing(after), blocked };
  const { rule, owner, scope } = input;
  const content = scope.value(child.template);
  const metadata = isObject(content) && isObject(content['metadata']) ? content['metadata'] : {};
  const named = { ...(content as object), metadata: { ...metadata, name: ref.name } } as unknown as Json;
  const desired = toDesired({ rule, child, owner, key: own.key }, named);
  const observed = input.jobs.find((job) => job.metadata.name === ref.name);
  const health: ChildHealth = { child: child.id, ref, health: { status: 'InProgress', message: 'the task runs' } };
  const member: Member = { kind: 'desired', key: own.key, desired, observed, health };
  return { members: [member], health: [], blocked, run: own, deadline: deadlineOf(child, own) };
}

// The run as it is after a look at its Job; the same where nothing has happened.
function settle(child: Task, before: TaskState, input: TaskInput): TaskState {
  if (before.phase !== 'Running') return before;
  const job = jobOf(before, input);
  const end = job === undefined ? undefined : endOf(job);
  const finishedAt = input.now;
  if (end === 'Succeeded') return { ...before, phase: 'Succeeded', finishedAt };
  const deadline = deadlineOf(child, before);
  if (deadline !== undefined && deadline <= toSeconds(input.now))
    return {
      ...before,
      phase: 'Failed',
      finishedAt,
      message: `it took longer than ${child.task.timeoutSeconds} seconds`,
    };
  if (end === undefined) return before;
  if (before.attempt <= child.task.retries) return { ...before, attempt: before.attempt + 1 };
  return { ...before, phase: 'Failed', finishedAt, message: end.message };
}

// Nobody makes the Job of a run again that is not wanted any more: one whose Job was deleted is over. While the Job is
// there, on its way out or not, what it does is not known to have ended.
function abandon(run: TaskState, input: TaskInput): TaskState {
  if (run.phase !== 'Running' || jobOf(run, input) !== undefined || showsUpBy(run) > toSeconds(input.now)) return run;
  return { ...run, phase: 'Failed', finishedAt: input.now, message: 'its Job is gone, and another run is wanted' };
}

// Another operator, which is about to end, may have made it a moment ago.
function showsUpBy({ startedAt }: TaskState): number {
  return Math.ceil(toSeconds(startedAt)) + SHOWS_UP_SECONDS;
}

function endOf(job: KubeObject): 'Succeeded' | { readonly message: string } | undefined {
  const conditions = getPath(job as unknown as Json, ['status', 'conditions']);
  const isTrue = (type: string) => (item: Json) => isObject(item) && item['type'] === type && item['status'] === 'True';
  if (!isArray(conditions)) return undefined;
  if (conditions.some(isTrue('Complete'))) return 'Succeeded';
  const failed = conditions.find(isTrue('Failed'));
  return failed === undefined ? undefined : { message: String(getPath(failed, ['message']) ?? 'the Job failed') };
}

function deadlineOf({ task }: Task, { startedAt }: TaskState): number | undefined {
  return task.timeoutSeconds === undefined ? undefined : Math.ceil(toSeconds(startedAt) + task.timeoutSeconds);
}

// By what names end with: what they begin with may be another text for each key.
function jobOf(run: TaskState, { jobs }: TaskInput): KubeObject | undefined {
  return jobs.find(({ metadata }) => metadata.name.endsWith(`-${endingOf(run)}`));
}

function endingOf({ key, attempt }: Pick<TaskState, 'key' | 'attempt'>): string {
  return hashText(`${key} ${attempt}`).slice(0, 8);
}

function nameOf(child: Task, run: TaskState, { scope, owner }: TaskInput): string {
  const content = scope.value(child.template);
  const name = isObject(content) ? getPath(content, ['metadata', 'name']) : undefined;
  const base = typeof name === 'string' ? name : owner.metadata.name;
  const ending = endingOf(run);
  return `${base.slice(0, MAX_NAME - ending.length - 1).replace(/[-.]+$/, '')}-${ending}`;
}

function refOf(child: Task, own: TaskState, input: TaskInput): ObjectRef {
  const { namespace } = input.owner.metadata;
  const name = nameOf(child, own, input);
  return { ...child.resource, ...(namespace === undefined ? {} : { namespace }), name };
}

function finished(jobs: readonly KubeObject[], keep: number): readonly string[] {
  const ended = jobs.filter((job) => endOf(job) !== undefined);
  ended.sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1));
  return ended.slice(0, keep).map(({ metadata }) => metadata.name);
}

function limit(runs: readonly TaskState[], keep: number, key: string | undefined): readonly TaskState[] {
  const ended = runs.filter((one) => one.phase !== 'Running' && one.key !== key);
  const dropped = new Set(ended.slice(0, Math.max(0, ended.length - keep)));
  return runs.filter((one) => !dropped.has(one));
}
