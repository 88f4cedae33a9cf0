// Rules about pods that stand for themselves.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, forbidden } from '../model/field-error.ts';
import { equals, type Json, type JsonObject, listIn, objectIn } from '../model/json.ts';
import { checkPodSpec } from './pod-spec.ts';

/** What is wrong with a new pod. */
export function checkPod(object: ApiObject): readonly FieldError[] {
  return checkPodSpec(objectIn(object, 'spec'), 'spec', true);
}

const MUTABLE: readonly string[] = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

/** What is wrong with a changed pod: nearly all of it stays as it was. */
export function checkPodUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const [now, before] = [objectIn(object, 'spec'), objectIn(old, 'spec')];
  if (equals(fixed(now), fixed(before)) && equals(graceOf(now, before), before['terminationGracePeriodSeconds']))
    return [];
  return [forbidden('spec', `pod updates may not change fields other than ${MUTABLE.join(',')}`)];
}

function graceOf(now: JsonObject, before: JsonObject): Json | undefined {
  const [grace, was] = [now['terminationGracePeriodSeconds'], before['terminationGracePeriodSeconds']];
  return grace === 1 && typeof was === 'number' && was < 0 ? was : grace;
}

// The part that may not change. Tolerations are only ever added, which is not looked at here.
function fixed(spec: JsonObject): JsonObject {
  const { activeDeadlineSeconds: _, tolerations: __, terminationGracePeriodSeconds: ___, ...rest } = spec;
  const withoutImages = (name: string): readonly Json[] =>
    listIn(spec, name).map((container) => ({ ...objectIn(container), image: '' }));
  return { ...rest, containers: withoutImages('containers'), initContainers: withoutImages('initContainers') };
}
