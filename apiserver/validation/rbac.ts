// Rules about roles and their bindings.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, invalid, notSupported, required } from '../model/field-error.ts';
import { equals, isObject, type Json, listIn, objectIn, textIn } from '../model/json.ts';
import { checkLabels } from './metadata.ts';
import { checkPathName, checkSubdomain } from './names.ts';

const GROUP = 'rbac.authorization.k8s.io';
const SUBJECTS = ['ServiceAccount', 'User', 'Group'];

/** What is wrong with a role. */
export function checkRole(object: ApiObject): readonly FieldError[] {
  const isNamespaced = object.kind === 'Role';
  const errors = listIn(object, 'rules').flatMap((rule, at) => checkRule(rule, `rules[${at}]`, isNamespaced));
  return isObject(object['aggregationRule']) ? [...errors, ...checkAggregation(object)] : errors;
}

function checkRule(rule: Json, path: string, isNamespaced: boolean): readonly FieldError[] {
  const errors: FieldError[] = [];
  const has = (name: string): boolean => listIn(rule, name).length > 0;
  if (!has('verbs')) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  if (has('nonResourceURLs')) {
    const wrong = (detail: string): void => {
      errors.push(invalid(`${path}.nonResourceURLs`, listIn(rule, 'nonResourceURLs'), detail));
    };
    if (isNamespaced) wrong('namespaced rules cannot apply to non-resource URLs');
    if (['apiGroups', 'resources', 'resourceNames'].some(has))
      wrong('rules cannot apply to both regular resources and non-resource URLs');
    return errors;
  }
  if (!has('apiGroups'))
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  if (!has('resources')) errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

function checkAggregation(object: ApiObject): readonly FieldError[] {
  const field = 'aggregationRule.clusterRoleSelectors';
  const selectors = listIn(object, 'aggregationRule', 'clusterRoleSelectors');
  if (selectors.length === 0)
    return [required(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return selectors.flatMap((selector, at) => {
    const errors = checkLabels(objectIn(selector, 'matchLabels'), `${field}[${at}].matchLabels`);
    return errors.length === 0 ? [] : [...errors, invalid(`${field}[${at}]`, null, 'invalid label selector.')];
  });
}

/** What is wrong with a binding of a role. */
export function checkRoleBinding(object: ApiObject): readonly FieldError[] {
  const ref = objectIn(object, 'roleRef');
  const errors: FieldError[] = [];
  const group = textIn(ref, 'apiGroup');
  if (group !== GROUP) errors.push(notSupported('roleRef.apiGroup', group, [GROUP]));
  const kinds = object.kind === 'ClusterRoleBinding' ? ['ClusterRole'] : ['Role', 'ClusterRole'];
  const kind = textIn(ref, 'kind');
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds));
  const name = textIn(ref, 'name');
  if (name === '') errors.push(required('roleRef.name'));
  else errors.push(...checkPathName(name).map((why) => invalid('roleRef.name', name, why)));
  const subjects = listIn(object, 'subjects');
  const isWithin = object.kind === 'RoleBinding';
  return [...errors, ...subjects.flatMap((one, at) => checkSubject(one, { path: `subjects[${at}]`, isWithin }))];
}

function checkSubject(
  subject: Json,
  { path, isWithin }: { readonly path: string; readonly isWithin: boolean },
): readonly FieldError[] {
  const [name, kind, group] = [textIn(subject, 'name'), textIn(subject, 'kind'), textIn(subject, 'apiGroup')];
  const errors = name === '' ? [required(`${path}.name`)] : [];
  if (!SUBJECTS.includes(kind)) return [...errors, notSupported(`${path}.kind`, kind, SUBJECTS)];
  if (kind !== 'ServiceAccount')
    return group === GROUP ? errors : [...errors, notSupported(`${path}.apiGroup`, group, [GROUP])];
  if (name !== '') errors.push(...checkSubdomain(name).map((why) => invalid(`${path}.name`, name, why)));
  if (group !== '') errors.push(notSupported(`${path}.apiGroup`, group, ['']));
  if (!isWithin && textIn(subject, 'namespace') === '') errors.push(required(`${path}.namespace`));
  return errors;
}

/** What is wrong with a changed binding: its role stays. */
export function checkRoleBindingUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const errors = checkRoleBinding(object);
  const [now, before] = [objectIn(object, 'roleRef'), objectIn(old, 'roleRef')];
  return equals(now, before) ? errors : [...errors, invalid('roleRef', now, 'cannot change roleRef')];
}
