// Claims and volumes on their way out: they go when nothing uses them any more.

import { type ApiObject, finalizersOf, isTerminating, nameOf, namespaceOf, withMetadata } from '../model/api-object.ts';
import { listIn, textIn } from '../model/json.ts';
import type { ControllerDeps } from './garbage.ts';

/** Where claims are stored. */
export const CLAIMS = '/persistentvolumeclaims';
/** Where volumes are stored. */
export const VOLUMES = '/persistentvolumes';

/** Does once what there is to do. True where something was changed. */
export function releaseClaims(deps: ControllerDeps): boolean {
  const claims = release(deps, CLAIMS, {
    finalizer: 'kubernetes.io/pvc-protection',
    isUsed: (one) => isMounted(deps, one),
  });
  const isBound = (volume: ApiObject): boolean => textIn(volume, 'status', 'phase') === 'Bound';
  const volumes = release(deps, VOLUMES, { finalizer: 'kubernetes.io/pv-protection', isUsed: isBound });
  return claims || volumes;
}

function release(
  { store }: ControllerDeps,
  collection: string,
  { finalizer, isUsed }: { readonly finalizer: string; isUsed(object: ApiObject): boolean },
): boolean {
  let isChanged = false;
  for (const object of store.list(collection)) {
    if (!isTerminating(object) || !finalizersOf(object).includes(finalizer) || isUsed(object)) continue;
    const finalizers = finalizersOf(object).filter((name) => name !== finalizer);
    if (finalizers.length > 0) store.put(collection, withMetadata(object, { finalizers }));
    else store.remove(collection, { namespace: namespaceOf(object), name: nameOf(object) });
    isChanged = true;
  }
  return isChanged;
}

// A pod that has ended uses nothing.
function isMounted({ store }: ControllerDeps, claim: ApiObject): boolean {
  return store.list('/pods', namespaceOf(claim)).some((pod) => {
    if (['Succeeded', 'Failed'].includes(textIn(pod, 'status', 'phase'))) return false;
    const volumes = listIn(pod, 'spec', 'volumes');
    return volumes.some((volume) => textIn(volume, 'persistentVolumeClaim', 'claimName') === nameOf(claim));
  });
}
