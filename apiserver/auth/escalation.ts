// Nobody gives away more than he has: what a user who writes a role or a binding must hold himself.
// Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping

import { forbiddenRequest, notFound } from '../model/api-error.ts';
import { type ApiObject, nameOf, namespaceOf, withMetadata } from '../model/api-object.ts';
import { equals, textIn } from '../model/json.ts';
import { MASTERS, type User } from '../model/user.ts';
import type { ResourceAttributes } from './attributes.ts';
import { decide, joined, RBAC, type Roles, roleOf, rulesFor } from './authorize.ts';
import { describeRules, missingRules, type PolicyRule, quoteAll, rulesOf } from './rules.ts';

/** A write of an object by a user. `old` is undefined for a new object. */
export interface Writing {
  readonly user: User;
  readonly object: ApiObject;
  readonly old: ApiObject | undefined;
  readonly namespace: string;
  /** The name in the path; empty for a create. */
  readonly name: string;
}

const PLURALS: { readonly [kind: string]: string | undefined } = {
  Role: 'roles',
  ClusterRole: 'clusterroles',
  RoleBinding: 'rolebindings',
  ClusterRoleBinding: 'clusterrolebindings',
};
const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
];

/** Throws ApiError 403 where a write of a role or a binding gives more than the user has. */
export function checkEscalation(roles: Roles, writing: Writing): void {
  const { user, object, old } = writing;
  const plural = PLURALS[object.kind];
  if (!object.apiVersion.startsWith(`${RBAC}/`) || plural === undefined) return;
  if (user.groups.includes(MASTERS) || (old !== undefined && isOnlyLettingGo(object, old))) return;
  const resource = { group: RBAC, resource: plural };
  if (object.kind.endsWith('Binding')) checkBinding(roles, writing, resource);
  else checkRole(roles, writing, resource);
}

interface RbacResource {
  readonly group: string;
  readonly resource: string;
}

// What the garbage collector does must always be possible.
function isOnlyLettingGo(object: ApiObject, old: ApiObject): boolean {
  const bare = (one: ApiObject): ApiObject =>
    withMetadata(one, { finalizers: undefined, ownerReferences: undefined, managedFields: undefined });
  return equals(bare(object), bare(old));
}

function checkRole(roles: Roles, { user, object, old, namespace, name }: Writing, resource: RbacResource): void {
  const verb = { verb: 'escalate', namespace, ...resource, name };
  if (isAllowed(roles, user, verb)) return;
  const isAggregated = [object, old].some((one) => one?.['aggregationRule'] !== undefined);
  if (isAggregated && missingRules(rulesFor(roles, user, namespace).rules, EVERYTHING).length > 0)
    throw forbiddenRequest(resource, nameOf(object), 'must have cluster-admin privileges to use the aggregationRule');
  checkHeld(roles, { user, namespace, resource, name: nameOf(object) }, rulesOf(object));
}

function checkBinding(roles: Roles, { user, object, namespace }: Writing, resource: RbacResource): void {
  const [kind, name] = [textIn(object, 'roleRef', 'kind'), textIn(object, 'roleRef', 'name')];
  const verb = { verb: 'bind', namespace, group: RBAC, resource: PLURALS[kind] ?? '', name };
  if (isAllowed(roles, user, verb)) return;
  const role = roleOf(roles, namespaceOf(object) === '' ? withMetadata(object, { namespace }) : object);
  if (role === undefined) throw notFound(resource, name);
  checkHeld(roles, { user, namespace, resource, name: nameOf(object) }, rulesOf(role));
}

function isAllowed(
  roles: Roles,
  user: User,
  wanted: Pick<ResourceAttributes, 'verb' | 'namespace' | 'group' | 'resource' | 'name'>,
): boolean {
  return decide(roles, user, { kind: 'resource', version: '*', subresource: '', ...wanted }).isAllowed;
}

interface Giving {
  readonly user: User;
  readonly namespace: string;
  readonly resource: RbacResource;
  readonly name: string;
}

function checkHeld(roles: Roles, { user, namespace, resource, name }: Giving, wanted: readonly PolicyRule[]): void {
  const held = rulesFor(roles, user, namespace);
  const missing = missingRules(held.rules, wanted);
  if (missing.length === 0) return;
  const who = `user ${JSON.stringify(user.name)} (groups=${quoteAll(user.groups)})`;
  const what = describeRules(missing).join('\n');
  // A role that is not there is told of in the words of the resource that is written.
  const texts = held.missing.map((role) => notFound(resource, role).message);
  const errors = texts.length === 0 ? '' : `; resolution errors: [${joined(texts)}]`;
  const why = `${who} is attempting to grant RBAC permissions not currently held:\n${what}${errors}`;
  throw forbiddenRequest(resource, name, why);
}
