// What a write says of the object that it was meant for.

import type { KubeObject } from '../model/object.ts';

/** An object with a uid or a version, which the API server compares with those of the object that it finds. */
export function withMetadata(
  object: KubeObject,
  fields: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined },
): KubeObject {
  const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { ...object, metadata: { ...object.metadata, ...set } };
}
