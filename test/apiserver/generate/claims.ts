// Claims that are changed: what of them may, before and after they are bound.

import type { JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';

const BASE = '/api/v1/namespaces/mistakes-claims/persistentvolumeclaims';
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';

const annotated = (value: string): JsonObject => ({ metadata: { annotations: { [OLD_CLASS]: value } } });
const spec = (part: JsonObject): JsonObject => ({ spec: part });
const size = (storage: string): JsonObject => spec({ resources: { requests: { storage } } });

// Without a class that allows it no claim grows: there is an admission plugin for that, which is not emulated.
const CHANGES: readonly JsonObject[] = [
  spec({ accessModes: ['ReadOnlyMany'] }),
  spec({ accessModes: ['Sometimes'] }),
  spec({ accessModes: null }),
  size('500Mi'),
  size('1024Mi'),
  size('0'),
  spec({ resources: { limits: { storage: '3Gi' } } }),
  spec({ storageClassName: 'x' }),
  spec({ storageClassName: '' }),
  spec({ volumeMode: 'Block' }),
  spec({ volumeMode: null }),
  spec({ selector: { matchLabels: { a: 'b' } } }),
  spec({ dataSource: { kind: 'PersistentVolumeClaim', name: 'y' } }),
  spec({ volumeAttributesClassName: 'gold' }),
  { metadata: { labels: { a: 'b' } } },
  annotated('x'),
];
const BOUND: JsonObject = { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] };

function make(name: string, more: JsonObject = {}, annotations: JsonObject = {}): Step {
  const own = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more };
  return { method: 'POST', path: BASE, body: { metadata: { name, annotations }, spec: own } };
}

function change(name: string, body: JsonObject, query = {}): Step {
  return { method: 'PATCH', path: `${BASE}/${name}`, query, contentType: 'application/merge-patch+json', body };
}

/** A script with claims that are new, bound, of a class, and of one that an annotation names. */
export function claimScript(): Script {
  const tried = (name: string, changes: readonly JsonObject[]): readonly Step[] =>
    changes.map((body) => change(name, body, { dryRun: 'All' }));
  return {
    name: 'mistakes-claims',
    steps: [
      { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'mistakes-claims' } } },
      make('a'),
      ...tried('a', [...CHANGES, size('2Gi'), spec({ volumeName: 'v' })]),
      change('a', spec({ volumeName: 'v' })),
      change('a/status', { status: BOUND }),
      ...tried('a', [...CHANGES, spec({ volumeName: 'w' }), spec({ volumeName: null })]),
      change('a', spec({ volumeAttributesClassName: 'gold' })),
      change('a/status', { status: { currentVolumeAttributesClassName: 'gold' } }),
      ...tried(
        'a',
        [null, '', 'silver'].map((volumeAttributesClassName) => spec({ volumeAttributesClassName })),
      ),
      make('b', { storageClassName: 'c' }),
      ...tried(
        'b',
        ['d', null, ''].map((storageClassName) => spec({ storageClassName })),
      ),
      make('c', {}, { [OLD_CLASS]: 'old' }),
      ...tried('c', [
        annotated('new'),
        { metadata: { annotations: null } },
        { metadata: { annotations: null }, ...spec({ storageClassName: 'old' }) },
        spec({ storageClassName: 'old' }),
        spec({ storageClassName: 'other' }),
      ]),
    ],
  };
}
