// What a Deployment says of itself.

import { type ApiObject, nameOf, toTime } from '../model/api-object.ts';
import { type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import type { Sets } from './replica-sets-of.ts';
import { bounds, sumOf, wantedBy } from './rollout.ts';
import { conditionIn, withCondition } from './workload.ts';
import { numberIn, type World } from './world.ts';

const NO_DEADLINE = 2 ** 31 - 1;

/** True where nothing is said about progress. */
export function withoutProgress(spec: JsonObject): boolean {
  return numberIn(spec, ['progressDeadlineSeconds'], 600) === NO_DEADLINE;
}

/** Reports. `isRolling`: the progress of a rollout is judged too. The result is when its time is over. */
export function reportRollout(world: World, deployment: ApiObject, sets: Sets, isRolling: boolean): number | undefined {
  const counted = countPods(world, deployment, sets);
  if (!isRolling) {
    world.changeStatus(deployment, counted);
    return undefined;
  }
  const status = judged(deployment, counted, { fresh: sets.fresh, nowMs: world.nowMs });
  world.changeStatus(deployment, status);
  return deadlineMs(deployment, status);
}

function countPods(world: World, deployment: ApiObject, { all, fresh }: Sets): JsonObject {
  const [replicas, available] = [sumOf(all, 'replicas'), sumOf(all, 'availableReplicas')];
  const hasMinimum = available >= wantedBy(deployment) - bounds(deployment).maxUnavailable;
  const time = toTime(world.nowMs);
  const what = hasMinimum
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  const before = listIn(deployment, 'status', 'conditions');
  const known = conditionIn(before, 'Available');
  const condition = { type: 'Available', ...what, lastUpdateTime: time, lastTransitionTime: time };
  return {
    ...objectIn(deployment, 'status'),
    observedGeneration: numberIn(deployment, ['metadata', 'generation']),
    replicas,
    updatedReplicas: numberIn(fresh, ['status', 'replicas']),
    readyReplicas: sumOf(all, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, replicas - available),
    terminatingReplicas: sumOf(all, 'terminatingReplicas'),
    conditions: known?.['reason'] === what.reason ? before : withCondition(before, condition),
  };
}

// The status with what is to be said of the progress; `status` has the numbers of now, the Deployment those of before.
function judged(
  deployment: ApiObject,
  status: JsonObject,
  { fresh, nowMs }: { readonly fresh: ApiObject | undefined; readonly nowMs: number },
): JsonObject {
  const conditions = listIn(status, 'conditions');
  if (withoutProgress(objectIn(deployment, 'spec')))
    return { ...status, conditions: conditions.filter((one) => textIn(one, 'type') !== 'Progressing') };
  const before = conditionIn(conditions, 'Progressing');
  const isUpdated = numberIn(status, ['replicas']) === numberIn(status, ['updatedReplicas']);
  if (isUpdated && before?.['reason'] === 'NewReplicaSetAvailable') return status;
  const name = fresh === undefined ? `Deployment ${quoted(deployment)}` : `ReplicaSet ${quoted(fresh)}`;
  const judgement = judge(deployment, status, { before, nowMs, name });
  if (judgement === undefined) return status;
  const isNews =
    judgement.reason === 'ReplicaSetUpdated' ||
    before?.['reason'] !== judgement.reason ||
    before?.['status'] !== judgement.status;
  if (!isNews) return status;
  const time = toTime(nowMs);
  const condition = { type: 'Progressing', ...judgement, lastUpdateTime: time, lastTransitionTime: time };
  return { ...status, conditions: withCondition(conditions, condition) };
}

const quoted = (object: ApiObject): string => JSON.stringify(nameOf(object));

interface Judgement {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

function judge(
  deployment: ApiObject,
  status: JsonObject,
  { before, nowMs, name }: { readonly before: JsonObject | undefined; readonly nowMs: number; readonly name: string },
): Judgement | undefined {
  if (isComplete(deployment, status))
    return { status: 'True', reason: 'NewReplicaSetAvailable', message: `${name} has successfully progressed.` };
  if (isProgress(objectIn(deployment, 'status'), status))
    return { status: 'True', reason: 'ReplicaSetUpdated', message: `${name} is progressing.` };
  const dueMs = deadlineMs(deployment, { conditions: before === undefined ? [] : [before as Json] });
  const isLate = before?.['reason'] === 'ProgressDeadlineExceeded' || (dueMs !== undefined && nowMs >= dueMs);
  if (!isLate) return undefined;
  return { status: 'False', reason: 'ProgressDeadlineExceeded', message: `${name} has timed out progressing.` };
}

function isComplete(deployment: ApiObject, status: JsonObject): boolean {
  const wanted = wantedBy(deployment);
  return ['updatedReplicas', 'replicas', 'availableReplicas'].every((name) => numberIn(status, [name]) === wanted);
}

function isProgress(before: JsonObject, now: JsonObject): boolean {
  const value = (status: JsonObject, name: string): number => numberIn(status, [name]);
  const old = (status: JsonObject): number => value(status, 'replicas') - value(status, 'updatedReplicas');
  const hasMore = ['updatedReplicas', 'readyReplicas', 'availableReplicas'].some(
    (name) => value(now, name) > value(before, name),
  );
  return hasMore || old(now) < old(before);
}

// When the time for progress is over, or undefined where nothing waits for it.
function deadlineMs(deployment: ApiObject, status: JsonObject): number | undefined {
  const progressing = conditionIn(listIn(status, 'conditions'), 'Progressing');
  const reason = textIn(progressing, 'reason');
  const isSettled = ['', 'NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused'].includes(reason);
  if (isSettled || withoutProgress(objectIn(deployment, 'spec'))) return undefined;
  const seconds = numberIn(deployment, ['spec', 'progressDeadlineSeconds'], 600);
  // It is over when more than the deadline has passed.
  return Date.parse(textIn(progressing, 'lastUpdateTime')) + (seconds + 1) * 1_000;
}
