// What the server does to a few kinds when they are written, besides what it does to all.

import { TEMPLATE_GENERATION } from '../defaults/workload.ts';
import { type ApiObject, finalizersOf, nameOf, uidOf, withMetadata } from '../model/api-object.ts';
import type { FieldError } from '../model/field-error.ts';
import {
  equals,
  isList,
  isObject,
  type Json,
  type JsonObject,
  listIn,
  objectIn,
  setIn,
  textIn,
} from '../model/json.ts';
import type { Codec } from '../schema/codec.ts';
import { Definitions, warnOfFormats } from './definition-check.ts';
import { admitPod, newPod } from './pod.ts';
import type { Lifecycle } from './resource.ts';
import { allocateAddresses, keepAddresses } from './service-address.ts';

/** Preparations that follow the ordinary ones. `others` are all objects of the kind. */
export interface Special {
  create?(object: ApiObject, others: () => readonly ApiObject[]): ApiObject;
  update?(object: ApiObject, old: ApiObject, others: () => readonly ApiObject[]): ApiObject;
  /** What follows from all that an update has changed. */
  settle?(object: ApiObject): ApiObject;
  /** What is wrong with an object; `old` is undefined for a new one. */
  check?(object: ApiObject, old?: ApiObject): readonly FieldError[];
  /** What is allowed and hardly meant. */
  warn?(object: ApiObject, old?: ApiObject): readonly string[];
}

const PVC_PROTECTION = 'kubernetes.io/pvc-protection';
const NOT_READY = 'node.kubernetes.io/not-ready';
const PV_PROTECTION = 'kubernetes.io/pv-protection';

function withFinalizer(object: ApiObject, name: string): ApiObject {
  const finalizers = finalizersOf(object);
  return finalizers.includes(name) ? object : withMetadata(object, { finalizers: [...finalizers, name] });
}

/** The special kinds, by `apiVersion/kind`. */
const SPECIALS: { readonly [kind: string]: Special | undefined } = {
  'v1/Namespace': {
    create: (object) => setIn(object, ['spec', 'finalizers'], ['kubernetes']) as ApiObject,
    update: (object, old) => setIn(object, ['spec'], old['spec']) as ApiObject,
  },
  'v1/LimitRange': {
    create: (object) => (nameOf(object) === '' ? withMetadata(object, { name: uidOf(object) }) : object),
  },
  'v1/PersistentVolumeClaim': { create: (object) => withFinalizer(withoutOtherSources(object), PVC_PROTECTION) },
  'v1/PersistentVolume': { create: (object) => withFinalizer(inFirstPhase(object), PV_PROTECTION) },
  'v1/Pod': { create: newPod, update: admitPod },
  'v1/Service': { create: allocateAddresses, update: keepAddresses },
  'v1/Node': { create: notReadyYet },
  'apps/v1/DaemonSet': {
    create: (object) => withTemplateGeneration(object, 1),
    update: (object, old) => {
      const before = Number(textIn(old, 'metadata', 'annotations', TEMPLATE_GENERATION));
      const isSame = equals(objectIn(object, 'spec')['template'], objectIn(old, 'spec')['template']);
      return withTemplateGeneration(object, isSame ? before : before + 1);
    },
  },
  'batch/v1/Job': { create: withJobSelector },
  'rbac.authorization.k8s.io/v1/Role': { create: withoutEmptyRules, update: withoutEmptyRules },
  'rbac.authorization.k8s.io/v1/ClusterRole': { create: withoutEmptyRules, update: withoutEmptyRules },
};

/** What is special about a kind, by `apiVersion/kind`. */
export function specialOf(name: string, codec: Codec, readCel: () => JsonObject): Special | undefined {
  return name === 'apiextensions.k8s.io/v1/CustomResourceDefinition'
    ? specialDefinition(codec, readCel)
    : SPECIALS[name];
}

function specialDefinition(codec: Codec, readCel: () => JsonObject): Special {
  const definitions = new Definitions(codec, readCel);
  return {
    create: (object) => withStoredVersion(definitions.prepare(object)),
    update: (object) => definitions.prepare(object),
    settle: withStoredVersion,
    check: (object, old) => definitions.check(object, old),
    warn: warnOfFormats,
  };
}

/** The lifecycle with what is special about a kind. */
export function withSpecial(lifecycle: Lifecycle, special: Special | undefined): Lifecycle {
  if (special === undefined) return lifecycle;
  const { create, update, settle, check, warn } = special;
  return {
    ...lifecycle,
    validate: (object) => [...lifecycle.validate(object), ...(check?.(object) ?? [])],
    validateUpdate: (object, old) => [...lifecycle.validateUpdate(object, old), ...(check?.(object, old) ?? [])],
    warn: (object, old) => [...lifecycle.warn(object, old), ...(warn?.(object, old) ?? [])],
    prepareCreate: (object, others) => {
      const ready = lifecycle.prepareCreate(object, others);
      return create === undefined ? ready : create(ready, others);
    },
    prepareUpdate: (object, old, others) => {
      const special = update === undefined ? object : update(object, old, others);
      const ready = lifecycle.prepareUpdate(special, old, others);
      return settle === undefined ? ready : settle(ready);
    },
  };
}

// What is stored does not tell an empty list of rules from none.
function withoutEmptyRules(object: ApiObject): ApiObject {
  const { rules } = object;
  return isList(rules) && rules.length === 0 ? { ...object, rules: null } : object;
}

const SOURCES: { readonly [kind: string]: string } = {
  PersistentVolumeClaim: '',
  VolumeSnapshot: 'snapshot.storage.k8s.io',
};

// A claim may be made from another one or from a snapshot; what else it names is forgotten. Both fields say the same.
function withoutOtherSources(object: ApiObject): ApiObject {
  const { dataSource, dataSourceRef } = objectIn(object, 'spec');
  if (dataSource === undefined) return object;
  const isKnown = SOURCES[textIn(dataSource, 'kind')] === textIn(dataSource, 'apiGroup');
  if (!isKnown) return setIn(object, ['spec', 'dataSource'], undefined) as ApiObject;
  return dataSourceRef === undefined ? (setIn(object, ['spec', 'dataSourceRef'], dataSource) as ApiObject) : object;
}

function inFirstPhase(volume: ApiObject): ApiObject {
  const { creationTimestamp = null } = volume.metadata;
  return setIn(volume, ['status', 'lastPhaseTransitionTime'], creationTimestamp) as ApiObject;
}

// Nothing is placed on a node before it has said that it is ready.
function notReadyYet(node: ApiObject): ApiObject {
  const taints = listIn(node, 'spec', 'taints').filter((taint) => textIn(taint, 'key') !== NOT_READY);
  return setIn(node, ['spec', 'taints'], [...taints, { key: NOT_READY, effect: 'NoSchedule' }]) as ApiObject;
}

function withTemplateGeneration(object: ApiObject, generation: number): ApiObject {
  return setIn(object, ['metadata', 'annotations', TEMPLATE_GENERATION], String(generation)) as ApiObject;
}

// Jobs that do not choose their pods themselves choose them by their own uid.
function withJobSelector(object: ApiObject): ApiObject {
  if (objectIn(object, 'spec')['manualSelector'] === true) return object;
  const uid = uidOf(object);
  const marks = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': textIn(object, 'metadata', 'name'),
    'controller-uid': uid,
    'job-name': textIn(object, 'metadata', 'name'),
  };
  const labels = { ...objectIn(object, 'spec', 'template', 'metadata', 'labels'), ...marks };
  const own = object.metadata['labels'];
  const isShared = own !== undefined && own === objectIn(object, 'spec', 'template', 'metadata')['labels'];
  const marked = isShared ? withMetadata(object, { labels }) : object;
  const labelled = setIn(marked, ['spec', 'template', 'metadata', 'labels'], labels);
  const selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  return setIn(labelled, ['spec', 'selector'], selector) as ApiObject;
}

// The version in which objects are stored, now or ever.
function withStoredVersion(object: ApiObject): ApiObject {
  const stored = listIn(object, 'spec', 'versions')
    .filter((version): version is JsonObject => isObject(version) && version['storage'] === true)
    .map((version) => textIn(version, 'name'));
  const known = listIn(object, 'status', 'storedVersions');
  const added: readonly Json[] = stored.filter((name) => !known.includes(name));
  return setIn(object, ['status', 'storedVersions'], [...known, ...added]) as ApiObject;
}
