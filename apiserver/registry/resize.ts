// The subresource by which the resources of a running pod's containers change, and nothing else of it.

import { NO_FIELDS } from '../apply/field-set.ts';
import { type ApiObject, withMetadata } from '../model/api-object.ts';
import { type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkPodResize } from '../validation/pod.ts';
import type { Resource } from './resource.ts';

/** Pods as they are written through `resize`. Who asked for more than is taken owns it all the same. */
export function resizing(pods: Resource): Resource {
  const { lifecycle } = pods;
  return {
    ...pods,
    lifecycle: {
      ...lifecycle,
      prepareUpdate: (object, old, others) => lifecycle.prepareUpdate(resized(object, old), old, others),
      validateUpdate: checkPodResize,
      unowned: NO_FIELDS,
    },
  };
}

function resized(object: ApiObject, old: ApiObject): ApiObject {
  const { managedFields, resourceVersion } = object.metadata;
  const [now, before] = [objectIn(object, 'spec'), objectIn(old, 'spec')];
  const isSame = ['containers', 'initContainers'].every(
    (list) => listIn(now, list).length === listIn(before, list).length,
  );
  const spec = isSame ? withResources(before, now) : now;
  return { ...withMetadata(old, { managedFields, resourceVersion }), spec };
}

function withResources(spec: JsonObject, wanted: JsonObject): JsonObject {
  const lists = ['containers', 'initContainers'].filter((list) => spec[list] !== undefined);
  const changed = lists.map((list): [string, Json] => [
    list,
    listIn(spec, list).map((container): Json => {
      const other = listIn(wanted, list).find((one) => textIn(one, 'name') === textIn(container, 'name'));
      const { resources: _resources, resizePolicy: _policy, ...rest } = objectIn(container);
      const { resources, resizePolicy } = objectIn(other ?? container);
      return {
        ...rest,
        ...(resources === undefined ? {} : { resources }),
        ...(resizePolicy === undefined ? {} : { resizePolicy }),
      };
    }),
  ]);
  return { ...spec, ...Object.fromEntries(changed) };
}
