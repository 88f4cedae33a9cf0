// Deployments: one step of a rollout at a time, and a status that tells how far it is.
// Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/

import { type ApiObject, isTerminating, toTime, withMetadata } from '../model/api-object.ts';
import { equals, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { reportRollout, withoutProgress } from './deployment-status.ts';
import { makeFresh, markNewest, resize, type Sets, setsOf, trimHistory } from './replica-sets-of.ts';
import { isSaturated, MARKS, proportional, shrinkOld, sizeOfNew, wantedBy } from './rollout.ts';
import { conditionIn, isActive, withCondition } from './workload.ts';
import { numberIn, type World } from './world.ts';

/** Takes one step of the rollout, and reports. */
export function reconcileDeployment(world: World, object: ApiObject): number | undefined {
  const deployment = markPause(world, object);
  if (isTerminating(deployment)) return reportRollout(world, deployment, setsOf(world, deployment), false);
  const isPaused = objectIn(deployment, 'spec')['paused'] === true;
  const known = setsOf(world, deployment);
  if (isPaused || isResized(deployment, known)) {
    scale(world, deployment, known);
    if (isPaused) trimHistory(world, deployment, known.old);
    return reportRollout(world, current(world, deployment), setsOf(world, deployment), false);
  }
  const strategy = textIn(deployment, 'spec', 'strategy', 'type');
  if (strategy === 'Recreate') recreate(world, deployment, known);
  else roll(world, deployment, withFresh(world, deployment, known));
  return reportRollout(world, current(world, deployment), setsOf(world, deployment), true);
}

function current(world: World, object: ApiObject): ApiObject {
  return world.again(object) ?? object;
}

// A pause stops the clock of the progress.
function markPause(world: World, deployment: ApiObject): ApiObject {
  const spec = objectIn(deployment, 'spec');
  const conditions = listIn(deployment, 'status', 'conditions');
  const progressing = conditionIn(conditions, 'Progressing');
  if (withoutProgress(spec) || progressing?.['reason'] === 'ProgressDeadlineExceeded') return deployment;
  const [isPaused, wasPaused] = [spec['paused'] === true, progressing?.['reason'] === 'DeploymentPaused'];
  if (isPaused === wasPaused) return deployment;
  const what = isPaused
    ? { reason: 'DeploymentPaused', message: 'Deployment is paused' }
    : { reason: 'DeploymentResumed', message: 'Deployment is resumed' };
  const time = toTime(world.nowMs);
  const condition = { type: 'Progressing', status: 'Unknown', ...what, lastUpdateTime: time, lastTransitionTime: time };
  const status = { ...objectIn(deployment, 'status'), conditions: withCondition(conditions, condition) };
  return world.changeStatus(deployment, status) ?? deployment;
}

// True where the wanted number is another one than what the ReplicaSets know.
function isResized(deployment: ApiObject, { all }: Sets): boolean {
  return all.some((set) => {
    const desired = textIn(set, 'metadata', 'annotations', MARKS.desired);
    return wantedBy(set) > 0 && desired !== '' && Number(desired) !== wantedBy(deployment);
  });
}

function scale(world: World, deployment: ApiObject, { all, fresh, old }: Sets): void {
  markNewest(world, deployment, { all, fresh, old });
  const active = setsOf(world, deployment).all.filter((set) => wantedBy(set) > 0);
  const only = active.length > 1 ? undefined : (active[0] ?? fresh ?? all.at(-1));
  if (only !== undefined) {
    resize(world, deployment, [{ set: current(world, only), size: wantedBy(deployment) }]);
    return;
  }
  if (isSaturated(deployment, fresh)) {
    resize(
      world,
      deployment,
      old.filter((set) => wantedBy(set) > 0).map((set) => ({ set, size: 0 })),
    );
    return;
  }
  if (textIn(deployment, 'spec', 'strategy', 'type') === 'RollingUpdate')
    resize(world, deployment, proportional(deployment, active));
}

// The sets with the one of the template, which is made where it is not there, and marked as the newest.
function withFresh(world: World, deployment: ApiObject, known: Sets): Sets {
  if (known.fresh === undefined) {
    makeFresh(world, deployment, known);
    begin(world, deployment);
  } else markNewest(world, deployment, known);
  const sets = setsOf(world, deployment);
  if (sets.fresh !== undefined) markDeployment(world, deployment, sets.fresh);
  return sets;
}

function markDeployment(world: World, deployment: ApiObject, fresh: ApiObject): void {
  const now = current(world, deployment);
  const annotations: JsonObject = {
    ...objectIn(now, 'metadata', 'annotations'),
    [MARKS.revision]: textIn(fresh, 'metadata', 'annotations', MARKS.revision),
  };
  if (!equals(annotations, objectIn(now, 'metadata', 'annotations') as Json))
    world.change(now, withMetadata(now, { annotations }), { subresource: 'status' });
}

// A new template starts the clock of the progress anew.
function begin(world: World, deployment: ApiObject): void {
  const now = current(world, deployment);
  const fresh = setsOf(world, now).fresh;
  if (fresh === undefined || withoutProgress(objectIn(now, 'spec'))) return;
  const time = toTime(world.nowMs);
  const condition = {
    type: 'Progressing',
    status: 'True',
    reason: 'NewReplicaSetCreated',
    message: `Created new replica set ${JSON.stringify(textIn(fresh, 'metadata', 'name'))}`,
    lastUpdateTime: time,
    lastTransitionTime: time,
  };
  const conditions = withCondition(listIn(now, 'status', 'conditions'), condition);
  world.changeStatus(now, { ...objectIn(now, 'status'), conditions });
}

function roll(world: World, deployment: ApiObject, { all, fresh, old }: Sets): void {
  if (fresh === undefined) return;
  const wanted = wantedBy(deployment);
  const size = wantedBy(fresh) > wanted ? wanted : sizeOfNew(deployment, all, wantedBy(fresh));
  if (resize(world, deployment, [{ set: fresh, size }])) return;
  if (resize(world, deployment, shrinkOld(deployment, fresh, old))) return;
  trimWhenDone(world, deployment, old);
}

function trimWhenDone(world: World, deployment: ApiObject, old: readonly ApiObject[]): void {
  const status = objectIn(current(world, deployment), 'status');
  const wanted = wantedBy(deployment);
  const isDone = ['updatedReplicas', 'replicas', 'availableReplicas'].every(
    (name) => numberIn(status, [name]) === wanted,
  );
  if (isDone) trimHistory(world, deployment, old);
}

// All old pods go before the first new one comes.
function recreate(world: World, deployment: ApiObject, known: Sets): void {
  const shrunk = known.old.filter((set) => wantedBy(set) > 0).map((set) => ({ set, size: 0 }));
  if (resize(world, deployment, shrunk)) return;
  const isRunning = known.old.some((set) => world.children(set, 'Pod').some(isHere));
  if (isRunning) return;
  const { fresh, old } = withFresh(world, deployment, known);
  if (fresh !== undefined) resize(world, deployment, [{ set: fresh, size: wantedBy(deployment) }]);
  trimWhenDone(world, deployment, old);
}

function isHere(pod: ApiObject): boolean {
  return isActive(pod) || isTerminating(pod);
}
