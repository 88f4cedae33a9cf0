// The life of a pod, one step at a time: what a scheduler and a kubelet would do to it next.
//
// Comes in: the pod as it is stored, how it is steered, the time. Goes out: the next step, or when to look again. Taking
// the steps one by one shows watchers every stage. Nothing runs: containers have no logs and no processes.

import { type ApiObject, finalizersOf, isTerminating, nameOf, namespaceOf, toTime } from '../model/api-object.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import type { Steering } from './steering.ts';

/** The name of the node on which everything is. */
export const NODE = 'simulated';
/** Its address. */
export const NODE_ADDRESS = '10.0.255.1';

/** What happens next to a pod. `wait`: nothing before `atMs`, or nothing at all until something changes. */
export type PodStep =
  | { readonly kind: 'bind' }
  | { readonly kind: 'status'; readonly status: JsonObject; readonly atMs?: number }
  | { readonly kind: 'remove' }
  | { readonly kind: 'wait'; readonly atMs: number | undefined };

/** What the life of a pod depends on. */
export interface PodSurroundings {
  readonly steering: Steering;
  readonly nowMs: number;
  /** Why it cannot be placed yet; undefined where it can. */
  readonly unplaceable: string | undefined;
  /** Why its containers cannot be made yet; undefined where they can. */
  readonly unmakeable: string | undefined;
  /** An address that no other pod has. */
  newAddress(): string;
}

const REST: PodStep = { kind: 'wait', atMs: undefined };

/** The next step of a pod. */
export function nextStep(pod: ApiObject, around: PodSurroundings): PodStep {
  const phase = textIn(pod, 'status', 'phase');
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  if (isTerminating(pod)) return endStep(pod, around, isOver);
  if (isOver) return REST;
  if (textIn(pod, 'spec', 'nodeName') === '') return placeStep(pod, around);
  if (textIn(pod, 'status', 'startTime') === '') return startStep(pod, around);
  return runStep(pod, around);
}

// Containers stop at once; what holds the pod sees them stopped.
function endStep(pod: ApiObject, around: PodSurroundings, isOver: boolean): PodStep {
  if (finalizersOf(pod).length === 0) return { kind: 'remove' };
  return isOver ? REST : { kind: 'status', status: ended(pod, around, SIGTERM) };
}

function placeStep(pod: ApiObject, { steering, nowMs, unplaceable }: PodSurroundings): PodStep {
  const why = notPlaced(steering, unplaceable);
  if (why === undefined) return { kind: 'bind' };
  const [known] = listIn(pod, 'status', 'conditions').filter((one) => textIn(one, 'type') === 'PodScheduled');
  if (textIn(known, 'reason') === why.reason && textIn(known, 'message') === why.message) return REST;
  const condition = { type: 'PodScheduled', status: 'False', ...why, lastProbeTime: null };
  const conditions = [withTransition(pod, condition, nowMs)];
  return { kind: 'status', status: { ...objectIn(pod, 'status'), phase: 'Pending', conditions } };
}

function notPlaced({ word, unknown }: Steering, unplaceable: string | undefined) {
  if (unknown !== undefined)
    return { reason: 'SteeringUnknown', message: `the annotation that steers it says ${JSON.stringify(unknown)}` };
  if (word === 'unschedulable') return { reason: 'Unschedulable', message: '0/1 nodes are available.' };
  return unplaceable === undefined ? undefined : { reason: 'Unschedulable', message: unplaceable };
}

function startStep(pod: ApiObject, around: PodSurroundings): PodStep {
  const { steering, nowMs } = around;
  const base = {
    ...objectIn(pod, 'status'),
    hostIP: NODE_ADDRESS,
    hostIPs: [{ ip: NODE_ADDRESS }],
    startTime: toTime(nowMs),
  };
  const hindrance = hindranceOf(steering, around.unmakeable);
  const address = objectIn(pod, 'spec')['hostNetwork'] === true ? NODE_ADDRESS : around.newAddress();
  const placed = { ...base, podIP: address, podIPs: [{ ip: address }] };
  const status = hindrance === undefined ? running(pod, placed, nowMs) : waiting(pod, placed, { nowMs, ...hindrance });
  return { kind: 'status', status };
}

function hindranceOf({ word }: Steering, unmakeable: string | undefined) {
  if (word === 'image-error') return { reason: 'ImagePullBackOff', message: 'Back-off pulling image' };
  return unmakeable === undefined ? undefined : { reason: 'CreateContainerConfigError', message: unmakeable };
}

function runStep(pod: ApiObject, around: PodSurroundings): PodStep {
  const { steering, nowMs } = around;
  const status = objectIn(pod, 'status');
  const hindrance = hindranceOf(steering, around.unmakeable);
  const [first] = listIn(status, 'containerStatuses');
  const isWaiting = isObject(objectIn(first, 'state')['waiting']);
  const reason = textIn(first, 'state', 'waiting', 'reason');
  if (hindrance !== undefined && textIn(status, 'phase') === 'Pending')
    return reason === hindrance.reason
      ? REST
      : { kind: 'status', status: waiting(pod, status, { nowMs, ...hindrance }) };
  if (isWaiting && reason !== CRASH) return { kind: 'status', status: running(pod, status, nowMs) };
  const dueMs = Date.parse(textIn(status, 'startTime')) + steering.delayMs;
  if (nowMs < dueMs && !isWaiting) return beforeOutcome(pod, around, dueMs);
  return outcomeStep(pod, around);
}

// A pod that is to end is at work, and ready, until then.
function beforeOutcome(pod: ApiObject, around: PodSurroundings, dueMs: number): PodStep {
  if (!endsByItself(pod, around.steering) || isReady(pod)) return { kind: 'wait', atMs: dueMs };
  return { kind: 'status', status: readiness(pod, around.nowMs, true) };
}

function endsByItself(pod: ApiObject, { word }: Steering): boolean {
  return word === undefined ? textIn(pod, 'spec', 'restartPolicy') !== 'Always' : word === 'succeed' || fails(word);
}

function fails(word: string | undefined): boolean {
  return word === 'fail' || word === 'crash-loop';
}

function outcomeStep(pod: ApiObject, around: PodSurroundings): PodStep {
  const { word } = around.steering;
  if (fails(word)) return failStep(pod, around);
  if (endsByItself(pod, around.steering)) return { kind: 'status', status: ended(pod, around, { exitCode: 0 }) };
  const crashed = textIn(listIn(pod, 'status', 'containerStatuses')[0], 'state', 'waiting', 'reason') === CRASH;
  if (crashed) return { kind: 'status', status: running(pod, objectIn(pod, 'status'), around.nowMs) };
  const wanted = word !== 'never-ready';
  return isReady(pod) === wanted ? REST : { kind: 'status', status: readiness(pod, around.nowMs, wanted) };
}

const CRASH = 'CrashLoopBackOff';
const SIGTERM = { exitCode: 143 };
// Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
const FIRST_BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 300_000;

// Containers that may not be restarted end the pod; others are restarted after longer and longer times.
function failStep(pod: ApiObject, around: PodSurroundings): PodStep {
  if (textIn(pod, 'spec', 'restartPolicy') === 'Never')
    return { kind: 'status', status: ended(pod, around, { exitCode: 1 }) };
  const [first] = listIn(pod, 'status', 'containerStatuses');
  const restarts = Number(objectIn(first)['restartCount'] ?? 0);
  const isWaiting = textIn(first, 'state', 'waiting', 'reason') === CRASH;
  const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** restarts, MAX_BACKOFF_MS);
  const dueMs = isWaiting ? Date.parse(textIn(first, 'lastState', 'terminated', 'finishedAt')) + backoffMs : 0;
  if (around.nowMs < dueMs) return { kind: 'wait', atMs: dueMs };
  const count = isWaiting ? restarts + 1 : restarts;
  return { kind: 'status', status: crashed(pod, around.nowMs, count) };
}

// --- what the status says ---

const containersOf = (pod: ApiObject): readonly Json[] => listIn(pod, 'spec', 'containers');

function containerStatus(container: Json, facts: JsonObject): JsonObject {
  const image = textIn(container, 'image');
  return { name: textIn(container, 'name'), image, imageID: image, ready: false, restartCount: 0, ...facts };
}

function waiting(
  pod: ApiObject,
  base: JsonObject,
  { nowMs, reason, message }: { readonly nowMs: number; readonly reason: string; readonly message: string },
): JsonObject {
  const statuses = containersOf(pod).map((container) =>
    containerStatus(container, { started: false, state: { waiting: { reason, message } } }),
  );
  const whole = { ...base, phase: 'Pending', containerStatuses: statuses };
  return withConditions(pod, whole, { nowMs, ready: 'ContainersNotReady' });
}

function running(pod: ApiObject, base: JsonObject, nowMs: number): JsonObject {
  const before = listIn(base, 'containerStatuses');
  const statuses = containersOf(pod).map((container, at) =>
    containerStatus(container, {
      restartCount: objectIn(before[at])['restartCount'] ?? 0,
      started: true,
      state: { running: { startedAt: toTime(nowMs) } },
    }),
  );
  const whole = { ...base, phase: 'Running', containerStatuses: statuses, ...initStatuses(pod, nowMs) };
  return withConditions(pod, whole, { nowMs, ready: 'ContainersNotReady' });
}

function initStatuses(pod: ApiObject, nowMs: number): JsonObject {
  const containers = listIn(pod, 'spec', 'initContainers');
  if (containers.length === 0) return {};
  const time = toTime(nowMs);
  const terminated = { exitCode: 0, reason: 'Completed', startedAt: time, finishedAt: time };
  const statuses = containers.map((container) => {
    const isSidecar = textIn(container, 'restartPolicy') === 'Always';
    const state: JsonObject = isSidecar ? { running: { startedAt: time } } : { terminated };
    return containerStatus(container, { ready: true, started: isSidecar, state });
  });
  return { initContainerStatuses: statuses };
}

function readiness(pod: ApiObject, nowMs: number, isNowReady: boolean): JsonObject {
  const status = objectIn(pod, 'status');
  const statuses = listIn(status, 'containerStatuses').map((one) => ({ ...objectIn(one), ready: isNowReady }));
  const ready = isNowReady ? undefined : 'ContainersNotReady';
  return withConditions(pod, { ...status, containerStatuses: statuses }, { nowMs, ready });
}

function crashed(pod: ApiObject, nowMs: number, restartCount: number): JsonObject {
  const status = objectIn(pod, 'status');
  const time = toTime(nowMs);
  const backoffS = Math.min(FIRST_BACKOFF_MS * 2 ** restartCount, MAX_BACKOFF_MS) / 1_000;
  const statuses = containersOf(pod).map((container) => {
    const message = `back-off ${backoffS}s restarting failed container=${textIn(container, 'name')} pod=${nameOf(pod)}_${namespaceOf(pod)}`;
    return containerStatus(container, {
      restartCount,
      started: false,
      state: { waiting: { reason: CRASH, message } },
      lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: time, finishedAt: time } },
    });
  });
  return withConditions(pod, { ...status, containerStatuses: statuses }, { nowMs, ready: 'ContainersNotReady' });
}

function ended(pod: ApiObject, { nowMs }: PodSurroundings, { exitCode }: { readonly exitCode: number }): JsonObject {
  const status = objectIn(pod, 'status');
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const time = toTime(nowMs);
  const before = listIn(status, 'containerStatuses');
  const statuses = containersOf(pod).map((container, at) => {
    const startedAt = textIn(before[at], 'state', 'running', 'startedAt') || time;
    return containerStatus(container, {
      restartCount: objectIn(before[at])['restartCount'] ?? 0,
      started: false,
      state: { terminated: { exitCode, reason, startedAt, finishedAt: time } },
    });
  });
  const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
  const ready = exitCode === 0 ? 'PodCompleted' : 'PodFailed';
  return withConditions(pod, { ...status, phase, containerStatuses: statuses }, { nowMs, ready });
}

/** True for a pod that says it is ready. */
export function isReady(pod: Json): boolean {
  return listIn(pod, 'status', 'conditions').some(
    (one) => textIn(one, 'type') === 'Ready' && textIn(one, 'status') === 'True',
  );
}

// `ready` is the reason why it is not, undefined where it is.
function withConditions(
  pod: ApiObject,
  status: JsonObject,
  { nowMs, ready }: { readonly nowMs: number; readonly ready: string | undefined },
): JsonObject {
  const isOver = ready === 'PodCompleted' || ready === 'PodFailed';
  const not = ready === undefined ? {} : { reason: ready, ...unreadyMessage(pod, isOver) };
  const readyStatus = ready === undefined ? 'True' : 'False';
  const initialized = ready === 'PodCompleted' ? { reason: ready } : {};
  const generation = pod.metadata['generation'];
  const numbered = generation === undefined ? {} : { observedGeneration: generation };
  const conditions = [
    { type: 'PodReadyToStartContainers', status: isOver ? 'False' : 'True' },
    { type: 'Initialized', status: 'True', ...initialized },
    { type: 'Ready', status: readyStatus, ...not },
    { type: 'ContainersReady', status: readyStatus, ...not },
    { type: 'PodScheduled', status: 'True' },
  ].map((condition) => withTransition(pod, { ...condition, ...numbered, lastProbeTime: null }, nowMs));
  return { ...status, ...numbered, conditions };
}

function unreadyMessage(pod: ApiObject, isOver: boolean): JsonObject {
  if (isOver) return {};
  const names = containersOf(pod).map((container) => textIn(container, 'name'));
  return { message: `containers with unready status: [${names.join(' ')}]` };
}

// A condition keeps the time since when it is as it is.
function withTransition(pod: ApiObject, condition: JsonObject, nowMs: number): JsonObject {
  const before = listIn(pod, 'status', 'conditions').find((one) => textIn(one, 'type') === condition['type']);
  const isSame = before !== undefined && textIn(before, 'status') === condition['status'];
  return {
    ...condition,
    lastTransitionTime: isSame ? textIn(before, 'lastTransitionTime') : toTime(nowMs),
  };
}

/** The node as it registers itself. */
export function nodeObject(nowMs: number): JsonObject {
  const resources = { cpu: '64', memory: '256Gi', pods: '100k', 'ephemeral-storage': '1Ti' };
  const time = toTime(nowMs);
  const condition = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: NODE, labels: { 'kubernetes.io/hostname': NODE, 'kubernetes.io/os': 'linux' } },
    spec: {},
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [condition],
      addresses: [
        { type: 'InternalIP', address: NODE_ADDRESS },
        { type: 'Hostname', address: NODE },
      ],
    },
  };
}
