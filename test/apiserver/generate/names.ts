// Names that the server makes up.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';

const NAMESPACE = 'generated-names';
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

/** A script of objects without names. */
export function nameScripts(): readonly Script[] {
  const post = (metadata: JsonObject, more: Partial<Step> = {}): Step => ({
    method: 'POST',
    path: PATH,
    body: { metadata },
    ...more,
  });
  const long = 'long-'.repeat(12);
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: NAMESPACE } } },
    post({ generateName: 'made-' }),
    post({ generateName: 'made-' }),
    post({ generateName: 'made-' }, { query: { dryRun: 'All' } }),
    post({ generateName: 'made-', name: 'given' }),
    post({ generateName: long }),
    post({ generateName: `${long}${long}${long}${long}${long}` }),
    post({ generateName: 'dot.' }),
    post({ generateName: 'Not A Name' }),
    post({ generateName: '' }),
    post({ generateName: 5 }),
    { method: 'GET', path: `${PATH}/{{1.metadata.name}}` },
    { method: 'GET', path: PATH, query: { labelSelector: 'nothing' } },
    { method: 'PATCH', path: `${PATH}/{{1.metadata.name}}`, ...MERGE, body: { metadata: { generateName: 'other-' } } },
    { method: 'PATCH', path: `${PATH}/applied`, ...APPLY, body: applied({ generateName: 'made-' }) },
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { generateName: 'generated-ns-' } } },
    { method: 'POST', path: `/api/v1/namespaces/${NAMESPACE}/services`, body: service({ generateName: 'made-' }) },
    { method: 'POST', path: `/api/v1/namespaces/${NAMESPACE}/services`, body: service({ generateName: long }) },
  ];
  return [{ name: NAMESPACE, steps }];
}

const MERGE = { contentType: 'application/merge-patch+json' } as const;
const APPLY = { contentType: 'application/apply-patch+yaml', query: { fieldManager: 'm' } } as const;

function applied(metadata: JsonObject): Json {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', ...metadata } };
}

function service(metadata: JsonObject): Json {
  return { metadata, spec: { clusterIP: 'None', selector: { a: 'b' } } };
}
