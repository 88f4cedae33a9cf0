// Who owns which fields after a write to a resource.

import { type ManagedCall, trackUpdate } from '../apply/managers.ts';
import { type ApiObject, toTime } from '../model/api-object.ts';
import { isObject } from '../model/json.ts';
import type { Resource } from './resource.ts';

/** Who writes, through which endpoint, and when. */
export interface ManagedWrite {
  readonly manager: string;
  /** Empty for the main endpoint. */
  readonly subresource: string;
  readonly nowMs: number;
}

/** What the fields of a resource need to know of a write. */
export function managedCallOf(
  { codec, lifecycle, apiVersion, forms }: Resource,
  { manager, subresource, nowMs }: ManagedWrite,
): ManagedCall {
  return {
    manager,
    subresource,
    time: toTime(nowMs),
    blank: codec.blank,
    types: {
      version: apiVersion,
      typeIn: (version) => codec.typeIn(version),
      convert: (value, version) => {
        if (!isObject(value)) return value;
        return forms === undefined ? { ...value, apiVersion: version } : forms.convert(value as ApiObject, version);
      },
      unowned: subresource === 'status' ? lifecycle.unownedByStatus : lifecycle.unowned,
    },
  };
}

/** Gives an object its managed fields after a write that is no apply. */
export function trackedWrite(
  resource: Resource,
  write: ManagedWrite,
): (current: ApiObject | undefined, next: ApiObject) => ApiObject {
  const call = managedCallOf(resource, write);
  return (current, next) => trackUpdate(current, next, call);
}
