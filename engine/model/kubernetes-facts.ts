// What is known of the kinds that every Kubernetes API server serves: how they are called and what fields they have.

import type { JsonObject } from './json.ts';
import type { GroupVersionKind } from './object.ts';

/** A part of a resource with a path of its own, such as `scale`. Its objects may be of another kind. */
export interface SubresourceFacts extends GroupVersionKind {
  /** What may be done with it, as rights call it; sorted. */
  readonly verbs: readonly string[];
}

/** A kind, and how the API server serves it. */
export interface KindFacts extends GroupVersionKind {
  readonly scope: 'Namespaced' | 'Cluster';
  /** The name in paths and rights. */
  readonly plural: string;
  readonly singular: string;
  /** Other names for kubectl; often empty. */
  readonly shortNames: readonly string[];
  /** Names for many kinds at once, such as `all`; often empty. */
  readonly categories: readonly string[];
  /** What may be done with it, as rights call it; sorted. */
  readonly verbs: readonly string[];
  /** By name, such as `status`. */
  readonly subresources: { readonly [name: string]: SubresourceFacts };
  /** The name of its schema. */
  readonly schema: string;
}

/** The facts of one version of Kubernetes. Only what its API server publishes: it has no schema for custom resources. */
export interface KubernetesFacts {
  /** Such as `v1.36.3`. */
  readonly version: string;
  /** The groups and versions that are served: groups in the API server's order, the preferred version of each first. */
  readonly apiVersions: readonly string[];
  /** All kinds, sorted by apiVersion and kind. */
  kinds(): readonly KindFacts[];
  /** A kind, or undefined where Kubernetes has none of this name. */
  findKind(apiVersion: string, kind: string): KindFacts | undefined;
  /**
   * An OpenAPI v3 schema, or undefined where there is none of this name. Three things differ from the published form:
   * there are no descriptions; `$ref` is the bare name of another schema, which may lead back here; keys beside `$ref`
   * (`default`, `x-kubernetes-*`) count as well, where OpenAPI wraps the reference into an `allOf`.
   */
  schema(name: string): JsonObject | undefined;
}
