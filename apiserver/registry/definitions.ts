// Definitions at work: a definition that is stored is served a moment later, and one that is deleted takes its objects
// with it.

import { trackUpdate } from '../apply/managers.ts';
import { uncoveredRules } from '../cel/rules.ts';
import {
  type ApiObject,
  finalizersOf,
  isTerminating,
  nameOf,
  namespaceOf,
  toTime,
  withMetadata,
} from '../model/api-object.ts';
import { equals, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import type { Change } from '../store/store.ts';
import { type CustomParts, customResources } from './custom.ts';
import { nextStatus, withCondition } from './definition-status.ts';
import { deleteObject } from './delete.ts';
import type { Registry } from './registry.ts';
import type { WriteDeps } from './write.ts';

/** The collection of definitions. */
export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';
// Holds a definition until its objects are gone.
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

/** What serving definitions needs. */
export interface DefinitionDeps extends WriteDeps, CustomParts {
  readonly registry: Registry;
  /** Runs something after the current request. */
  defer(run: () => void): void;
}

/** Serves the definitions of a store, those that are there and those that come. */
export function serveDefinitions(deps: DefinitionDeps): void {
  const listening = new Map<string, () => void>();
  const goOn = (definition: ApiObject): void => {
    const name = nameOf(definition);
    if (isTerminating(definition) && !listening.has(name))
      listening.set(
        name,
        deps.store.onChange(collectionOf(definition), () => deps.defer(() => finish(deps, name))),
      );
    deps.defer(() => (isTerminating(definition) ? cleanUp(deps, name) : establish(deps, name)));
  };
  for (const definition of deps.store.list(DEFINITIONS)) {
    const isServed = deps.registry.serves(nameOf(definition));
    if (isEstablished(definition) && !isServed) serve(deps, definition);
    goOn(definition);
  }
  deps.store.onChange(DEFINITIONS, ({ type, before, after }: Change) => {
    if (type === 'DELETED') {
      deps.registry.setCustom(nameOf(after), []);
      deps.registry.end(collectionOf(after));
      listening.get(nameOf(after))?.();
      listening.delete(nameOf(after));
      const group = textIn(after, 'spec', 'group');
      settleOthers(
        deps,
        deps.store.list(DEFINITIONS).filter((other) => textIn(other, 'spec', 'group') === group),
      );
      return;
    }
    if (isEstablished(after)) serve(deps, after);
    if (before !== undefined && !isServedAlike(before, after)) deps.registry.end(collectionOf(after));
    goOn(after);
  });
}

// Source: the handler of custom resources of kube-apiserver, which keeps what it serves while these are the same.
function isServedAlike(before: ApiObject, after: ApiObject): boolean {
  const accepted = (one: ApiObject): Json => objectIn(one, 'status', 'acceptedNames');
  return equals(before['spec'], after['spec']) && equals(accepted(before), accepted(after));
}

function serve(deps: DefinitionDeps, definition: ApiObject): void {
  deps.registry.setCustom(nameOf(definition), customResources(definition, deps));
}

function isEstablished(definition: ApiObject): boolean {
  return listIn(definition, 'status', 'conditions').some(
    (condition) => textIn(condition, 'type') === 'Established' && textIn(condition, 'status') === 'True',
  );
}

function collectionOf(definition: ApiObject): string {
  return `${textIn(definition, 'spec', 'group')}/${textIn(definition, 'spec', 'names', 'plural')}`;
}

// One change at a time: each is seen by all others before the next one.
function establish(deps: DefinitionDeps, name: string): void {
  const definition = deps.store.get(DEFINITIONS, { namespace: '', name });
  if (definition === undefined || isTerminating(definition)) return;
  const group = textIn(definition, 'spec', 'group');
  const others = deps.store
    .list(DEFINITIONS)
    .filter((other) => nameOf(other) !== name && textIn(other, 'spec', 'group') === group);
  const settled = nextStatus(definition, others, toTime(deps.nowMs()));
  if (settled === undefined) return;
  putStatus(deps, definition, settled.status);
  if (settled.changesNames) settleOthers(deps, others);
}

// Names that one gives back another one may have waited for.
function settleOthers(deps: DefinitionDeps, others: readonly ApiObject[]): void {
  for (const other of others) deps.defer(() => establish(deps, nameOf(other)));
}

function putStatus(deps: DefinitionDeps, definition: ApiObject, status: JsonObject): ApiObject {
  const resource = deps.registry.ofKind(definition.apiVersion, definition.kind);
  if (resource === undefined) throw new Error('definitions are not served');
  const { codec, lifecycle, apiVersion } = resource;
  const tracked = trackUpdate(
    definition,
    { ...definition, status },
    {
      manager: 'kube-apiserver',
      subresource: 'status',
      time: toTime(deps.nowMs()),
      blank: codec.blank,
      types: {
        version: apiVersion,
        typeIn: (version) => codec.typeIn(version),
        convert: (value) => value,
        unowned: lifecycle.unownedByStatus,
      },
    },
  );
  return deps.store.put(DEFINITIONS, tracked);
}

// The objects go as if somebody deleted each; finalizers hold them, and with them the definition.
function cleanUp(deps: DefinitionDeps, name: string): void {
  const definition = deps.store.get(DEFINITIONS, { namespace: '', name });
  const [resource] = definition === undefined ? [] : customResources(definition, deps);
  if (definition === undefined) return;
  if (isEnding(definition)) {
    finish(deps, name);
    return;
  }
  putStatus(deps, definition, {
    ...objectIn(definition, 'status'),
    conditions: withCondition(listIn(definition, 'status', 'conditions'), {
      type: 'Terminating',
      status: 'True',
      lastTransitionTime: toTime(deps.nowMs()),
      reason: 'InstanceDeletionInProgress',
      message: 'CustomResource deletion is in progress',
    }),
  });
  if (resource !== undefined) {
    const options = {
      propagationPolicy: 'Background',
      orphanDependents: undefined,
      uid: undefined,
      resourceVersion: undefined,
      isDryRun: false,
    };
    for (const object of deps.store.list(resource.collection)) {
      if (isTerminating(object)) continue;
      deleteObject(deps, resource, { name: { namespace: namespaceOf(object), name: nameOf(object) }, options });
    }
  }
  finish(deps, name);
}

function isEnding(definition: ApiObject): boolean {
  return listIn(definition, 'status', 'conditions').some(
    (condition) => textIn(condition, 'reason') === 'InstanceDeletionInProgress',
  );
}

function finish(deps: DefinitionDeps, name: string): void {
  const definition = deps.store.get(DEFINITIONS, { namespace: '', name });
  if (definition === undefined || !isTerminating(definition)) return;
  if (deps.store.list(collectionOf(definition)).length > 0) return;
  const finalizers = finalizersOf(definition).filter((finalizer) => finalizer !== CLEANUP);
  if (finalizers.length === 0) deps.store.remove(DEFINITIONS, { namespace: '', name });
  else if (finalizers.length < finalizersOf(definition).length)
    deps.store.put(DEFINITIONS, withMetadata(definition, { finalizers }));
}

/** What of a definition is not emulated; empty where all of it is. What is wrong anyway is told as such: `isWrong`. */
export function notEmulatedIn(definition: JsonObject, isWrong: (definition: JsonObject) => boolean): readonly string[] {
  const found = new Set<string>();
  if (textIn(definition, 'spec', 'conversion', 'strategy') === 'Webhook') found.add('conversion webhooks');
  const rules = listIn(definition, 'spec', 'versions').flatMap((version) =>
    uncoveredRules(objectIn(version, 'schema', 'openAPIV3Schema')),
  );
  if (rules.length > 0 && !isWrong(definition))
    for (const why of rules) found.add(`x-kubernetes-validations with ${why}`);
  return [...found].sort();
}
