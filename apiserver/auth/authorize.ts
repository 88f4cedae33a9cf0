// Who may do what: roles that are bound to users, looked up at each question.
//
// Promises: members of `system:masters` may do everything, whatever the roles say; otherwise nothing is allowed that no
// role allows. A role that a binding names and that is not there allows nothing, and is told of.

import { qualified } from '../model/api-error.ts';
import { type ApiObject, nameOf, namespaceOf } from '../model/api-object.ts';
import { type Json, listIn, objectIn, textIn } from '../model/json.ts';
import { accountUserName, MASTERS, type User } from '../model/user.ts';
import type { ObjectName } from '../store/store.ts';
import type { Attributes } from './attributes.ts';
import { allows, type PolicyRule, rulesOf } from './rules.ts';

/** The group of roles and bindings. */
export const RBAC = 'rbac.authorization.k8s.io';

/** Where roles and bindings are. */
export interface Roles {
  get(collection: string, name: ObjectName): ApiObject | undefined;
  list(collection: string, namespace?: string): readonly ApiObject[];
}

/** An answer, with the reason that the server gives; empty where it gives none. */
export interface Decision {
  readonly isAllowed: boolean;
  readonly reason: string;
}

/** The rules that hold for a user, and what went wrong when they were looked up. */
export interface HeldRules {
  readonly rules: readonly PolicyRule[];
  readonly errors: readonly string[];
  /** The names of roles that are not there. */
  readonly missing: readonly string[];
}

/** Decides whether a user may do something. */
export function decide(roles: Roles, user: User, wanted: Attributes): Decision {
  if (user.groups.includes(MASTERS)) return { isAllowed: true, reason: '' };
  const errors = new Set<string>();
  for (const bound of boundRoles(roles, user, wanted.kind === 'resource' ? wanted.namespace : '')) {
    if (bound.role === undefined) errors.add(bound.error);
    else if (rulesOf(bound.role).some((rule) => allows(rule, wanted)))
      return { isAllowed: true, reason: `RBAC: allowed by ${bound.how}` };
  }
  return { isAllowed: false, reason: errors.size === 0 ? '' : `RBAC: ${joined([...errors])}` };
}

/** All rules that hold for a user in a namespace; '' for those that hold everywhere. */
export function rulesFor(roles: Roles, user: User, namespace: string): HeldRules {
  const rules: PolicyRule[] = [];
  const errors = new Set<string>();
  const missing = new Set<string>();
  for (const { role, roleName, error } of boundRoles(roles, user, namespace)) {
    if (role !== undefined) {
      rules.push(...rulesOf(role));
      continue;
    }
    errors.add(error);
    missing.add(roleName);
  }
  return { rules, errors: [...errors], missing: [...missing] };
}

/** Several errors as one text. */
export function joined(errors: readonly string[]): string {
  return errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`;
}

/** The role that a binding names, or undefined where it is not there. */
export function roleOf(roles: Roles, binding: ApiObject): ApiObject | undefined {
  const ref = objectIn(binding, 'roleRef');
  const name = textIn(ref, 'name');
  return textIn(ref, 'kind') === 'Role'
    ? roles.get(`${RBAC}/roles`, { namespace: namespaceOf(binding), name })
    : roles.get(`${RBAC}/clusterroles`, { namespace: '', name });
}

interface BoundRole {
  readonly role: ApiObject | undefined;
  readonly roleName: string;
  /** What is wrong where there is no role. */
  readonly error: string;
  /** By which binding, and as whom. */
  readonly how: string;
}

function* boundRoles(roles: Roles, user: User, namespace: string): Generator<BoundRole> {
  const everywhere = roles.list(`${RBAC}/clusterrolebindings`);
  const here = namespace === '' ? [] : roles.list(`${RBAC}/rolebindings`, namespace);
  for (const binding of [...everywhere, ...here]) {
    const subject = listIn(binding, 'subjects').find((one) => isUser(one, user, namespaceOf(binding)));
    if (subject === undefined) continue;
    const [kind, name] = [textIn(binding, 'roleRef', 'kind'), textIn(binding, 'roleRef', 'name')];
    const place = namespaceOf(binding);
    const bindingName = JSON.stringify(place === '' ? nameOf(binding) : `${nameOf(binding)}/${place}`);
    yield {
      role: roleOf(roles, binding),
      roleName: name,
      error: `${qualified({ group: RBAC, resource: kind.toLowerCase() })} ${JSON.stringify(name)} not found`,
      how: `${binding.kind} ${bindingName} of ${kind} ${JSON.stringify(name)} to ${describe(subject, place)}`,
    };
  }
}

function isUser(subject: Json, user: User, bindingNamespace: string): boolean {
  const name = textIn(subject, 'name');
  switch (textIn(subject, 'kind')) {
    case 'User':
      return user.name === name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount':
      return accountUserName(textIn(subject, 'namespace') || bindingNamespace, name) === user.name;
    default:
      return false;
  }
}

function describe(subject: Json, bindingNamespace: string): string {
  const [kind, name] = [textIn(subject, 'kind'), textIn(subject, 'name')];
  const full = kind === 'ServiceAccount' ? `${name}/${textIn(subject, 'namespace') || bindingNamespace}` : name;
  return `${kind} ${JSON.stringify(full)}`;
}
