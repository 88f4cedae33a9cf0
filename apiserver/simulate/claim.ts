// Claims and volumes: a claim gets a volume that is there and fits, or one that is made for it.
// Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/

import {
  type ApiObject,
  isTerminating,
  nameOf,
  namespaceOf,
  toTime,
  uidOf,
  withMetadata,
} from '../model/api-object.ts';
import { type Json, type JsonObject, listIn, objectIn, setIn, textIn } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import { compareQuantities } from '../schema/quantity.ts';
import { claimsOf } from './sources.ts';
import { steeringOf } from './steering.ts';
import type { World } from './world.ts';

const BOUND_BY = 'pv.kubernetes.io/bound-by-controller';
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
const PROVISIONER = 'simulate.opsonata.dev/volume';

/** Binds a claim, when its time has come. The result is that time. */
export function reconcileClaim(world: World, claim: ApiObject): number | undefined {
  if (textIn(claim, 'status', 'phase') === 'Bound') {
    grow(world, claim);
    return undefined;
  }
  if (isTerminating(claim)) return undefined;
  const namespace = world.get('Namespace', '', namespaceOf(claim));
  const steering = steeringOf('claim', namespace === undefined ? [claim] : [claim, namespace]);
  if (steering.word === 'pending' || steering.unknown !== undefined) return undefined;
  const dueMs = Date.parse(textIn(claim, 'metadata', 'creationTimestamp')) + steering.delayMs;
  if (world.nowMs < dueMs) return dueMs;
  const storage = storageFor(world, claim);
  if (storage.waitsForPod && !isUsed(world, claim)) return undefined;
  const volume = fitting(world, claim) ?? provision(world, claim, storage);
  if (volume !== undefined) bind(world, claim, volume);
  return undefined;
}

interface Storage {
  /** What makes volumes; undefined where none are made. */
  readonly provisioner: string | undefined;
  readonly className: string | undefined;
  readonly reclaimPolicy: string;
  readonly waitsForPod: boolean;
}

// Without any class that is the default one, volumes are made all the same.
function storageFor(world: World, claim: ApiObject): Storage {
  const named = objectIn(claim, 'spec')['storageClassName'];
  const found =
    typeof named === 'string'
      ? world.get('StorageClass', '', named)
      : world.list('StorageClass').find((one) => textIn(one, 'metadata', 'annotations', IS_DEFAULT) === 'true');
  if (found === undefined) {
    const provisioner = named === undefined ? PROVISIONER : undefined;
    return { provisioner, className: undefined, reclaimPolicy: 'Delete', waitsForPod: false };
  }
  const provisioner = textIn(found, 'provisioner');
  return {
    provisioner: provisioner === NO_PROVISIONER ? undefined : provisioner,
    className: nameOf(found),
    reclaimPolicy: textIn(found, 'reclaimPolicy') || 'Delete',
    waitsForPod: textIn(found, 'volumeBindingMode') === 'WaitForFirstConsumer',
  };
}

function isUsed(world: World, claim: ApiObject): boolean {
  return world.list('Pod', namespaceOf(claim)).some((pod) => claimsOf(pod).includes(nameOf(claim)));
}

const requested = (claim: ApiObject): string => textIn(claim, 'spec', 'resources', 'requests', 'storage');
const capacityOf = (volume: ApiObject): string => textIn(volume, 'spec', 'capacity', 'storage');

// The smallest volume that is free and fits.
function fitting(world: World, claim: ApiObject): ApiObject | undefined {
  const named = textIn(claim, 'spec', 'volumeName');
  const volumes = world.list('PersistentVolume').filter((volume) => {
    if (isTerminating(volume) || !isFreeFor(volume, claim)) return false;
    return named === '' ? fits(volume, claim) : nameOf(volume) === named;
  });
  return [...volumes].sort((a, b) => compareQuantities(capacityOf(a), capacityOf(b)))[0];
}

function isFreeFor(volume: ApiObject, claim: ApiObject): boolean {
  const ref = objectIn(volume, 'spec', 'claimRef');
  if (Object.keys(ref).length === 0) return true;
  const isSame = ref['namespace'] === namespaceOf(claim) && ref['name'] === nameOf(claim);
  return isSame && (ref['uid'] === undefined || ref['uid'] === uidOf(claim));
}

function fits(volume: ApiObject, claim: ApiObject): boolean {
  const [have, want] = [objectIn(volume, 'spec'), objectIn(claim, 'spec')];
  const modes = listIn(have, 'accessModes');
  const selector = want['selector'];
  return (
    textIn(have, 'storageClassName') === textIn(want, 'storageClassName') &&
    listIn(want, 'accessModes').every((mode) => modes.includes(mode)) &&
    textIn(have, 'volumeMode') === textIn(want, 'volumeMode') &&
    compareQuantities(capacityOf(volume), requested(claim)) >= 0 &&
    (selector === undefined || matchesLabelSelector(selector, objectIn(volume, 'metadata', 'labels')))
  );
}

function provision(world: World, claim: ApiObject, storage: Storage): ApiObject | undefined {
  const { provisioner, className, reclaimPolicy } = storage;
  if (provisioner === undefined || !world.hasNode) return undefined;
  const { accessModes = [], volumeMode = 'Filesystem' } = objectIn(claim, 'spec');
  const name = `pvc-${uidOf(claim)}`;
  return world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: {
      capacity: { storage: requested(claim) },
      accessModes,
      volumeMode,
      persistentVolumeReclaimPolicy: reclaimPolicy,
      ...(className === undefined ? {} : { storageClassName: className }),
      csi: { driver: provisioner, volumeHandle: name },
    },
  });
}

function bind(world: World, claim: ApiObject, volume: ApiObject): void {
  const claimRef = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    namespace: namespaceOf(claim),
    name: nameOf(claim),
    uid: uidOf(claim),
    resourceVersion: textIn(claim, 'metadata', 'resourceVersion'),
  };
  const taken = setIn(withAnnotations(volume, { [BOUND_BY]: 'yes' }), ['spec', 'claimRef'], claimRef);
  const bound = world.change(volume, taken);
  if (bound === undefined) return;
  setPhase(world, bound, 'Bound');
  const marked = withAnnotations(claim, { [BIND_COMPLETED]: 'yes', [BOUND_BY]: 'yes' });
  const named = world.change(claim, setIn(marked, ['spec', 'volumeName'], nameOf(volume)));
  if (named === undefined) return;
  const { accessModes = [], capacity = {} } = objectIn(bound, 'spec');
  world.changeStatus(named, { ...objectIn(named, 'status'), phase: 'Bound', accessModes, capacity });
}

function withAnnotations(object: ApiObject, annotations: JsonObject): ApiObject {
  return withMetadata(object, { annotations: { ...objectIn(object, 'metadata', 'annotations'), ...annotations } });
}

function setPhase(world: World, volume: ApiObject, phase: string): void {
  if (textIn(volume, 'status', 'phase') === phase) return;
  const lastPhaseTransitionTime = toTime(world.nowMs);
  world.changeStatus(volume, { ...objectIn(volume, 'status'), phase, lastPhaseTransitionTime });
}

// A claim that asks for more gets it.
function grow(world: World, claim: ApiObject): void {
  const volume = world.get('PersistentVolume', '', textIn(claim, 'spec', 'volumeName'));
  const storage = requested(claim);
  if (volume === undefined || compareQuantities(storage, capacityOf(volume)) <= 0) return;
  const capacity: Json = { ...objectIn(volume, 'spec', 'capacity'), storage };
  world.change(volume, setIn(volume, ['spec', 'capacity'], capacity));
  world.changeStatus(claim, { ...objectIn(claim, 'status'), capacity });
}

/** Says of a volume whether it is free, in use, or left behind; one that was made for a claim goes with it. */
export function reconcileVolume(world: World, volume: ApiObject): undefined {
  if (isTerminating(volume)) return;
  const ref = objectIn(volume, 'spec', 'claimRef');
  if (ref['uid'] === undefined) {
    setPhase(world, volume, 'Available');
    return;
  }
  const claim = world.get('PersistentVolumeClaim', textIn(ref, 'namespace'), textIn(ref, 'name'));
  if (claim !== undefined && uidOf(claim) === ref['uid']) return;
  setPhase(world, volume, 'Released');
  const current = world.again(volume);
  if (current !== undefined && textIn(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete')
    world.remove(current);
}
