// What a rule says of one child beside its content: how writes, conflicts, edits and the end of it are handled.

import { isArray, isObject, type Json, type MaybeJson } from './json.ts';
import type { KubeObject } from './object.ts';

/**
 * A step of a path into an object: a field, the items of a list that have these keys, or any item.
 * `spec.ports[port=80].name` is a field, items, a field.
 */
export type FieldStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'items'; readonly keys: readonly (readonly [name: string, value: string])[] };

/** A path into an object, and how it is written. */
export interface FieldPath {
  readonly text: string;
  readonly steps: readonly FieldStep[];
}

/** The policies of a child. */
export interface ChildPolicy {
  /** A field that another manager has declared: report it, take it, or leave it. */
  readonly onConflict: 'fail' | 'force' | 'yield';
  /** A field that cannot be changed: report it, or delete the child and make it anew. */
  readonly onImmutable: 'fail' | 'recreate';
  /** True for a pod that is made anew by whatever changes it: changed in place, it says that it is ready all the while. */
  readonly isReplaced: boolean;
  /** True where the child may be made anew although its kind holds data. */
  readonly recreatesData: boolean;
  /** What an edit changed: put it back, report it, or leave it. */
  readonly onDrift: 'correct' | 'warn' | 'ignore';
  /** An object of the child's name that nobody owns: an error, taken over where this rule had let it go, or taken over. */
  readonly adopt: 'never' | 'ifReleased' | 'ifUnowned';
  /** `once`: made where it is missing, and never written again. */
  readonly write: 'always' | 'once';
  /** What becomes of the child when it is wanted no more. */
  readonly onDelete: 'delete' | 'orphan';
  /** Fields that are given to a new object, and left alone afterwards. */
  readonly ignoreFields: readonly FieldPath[];
}

/** The policies of a child that says nothing of them. */
export const DEFAULT_POLICY: ChildPolicy = {
  onConflict: 'fail',
  onImmutable: 'fail',
  isReplaced: false,
  recreatesData: false,
  onDrift: 'correct',
  adopt: 'never',
  write: 'always',
  onDelete: 'delete',
  ignoreFields: [],
};

// Kinds of Kubernetes itself that hold nothing but what was written into them, so that an object made anew is as good as
// the old one. Chosen: what is not named here may hold data, other people's kinds among it.
const WITHOUT_DATA: ReadonlySet<string> = new Set([
  ...['ConfigMap', 'Service', 'ServiceAccount', 'Pod', 'ResourceQuota', 'LimitRange', 'Endpoints'].map(
    (kind) => `v1 ${kind}`,
  ),
  ...['Deployment', 'DaemonSet', 'ReplicaSet', 'StatefulSet'].map((kind) => `apps/v1 ${kind}`),
  ...['Job', 'CronJob'].map((kind) => `batch/v1 ${kind}`),
  ...['Ingress', 'IngressClass', 'NetworkPolicy'].map((kind) => `networking.k8s.io/v1 ${kind}`),
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].map((kind) => `rbac.authorization.k8s.io/v1 ${kind}`),
  'policy/v1 PodDisruptionBudget',
  'autoscaling/v1 HorizontalPodAutoscaler',
  'autoscaling/v2 HorizontalPodAutoscaler',
  'discovery.k8s.io/v1 EndpointSlice',
  'scheduling.k8s.io/v1 PriorityClass',
  'storage.k8s.io/v1 StorageClass',
  'node.k8s.io/v1 RuntimeClass',
]);

/**
 * True where deleting the object could lose what nobody else has. `object`: live or wished; a StatefulSet holds data where
 * it has claims, since these may go with it.
 */
export function mayHoldData(object: Pick<KubeObject, 'apiVersion' | 'kind'> & { readonly spec?: unknown }): boolean {
  if (!WITHOUT_DATA.has(`${object.apiVersion} ${object.kind}`)) return true;
  if (object.kind !== 'StatefulSet') return false;
  const { spec } = object;
  if (typeof spec === 'string') return true;
  return typeof spec === 'object' && spec !== null && Object.hasOwn(spec, 'volumeClaimTemplates');
}

/** A value without what a path names, wherever that is there. */
export function withoutField(value: Json, steps: readonly FieldStep[]): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step.kind === 'items') {
    if (!isArray(value)) return value;
    const isChosen = (item: Json): boolean => hasKeys(item, step.keys);
    if (rest.length === 0) return value.filter((item) => !isChosen(item));
    return value.map((item) => (isChosen(item) ? withoutField(item, rest) : item));
  }
  if (!isObject(value) || !Object.hasOwn(value, step.name)) return value;
  const { [step.name]: inner, ...others } = value;
  return rest.length === 0 ? others : { ...value, [step.name]: withoutField(inner as Json, rest) };
}

/** True where an item of a list has these keys; values count as text. */
export function hasKeys(item: MaybeJson, keys: Extract<FieldStep, { readonly kind: 'items' }>['keys']): boolean {
  return keys.every(([name, value]) => isObject(item) && item[name] !== undefined && String(item[name]) === value);
}
