// Evictions: a pod is deleted only where its PodDisruptionBudget lets it go.
// Source: https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/

import { trackUpdate } from '../apply/managers.ts';
import { badRequest, notFound, tooManyRequests } from '../model/api-error.ts';
import { type ApiObject, isTerminating, nameOf, namespaceOf, toTime } from '../model/api-object.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, setIn, textIn } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import type { ObjectName } from '../store/store.ts';
import { deleteObject, parseDeleteOptions } from './delete.ts';
import { managedCallOf } from './managed.ts';
import type { Registry } from './registry.ts';
import type { Resource } from './resource.ts';
import type { WriteDeps } from './write.ts';

/** What evictions need of the world. */
export interface EvictionDeps extends WriteDeps {
  readonly registry: Pick<Registry, 'ofKind'>;
}

/** An eviction that is asked for. */
export interface EvictionCall {
  readonly name: ObjectName;
  /** The Eviction. */
  readonly object: ApiObject;
  readonly isDryRun: boolean;
}

const MESSAGE = "Cannot evict pod as it would violate the pod's disruption budget.";
const BUSY_SECONDS = 10;

/** Evicts a pod; gives the Status that tells of it. Throws ApiError. */
export function evictPod(deps: EvictionDeps, { name, object, isDryRun }: EvictionCall): JsonObject {
  if (nameOf(object) !== name.name) throw badRequest('name in URL does not match name in Eviction object');
  const pods = resourceOf(deps, 'v1', 'Pod');
  const pod = deps.store.get(pods.collection, name);
  if (pod === undefined) throw notFound({ group: '', resource: 'pods' }, name.name);
  const options = parseDeleteOptions(objectIn(object, 'deleteOptions'), new URLSearchParams());
  const isTried = isDryRun || options.isDryRun;
  const budgets = isDisrupted(pod) ? [] : budgetsOf(deps, pod);
  if (budgets.length > 1) return { ...STATUS, status: 'Failure', message: TOO_MANY, code: 500 };
  if (budgets[0] !== undefined) askBudget(deps, { pod, budget: budgets[0], isTried });
  deleteObject(deps, pods, { name, options: { ...options, isDryRun: true } });
  if (!isTried) {
    deps.store.put(pods.collection, withTarget(pod, toTime(deps.nowMs())));
    deleteObject(deps, pods, { name, options: { ...options, resourceVersion: undefined } });
  }
  return { ...STATUS, status: 'Success', code: 201 };
}

const STATUS = { kind: 'Status', apiVersion: 'v1', metadata: {} } as const;
const TOO_MANY = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';

function resourceOf({ registry }: EvictionDeps, apiVersion: string, kind: string): Resource {
  const found = registry.ofKind(apiVersion, kind);
  if (found === undefined) throw new Error(`${kind} is not served`);
  return found;
}

// What does not serve any more, or not yet, may always go.
function isDisrupted(pod: ApiObject): boolean {
  return ['Succeeded', 'Failed', 'Pending'].includes(textIn(pod, 'status', 'phase')) || isTerminating(pod);
}

function budgetsOf(deps: EvictionDeps, pod: ApiObject): readonly ApiObject[] {
  const { collection } = resourceOf(deps, BUDGETS.apiVersion, BUDGETS.kind);
  const labels = objectIn(pod, 'metadata', 'labels');
  return deps.store
    .list(collection)
    .filter((one) => namespaceOf(one) === namespaceOf(pod))
    .filter((one) => matchesLabelSelector(objectIn(one, 'spec')['selector'] ?? null, labels));
}

interface Asking {
  readonly pod: ApiObject;
  readonly budget: ApiObject;
  readonly isTried: boolean;
}

const BUDGETS = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' } as const;

function askBudget(deps: EvictionDeps, { pod, budget, isTried }: Asking): void {
  if (!isReady(pod) && isSpared(budget)) return;
  const resource = resourceOf(deps, BUDGETS.apiVersion, BUDGETS.kind);
  const status = objectIn(budget, 'status');
  checkBudget(budget, status);
  if (isTried) return;
  const changed = counted(deps, { budget, status, pod: nameOf(pod) });
  const call = managedCallOf(resource, { manager: 'kube-apiserver', subresource: 'status', nowMs: deps.nowMs() });
  deps.store.put(resource.collection, trackUpdate(budget, changed, call));
}

function isReady(pod: ApiObject): boolean {
  return listIn(pod, 'status', 'conditions').some(
    (condition) => textIn(condition, 'type') === 'Ready' && textIn(condition, 'status') === 'True',
  );
}

// Whether pods that are not ready may go without being counted.
function isSpared(budget: ApiObject): boolean {
  if (textIn(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const [healthy, wanted] = ['currentHealthy', 'desiredHealthy'].map((name) => numberOf(budget, name));
  return (wanted ?? 0) > 0 && (healthy ?? 0) >= (wanted ?? 0);
}

function numberOf(budget: ApiObject, name: string): number {
  return Number(objectIn(budget, 'status')[name] ?? 0);
}

function checkBudget(budget: ApiObject, status: JsonObject): void {
  const name = nameOf(budget);
  const refuse = (seconds: number, message: string) =>
    tooManyRequests(MESSAGE, seconds, [{ reason: 'DisruptionBudget', message: `The disruption budget ${message}` }]);
  if (Number(status['observedGeneration'] ?? 0) < Number(budget.metadata['generation'] ?? 0))
    throw refuse(BUSY_SECONDS, `${name} is still being processed by the server.`);
  if (numberOf(budget, 'disruptionsAllowed') > 0) return;
  throw refuse(0, `${name} ${whyNot(budget)}`);
}

function whyNot(budget: ApiObject): string {
  const [healthy, wanted] = [numberOf(budget, 'currentHealthy'), numberOf(budget, 'desiredHealthy')];
  const told = listIn(budget, 'status', 'conditions').find(
    (one) => textIn(one, 'type') === 'DisruptionAllowed' && textIn(one, 'status') === 'False',
  );
  const [reason, message] = [textIn(told, 'reason'), textIn(told, 'message')];
  const isTold = message !== '';
  if (isTold && reason === 'SyncFailed')
    return `does not allow evicting pods currently because it failed sync: ${message}`;
  if (healthy <= wanted) return `needs ${wanted} healthy pods and has ${healthy} currently`;
  return `does not allow evicting pods currently${isTold ? ` (${reason}): ${message}` : ''}`;
}

interface Counting {
  readonly budget: ApiObject;
  readonly status: JsonObject;
  readonly pod: string;
}

function counted({ nowMs }: EvictionDeps, { budget, status, pod }: Counting): ApiObject {
  const disruptionsAllowed = numberOf(budget, 'disruptionsAllowed') - 1;
  const time = toTime(nowMs());
  const next: JsonObject = {
    ...status,
    disruptionsAllowed,
    disruptedPods: { ...objectIn(status, 'disruptedPods'), [pod]: time },
    ...(disruptionsAllowed > 0 ? {} : { conditions: exhausted(budget, time) }),
  };
  return setIn(budget, ['status'], next) as ApiObject;
}

function exhausted(budget: ApiObject, time: string): readonly Json[] {
  const condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    reason: 'InsufficientPods',
    message: '',
    observedGeneration: Number(budget.metadata['generation'] ?? 0),
  };
  return withCondition(listIn(budget, 'status', 'conditions'), condition, time);
}

// A condition keeps the time of its last change where its status stays.
function withCondition(conditions: readonly Json[], condition: JsonObject, time: string): readonly Json[] {
  const at = conditions.findIndex((one) => textIn(one, 'type') === condition['type']);
  const before = conditions[at];
  const isSame = isObject(before) && before['status'] === condition['status'];
  const timed = { ...condition, lastTransitionTime: (isSame ? before['lastTransitionTime'] : undefined) ?? time };
  return at < 0 ? [...conditions, timed] : conditions.with(at, timed);
}

function withTarget(pod: ApiObject, time: string): ApiObject {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastProbeTime: null,
  };
  const conditions = withCondition(listIn(pod, 'status', 'conditions'), condition, time);
  return setIn(pod, ['status', 'conditions'], conditions) as ApiObject;
}
