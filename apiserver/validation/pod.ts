// Rules about pods that stand for themselves.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid } from '../model/field-error.ts';
import { equals, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { qosClassOf } from '../model/qos-class.ts';
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

const LISTS: readonly string[] = ['containers', 'initContainers'];
const RESIZED: readonly string[] = ['cpu', 'memory'];

/** What is wrong with a pod whose containers got other resources. */
export function checkPodResize(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const [now, before] = [objectIn(object, 'spec'), objectIn(old, 'spec')];
  const others = LISTS.filter((list) => listIn(now, list).length !== listIn(before, list).length);
  const errors: FieldError[] = [
    ...others.map((list) => forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)),
    ...checkPod(object),
  ];
  const was = textIn(old, 'status', 'qosClass');
  if (qosClassOf(now) !== was)
    errors.push(invalid('spec', was, 'Pod QOS Class may not change as a result of resizing'));
  if (others.length > 0) return errors;
  errors.push(...LISTS.flatMap((list) => removedFrom(list, now, before)));
  if (!equals(withoutResized(now), withoutResized(before)))
    errors.push(forbidden('spec', 'only cpu and memory resources are mutable'));
  return errors;
}

function removedFrom(list: string, now: JsonObject, before: JsonObject): readonly FieldError[] {
  return listIn(before, list).flatMap((container, at) =>
    ['requests', 'limits'].flatMap((name) => {
      const left = objectIn(listIn(now, list)[at], 'resources', name);
      const isRemoved = RESIZED.some(
        (resource) => objectIn(container, 'resources', name)[resource] !== undefined && left[resource] === undefined,
      );
      const field = `spec.${list}[${at}].resources.${name}`;
      return isRemoved ? [forbidden(field, `resource ${name} cannot be removed`)] : [];
    }),
  );
}

function withoutResized(spec: JsonObject): JsonObject {
  const lists = LISTS.map((list): [string, Json] => [
    list,
    listIn(spec, list).map((container): Json => {
      const { resources, ...rest } = objectIn(container);
      const fixed = ['requests', 'limits'].map((name) =>
        Object.fromEntries(
          Object.entries(objectIn(resources, name)).filter(([resource]) => !RESIZED.includes(resource)),
        ),
      );
      return { ...rest, fixed };
    }),
  ]);
  return { ...spec, ...Object.fromEntries(lists) };
}
