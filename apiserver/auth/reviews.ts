// Questions about rights and users: objects that are created, answered, and never stored.
// Source: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access

import { badRequest, invalidObject } from '../model/api-error.ts';
import { type ApiObject, toTime, withMetadata } from '../model/api-object.ts';
import { type FieldError, invalid } from '../model/field-error.ts';
import { getIn, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import type { User } from '../model/user.ts';
import type { Attributes } from './attributes.ts';
import { decide, joined, type Roles, rulesFor } from './authorize.ts';
import { quoteAll } from './rules.ts';
import { ISSUER, type Tokens } from './tokens.ts';

/** What reviews need of the world. */
export interface ReviewDeps {
  readonly store: Roles;
  readonly tokens: Tokens;
  nowMs(): number;
}

/** A question, with who asks. */
export interface Question {
  readonly user: User;
  readonly object: ApiObject;
  /** The namespace of the path. */
  readonly namespace: string;
}

const AUTHORIZATION = 'authorization.k8s.io';

/** Answers a question; undefined for an object that is none. Throws ApiError. */
export function answerReview(deps: ReviewDeps, question: Question): ApiObject | undefined {
  const { user, object } = question;
  switch (`${object.apiVersion}/${object.kind}`) {
    case 'authentication.k8s.io/v1/SelfSubjectReview':
      return withStatus(
        { ...object, metadata: { creationTimestamp: toTime(deps.nowMs()) } },
        { userInfo: toInfo(user) },
      );
    case 'authentication.k8s.io/v1/TokenReview':
      return reviewToken(deps, object);
    case 'authorization.k8s.io/v1/SelfSubjectRulesReview':
      return reviewRules(deps, question);
    case 'authorization.k8s.io/v1/SelfSubjectAccessReview':
      return reviewAccess(deps, { ...question, subject: user });
    case 'authorization.k8s.io/v1/SubjectAccessReview':
    case 'authorization.k8s.io/v1/LocalSubjectAccessReview':
      return reviewAccess(deps, { ...question, subject: subjectOf(objectIn(object, 'spec')) });
    default:
      return undefined;
  }
}

function withStatus(object: ApiObject, status: JsonObject): ApiObject {
  return { ...object, status };
}

function toInfo({ name, uid, groups, extra }: User): JsonObject {
  return {
    username: name,
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function subjectOf(spec: JsonObject): User {
  const extra = Object.entries(objectIn(spec, 'extra')).map(([key, values]) => [key.toLowerCase(), textsOf(values)]);
  return {
    name: textIn(spec, 'user'),
    uid: textIn(spec, 'uid'),
    groups: textsOf(spec['groups']),
    extra: Object.fromEntries(extra) as User['extra'],
  };
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

function reviewAccess(
  deps: ReviewDeps,
  { object, subject, namespace }: Question & { readonly subject: User },
): ApiObject {
  const errors = checkReview(object, namespace);
  if (errors.length > 0) throw invalidObject({ group: AUTHORIZATION, kind: '' }, '', errors);
  const { isAllowed, reason } = decide(deps.store, subject, attributesIn(objectIn(object, 'spec')));
  const placed = object.kind === 'LocalSubjectAccessReview' ? withMetadata(object, { namespace }) : object;
  return withStatus(placed, { allowed: isAllowed, ...(reason === '' ? {} : { reason }) });
}

function attributesIn(spec: JsonObject): Attributes {
  const path = spec['nonResourceAttributes'];
  if (isObject(path)) return { kind: 'path', verb: textIn(path, 'verb'), path: textIn(path, 'path') };
  const text = (name: string): string => textIn(spec, 'resourceAttributes', name);
  return {
    kind: 'resource',
    verb: text('verb'),
    namespace: text('namespace'),
    group: text('group'),
    version: text('version'),
    resource: text('resource'),
    subresource: text('subresource'),
    name: text('name'),
  };
}

function checkReview(object: ApiObject, namespace: string): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const [resource, path] = [spec['resourceAttributes'], spec['nonResourceAttributes']];
  const isLocal = object.kind === 'LocalSubjectAccessReview';
  const errors: FieldError[] = [];
  if (isObject(resource) && isObject(path)) {
    const shown = { Path: textIn(path, 'path'), Verb: textIn(path, 'verb') };
    errors.push(
      invalid('spec.nonResourceAttributes', shown, 'cannot be specified in combination with resourceAttributes'),
    );
  }
  if (!isObject(resource) && !isObject(path)) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalid('spec.resourceAttributes', null, detail));
  }
  const hasSubject = textIn(spec, 'user') !== '' || listIn(spec, 'groups').length > 0;
  if (object.kind !== 'SelfSubjectAccessReview' && !hasSubject)
    errors.push(invalid('spec.user', '', 'at least one of user or group must be specified'));
  if (isObject(resource)) errors.push(...checkSelectors(resource));
  if (isLocal) errors.push(...checkLocal(spec, namespace));
  return errors;
}

function checkSelectors(resource: JsonObject): readonly FieldError[] {
  return ['fieldSelector', 'labelSelector'].flatMap((name) => {
    const raw = textIn(resource, name, 'rawSelector');
    if (raw === '' || listIn(resource, name, 'requirements').length === 0) return [];
    const field = `spec.resourceAttributes.${name}.rawSelector`;
    return [invalid(field, raw, 'may not specified at the same time as requirements')];
  });
}

function checkLocal(spec: JsonObject, namespace: string): readonly FieldError[] {
  const own = textIn(spec, 'resourceAttributes', 'namespace');
  if (!isObject(spec['resourceAttributes'])) return [];
  return own === namespace ? [] : [invalid('spec.resourceAttributes.namespace', own, 'must match metadata.namespace')];
}

function reviewRules(deps: ReviewDeps, { user, object }: Question): ApiObject {
  const namespace = textIn(object, 'spec', 'namespace');
  if (namespace === '') throw badRequest('no namespace on request');
  const { rules, errors } = rulesFor(deps.store, user, namespace);
  const resourceRules = rules
    .filter(({ resources }) => resources.length > 0)
    .map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames.length === 0 ? {} : { resourceNames }),
    }));
  const nonResourceRules = rules
    .filter(({ nonResourceURLs }) => nonResourceURLs.length > 0)
    .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
  const evaluationError = errors.length === 0 ? {} : { evaluationError: joined(errors) };
  const status = { resourceRules, nonResourceRules, incomplete: false, ...evaluationError };
  return { ...object, metadata: {}, spec: {}, status };
}

function reviewToken({ tokens }: ReviewDeps, object: ApiObject): ApiObject {
  const token = textIn(object, 'spec', 'token');
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const verified = tokens.verify(token);
  const invalidToken = 'invalid bearer token';
  if (verified === undefined) return withStatus(object, { user: {}, error: invalidToken });
  const asked = textsOf(getIn(object, 'spec', 'audiences'));
  const audiences = verified.audiences.filter((one) => (asked.length === 0 ? [ISSUER] : asked).includes(one));
  if (audiences.length === 0) {
    const why = `token audiences ${quoteAll(verified.audiences)} is invalid for the target audiences ${quoteAll(asked.length === 0 ? [ISSUER] : asked)}`;
    return withStatus(object, { user: {}, error: `[${invalidToken}, ${why}]` });
  }
  return withStatus(object, { authenticated: true, user: toInfo(verified.user), audiences });
}
