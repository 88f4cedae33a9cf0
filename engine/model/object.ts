// Kubernetes objects and the names they go by.

import type { Json, JsonObject } from './json.ts';

/** The part of `metadata` that the engine reads. Source: k8s.io/apimachinery ObjectMeta. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  /** Opaque to most; this engine relies on its being a decimal number that grows, as KEP-5504 promises. */
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** One entry of `metadata.ownerReferences`. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** One entry of `metadata.managedFields`: who owns which fields, in the FieldsV1 notation. */
export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1?: JsonObject;
}

/** An object of the cluster, as plain JSON. Never mutated. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: Json | ObjectMeta;
}

/** `apiVersion` and `kind`, which together name a kind. */
export interface GroupVersionKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** A part of an object that is written by itself. */
export type Subresource = 'status' | 'resize';

/** Names one object of the cluster. `namespace` is absent for a cluster-scoped object. */
export interface ObjectRef extends GroupVersionKind {
  readonly namespace?: string;
  readonly name: string;
}

/** The API group of an apiVersion: `apps` of `apps/v1`, the empty string of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** A text that two references to one kind share: `kind.group/version`. */
export function kindKey(gvk: GroupVersionKind): string {
  return `${gvk.kind}.${gvk.apiVersion}`;
}

/** `namespace/name`, or `name` for a cluster-scoped object. */
export function nameKey(name: { readonly namespace?: string | undefined; readonly name: string }): string {
  return name.namespace === undefined ? name.name : `${name.namespace}/${name.name}`;
}

/** The metadata that names this very object, and none that comes later under its name. */
export function identityOf({ metadata: { name, namespace, uid } }: KubeObject): ObjectMeta {
  return { name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) };
}

/** The reference that names an object. */
export function toRef(object: KubeObject): ObjectRef {
  const { namespace, name } = object.metadata;
  const { apiVersion, kind } = object;
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
}

/**
 * True for two states of one object: the same kind, namespace and name. An object without a namespace is of a kind
 * without namespaces, whatever the other says.
 */
export function isSameObject(left: KubeObject, right: KubeObject): boolean {
  const [one, other] = [left.metadata, right.metadata];
  return (
    left.kind === right.kind &&
    left.apiVersion === right.apiVersion &&
    one.name === other.name &&
    (one.namespace === undefined || other.namespace === undefined || one.namespace === other.namespace)
  );
}

/** How a person names an object: `Deployment shop/web`. */
export function describeRef(ref: ObjectRef): string {
  return `${ref.kind} ${nameKey(ref)}`;
}
