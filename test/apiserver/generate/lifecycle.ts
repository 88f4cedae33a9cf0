// The life of one object of each kind: made, read, listed, changed in every way, deleted with what may hold it.

import type { Json } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';
import type { Sample } from './samples.ts';

/** A script that does everything to an object that clients do. */
export function lifecycleScript(sample: Sample, namespace: string): Script {
  const { apiVersion, kind, plural, isNamespaced, contents } = sample;
  const root = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
  const base = isNamespaced ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
  const name = isNamespaced ? 'x' : `${namespace}-x`;
  const object = (metadata: Json = {}) => ({
    apiVersion,
    kind,
    metadata: { name, ...(metadata as object) },
    ...contents,
  });
  const one = `${base}/${name}`;
  const merge = { contentType: 'application/merge-patch+json' };
  const list = { path: base, query: { labelSelector: `life=${namespace}` } };
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } },
    { method: 'GET', path: one },
    { method: 'POST', path: base, query: { dryRun: 'All' }, body: object() },
    { method: 'POST', path: base, body: object({ labels: { life: namespace } }) },
    { method: 'POST', path: base, body: object() },
    { method: 'GET', path: one },
    { method: 'GET', ...list },
    { method: 'GET', path: one, accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' },
    { method: 'GET', ...list, accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
    { method: 'GET', path: base, query: { fieldSelector: `metadata.name=${name}` } },
    { method: 'GET', path: base, query: { fieldSelector: 'data.a=b' } },
    { method: 'PUT', path: one, body: object({ labels: { life: namespace } }) },
    {
      method: 'PUT',
      path: one,
      body: object({ labels: { life: namespace, a: 'b' }, resourceVersion: '{{3.metadata.resourceVersion}}' }),
    },
    {
      method: 'PUT',
      path: one,
      body: object({ labels: { life: namespace, c: 'd' }, resourceVersion: '{{3.metadata.resourceVersion}}' }),
    },
    { method: 'PUT', path: one, body: object({ uid: '11111111-2222-3333-4444-555555555555', resourceVersion: '' }) },
    { method: 'PUT', path: `${base}/other-name`, body: object() },
    { method: 'PATCH', path: one, ...merge, body: { metadata: { annotations: { a: 'b' } } } },
    { method: 'PATCH', path: one, ...merge, query: { dryRun: 'All' }, body: { metadata: { annotations: { c: 'd' } } } },
    { method: 'PATCH', path: one, ...merge, body: { metadata: { annotations: { a: 'b' } } } },
    {
      method: 'PATCH',
      path: one,
      ...merge,
      body: { metadata: { resourceVersion: '{{3.metadata.resourceVersion}}', annotations: { c: 'd' } } },
    },
    {
      method: 'PATCH',
      path: one,
      ...merge,
      query: { fieldValidation: 'Warn' },
      body: { metadata: { strange: 1 }, strange: 2 },
    },
    { method: 'PATCH', path: `${base}/nothing`, ...merge, body: { metadata: { annotations: { a: 'b' } } } },
    {
      method: 'PATCH',
      path: one,
      contentType: 'application/json-patch+json',
      body: [{ op: 'add', path: '/metadata/labels/j', value: 'k' }],
    },
    {
      method: 'PATCH',
      path: one,
      contentType: 'application/json-patch+json',
      body: [{ op: 'test', path: '/metadata/labels/j', value: 'x' }],
    },
    {
      method: 'PATCH',
      path: one,
      contentType: 'application/json-patch+json',
      body: [{ op: 'remove', path: '/metadata/nothing' }],
    },
    {
      method: 'PATCH',
      path: one,
      contentType: 'application/strategic-merge-patch+json',
      body: { metadata: { finalizers: ['example.com/hold'] } },
    },
    { method: 'PATCH', path: one, contentType: 'application/unknown', body: {} },
    { method: 'PATCH', path: one, contentType: 'application/apply-patch+yaml', body: object() },
    {
      method: 'PATCH',
      path: one,
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager: 'm' },
      body: object({ labels: { s: 't' } }),
    },
    {
      method: 'PATCH',
      path: one,
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager: 'm' },
      body: object(),
    },
    {
      method: 'PATCH',
      path: one,
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager: 'n' },
      body: object({ labels: { j: 'other' } }),
    },
    {
      method: 'PATCH',
      path: one,
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager: 'n' },
      body: { ...object(), apiVersion: 'other/v1' },
    },
    { method: 'POST', path: one, body: object() },
    { method: 'POST', path: base, query: { fieldValidation: 'Strict' }, body: { ...object(), strange: 1 } },
    { method: 'POST', path: base, query: { dryRun: 'Some' }, body: object() },
    { method: 'POST', path: base, body: { ...object(), metadata: { name: `Not A Name ${namespace}` } } },
    { method: 'POST', path: base, body: { ...object(), metadata: { name, labels: { 'a b': 'c d' } } } },
    { method: 'POST', path: base, body: { ...object(), metadata: {} } },
    { method: 'DELETE', path: `${base}/nothing` },
    { method: 'DELETE', path: one, body: { preconditions: { uid: '11111111-2222-3333-4444-555555555555' } } },
    { method: 'DELETE', path: one, body: { preconditions: { resourceVersion: '1' } } },
    { method: 'DELETE', path: one, query: { propagationPolicy: 'Sometimes' } },
    { method: 'DELETE', path: one, query: { dryRun: 'All' } },
    { method: 'DELETE', path: one },
    { method: 'DELETE', path: one },
    {
      method: 'PATCH',
      path: one,
      ...merge,
      body: { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } },
    },
    { method: 'PATCH', path: one, ...merge, body: { metadata: { finalizers: null } } },
    { method: 'GET', path: one },
  ];
  // Some contents name the namespace.
  const text = JSON.stringify(steps).replaceAll('NAMESPACE', namespace);
  return { name: `lifecycle-${plural}`, steps: JSON.parse(text) as Step[] };
}
