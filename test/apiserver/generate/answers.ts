// Answers in every form: each kind as protobuf and as YAML, whole, in lists, as metadata and in watches.

import type { JsonObject } from '../../../apiserver/model/json.ts';
import { PROTOBUF } from '../../../apiserver/model/request.ts';
import type { Script, Step } from '../script.ts';
import { SAMPLES, type Sample } from './samples.ts';

const PARTIAL = ';as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const PARTIAL_LIST = ';as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const TABLE = ';as=Table;g=meta.k8s.io;v=v1';
const YAML = 'application/yaml';
const FULL: JsonObject = {
  labels: { life: 'answers' },
  annotations: { note: 'ümlaut ✓', empty: '' },
  finalizers: ['example.com/hold'],
};

function scriptOf({ apiVersion, kind, plural, isNamespaced, contents }: Sample, at: number): Script {
  const namespace = `answers-${at}`;
  const root = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
  const base = isNamespaced ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
  const one = `${base}/${namespace}`;
  const body = JSON.parse(
    JSON.stringify({ apiVersion, kind, metadata: { ...FULL, name: namespace }, ...contents }).replaceAll(
      'NAMESPACE',
      namespace,
    ),
  ) as JsonObject;
  const get = (accept: string, path = one, query: Step['query'] = {}): Step => ({ method: 'GET', path, accept, query });
  const selected = { fieldSelector: `metadata.name=${namespace}` };
  const watched = { ...selected, watch: 'true', timeoutSeconds: '1', resourceVersion: '0' };
  return {
    name: `answers-${plural}-${at}`,
    steps: [
      { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } },
      { method: 'POST', path: base, accept: PROTOBUF, body },
      get(PROTOBUF),
      get(`${PROTOBUF}, */*`),
      get(`text/plain, ${PROTOBUF}`),
      get(YAML),
      get(PROTOBUF + PARTIAL),
      get(YAML + PARTIAL),
      get(`${PROTOBUF}${TABLE}`),
      get(`${PROTOBUF}${TABLE},application/json`),
      get(PROTOBUF, base, selected),
      get(YAML, base, selected),
      get(PROTOBUF + PARTIAL_LIST, base, selected),
      get(PROTOBUF, base, watched),
      get(PROTOBUF + PARTIAL, base, watched),
      get(YAML, base, watched),
      get(PROTOBUF, `${base}/nothing`),
      get(YAML, `${base}/nothing`),
      get('text/plain'),
      get('text/plain', base),
      get('text/plain', base, watched),
      { method: 'POST', path: base, accept: 'text/plain', body },
      {
        method: 'PATCH',
        path: one,
        accept: PROTOBUF,
        contentType: 'application/merge-patch+json',
        body: { metadata: { labels: { changed: 'yes' } } },
      },
      { method: 'DELETE', path: one, accept: PROTOBUF },
      {
        method: 'PATCH',
        path: one,
        accept: YAML,
        contentType: 'application/merge-patch+json',
        body: { metadata: { finalizers: null } },
      },
    ],
  };
}

const THINGS = '/apis/script.example.com/v1/namespaces/default/things';

const CUSTOM: Script = {
  name: 'answers-custom',
  steps: [
    {
      method: 'POST',
      path: THINGS,
      accept: `${PROTOBUF}, application/json`,
      body: { apiVersion: 'script.example.com/v1', kind: 'Thing', metadata: { name: 'answered' } },
    },
    ...[PROTOBUF, PROTOBUF + PARTIAL, `${PROTOBUF}, */*`, YAML, 'text/plain', PROTOBUF + TABLE].map(
      (accept): Step => ({ method: 'GET', path: `${THINGS}/answered`, accept }),
    ),
    {
      method: 'GET',
      path: THINGS,
      accept: PROTOBUF + PARTIAL_LIST,
      query: { fieldSelector: 'metadata.name=answered' },
    },
  ],
};

// Definitions have another form in protobuf; namespaces and roles are many and change by themselves.
const LEFT_OUT = ['CustomResourceDefinition', 'Namespace'];

/** One script for each kind, and one for a custom resource. */
export function answerScripts(): readonly Script[] {
  return [...SAMPLES.filter(({ kind }) => !LEFT_OUT.includes(kind)).map(scriptOf), CUSTOM];
}
