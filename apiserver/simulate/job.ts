// Jobs: pods until enough of them have succeeded, or too many have failed.
//
// Policies for single numbers, pods and successes (backoffLimitPerIndex, podFailurePolicy, successPolicy) are stored and
// have no effect here. Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/

import { type ApiObject, isTerminating, toTime } from '../model/api-object.ts';
import { type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import {
  dismiss,
  fromRanges,
  indexOf,
  isEmptying,
  isIndexed,
  type JobPods,
  lastEndMs,
  letGo,
  makePods,
  podsOf,
  restartsOf,
  toRanges,
} from './job-pods.ts';
import { isReady } from './pod-stage.ts';
import { conditionIn, withCondition } from './workload.ts';
import { numberIn, type World } from './world.ts';

// Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
const FIRST_BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 600_000;

/** Makes pods, counts how they end, and reports. */
export function reconcileJob(world: World, object: ApiObject): number | undefined {
  if (textIn(object, 'spec', 'managedBy') !== '') return undefined;
  const done = endOf(object);
  if (done !== undefined) return expire(world, object, done);
  if (isTerminating(object)) {
    letGo(world, podsOf(world, object).all);
    return undefined;
  }
  const job = count(world, begin(world, object));
  const verdict = judge(world, job);
  if (verdict !== undefined) return conclude(world, job, verdict);
  if (objectIn(job, 'spec')['suspend'] === true) {
    dismiss(world, podsOf(world, job).active);
    report(world, job);
    return undefined;
  }
  const nextMs = fillUp(world, job);
  report(world, job);
  const deadline = numberIn(job, ['spec', 'activeDeadlineSeconds'], -1);
  const dueMs = deadline < 0 ? undefined : Date.parse(textIn(job, 'status', 'startTime')) + deadline * 1_000;
  return Math.min(nextMs ?? Number.MAX_SAFE_INTEGER, dueMs ?? Number.MAX_SAFE_INTEGER);
}

// A job begins when it is first seen, or goes on; what is suspended has no beginning.
function begin(world: World, job: ApiObject): ApiObject {
  const isSuspended = objectIn(job, 'spec')['suspend'] === true;
  const status = objectIn(job, 'status');
  const conditions = listIn(status, 'conditions');
  const wasSuspended = conditionIn(conditions, 'Suspended')?.['status'] === 'True';
  const time = toTime(world.nowMs);
  if (isSuspended && !wasSuspended) {
    const { startTime: _, ...rest } = status;
    const condition = conditionOf('Suspended', time, { reason: 'JobSuspended', message: 'Job suspended' });
    return world.changeStatus(job, { ...rest, conditions: withCondition(conditions, condition) }) ?? job;
  }
  if (isSuspended) return job;
  const resumed = {
    ...conditionOf('Suspended', time, { reason: 'JobResumed', message: 'Job resumed' }),
    status: 'False',
  };
  const next = {
    ...status,
    startTime: status['startTime'] ?? time,
    conditions: wasSuspended ? withCondition(conditions, resumed) : conditions,
  };
  return world.changeStatus(job, next) ?? job;
}

function conditionOf(
  type: string,
  time: string,
  why: { readonly reason: string; readonly message: string },
): JsonObject {
  return { type, status: 'True', lastProbeTime: time, lastTransitionTime: time, ...why };
}

// Each end counts once: when it is in the status, the pod is let go.
function count(world: World, job: ApiObject): ApiObject {
  const { succeeded, failed } = podsOf(world, job);
  if (succeeded.length + failed.length === 0) return job;
  const status = objectIn(job, 'status');
  const known = fromRanges(textIn(status, 'completedIndexes'));
  const completed = toRanges([...known, ...succeeded.map(indexOf)]);
  const counted = world.changeStatus(job, {
    ...status,
    succeeded: isIndexed(job) ? fromRanges(completed).length : numberIn(status, ['succeeded']) + succeeded.length,
    failed: numberIn(status, ['failed']) + failed.length,
    ...(isIndexed(job) ? { completedIndexes: completed } : {}),
  });
  letGo(world, [...succeeded, ...failed]);
  return counted ?? job;
}

interface Verdict {
  readonly isSuccess: boolean;
  readonly reason: string;
  readonly message: string;
}

// How a job ends, or undefined while it goes on.
function judge(world: World, job: ApiObject): Verdict | undefined {
  const target = conditionIn(listIn(job, 'status', 'conditions'), 'FailureTarget');
  if (target !== undefined)
    return { isSuccess: false, reason: textIn(target, 'reason'), message: textIn(target, 'message') };
  const { active } = podsOf(world, job);
  const spec = objectIn(job, 'spec');
  const [succeeded, failed] = [numberIn(job, ['status', 'succeeded']), numberIn(job, ['status', 'failed'])];
  const restarts = textIn(spec, 'template', 'spec', 'restartPolicy') === 'OnFailure' ? restartsOf(active) : 0;
  const limit = numberIn(spec, ['backoffLimit'], 6);
  if (failed > limit || (restarts > 0 && restarts >= limit))
    return {
      isSuccess: false,
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    };
  const startMs = Date.parse(textIn(job, 'status', 'startTime'));
  const deadline = numberIn(spec, ['activeDeadlineSeconds'], -1);
  if (deadline >= 0 && world.nowMs >= startMs + deadline * 1_000)
    return {
      isSuccess: false,
      reason: 'DeadlineExceeded',
      message: 'Job was active longer than specified deadline',
    };
  const completions = numberIn(spec, ['completions'], -1);
  const isDone = completions < 0 ? succeeded > 0 && active.length === 0 : succeeded >= completions;
  return isDone
    ? { isSuccess: true, reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
    : undefined;
}

// First it says how it is going to end; when no pod is left that could change it, it has ended.
function conclude(world: World, job: ApiObject, { isSuccess, reason, message }: Verdict): number | undefined {
  const time = toTime(world.nowMs);
  const why = { reason, message };
  const [before, last] = isSuccess ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed'];
  const conditions = listIn(job, 'status', 'conditions');
  const isAnnounced = conditionIn(conditions, before) !== undefined;
  const announced = isAnnounced ? conditions : withCondition(conditions, conditionOf(before, time, why));
  const current = world.changeStatus(job, { ...objectIn(job, 'status'), conditions: announced }) ?? job;
  const pods = podsOf(world, current);
  for (const pod of pods.active) world.remove(pod);
  if (pods.active.length > 0 || isEmptying(pods)) {
    report(world, current);
    return undefined;
  }
  const ended = report(world, current);
  const status = objectIn(ended, 'status');
  world.changeStatus(ended, {
    ...status,
    ...(isSuccess ? { completionTime: time } : {}),
    conditions: withCondition(listIn(status, 'conditions'), conditionOf(last, time, why)),
  });
  return undefined;
}

// As many pods as may run at once, and as are still needed. The result is when the next one may be made.
function fillUp(world: World, job: ApiObject): number | undefined {
  const pods = podsOf(world, job);
  const spec = objectIn(job, 'spec');
  const [completions, succeeded] = [numberIn(spec, ['completions'], -1), numberIn(job, ['status', 'succeeded'])];
  const parallelism = numberIn(spec, ['parallelism'], 1);
  const left = completions < 0 ? parallelism : completions - succeeded;
  const wanted = completions < 0 && succeeded > 0 ? pods.active.length : Math.min(parallelism, left);
  const surplus = pods.active.length - wanted;
  if (surplus > 0) {
    dismiss(world, mostExpendable(pods.active, surplus));
    return undefined;
  }
  const terminating = pods.all.filter((pod) => isTerminating(pod)).length;
  const missing = wanted - pods.active.length - (textIn(spec, 'podReplacementPolicy') === 'Failed' ? terminating : 0);
  if (missing <= 0) return undefined;
  const atMs = backoffEndMs(job, pods);
  if (atMs > world.nowMs) return atMs;
  const done = isIndexed(job) ? fromRanges(textIn(job, 'status', 'completedIndexes')) : [];
  makePods(world, job, { count: missing, taken: new Set([...done, ...pods.active.map(indexOf)]) });
  return undefined;
}

function mostExpendable(pods: readonly ApiObject[], count: number): readonly ApiObject[] {
  return [...pods].sort((a, b) => Number(isReady(a)) - Number(isReady(b))).slice(0, count);
}

// After failures the next pod waits, longer each time.
function backoffEndMs(job: ApiObject, { all }: JobPods): number {
  const failures = all.filter((pod) => textIn(pod, 'status', 'phase') === 'Failed');
  const lastSuccessMs = lastEndMs(all.filter((pod) => textIn(pod, 'status', 'phase') === 'Succeeded'));
  const recent = failures.filter((pod) => lastEndMs([pod]) > lastSuccessMs || lastSuccessMs === 0);
  if (recent.length === 0 || numberIn(job, ['status', 'failed']) === 0) return 0;
  return lastEndMs(recent) + Math.min(FIRST_BACKOFF_MS * 2 ** (recent.length - 1), MAX_BACKOFF_MS);
}

function report(world: World, job: ApiObject): ApiObject {
  const { all, active } = podsOf(world, job);
  const current = world.again(job) ?? job;
  const status: JsonObject = {
    ...objectIn(current, 'status'),
    active: active.length,
    ready: active.filter(isReady).length,
    terminating: all.filter((pod) => isTerminating(pod)).length,
    uncountedTerminatedPods: {},
  };
  return world.changeStatus(current, status) ?? current;
}

function endOf(job: ApiObject): JsonObject | undefined {
  const conditions: readonly Json[] = listIn(job, 'status', 'conditions');
  const found = [conditionIn(conditions, 'Complete'), conditionIn(conditions, 'Failed')];
  return found.find((condition) => condition?.['status'] === 'True');
}

// A job that has ended goes after its time, with its pods.
function expire(world: World, job: ApiObject, end: JsonObject): number | undefined {
  letGo(
    world,
    podsOf(world, job).all.filter((pod) => isTerminating(pod)),
  );
  const ttl = numberIn(job, ['spec', 'ttlSecondsAfterFinished'], -1);
  if (ttl < 0 || isTerminating(job)) return undefined;
  const dueMs = Date.parse(textIn(end, 'lastTransitionTime')) + ttl * 1_000;
  if (world.nowMs < dueMs) return dueMs;
  world.remove(job, { policy: 'Foreground' });
  return undefined;
}
