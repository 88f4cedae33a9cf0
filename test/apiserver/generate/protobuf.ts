// Objects that are sent in protobuf: those of the tables, which have every form of field, and one of each kind besides.

import { isEmulated } from '../../../apiserver/ledger.ts';
import type { JsonObject } from '../../../apiserver/model/json.ts';
import { PROTOBUF } from '../../../apiserver/model/request.ts';
import { PRINTED_KINDS } from '../printed/tables.ts';
import type { Script, Step } from '../script.ts';
import { SAMPLES } from './samples.ts';

interface Sent {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
  readonly objects: readonly JsonObject[];
}

const FULL: JsonObject = {
  metadata: { labels: { a: 'b' }, annotations: { note: 'ümlaut ✓' }, finalizers: ['example.com/hold'] },
};

// A class that is the default is given to claims of all other scripts, too.
const isQuiet = (object: JsonObject): boolean => !JSON.stringify(object).includes('is-default-class');
const isServed = ({ apiVersion, kind }: Sent): boolean => isEmulated(`${apiVersion}/${kind}`);

/** One script for each kind: everything is created, read and replaced. */
export function protobufScripts(): readonly Script[] {
  const samples = SAMPLES.map((sample) => ({ ...sample, objects: [sample.contents] }));
  const kinds: readonly Sent[] = [...PRINTED_KINDS, ...samples];
  return kinds
    .filter(isServed)
    .map((sent, at) => ({ name: `protobuf-${at}-${sent.plural}`, steps: stepsOf(sent, at) }));
}

function stepsOf({ apiVersion, kind, plural, isNamespaced, objects }: Sent, script: number): readonly Step[] {
  const namespace = `protobuf-${script}`;
  const path = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/${isNamespaced ? `namespaces/${namespace}/` : ''}${plural}`;
  const send = (method: 'POST' | 'PUT', where: string, body: JsonObject): Step => ({
    method,
    path: where,
    contentType: PROTOBUF,
    query: { fieldValidation: 'Strict' },
    body,
  });
  const steps: Step[] = [{ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } }];
  const all = [...objects.filter(isQuiet), { ...objects[0], ...FULL }];
  for (const [at, object] of all.entries()) {
    const { status: _, metadata, ...rest } = JSON.parse(JSON.stringify(object).replaceAll('NAMESPACE', namespace));
    const name = `${namespace}-${at}`;
    const body = { apiVersion, kind, metadata: { ...metadata, name }, ...rest };
    steps.push(send('POST', path, body), { method: 'GET', path: `${path}/${name}` });
    const labels = {
      metadata: {
        ...metadata,
        name,
        labels: { changed: 'yes' },
        resourceVersion: `{{${steps.length - 1}.metadata.resourceVersion}}`,
      },
    };
    steps.push(send('PUT', `${path}/${name}`, { ...body, ...labels }));
  }
  steps.push(send('POST', path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } }));
  return steps;
}
