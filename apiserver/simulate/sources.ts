// What pods use: claims, and the ConfigMaps and Secrets that their containers take something from.

import type { ApiObject } from '../model/api-object.ts';
import { isObject, type Json, listIn, objectIn, textIn } from '../model/json.ts';

/** A ConfigMap or Secret that a pod uses. */
export interface Source {
  readonly kind: 'ConfigMap' | 'Secret';
  /** Empty where it names none. */
  readonly name: string;
  readonly isOptional: boolean;
}

/** The names of the claims that a pod uses. */
export function claimsOf(pod: ApiObject): readonly string[] {
  return listIn(pod, 'spec', 'volumes')
    .map((volume) => textIn(volume, 'persistentVolumeClaim', 'claimName'))
    .filter((name) => name !== '');
}

/** The ConfigMaps and Secrets that a pod uses, those of its volumes first. */
export function sourcesOf(pod: ApiObject): readonly Source[] {
  return [...sourcesOfVolumes(pod), ...sourcesOfContainers(pod)];
}

function source(kind: Source['kind'], from: Json | undefined, name = 'name'): readonly Source[] {
  return isObject(from) ? [{ kind, name: textIn(from, name), isOptional: from['optional'] === true }] : [];
}

function sourcesOfVolumes(pod: ApiObject): readonly Source[] {
  return listIn(pod, 'spec', 'volumes').flatMap((volume) => {
    const one = objectIn(volume);
    const projected = listIn(one, 'projected', 'sources').map((part) => objectIn(part));
    return [
      ...source('ConfigMap', one['configMap']),
      ...source('Secret', one['secret'], 'secretName'),
      ...projected.flatMap((part) => [...source('ConfigMap', part['configMap']), ...source('Secret', part['secret'])]),
    ];
  });
}

function sourcesOfContainers(pod: ApiObject): readonly Source[] {
  const containers = [...listIn(pod, 'spec', 'initContainers'), ...listIn(pod, 'spec', 'containers')];
  return containers.flatMap((container) => [
    ...listIn(container, 'envFrom').flatMap((from) => [
      ...source('ConfigMap', objectIn(from)['configMapRef']),
      ...source('Secret', objectIn(from)['secretRef']),
    ]),
    ...listIn(container, 'env').flatMap((env) => [
      ...source('ConfigMap', objectIn(env, 'valueFrom')['configMapKeyRef']),
      ...source('Secret', objectIn(env, 'valueFrom')['secretKeyRef']),
    ]),
  ]);
}
