// Collects the roles and bindings that every cluster has from a running API server, without what differs between clusters.
// Rules that a controller puts together from other roles are left out: they are known by their selectors.

import { isObject, type Json, type JsonObject, toCanonicalText } from '../engine/model/json.ts';
import type { AskServer } from './kubernetes-facts.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const KINDS: readonly (readonly [string, string])[] = [
  ['ClusterRole', 'clusterroles'],
  ['ClusterRoleBinding', 'clusterrolebindings'],
  ['Role', 'roles'],
  ['RoleBinding', 'rolebindings'],
];
const MADE_BY = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };

/** The roles and bindings of an API server as canonical JSON: equal facts are equal texts. */
export async function collectRoles(ask: AskServer): Promise<string> {
  const roles: JsonObject[] = [];
  for (const [kind, plural] of KINDS) {
    const labelSelector = encodeURIComponent(Object.entries(MADE_BY).flat().join('='));
    const { items } = toObject(await ask(`/apis/${RBAC}/${plural}?labelSelector=${labelSelector}`));
    for (const item of items as readonly Json[]) roles.push(toFacts(kind, toObject(item)));
  }
  return toCanonicalText({ roles });
}

function toFacts(kind: string, { metadata, rules, ...rest }: JsonObject): JsonObject {
  const { name = '', namespace, labels = {}, annotations = {}, managedFields = [] } = toObject(metadata);
  const place = namespace === undefined ? {} : { namespace };
  const isAggregated = rest['aggregationRule'] !== undefined;
  const own = rules === undefined ? {} : { rules: isAggregated ? null : rules };
  // Who owns which fields from the beginning; others come later.
  const managed = (managedFields as readonly Json[])
    .map(toObject)
    .filter(({ manager }) => manager === 'kube-apiserver')
    .map(({ time: _, ...entry }) => entry);
  const kept = { name, ...place, labels, annotations, managedFields: managed };
  return { ...rest, ...own, apiVersion: RBAC, kind, metadata: kept };
}

function toObject(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Error(`an object was expected: ${JSON.stringify(value)}`);
  return value;
}
