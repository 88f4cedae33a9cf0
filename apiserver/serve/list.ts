// Lists: selectors, pages that stay consistent while objects change, and versions.

import { badRequest, expired, invalidObject, tooLarge, unexpected } from '../model/api-error.ts';
import { type ApiObject, nameOf, namespaceOf } from '../model/api-object.ts';
import { type FieldError, forbidden, notSupported } from '../model/field-error.ts';
import type { Json } from '../model/json.ts';
import { integerIn } from '../model/parameters.ts';
import type { Resource } from '../registry/resource.ts';
import { Forgotten, type Store } from '../store/store.ts';
import { type Matcher, parseFieldSelector, parseLabelSelector } from './selector.ts';

/** A list that is asked for. `namespace` is empty for all. */
export interface ListCall {
  readonly resource: Resource;
  readonly namespace: string;
  readonly query: URLSearchParams;
}

/** A list, or a page of it. */
export interface ListResult {
  readonly items: readonly ApiObject[];
  /** The metadata of the list. */
  readonly metadata: { readonly [name: string]: Json };
}

/** What matches the selectors of a call, whose other options are checked in between. Throws ApiError 400 and 422. */
export function matcherOf({ resource, query }: ListCall, checkOptions: (query: URLSearchParams) => void): Matcher {
  for (const name of ['limit', 'timeoutSeconds']) integerIn(query, name);
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  checkOptions(query);
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '', resource);
  const { forms, apiVersion } = resource;
  return (object) => labels(object) && fields(forms === undefined ? object : forms.convert(object, apiVersion));
}

/** Lists objects. Throws ApiError. */
export function listObjects(store: Store, call: ListCall): ListResult {
  const { query, resource, namespace } = call;
  const matches = matcherOf(call, checkListOptions);
  const limit = integerIn(query, 'limit') ?? 0;
  const token = query.get('continue') ?? '';
  const from = token === '' ? undefined : parseToken(token);
  if (from !== undefined && (query.get('resourceVersion') ?? '') !== '' && query.get('resourceVersion') !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  const version = from?.version ?? wantedVersion(store, query);
  const old = from === undefined ? LIST_TOO_OLD : CONTINUE_TOO_OLD;
  const all = objectsAt(store, { collection: resource.collection, namespace, version }, old);
  const rest = from === undefined ? all : all.filter((object) => keyOf(object) >= from.start);
  const page = pageOf(rest, matches, isFromCache(query) ? 0 : limit);
  const next = rest[page.end];
  if (next === undefined) return { items: page.items, metadata: { resourceVersion: String(version) } };
  const hasSelector = (query.get('labelSelector') ?? '') !== '' || (query.get('fieldSelector') ?? '') !== '';
  return {
    items: page.items,
    metadata: {
      resourceVersion: String(version),
      continue: toToken({ version, start: keyOf(next) }),
      ...(hasSelector ? {} : { remainingItemCount: rest.length - limit }),
    },
  };
}

// Any version will do: then all of it comes at once.
function isFromCache(query: URLSearchParams): boolean {
  return query.get('resourceVersion') === '0' && (query.get('continue') ?? '') === '';
}

// The first objects that match, and how far one had to look for them. What comes after may match or not.
function pageOf(
  objects: readonly ApiObject[],
  matches: Matcher,
  limit: number,
): { readonly items: readonly ApiObject[]; readonly end: number } {
  if (limit <= 0) return { items: objects.filter(matches), end: objects.length };
  const items: ApiObject[] = [];
  let end = 0;
  while (end < objects.length && items.length < limit) {
    const object = objects[end] as ApiObject;
    if (matches(object)) items.push(object);
    end += 1;
  }
  return { items, end };
}

function checkListOptions(query: URLSearchParams): void {
  const match = query.get('resourceVersionMatch') ?? '';
  const version = query.get('resourceVersion') ?? '';
  const errors: FieldError[] = [];
  if (match !== '') {
    const field = 'resourceVersionMatch';
    if (version === '') errors.push(forbidden(field, `${field} is forbidden unless resourceVersion is provided`));
    if ((query.get('continue') ?? '') !== '')
      errors.push(forbidden(field, `${field} is forbidden when continue is provided`));
    if (!['Exact', 'NotOlderThan'].includes(match))
      errors.push(notSupported(field, match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && version === '0')
      errors.push(forbidden(field, `${field} "exact" is forbidden for resourceVersion "0"`));
  }
  if (query.has('sendInitialEvents'))
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
}

function wantedVersion(store: Store, query: URLSearchParams): number {
  const version = parseVersion(query.get('resourceVersion') ?? '', (why) =>
    badRequest(`invalid resource version: ${why}`),
  );
  if (version > store.version) throw tooLarge(version, store.version);
  const match = query.get('resourceVersionMatch') ?? '';
  // Without a word about it, a version with a limit means that very version.
  const isExact = match === 'Exact' || (match === '' && Number(query.get('limit') ?? 0) > 0 && version > 0);
  return isExact ? version : store.version;
}

/** The number of the version that one object, or a watch, is to be of; 0 for none. Throws ApiError 500. */
export function parseOneVersion(query: URLSearchParams): number {
  return parseVersion(query.get('resourceVersion') ?? '', unexpected);
}

function parseVersion(text: string, refuse: (why: string) => Error): number {
  if (text === '') return 0;
  if (/^\d+$/.test(text)) return Number(text);
  const quoted = JSON.stringify(text);
  throw refuse(`resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`);
}

const LIST_TOO_OLD = 'The resourceVersion for the provided list is too old.';
const CONTINUE_TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.';

interface PastList {
  readonly collection: string;
  readonly namespace: string;
  readonly version: number;
}

function objectsAt(
  store: Store,
  { collection, namespace, version }: PastList,
  tooOldMessage: string,
): readonly ApiObject[] {
  if (version === store.version) return store.list(collection, namespace);
  try {
    return store.listAt(collection, version, namespace);
  } catch (error) {
    if (error instanceof Forgotten) throw expired(tooOldMessage);
    throw error;
  }
}

interface Place {
  readonly version: number;
  readonly start: string;
}

function keyOf(object: ApiObject): string {
  return `${namespaceOf(object)}/${nameOf(object)}`;
}

function toToken({ version, start }: Place): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start })).toString('base64url');
}

function parseToken(token: string): Place {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (v === 'meta.k8s.io/v1' && Number.isInteger(rv) && typeof start === 'string') return { version: rv, start };
  } catch {
    // Answered below: every token that we did not make is refused alike.
  }
  throw badRequest('invalid continue token: continue key is not valid');
}
