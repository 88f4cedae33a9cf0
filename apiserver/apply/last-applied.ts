// From client-side to server-side apply with kubectl: what its last client-side apply set, it may take over.
// Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply

import { type ApiObject, withMetadata } from '../model/api-object.ts';
import { isObject, type Json, objectIn, textIn, toCanonicalText } from '../model/json.ts';
import type { TypeNode } from '../schema/type-node.ts';
import { checkType } from './check-type.ts';
import { difference, type FieldSet, isEmpty } from './field-set.ts';
import { TypeMismatch } from './shape.ts';
import { compare, toFieldSet } from './typed.ts';
import { ApplyConflicts } from './updater.ts';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manager to whom all this applies. */
export const KUBECTL = 'kubectl';

/** The conflicts that are left where fields of the last client-side apply are no conflicts; undefined where none is. */
export function withoutLastApplied(error: ApplyConflicts, live: ApiObject, node: TypeNode): ApplyConflicts | undefined {
  const allowed = lastAppliedFields(live, node);
  if (allowed === undefined) return error;
  const left = new Map<string, FieldSet>();
  for (const [manager, fields] of error.conflicts) {
    const rest = difference(fields, allowed);
    if (!isEmpty(rest)) left.set(manager, rest);
  }
  return left.size === 0 ? undefined : new ApplyConflicts(left);
}

// What was applied and is still so.
function lastAppliedFields(live: ApiObject, node: TypeNode): FieldSet | undefined {
  const text = textIn(live, 'metadata', 'annotations', ANNOTATION);
  if (text === '') return undefined;
  try {
    const applied = JSON.parse(text) as Json;
    if (!isObject(applied) || applied['apiVersion'] !== live.apiVersion) return undefined;
    for (const object of [applied, live]) checkType(node, object, { allowsDuplicates: false });
    const { removed, modified, added } = compare(node, applied, live);
    return difference(difference(difference(toFieldSet(node, applied), modified), added), removed);
  } catch (error) {
    if (error instanceof TypeMismatch || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The object with the annotation of client-side apply kept in step, where it has one. */
export function withLastApplied(object: ApiObject, config: ApiObject): ApiObject {
  const annotations = objectIn(object, 'metadata', 'annotations');
  if (typeof annotations[ANNOTATION] !== 'string' || annotations[ANNOTATION] === '') return object;
  const { [ANNOTATION]: _, ...others } = objectIn(config, 'metadata', 'annotations');
  const hasOthers = Object.keys(others).length > 0;
  const bare = isObject(config['metadata'])
    ? withMetadata(config, { annotations: hasOthers ? others : undefined })
    : config;
  const text = `${toCanonicalText(bare)}\n`;
  return withMetadata(object, { annotations: { ...annotations, [ANNOTATION]: text } });
}
