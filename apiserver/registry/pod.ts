// What the server does to pods when they come and go.

import type { ApiObject } from '../model/api-object.ts';
import { type Json, type JsonObject, listIn, objectIn, setIn, textIn } from '../model/json.ts';
import { qosClassOf } from '../model/qos-class.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** A new pod, with what is said of it before anything has happened to it. */
export function newPod(object: ApiObject): ApiObject {
  const status = { phase: 'Pending', ...gated(object), qosClass: qosClassOf(objectIn(object, 'spec')) };
  return setIn(admitPod(object), ['status'], status) as ApiObject;
}

// A pod with gates says at once that nobody looks for a node for it.
function gated(object: ApiObject): JsonObject {
  if (listIn(object, 'spec', 'schedulingGates').length === 0) return {};
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: textIn(object, 'metadata', 'creationTimestamp'),
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  };
  return { conditions: [condition] };
}

/** A pod with what admission gives it: its priority, and the times for which it bears a bad node. */
export function admitPod(object: ApiObject): ApiObject {
  const spec = objectIn(object, 'spec');
  const admitted = {
    ...spec,
    priority: spec['priority'] ?? 0,
    preemptionPolicy: spec['preemptionPolicy'] ?? 'PreemptLowerPriority',
    tolerations: withDefaultTolerations(listIn(spec, 'tolerations')),
  };
  return setIn(object, ['spec'], admitted) as ApiObject;
}

function withDefaultTolerations(tolerations: readonly Json[]): readonly Json[] {
  const missing = [NOT_READY, UNREACHABLE].filter((key) => !tolerations.some((one) => tolerates(one, key)));
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
  return [...tolerations, ...added];
}

function tolerates(toleration: Json, key: string): boolean {
  const [own, effect] = [textIn(toleration, 'key'), textIn(toleration, 'effect')];
  return (own === key || own === '') && (effect === 'NoExecute' || effect === '');
}

/** How long a pod is given to end. What does not run yet, or not any more, goes at once. */
export function podGraceSeconds(pod: ApiObject, asked: number | undefined): number {
  const phase = textIn(pod, 'status', 'phase');
  if (textIn(pod, 'spec', 'nodeName') === '' || phase === 'Succeeded' || phase === 'Failed') return 0;
  return asked ?? Number(objectIn(pod, 'spec')['terminationGracePeriodSeconds'] ?? 30);
}
