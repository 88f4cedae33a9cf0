// Cluster roles that are made of others: their rules are those of the roles that their selectors match.
// Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles

import { type ApiObject, nameOf } from '../model/api-object.ts';
import { equals, isObject, type Json, listIn, objectIn, toCanonicalText } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import type { ControllerDeps } from './garbage.ts';

const ROLES = 'rbac.authorization.k8s.io/clusterroles';

/** Does once what there is to do. True where something was changed. */
export function aggregateRoles({ store }: Pick<ControllerDeps, 'store'>): boolean {
  let isChanged = false;
  const roles = store.list(ROLES);
  for (const role of roles) {
    if (!isObject(role['aggregationRule'])) continue;
    const rules = rulesFor(role, roles);
    if (equals(rules, listIn(role, 'rules'))) continue;
    store.put(ROLES, { ...role, rules });
    isChanged = true;
  }
  return isChanged;
}

// The roles of each selector in the order of their names, and no rule twice.
function rulesFor(role: ApiObject, roles: readonly ApiObject[]): readonly Json[] {
  const others = roles.filter((other) => nameOf(other) !== nameOf(role));
  const sorted = others.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  // By their texts: the same for the same rule.
  const rules = new Map<string, Json>();
  for (const selector of listIn(role, 'aggregationRule', 'clusterRoleSelectors'))
    for (const other of sorted) {
      if (!matchesLabelSelector(selector, objectIn(other, 'metadata', 'labels'))) continue;
      for (const rule of listIn(other, 'rules')) {
        const text = toCanonicalText(rule);
        if (!rules.has(text)) rules.set(text, rule);
      }
    }
  return [...rules.values()];
}
