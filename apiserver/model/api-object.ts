// Objects of the API, and the parts of their metadata that the server looks at.

import { isObject, type Json, type JsonObject, listIn, textIn } from './json.ts';

/** An object as it is stored: with apiVersion, kind and metadata. */
export interface ApiObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
}

/** A kind with its group and version. `group` is empty for the core group. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** An owner of an object. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly blockOwnerDeletion: boolean;
}

/** The name of an object, or ''. */
export function nameOf(object: Json): string {
  return textIn(object, 'metadata', 'name');
}

/** The namespace of an object, or '' where it has none. */
export function namespaceOf(object: Json): string {
  return textIn(object, 'metadata', 'namespace');
}

/** The uid of an object. */
export function uidOf(object: Json): string {
  return textIn(object, 'metadata', 'uid');
}

/** The finalizers of an object. */
export function finalizersOf(object: Json): readonly string[] {
  return listIn(object, 'metadata', 'finalizers').filter((name) => typeof name === 'string');
}

/** True for an object whose deletion has begun. */
export function isTerminating(object: Json): boolean {
  return textIn(object, 'metadata', 'deletionTimestamp') !== '';
}

/** The owners of an object. */
export function ownersOf(object: Json): readonly OwnerReference[] {
  return listIn(object, 'metadata', 'ownerReferences')
    .filter(isObject)
    .map((owner) => ({
      apiVersion: textIn(owner, 'apiVersion'),
      kind: textIn(owner, 'kind'),
      name: textIn(owner, 'name'),
      uid: textIn(owner, 'uid'),
      blockOwnerDeletion: owner['blockOwnerDeletion'] === true,
    }));
}

/** The object with some of its metadata changed; undefined takes a field away. */
export function withMetadata(object: ApiObject, changes: { readonly [name: string]: Json | undefined }): ApiObject {
  const metadata: { [name: string]: Json } = { ...object.metadata };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete metadata[name];
    else metadata[name] = value;
  }
  return { ...object, metadata };
}

/** A time as metadata has it: UTC, in whole seconds. */
export function toTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
