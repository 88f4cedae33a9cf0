// Deleting objects: preconditions, finalizers, and what happens to dependents.

import { cannotRead } from '../apply/patch-failure.ts';
import { badRequest, conflict, forbiddenRequest, invalidObject, notFound } from '../model/api-error.ts';
import {
  type ApiObject,
  finalizersOf,
  isTerminating,
  nameOf,
  toTime,
  uidOf,
  withMetadata,
} from '../model/api-object.ts';
import { type FieldError, invalid, notSupported } from '../model/field-error.ts';
import { equals, getIn, isObject, type Json, type JsonObject, listIn, setIn, textIn } from '../model/json.ts';
import { flagIn, integerIn } from '../model/parameters.ts';
import type { ObjectName } from '../store/store.ts';
import type { Resource } from './resource.ts';
import { groupOfErrors, groupResource, isHeldBySpec, type WriteDeps } from './write.ts';

/** What a client says about a delete. */
export interface DeleteOptions {
  readonly propagationPolicy: string | undefined;
  readonly orphanDependents: boolean | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly isDryRun: boolean;
  /** Undefined: what the object itself says. */
  readonly gracePeriodSeconds?: number | undefined;
}

/** What a delete gave: the object as it was, or as it is where finalizers hold it. */
export interface Deleted {
  readonly object: ApiObject;
  readonly isGone: boolean;
}

const NAMESPACES = '/namespaces';
// Source: the admission plugin NamespaceLifecycle.
const LASTING: readonly string[] = ['default', 'kube-system', 'kube-public'];
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** Reads delete options from a body and a query. Throws ApiError 422. */
export function parseDeleteOptions(body: JsonObject | undefined, query: URLSearchParams): DeleteOptions {
  const text = (name: string): string | undefined => {
    const value = body?.[name] ?? query.get(name) ?? undefined;
    return value === undefined || value === '' ? undefined : String(value);
  };
  const orphan = getIn(body, 'orphanDependents') ?? flagIn(query, 'orphanDependents');
  const grace = getIn(body, 'gracePeriodSeconds') ?? integerIn(query, 'gracePeriodSeconds');
  const dryRun = body === undefined ? query.getAll('dryRun') : listIn(body, 'dryRun');
  const options = {
    propagationPolicy: text('propagationPolicy'),
    orphanDependents: orphan === undefined ? undefined : orphan === true,
    uid: textIn(body, 'preconditions', 'uid') || undefined,
    resourceVersion: textIn(body, 'preconditions', 'resourceVersion') || undefined,
    isDryRun: dryRun.length > 0,
    gracePeriodSeconds: grace === undefined ? undefined : Number(grace),
  };
  const wrong = dryRun.every((value) => value === 'All') ? [] : [notSupported('dryRun', dryRun as Json, ['All'])];
  const errors = [...checkOptions(options), ...wrong];
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  return options;
}

const OPTIONS = 'DeleteOptions';

/** Throws ApiError 400 for what is no form of delete options. */
export function checkDeleteBody(body: JsonObject): void {
  const [kind, policy] = [textIn(body, 'kind') || OPTIONS, body['propagationPolicy'] ?? ''];
  if (kind !== OPTIONS) {
    const version = JSON.stringify(textIn(body, 'apiVersion'));
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${version} in scheme "pkg/runtime/scheme.go:111"`,
    );
  }
  if (typeof policy !== 'string')
    throw badRequest(cannotRead(policy, `struct field ${OPTIONS}.propagationPolicy of type v1.DeletionPropagation`));
}

function checkOptions({ propagationPolicy, orphanDependents }: DeleteOptions): readonly FieldError[] {
  if (propagationPolicy === undefined) return [];
  if (orphanDependents !== undefined) {
    const message = 'orphanDependents and deletionPropagation cannot be both set';
    return [invalid('propagationPolicy', propagationPolicy, message)];
  }
  const policies = ['Foreground', 'Background', 'Orphan'];
  return policies.includes(propagationPolicy)
    ? []
    : [notSupported('propagationPolicy', propagationPolicy, [...policies, 'nil'])];
}

/** Deletes an object, or marks it where finalizers hold it. Throws ApiError. */
export function deleteObject(
  deps: WriteDeps,
  resource: Resource,
  { name, options }: { readonly name: ObjectName; readonly options: DeleteOptions },
): Deleted {
  const current = deps.store.get(resource.collection, name);
  if (resource.collection === NAMESPACES && LASTING.includes(name.name))
    throw forbiddenRequest(groupResource(resource), name.name, 'this namespace may not be deleted');
  if (current === undefined) throw notFound(groupResource(resource), name.name);
  checkPreconditions(resource, current, options);
  const finalizers = finalizersAfter(resource, current, options);
  const graceSeconds = resource.lifecycle.graceSeconds(current, options.gracePeriodSeconds);
  if (finalizers.length === 0 && !isHeldBySpec(current) && graceSeconds === 0) {
    const gone = (options.isDryRun ? undefined : deps.store.remove(resource.collection, name)) ?? current;
    const isCutShort = gone.metadata['deletionGracePeriodSeconds'] !== undefined;
    return { object: isCutShort ? withMetadata(gone, { deletionGracePeriodSeconds: 0 }) : gone, isGone: true };
  }
  const mark = resource.lifecycle.finalizerOnDelete === undefined ? markDeleted : markDefinition;
  const marked = mark(deps, current, { finalizers, graceSeconds });
  if (equals(marked, current)) return { object: current, isGone: false };
  return { object: options.isDryRun ? marked : deps.store.put(resource.collection, marked), isGone: false };
}

function checkPreconditions(resource: Resource, current: ApiObject, { uid, resourceVersion }: DeleteOptions): void {
  if (resource.collection === NAMESPACES) checkNamespacePreconditions(resource, current, { uid, resourceVersion });
  const subject = { group: groupOfErrors(resource, current), resource: resource.kind };
  if (uid !== undefined && uid !== uidOf(current)) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${uidOf(current)}). The object might have been deleted and then recreated`;
    throw conflict(subject, nameOf(current), why);
  }
  const version = textIn(current, 'metadata', 'resourceVersion');
  if (resourceVersion !== undefined && resourceVersion !== version) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${version}). The object might have been modified`;
    throw conflict(subject, nameOf(current), why);
  }
}

// Namespaces have checks of their own, and words of their own.
function checkNamespacePreconditions(
  resource: Resource,
  current: ApiObject,
  { uid, resourceVersion }: Pick<DeleteOptions, 'uid' | 'resourceVersion'>,
): void {
  const refuse = (field: string, wanted: string, found: string) =>
    conflict(
      groupResource(resource),
      nameOf(current),
      `Precondition failed: ${field} in precondition: ${wanted}, ${field} in object meta: ${found}`,
    );
  if (uid !== undefined && uid !== uidOf(current)) throw refuse('UID', uid, uidOf(current));
  const version = textIn(current, 'metadata', 'resourceVersion');
  if (resourceVersion !== undefined && resourceVersion !== version)
    throw refuse('ResourceVersion', resourceVersion, version);
}

function finalizersAfter(resource: Resource, current: ApiObject, options: DeleteOptions): readonly string[] {
  const before = finalizersOf(current);
  const others = before.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  if (orphans(resource, before, options)) others.push(ORPHAN);
  if (isForeground(before, options)) others.push(FOREGROUND);
  const own = resource.lifecycle.finalizerOnDelete;
  if (own !== undefined && !isTerminating(current) && !others.includes(own)) others.push(own);
  return others.length === before.length && others.every((name) => before.includes(name)) ? before : others;
}

function orphans(resource: Resource, before: readonly string[], options: DeleteOptions): boolean {
  if (options.orphanDependents !== undefined) return options.orphanDependents;
  if (options.propagationPolicy !== undefined) return options.propagationPolicy === 'Orphan';
  return before.includes(ORPHAN) || (resource.lifecycle.orphansByDefault && !before.includes(FOREGROUND));
}

function isForeground(before: readonly string[], options: DeleteOptions): boolean {
  if (options.orphanDependents !== undefined) return false;
  if (options.propagationPolicy !== undefined) return options.propagationPolicy === 'Foreground';
  return before.includes(FOREGROUND);
}

interface Marking {
  readonly finalizers: readonly string[];
  readonly graceSeconds: number;
}

// Definitions are marked by a hand of their own: their generation stays, and a condition tells.
function markDefinition(deps: WriteDeps, current: ApiObject, { finalizers }: Marking): ApiObject {
  if (isTerminating(current)) return withMetadata(current, { deletionGracePeriodSeconds: 0 });
  const time = toTime(deps.nowMs());
  const condition = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: time,
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  const conditions = [...listIn(current, 'status', 'conditions'), condition];
  const marked = withMetadata(current, { finalizers, deletionTimestamp: time });
  return setIn(marked, ['status', 'conditions'], conditions) as ApiObject;
}

function markDeleted(deps: WriteDeps, current: ApiObject, { finalizers, graceSeconds }: Marking): ApiObject {
  const isFirst = !isTerminating(current);
  // A later delete may shorten the time, never prolong it.
  const isShorter = !isFirst && graceSeconds < Number(current.metadata['deletionGracePeriodSeconds'] ?? 0);
  const generation = Number(current.metadata['generation'] ?? 0);
  const marked = withMetadata(current, {
    finalizers: finalizers.length === 0 ? undefined : finalizers,
    deletionTimestamp:
      isFirst || isShorter ? toTime(deps.nowMs() + graceSeconds * 1_000) : current.metadata['deletionTimestamp'],
    deletionGracePeriodSeconds:
      isFirst || isShorter ? periodOf(current, graceSeconds) : current.metadata['deletionGracePeriodSeconds'],
    generation: isFirst && generation > 0 ? generation + 1 : current.metadata['generation'],
  });
  if (!isHeldBySpec(current)) return marked;
  const status = getIn(marked, 'status');
  return { ...marked, status: { ...(isObject(status) ? status : {}), phase: 'Terminating' } };
}

function periodOf(current: ApiObject, graceSeconds: number): Json | undefined {
  return isHeldBySpec(current) ? undefined : graceSeconds;
}

/** The Status that answers a delete of an object that is gone. */
export function deletedStatus(resource: Resource, object: ApiObject): Json {
  const { group, plural } = resource;
  const details = { name: nameOf(object), ...(group === '' ? {} : { group }), kind: plural, uid: uidOf(object) };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
