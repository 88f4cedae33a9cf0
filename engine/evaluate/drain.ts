// Drains: tasks that run for a member before it goes, once for each member that ever was.

import { KEY_ANNOTATION } from '../model/marks.ts';
import type { KubeObject } from '../model/object.ts';
import type { TaskState } from '../model/state.ts';
import { runFor, type Task, type TaskInput, type TaskRun } from './tasks.ts';

// Enough of a uid to tell one member of a key from the next.
const UID_LENGTH = 8;

/** A member that leaves, and its key. */
export interface Leaving {
  readonly object: KubeObject;
  readonly key: string;
}

/** The key of the run that drains an object: another one for a later member of the same key. */
export function drainKey({ object, key }: Leaving): string {
  return `${key}@${(object.metadata.uid ?? '').slice(0, UID_LENGTH)}`;
}

/** True for an object that was there when a member of its key had been drained. */
export function isOfDrained({ metadata }: KubeObject, key: string, drains: readonly TaskState[]): boolean {
  const { creationTimestamp = '' } = metadata;
  return drains.some(
    ({ key: run, phase, finishedAt = '' }) =>
      phase === 'Succeeded' && run.slice(0, run.lastIndexOf('@')) === key && creationTimestamp < finishedAt,
  );
}

/**
 * Looks at the drain of the member whose turn it is to leave. Runs that did not end well are given up with their member's
 * wish to leave. `unknown`: nobody can say who leaves; then everything stays as it is.
 */
export function runDrain(
  child: Task,
  leaving: Leaving | 'unknown' | undefined,
  input: TaskInput,
  observed: readonly KubeObject[],
): TaskRun {
  const { jobs, kept } = input;
  const none: Omit<TaskRun, 'runs' | 'staying'> = {
    members: [],
    health: [],
    blocked: undefined,
    value: undefined,
    deadline: undefined,
  };
  if (leaving === 'unknown')
    return { ...none, runs: kept, staying: new Set(jobs.map(({ metadata }) => metadata.name)) };
  const key = leaving && drainKey(leaving);
  const left = kept.filter((run) => run.phase === 'Succeeded' || run.key === key);
  const run = runFor(child, key, { ...input, kept: left });
  // What tells an old volume from a new one is kept as long as there is one.
  const needed = left.filter((one) => one.phase === 'Succeeded' && observed.some((object) => isKnownBy(object, one)));
  return { ...run, runs: [...needed.filter((one) => !run.runs.includes(one)), ...run.runs] };
}

function isKnownBy(object: KubeObject, run: TaskState): boolean {
  const key = object.metadata.annotations?.[KEY_ANNOTATION];
  return key !== undefined && isOfDrained(object, key, [run]);
}
