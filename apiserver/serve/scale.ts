// The scale subresource: how many replicas an object has and wants, whatever its kind is.
// Source: https://kubernetes.io/docs/reference/kubernetes-api/autoscaling-resources/scale-v1/

import { badRequest, internalError, invalidObject } from '../model/api-error.ts';
import { type ApiObject, nameOf } from '../model/api-object.ts';
import { invalid } from '../model/field-error.ts';
import { getIn, type Json, type JsonObject, objectIn, setIn, textIn } from '../model/json.ts';
import type { Resource } from '../registry/resource.ts';
import { unknownConversion } from './go-words.ts';

const KEPT = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'];

/** The Scale of an object. Throws ApiError 500 for a custom resource that does not say how many replicas it wants. */
export function scaleOf(object: ApiObject, { scale: paths, openApi, kind }: Resource): JsonObject {
  if (paths === undefined) throw new Error(`${kind} has no scale`);
  if (openApi !== undefined && getIn(object, ...paths.replicas.split('.')) === undefined)
    throw internalError(`the spec replicas field ".${paths.replicas}" does not exist`);
  const metadata = Object.fromEntries(
    KEPT.filter((name) => object.metadata[name] !== undefined).map((name) => [name, object.metadata[name] as Json]),
  );
  const replicas = numberAt(object, paths.replicas);
  const selector = selectorOf(paths.selector === undefined ? undefined : getIn(object, ...paths.selector.split('.')));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata,
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: numberAt(object, paths.statusReplicas), ...(selector === '' ? {} : { selector }) },
  };
}

function numberAt(object: ApiObject, path: string): number {
  const value = getIn(object, ...path.split('.'));
  return typeof value === 'number' ? value : 0;
}

// A selector as text: that of a custom resource is one already.
function selectorOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  const equal = Object.entries(objectIn(value, 'matchLabels')).map(([key, text]) => `${key}=${String(text)}`);
  return equal.sort().join(',');
}

function checkScale(scale: Json): void {
  const [apiVersion, kind] = [textIn(scale, 'apiVersion'), textIn(scale, 'kind')];
  if (kind !== 'Scale' && kind !== '')
    throw badRequest(unknownConversion({ apiVersion, kind }, { group: 'autoscaling', kind: 'Scale' }));
}

function checkReplicas(name: string, replicas: Json): void {
  if (typeof replicas !== 'number' || replicas >= 0) return;
  const error = invalid('spec.replicas', replicas, 'must be greater than or equal to 0');
  throw invalidObject({ group: 'autoscaling', kind: 'Scale' }, name, [error]);
}

/** The object with the number of replicas that a Scale wants. Throws ApiError 400 and 422. */
export function withScale(object: ApiObject, scale: Json, { scale: paths, apiVersion }: Resource): ApiObject {
  if (paths === undefined) throw new Error(`${apiVersion} has no scale`);
  checkScale(scale);
  const replicas = getIn(scale, 'spec', 'replicas') ?? 0;
  checkReplicas(nameOf(object), replicas);
  const version = getIn(scale, 'metadata', 'resourceVersion');
  const scaled = setIn(object, paths.replicas.split('.'), replicas);
  return (version === undefined ? scaled : setIn(scaled, ['metadata', 'resourceVersion'], version)) as ApiObject;
}
