// Who controls an object.

import { type ApiObject, type OwnerReference, ownersOf } from '../model/api-object.ts';
import { isObject, type JsonObject, listIn } from '../model/json.ts';

/** The owner that controls an object. */
export function controllerOf(object: ApiObject): OwnerReference | undefined {
  const at = listIn(object, 'metadata', 'ownerReferences').findIndex(
    (one) => isObject(one) && one['controller'] === true,
  );
  return at < 0 ? undefined : ownersOf(object)[at];
}

/** A reference by which an object is controlled. */
export function ownerReferenceTo({ apiVersion, kind, metadata }: ApiObject): JsonObject {
  const { name = '', uid = '' } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
