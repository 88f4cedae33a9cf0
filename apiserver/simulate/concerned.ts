// Whom a change concerns besides the object itself and its owner: what chooses it, what uses it, what waits for it.
//
// What is left out here would be looked at in vain: it does not read what has changed.

import { type ApiObject, finalizersOf, nameOf, namespaceOf } from '../model/api-object.ts';
import { type Json, objectIn, textIn } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import type { Change } from '../store/store.ts';
import { JOB_TRACKING } from './job-pods.ts';
import { usersOf } from './links.ts';
import { controllerOf } from './owner.ts';
import { claimsOf } from './sources.ts';
import type { World } from './world.ts';

/** The objects that a change concerns, in the order in which they are to be looked at. */
export function concernedBy(world: World, change: Change): readonly ApiObject[] {
  return [...neighboursOf(world, change), ...adoptersOf(world, change), ...mournersOf(world, change)];
}

function neighboursOf(world: World, change: Change): readonly ApiObject[] {
  const { after, type } = change;
  const namespace = namespaceOf(after);
  switch (after.kind) {
    case 'Pod':
      return [
        ...world.list('Service', namespace).filter((service) => isChosenByService(change, service)),
        ...world.list('PodDisruptionBudget', namespace).filter((one) => isChosen(change, one, 'selector')),
        ...claimsOf(after).flatMap((name) => world.get('PersistentVolumeClaim', namespace, name) ?? []),
      ];
    case 'ConfigMap':
    case 'Secret':
      // Pods ask only whether it is there.
      return type === 'MODIFIED' ? [] : world.at(usersOf(after.kind, namespace, nameOf(after)));
    case 'PersistentVolumeClaim':
      return world.at(usersOf(after.kind, namespace, nameOf(after)));
    case 'PersistentVolume':
      return world.list('PersistentVolumeClaim').filter((claim) => isUnboundOrOn(claim, nameOf(after)));
    case 'StorageClass':
      return world.list('PersistentVolumeClaim');
    default:
      return [];
  }
}

function isChosenByService(change: Change, service: ApiObject): boolean {
  return Object.keys(objectIn(service, 'spec', 'selector')).length > 0 && isChosen(change, service, 'matchLabels');
}

// By the labels that the object has or had.
function isChosen({ before, after }: Change, chooser: ApiObject, as: 'selector' | 'matchLabels'): boolean {
  const given: Json = objectIn(chooser, 'spec')['selector'] ?? null;
  const selector = as === 'selector' ? given : { matchLabels: given };
  const matches = (one: ApiObject): boolean => matchesLabelSelector(selector, objectIn(one, 'metadata', 'labels'));
  return matches(after) || (before !== undefined && matches(before));
}

function isUnboundOrOn(claim: ApiObject, volume: string): boolean {
  return textIn(claim, 'status', 'phase') !== 'Bound' || textIn(claim, 'spec', 'volumeName') === volume;
}

const ADOPTERS: { readonly [kind: string]: readonly string[] | undefined } = {
  Pod: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'],
  ReplicaSet: ['Deployment'],
};

// What may take an object that nothing controls.
function adoptersOf(world: World, change: Change): readonly ApiObject[] {
  const { after } = change;
  if (controllerOf(after) !== undefined) return [];
  const all = (ADOPTERS[after.kind] ?? []).flatMap((kind) => world.list(kind, namespaceOf(after)));
  return all.filter((one) => isChosen(change, one, 'selector'));
}

// Who looks after what is gone has left.
function mournersOf(world: World, { after, type }: Change): readonly ApiObject[] {
  if (type !== 'DELETED') return [];
  const namespace = namespaceOf(after);
  switch (after.kind) {
    case 'Service':
      return [world.get('Endpoints', namespace, nameOf(after)) ?? []].flat();
    case 'Job':
      return world.list('Pod', namespace).filter((pod) => finalizersOf(pod).includes(JOB_TRACKING));
    case 'PersistentVolumeClaim':
      return world.list('PersistentVolume').filter((volume) => isFor(volume, after));
    default:
      return [];
  }
}

function isFor(volume: ApiObject, claim: ApiObject): boolean {
  const { namespace, name } = objectIn(volume, 'spec', 'claimRef');
  return namespace === namespaceOf(claim) && name === nameOf(claim);
}
