// Objects that were found to fit their type, so that a version of one which shares most of its parts with them is looked
// at only where it differs.
//
// What is remembered is what was computed, by identity: it makes no difference but that of time.

import type { ApiObject } from '../model/api-object.ts';
import { textIn } from '../model/json.ts';
import type { TypeNode } from '../schema/type-node.ts';
import { checkType } from './check-type.ts';

// Chosen: more than the objects that are written in turns; most of what they hold is held by the store, too.
const REMEMBERED = 128;

const known = new Map<string, { readonly node: TypeNode; readonly object: ApiObject }>();

/** Throws TypeMismatch where an object, which may have the same items twice, does not fit its type. */
export function checkObject(node: TypeNode, object: ApiObject): void {
  const uid = textIn(object, 'metadata', 'uid');
  const before = known.get(uid);
  checkType(node, object, {
    allowsDuplicates: true,
    fitting: before?.node === node ? before.object : undefined,
  });
  if (uid === '') return;
  // The one that was looked at last is forgotten last.
  known.delete(uid);
  known.set(uid, { node, object });
  for (const oldest of known.keys()) {
    if (known.size <= REMEMBERED) break;
    known.delete(oldest);
  }
}
