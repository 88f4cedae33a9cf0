// Namespaces on their way out: everything in them is deleted, and when nothing is left, the namespace goes.

import { type ApiObject, isTerminating, nameOf, namespaceOf } from '../model/api-object.ts';
import { listIn, setIn } from '../model/json.ts';
import { deleteObject } from '../registry/delete.ts';
import { type ControllerDeps, everything } from './garbage.ts';

/** Where namespaces are stored. */
export const NAMESPACES = '/namespaces';

/** Does once what there is to do. True where something was changed. */
export function finishNamespaces(deps: ControllerDeps): boolean {
  let isChanged = false;
  for (const namespace of deps.store.list(NAMESPACES))
    if (isTerminating(namespace) && finish(deps, namespace)) isChanged = true;
  return isChanged;
}

function finish(deps: ControllerDeps, namespace: ApiObject): boolean {
  const name = nameOf(namespace);
  const content = everything(deps).filter(
    ({ resource, object }) => resource.isNamespaced && namespaceOf(object) === name,
  );
  const options = {
    propagationPolicy: 'Background',
    orphanDependents: undefined,
    uid: undefined,
    resourceVersion: undefined,
    isDryRun: false,
  };
  let isChanged = false;
  for (const { resource, object } of content) {
    if (isTerminating(object)) continue;
    deleteObject(deps, resource, { name: { namespace: name, name: nameOf(object) }, options });
    isChanged = true;
  }
  if (isChanged || content.length > 0) return isChanged;
  const finalizers = listIn(namespace, 'spec', 'finalizers').filter((finalizer) => finalizer !== 'kubernetes');
  if (finalizers.length > 0) {
    if (finalizers.length === listIn(namespace, 'spec', 'finalizers').length) return false;
    deps.store.put(NAMESPACES, setIn(namespace, ['spec', 'finalizers'], finalizers) as ApiObject);
    return true;
  }
  deps.store.remove(NAMESPACES, { namespace: '', name });
  return true;
}
