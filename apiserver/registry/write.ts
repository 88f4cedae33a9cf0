// Creating and updating objects: what the server fills in, what it checks, and what it stores.
//
// Promises: nothing is stored that is not valid; an update that changes nothing gets no new version; with dryRun nothing
// is stored at all, and the answer is what it would have been.

import {
  alreadyExists,
  badRequest,
  conflict,
  forbiddenRequest,
  invalidObject,
  notFound,
  unexpected,
} from '../model/api-error.ts';
import {
  type ApiObject,
  finalizersOf,
  isTerminating,
  nameOf,
  namespaceOf,
  toTime,
  uidOf,
  withMetadata,
} from '../model/api-object.ts';
import { type FieldError, invalid } from '../model/field-error.ts';
import { equals, isList, type Json, listIn, textIn } from '../model/json.ts';
import type { ObjectName, Store } from '../store/store.ts';
import { checkMetadata, checkMetadataUpdate } from '../validation/metadata.ts';
import type { Resource } from './resource.ts';

/** What writes need of the world. */
export interface WriteDeps {
  readonly store: Store;
  nowMs(): number;
  newUid(): string;
  /** Five letters and digits at the end of a generated name. */
  newSuffix(): string;
}

/** How a write is done. */
export interface WriteOptions {
  readonly isDryRun: boolean;
  /** Hears what is allowed and hardly meant. */
  warn(message: string): void;
}

/** Creates an object. `object` is decoded and has its defaults and managed fields. Throws ApiError. */
export function createObject(
  deps: WriteDeps,
  resource: Resource,
  { object, namespace, isDryRun, warn }: { readonly object: ApiObject; readonly namespace: string } & WriteOptions,
): ApiObject {
  if (textIn(object, 'metadata', 'resourceVersion') !== '')
    throw unexpected('resourceVersion should not be set on objects to be created');
  const ready = prepareNew(deps, resource, inNamespace(resource, named(deps, object), namespace));
  const existing = deps.store.get(resource.collection, toName(ready));
  if (existing !== undefined) throw alreadyExists(groupResource(resource), nameOf(ready));
  for (const message of resource.lifecycle.warn(ready, undefined)) warn(message);
  return keep(deps, resource, { object: ready, isDryRun });
}

// What a read would give after the write.
function keep(
  { store }: WriteDeps,
  { codec, collection }: Resource,
  { object, isDryRun }: { readonly object: ApiObject; readonly isDryRun: boolean },
): ApiObject {
  const stored = codec.toStorage(object);
  return codec.fromStorage(isDryRun ? stored : store.put(collection, stored));
}

/** How an object is changed. */
export interface UpdateOptions extends WriteOptions {
  readonly name: ObjectName;
  /** `status` and such; undefined for the main endpoint. */
  readonly subresource: string | undefined;
  readonly mayCreate: boolean;
  /** The uid that the object must have; empty for any. */
  readonly uid: string;
  /** Makes the new object of the one that is there, with managed fields. */
  change(current: ApiObject | undefined): ApiObject;
}

/** What an update gave. */
export interface Updated {
  readonly object: ApiObject;
  readonly isCreated: boolean;
}

/** Changes an object, or creates it where that is allowed. Throws ApiError. */
export function updateObject(deps: WriteDeps, resource: Resource, options: UpdateOptions): Updated {
  const { name, isDryRun } = options;
  const stored = deps.store.get(resource.collection, name);
  if (stored === undefined) {
    if (!options.mayCreate) throw notFound(groupResource(resource), name.name);
    const wanted = withMetadata(inNamespace(resource, options.change(undefined), name.namespace), {
      resourceVersion: undefined,
    });
    const ready = prepareNew(deps, resource, wanted);
    for (const message of resource.lifecycle.warn(ready, undefined)) options.warn(message);
    return { object: keep(deps, resource, { object: ready, isDryRun }), isCreated: true };
  }
  const current = resource.codec.fromStorage(stored);
  checkUid(resource, current, options.uid);
  const wanted = inNamespace(resource, options.change(current), name.namespace);
  checkVersion(resource, wanted, current);
  const others = othersOf(deps, resource);
  const { subresource, warn } = options;
  const next = prepareChanged(resource, wanted, { current, subresource, others, warn });
  if (options.subresource === undefined)
    for (const message of resource.lifecycle.warn(next, current)) options.warn(message);
  if (isOver(next, current)) {
    if (!isDryRun) deps.store.remove(resource.collection, name);
    return { object: next, isCreated: false };
  }
  if (equals(resource.codec.toStorage(next), stored)) return { object: current, isCreated: false };
  return { object: keep(deps, resource, { object: next, isDryRun }), isCreated: false };
}

// An object whose deletion has begun is gone with its last finalizer.
function isOver(next: ApiObject, current: ApiObject): boolean {
  return (
    isTerminating(next) &&
    finalizersOf(next).length === 0 &&
    finalizersOf(current).length > 0 &&
    !isHeldBySpec(next) &&
    Number(next.metadata['deletionGracePeriodSeconds'] ?? 0) === 0
  );
}

/** True for a namespace that is held by what its spec names. */
export function isHeldBySpec(object: ApiObject): boolean {
  return object.apiVersion === 'v1' && object.kind === 'Namespace' && listIn(object, 'spec', 'finalizers').length > 0;
}

function named(deps: WriteDeps, object: ApiObject): ApiObject {
  const base = textIn(object, 'metadata', 'generateName');
  if (nameOf(object) !== '' || base === '') return object;
  return withMetadata(object, { name: base.slice(0, 58) + deps.newSuffix() });
}

function inNamespace(resource: Resource, object: ApiObject, namespace: string): ApiObject {
  const own = namespaceOf(object);
  if (!resource.isNamespaced) return own === '' ? object : withMetadata(object, { namespace: undefined });
  if (own === '') return withMetadata(object, { namespace });
  if (own !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return object;
}

function prepareNew(deps: WriteDeps, resource: Resource, object: ApiObject): ApiObject {
  checkNamespace(deps, resource, object);
  const { lifecycle } = resource;
  if (lifecycle.refusesNew !== undefined)
    throw forbiddenRequest(groupResource(resource), nameOf(object), lifecycle.refusesNew);
  const filled = withMetadata(object, {
    uid: deps.newUid(),
    creationTimestamp: toTime(deps.nowMs()),
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    selfLink: undefined,
  });
  const ready = lifecycle.prepareCreate(filled, othersOf(deps, resource));
  const rules = { isNamespaced: resource.isNamespaced, checkName: (name: string) => lifecycle.validateName(name) };
  refuse(resource, ready, [...checkMetadata(ready, rules), ...lifecycle.validate(ready)]);
  return resource.codec.reread(ready);
}

// What is created in a namespace must find it there, and not on its way out.
function checkNamespace(deps: WriteDeps, resource: Resource, object: ApiObject): void {
  if (!resource.isNamespaced) return;
  const namespace = namespaceOf(object);
  const found = deps.store.get('/namespaces', { namespace: '', name: namespace });
  if (found === undefined) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (!isTerminating(found)) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const message = `namespace ${namespace} is being terminated`;
  const cause: Json = { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' };
  throw forbiddenRequest(groupResource(resource), nameOf(object), why, [cause]);
}

// Where the real server keeps what it keeps elsewhere than under its plural name; some messages tell.
const STORED_AS: { readonly [collection: string]: string } = {
  'networking.k8s.io/ingresses': 'ingress',
  '/services': 'services/specs',
  '/endpoints': 'services/endpoints',
  '/nodes': 'minions',
};

function checkUid(resource: Resource, current: ApiObject, uid: string): void {
  if (uid === '' || uid === uidOf(current)) return;
  const folder =
    STORED_AS[resource.collection] ?? (resource.openApi === undefined ? resource.plural : resource.collection);
  const place = [folder, namespaceOf(current), nameOf(current)];
  const key = `/registry/${place.filter((part) => part !== '').join('/')}`;
  const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(current)}`;
  throw conflict(groupResource(resource), nameOf(current), why);
}

function checkVersion(resource: Resource, wanted: ApiObject, current: ApiObject): void {
  const version = textIn(wanted, 'metadata', 'resourceVersion');
  if (version === '') {
    if (resource.lifecycle.updatesUnconditionally) return;
    const error = invalid('metadata.resourceVersion', 0, 'must be specified for an update');
    throw invalidObject({ group: resource.group, kind: resource.plural }, nameOf(wanted), [error]);
  }
  if (version === textIn(current, 'metadata', 'resourceVersion')) return;
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  throw conflict(groupResource(resource), nameOf(current), why);
}

// All objects of a kind, where preparing one needs to know them.
function othersOf({ store }: WriteDeps, { collection }: Resource): () => readonly ApiObject[] {
  return () => store.list(collection);
}

interface Changing {
  readonly current: ApiObject;
  readonly subresource: string | undefined;
  others(): readonly ApiObject[];
  warn(message: string): void;
}

function prepareChanged(
  resource: Resource,
  wanted: ApiObject,
  { current, subresource, others, warn }: Changing,
): ApiObject {
  const { lifecycle } = resource;
  const from = withMetadata(wanted, {
    generation: current.metadata['generation'],
    resourceVersion: current.metadata['resourceVersion'],
  });
  const prepared =
    subresource === 'status' ? lifecycle.prepareStatus(from, current) : lifecycle.prepareUpdate(from, current, others);
  const { metadata: before } = current;
  const kept = {
    uid: prepared.metadata['uid'] ?? before['uid'],
    creationTimestamp: before['creationTimestamp'],
    deletionTimestamp: before['deletionTimestamp'] ?? prepared.metadata['deletionTimestamp'],
    deletionGracePeriodSeconds: prepared.metadata['deletionGracePeriodSeconds'] ?? before['deletionGracePeriodSeconds'],
    selfLink: undefined,
  };
  const next = withMetadata(prepared, kept);
  const rules = { isNamespaced: resource.isNamespaced, checkName: () => [] };
  const errors = [...checkMetadata(next, rules), ...checkMetadataUpdate(next, current)];
  const own =
    subresource === 'status' ? lifecycle.validateStatus(next, current) : lifecycle.validateUpdate(next, current);
  for (const message of lifecycle.tolerated(next, current, subresource)) warn(message);
  refuse(resource, next, [...errors, ...own]);
  return withOldTimes(resource.codec.reread(next, current), current);
}

// Where only the times of managed fields would change, nothing changes.
function withOldTimes(next: ApiObject, current: ApiObject): ApiObject {
  const [now, before] = [next.metadata['managedFields'], current.metadata['managedFields']];
  if (!isList(now) || !isList(before) || now.length !== before.length || equals(now, before)) return next;
  const old = withMetadata(next, { managedFields: before });
  return equals(withoutTimes(now), withoutTimes(before)) && equals(old, current) ? old : next;
}

function withoutTimes(entries: readonly Json[]): Json {
  return entries.map((entry) => ({ ...(entry as { [name: string]: Json }), time: '' }));
}

function refuse(resource: Resource, object: ApiObject, errors: readonly FieldError[]): void {
  const { kind } = resource;
  if (errors.length > 0) throw invalidObject({ group: groupOfErrors(resource, object), kind }, nameOf(object), errors);
}

/** The group of which errors about an object speak: for events of their own group the core group, where they are stored. */
export function groupOfErrors({ group }: Resource, { apiVersion }: ApiObject): string {
  return apiVersion.includes('/') ? group : '';
}

/** The group and plural name of a resource, for messages. */
export function groupResource(resource: Resource): { readonly group: string; readonly resource: string } {
  return { group: resource.group, resource: resource.plural };
}

function toName(object: ApiObject): ObjectName {
  return { namespace: namespaceOf(object), name: nameOf(object) };
}
