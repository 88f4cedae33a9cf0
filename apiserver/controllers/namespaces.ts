// Namespaces on their way out: everything in them is deleted, and when nothing is left, the namespace goes.

import { type ApiObject, finalizersOf, isTerminating, nameOf, namespaceOf, toTime } from '../model/api-object.ts';
import { equals, type Json, listIn, setIn, textIn } from '../model/json.ts';
import { deleteObject } from '../registry/delete.ts';
import { trackedWrite } from '../registry/managed.ts';
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
  if (isChanged) return true;
  if (content.length > 0) return tellWhatIsLeft(deps, namespace);
  const finalizers = listIn(namespace, 'spec', 'finalizers').filter((finalizer) => finalizer !== 'kubernetes');
  if (finalizers.length > 0) {
    if (finalizers.length === listIn(namespace, 'spec', 'finalizers').length) return false;
    deps.store.put(NAMESPACES, setIn(namespace, ['spec', 'finalizers'], finalizers) as ApiObject);
    return true;
  }
  deps.store.remove(NAMESPACES, { namespace: '', name });
  return true;
}

// Why a namespace is still there, as its conditions say it. True where they say something new.
function tellWhatIsLeft(deps: ControllerDeps, namespace: ApiObject): boolean {
  const left = everything(deps).filter(
    ({ resource, object }) => resource.isNamespaced && namespaceOf(object) === nameOf(namespace),
  );
  const resources = countOf(left.map(({ resource }) => `${resource.plural}.${resource.group}`));
  const finalizers = countOf(left.flatMap(({ object }) => [...new Set(finalizersOf(object))]));
  const wanted = [
    condition('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    condition(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    condition(
      'NamespaceDeletionContentFailure',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    resources.length === 0
      ? condition('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed')
      : remaining(
          'NamespaceContentRemaining',
          'SomeResourcesRemain',
          `Some resources are remaining: ${resources.map(([name, count]) => `${name} has ${count} resource instances`).join(', ')}`,
        ),
    finalizers.length === 0
      ? condition(
          'NamespaceFinalizersRemaining',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        )
      : remaining(
          'NamespaceFinalizersRemaining',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${finalizers.map(([name, count]) => `${name} in ${count} resource instances`).join(', ')}`,
        ),
  ];
  const known = listIn(namespace, 'status', 'conditions');
  const time = toTime(deps.nowMs());
  const conditions = wanted.map((one) => {
    const before = known.find((other) => textIn(other, 'type') === one.type);
    const isSame = ['status', 'reason', 'message'].every((name) => textIn(before, name) === textIn(one, name));
    const isTurned = textIn(before, 'status') !== one.status;
    const since = isTurned ? time : textIn(before, 'lastTransitionTime');
    return isSame ? (before as Json) : { ...one, lastTransitionTime: since };
  });
  if (equals(conditions, known)) return false;
  const resource = deps.registry.collections().get(NAMESPACES);
  if (resource === undefined) throw new Error('namespaces are not served');
  const track = trackedWrite(resource, {
    manager: 'kube-controller-manager',
    subresource: 'status',
    nowMs: deps.nowMs(),
  });
  deps.store.put(NAMESPACES, track(namespace, setIn(namespace, ['status', 'conditions'], conditions) as ApiObject));
  return true;
}

function condition(type: string, reason: string, message: string, status = 'False') {
  return { type, status, reason, message };
}

function remaining(type: string, reason: string, message: string) {
  return condition(type, reason, message, 'True');
}

function countOf(names: readonly string[]): readonly (readonly [name: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
