// Asking for a token of a service account, through its subresource `token`.
// Source: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/

import { badRequest, conflict, invalidObject, notFound } from '../model/api-error.ts';
import { type ApiObject, nameOf, namespaceOf, toTime, uidOf, withMetadata } from '../model/api-object.ts';
import { type FieldError, invalid } from '../model/field-error.ts';
import { getIn, isObject, listIn, objectIn, textIn } from '../model/json.ts';
import type { ObjectName } from '../store/store.ts';
import { BOUND_COLLECTIONS, ISSUER, type TokenDeps, type Tokens } from './tokens.ts';

const GROUP = 'authentication.k8s.io';
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

/** What is asked for: a TokenRequest for the account of a name. */
export interface TokenAsking {
  readonly account: ObjectName;
  readonly object: ApiObject;
}

/** The request with its token. Throws ApiError. */
export function answerTokenRequest(
  deps: TokenDeps & { readonly tokens: Tokens },
  { account: name, object }: TokenAsking,
): ApiObject {
  const account = deps.store.get('/serviceaccounts', name);
  if (account === undefined) throw notFound({ group: '', resource: 'serviceaccounts' }, name.name);
  checkPlace(object, name);
  const spec = objectIn(object, 'spec');
  const seconds = Number(spec['expirationSeconds']);
  const errors = checkLifetime(seconds);
  if (errors.length > 0) throw invalidObject({ group: GROUP, kind: 'TokenRequest' }, '', errors);
  const given = listIn(spec, 'audiences').filter((one): one is string => typeof one === 'string');
  const audiences = given.length === 0 ? [ISSUER] : given;
  const bound = boundObject(deps, object, name);
  const token = deps.tokens.issue({ account, audiences, lifetimeSeconds: seconds, bound });
  const now = deps.nowMs();
  const placed = withMetadata(object, {
    name: nameOf(account),
    namespace: namespaceOf(account),
    uid: uidOf(account),
    creationTimestamp: toTime(now),
  });
  return {
    ...placed,
    spec: { ...spec, audiences, expirationSeconds: seconds, boundObjectRef: spec['boundObjectRef'] ?? null },
    status: { token, expirationTimestamp: toTime(now + seconds * 1000) },
  };
}

function checkPlace(object: ApiObject, { name }: ObjectName): void {
  const own = nameOf(object);
  if (own === '' || own === name) return;
  const error = invalid('metadata.name', own, 'must match the service account name if specified');
  throw invalidObject({ group: GROUP, kind: 'TokenRequest' }, name, [error]);
}

function checkLifetime(seconds: number): readonly FieldError[] {
  const field = 'spec.expirationSeconds';
  if (seconds < MIN_SECONDS) return [invalid(field, seconds, 'may not specify a duration less than 10 minutes')];
  if (seconds > MAX_SECONDS) return [invalid(field, seconds, 'may not specify a duration larger than 2^32 seconds')];
  return [];
}

function boundObject({ store }: TokenDeps, object: ApiObject, account: ObjectName): ApiObject | undefined {
  const ref = getIn(object, 'spec', 'boundObjectRef');
  if (!isObject(ref)) return undefined;
  const [apiVersion, kind, name] = [textIn(ref, 'apiVersion'), textIn(ref, 'kind'), textIn(ref, 'name')];
  const collection = apiVersion === 'v1' ? BOUND_COLLECTIONS[kind] : undefined;
  if (collection === undefined) throw badRequest(`cannot bind token to object of type /${apiVersion}, Kind=${kind}`);
  const found = store.get(collection, { namespace: account.namespace, name });
  const resource = { group: '', resource: collection.slice(1) };
  if (found === undefined) throw notFound(resource, name);
  const owner = textIn(found, 'spec', 'serviceAccountName');
  if (kind === 'Pod' && owner !== account.name)
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account.name)} to pod running with different serviceaccount name.`,
    );
  const uid = textIn(ref, 'uid');
  if (uid === '' || uid === uidOf(found)) return found;
  const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  throw conflict(resource, name, why);
}
