// PodDisruptionBudgets: how many pods may go at the moment.
// Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/

import { type ApiObject, isTerminating, nameOf, namespaceOf, toTime } from '../model/api-object.ts';
import { listIn, objectIn, textIn } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import { controllerOf } from './owner.ts';
import { isReady } from './pod-stage.ts';
import { isOver, withCondition } from './workload.ts';
import { numberIn, portion, type World } from './world.ts';

// Within it an evicted pod must have begun to end, or it counts again. Source: the disruption controller.
const DISRUPTION_MS = 120_000;

/** Counts the pods of a budget. */
export function reconcileBudget(world: World, budget: ApiObject): undefined {
  const spec = objectIn(budget, 'spec');
  const { selector = null, minAvailable, maxUnavailable } = spec;
  const pods = world
    .list('Pod', namespaceOf(budget))
    .filter((pod) => !isOver(pod) && matchesLabelSelector(selector, objectIn(pod, 'metadata', 'labels')));
  const isCounted = typeof minAvailable === 'number';
  const expected = isCounted ? pods.length : expectedOf(world, pods);
  const least =
    maxUnavailable === undefined
      ? portion(minAvailable, expected, 'up')
      : Math.max(0, expected - portion(maxUnavailable, expected, 'up'));
  const status = objectIn(budget, 'status');
  const staying = pods.filter((pod) => !isTerminating(pod));
  const disrupted = Object.entries(objectIn(status, 'disruptedPods')).filter(([name, time]) => {
    const isFresh = world.nowMs - Date.parse(String(time)) < DISRUPTION_MS;
    return isFresh && staying.some((pod) => nameOf(pod) === name);
  });
  const going = new Set(disrupted.map(([name]) => name));
  const healthy = staying.filter((pod) => isReady(pod) && !going.has(nameOf(pod))).length;
  const allowed = expected === 0 ? 0 : Math.max(0, healthy - least);
  const generation = numberIn(budget, ['metadata', 'generation']);
  const condition = {
    type: 'DisruptionAllowed',
    status: allowed > 0 ? 'True' : 'False',
    observedGeneration: generation,
    lastTransitionTime: toTime(world.nowMs),
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  };
  const { disruptedPods: _, ...kept } = status;
  world.changeStatus(budget, {
    ...kept,
    ...(disrupted.length === 0 ? {} : { disruptedPods: Object.fromEntries(disrupted) }),
    observedGeneration: generation,
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: least,
    expectedPods: expected,
    conditions: withCondition(listIn(status, 'conditions'), condition),
  });
}

// What those that control the pods want together.
function expectedOf(world: World, pods: readonly ApiObject[]): number {
  const wanted = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    const chain = world.chain(pod).slice(1);
    const top = chain.filter(({ kind }) => kind !== 'Namespace').at(-1);
    if (owner !== undefined && top !== undefined)
      wanted.set(textIn(top, 'metadata', 'uid'), numberIn(top, ['spec', 'replicas'], 1));
  }
  return [...wanted.values()].reduce((sum, count) => sum + count, 0);
}
