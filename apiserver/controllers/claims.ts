// Claims on their way out: no pod runs here, so nothing uses them.

import { finalizersOf, isTerminating, nameOf, namespaceOf, withMetadata } from '../model/api-object.ts';
import type { ControllerDeps } from './garbage.ts';

const CLAIMS = '/persistentvolumeclaims';
const PROTECTION = 'kubernetes.io/pvc-protection';

/** Does once what there is to do. True where something was changed. */
export function releaseClaims({ store }: ControllerDeps): boolean {
  let isChanged = false;
  for (const claim of store.list(CLAIMS)) {
    if (!isTerminating(claim) || !finalizersOf(claim).includes(PROTECTION)) continue;
    const finalizers = finalizersOf(claim).filter((name) => name !== PROTECTION);
    if (finalizers.length > 0) store.put(CLAIMS, withMetadata(claim, { finalizers }));
    else store.remove(CLAIMS, { namespace: namespaceOf(claim), name: nameOf(claim) });
    isChanged = true;
  }
  return isChanged;
}
