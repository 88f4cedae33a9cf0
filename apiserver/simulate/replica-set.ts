// ReplicaSets: as many pods as they want, and a status that counts them.
// Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/

import { type ApiObject, isTerminating } from '../model/api-object.ts';
import { type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import { isReady } from './pod-stage.ts';
import { countReady, isActive, isOver, podOf } from './workload.ts';
import { numberIn, type World } from './world.ts';

/** Makes and deletes pods, and reports. */
export function reconcileReplicaSet(world: World, set: ApiObject): number | undefined {
  const { selector = null } = objectIn(set, 'spec');
  const pods = (): readonly ApiObject[] => world.children(set, 'Pod', selector);
  const template = objectIn(set, 'spec', 'template');
  if (!isTerminating(set)) {
    const active = pods().filter(isActive);
    const missing = numberIn(set, ['spec', 'replicas'], 1) - active.length;
    for (let count = 0; count < missing; count += 1) world.create(podOf(set, template));
    for (const pod of active.toReversed().sort(expendableFirst).slice(0, Math.max(0, -missing))) world.remove(pod);
  }
  const all = pods();
  const counted = all.filter(isActive);
  const { ready, available, nextMs } = countReady(counted, numberIn(set, ['spec', 'minReadySeconds']), world.nowMs);
  const current = world.again(set);
  if (current === undefined) return undefined;
  world.changeStatus(current, {
    ...objectIn(current, 'status'),
    replicas: counted.length,
    fullyLabeledReplicas: counted.filter((pod) => isFullyLabeled(pod, template)).length,
    readyReplicas: ready,
    availableReplicas: available,
    terminatingReplicas: all.filter((pod) => isTerminating(pod) && !isOver(pod)).length,
    observedGeneration: numberIn(current, ['metadata', 'generation']),
  });
  return nextMs;
}

function isFullyLabeled(pod: ApiObject, template: JsonObject): boolean {
  const matchLabels = objectIn(template, 'metadata', 'labels');
  return matchesLabelSelector({ matchLabels }, objectIn(pod, 'metadata', 'labels'));
}

const PHASES = ['Pending', 'Unknown', 'Running'];

// Which of two pods goes first when there are too many: the one that is less far, costs less, is younger.
function expendableFirst(a: ApiObject, b: ApiObject): number {
  const [left, right] = [worth(a), worth(b)];
  for (const [at, value] of left.entries()) {
    const other = right[at] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}

function worth(pod: ApiObject): readonly number[] {
  const cost = Number(textIn(pod, 'metadata', 'annotations', 'controller.kubernetes.io/pod-deletion-cost') || 0);
  const ready = listIn(pod, 'status', 'conditions').find((one) => textIn(one, 'type') === 'Ready');
  const restarts = listIn(pod, 'status', 'containerStatuses').map((one) => numberIn(one, ['restartCount']));
  return [
    textIn(pod, 'spec', 'nodeName') === '' ? 0 : 1,
    PHASES.indexOf(textIn(pod, 'status', 'phase')),
    isReady(pod) ? 1 : 0,
    cost,
    isReady(pod) ? -Date.parse(textIn(ready, 'lastTransitionTime')) : 0,
    -Math.max(0, ...restarts),
    -Date.parse(textIn(pod, 'metadata', 'creationTimestamp')),
  ];
}
