// The defaults of role bindings, and of requests for tokens.

import type { MutableObject } from '../model/json.ts';
import { ensured, fill, isFilled, items } from './field.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Bindings of roles, in a namespace and everywhere. */
export function fillRoleBinding(object: MutableObject): void {
  const ref = ensured(object, 'roleRef');
  if (!isFilled(ref, 'apiGroup')) ref['apiGroup'] = GROUP;
  for (const subject of items(object, 'subjects'))
    if (subject['kind'] === 'User' || subject['kind'] === 'Group') fill(subject, 'apiGroup', GROUP);
}

const TOKEN_SECONDS = 3600;

/** Requests for tokens of service accounts. */
export function fillTokenRequest(object: MutableObject): void {
  fill(ensured(object, 'spec'), 'expirationSeconds', TOKEN_SECONDS);
}
