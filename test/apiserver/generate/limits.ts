// Objects that are too much: too large, of what somebody else has, or beyond what is given to anybody.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';

const NAMESPACE = 'limits';
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const PRIORITIES = '/apis/scheduling.k8s.io/v1/priorityclasses';
const TRIED = { dryRun: 'All' };
const MIB = 1024 * 1024;

const QUOTAS: readonly JsonObject[] = [
  ...[
    { foo: '1' },
    { pods: '-1' },
    { pods: '1.5' },
    { cpu: '1.5' },
    { cpu: '-1' },
    { 'count/foo': '1.5' },
    { '-a': '1' },
  ],
  ...[
    { 'a.com/b': '1.5' },
    { 'limits.foo': '1' },
    { 'hugepages-2Mi': '1' },
    { 'services.nodeports': '1500m' },
    { a: '-1' },
  ],
  ...[
    { 'x.storageclass.storage.k8s.io/requests.storage': '-1' },
    { 'requests.hugepages-1Gi': '1Gi' },
    { 'Bad_/x': '1' },
  ],
  ...[{ 'requests.cpu': '1', 'limits.memory': '1Gi', 'requests.storage': '1Gi', 'limits.ephemeral-storage': '1Gi' }],
].map((hard) => ({ hard }));

const SCOPED: readonly JsonObject[] = [
  ...[['Wrong'], ['BestEffort'], ['Terminating', 'NotTerminating'], ['BestEffort', 'NotBestEffort'], ['PriorityClass']],
  ...[['NotBestEffort'], ['Terminating'], ['CrossNamespacePodAffinity'], ['Wrong', 'BestEffort', 'NotBestEffort']],
].flatMap((scopes) => [{ pods: '1' }, { cpu: '1', configmaps: '1' }, { cpu: '1' }].map((hard) => ({ hard, scopes })));

const CLASSES: readonly JsonObject[] = [
  ...[1_000_000_000, 1_000_000_001, 2_000_000_000, -2_147_483_648].map((value) => ({ metadata: { name: 'x' }, value })),
  ...[5, 2_000_000_000].flatMap((value) =>
    ['system-foo', 'system-', 'system'].map((name) => ({ metadata: { name }, value })),
  ),
];

const SERVICES: readonly JsonObject[] = [
  { clusterIP: '10.0.0.77' },
  { clusterIPs: ['10.0.0.77'], clusterIP: '10.0.0.77' },
  { clusterIP: '10.0.0.78' },
  { clusterIP: '1.2.3.4' },
  { clusterIP: '10.1.0.1' },
  { clusterIP: 'wrong' },
  { clusterIP: 'None' },
  ...[30_999, 30_998, 29_999].map((nodePort) => ({ type: 'NodePort', ports: [{ port: 80, nodePort }] })),
  {
    type: 'NodePort',
    ports: [
      { name: 'a', port: 80, nodePort: 30_998 },
      { name: 'b', port: 80, protocol: 'UDP', nodePort: 30_998 },
      { name: 'c', port: 81, nodePort: 30_999 },
    ],
  },
];

const PATCHES: readonly Json[] = [
  { spec: { clusterIP: '10.0.0.77' } },
  { spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_999 }] } },
  { spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_997 }] } },
];

/** The script. */
export function limitScripts(): readonly Script[] {
  const named = (name: string, rest: JsonObject): JsonObject => ({ metadata: { name }, ...rest });
  const post = (path: string, body: Json, query: Step['query'] = TRIED): Step => ({
    method: 'POST',
    path,
    query,
    body,
  });
  const patch = (path: string, body: Json, query: Step['query'] = TRIED): Step => ({
    method: 'PATCH',
    path,
    query,
    contentType: 'application/merge-patch+json',
    body,
  });
  const ports = [{ port: 80 }];
  const taken = { type: 'NodePort', clusterIP: '10.0.0.77', ports: [{ port: 80, nodePort: 30_999 }] };
  return [
    {
      name: NAMESPACE,
      areIndependent: true,
      steps: [
        post('/api/v1/namespaces', named(NAMESPACE, {}), {}),
        ...[MIB - 1, MIB, MIB + 1].flatMap((length) =>
          largeObjects(length).map(([plural, body]) => post(`${CORE}/${plural}`, body)),
        ),
        ...[...QUOTAS, ...SCOPED].map((spec) => post(`${CORE}/resourcequotas`, named('x', { spec }))),
        ...CLASSES.map((body) => post(PRIORITIES, body)),
        post(PRIORITIES, named('limits-one', { value: 1 }), {}),
        ...[{ value: 2 }, { value: 1 }, { preemptionPolicy: 'Never' }, { description: 'x' }, { value: 0 }].map((body) =>
          patch(`${PRIORITIES}/limits-one`, body),
        ),
        post(`${CORE}/services`, named('taken', { spec: taken }), {}),
        // Nothing is given to what is only tried.
        post(`${CORE}/services`, named('tried', { spec: { clusterIP: '10.0.0.80', ports } })),
        post(`${CORE}/services`, named('plain', { spec: { clusterIP: '10.0.0.79', ports } }), {}),
        ...SERVICES.map((spec, at) => post(`${CORE}/services`, named(`x${at}`, { spec: { ports, ...spec } }), {})),
        ...PATCHES.map((body) => patch(`${CORE}/services/plain`, body, {})),
        patch(`${CORE}/services/taken`, { metadata: { labels: { a: 'b' } } }),
      ],
      project: withoutLongTexts,
    },
  ];
}

function largeObjects(length: number): readonly (readonly [plural: string, body: Json])[] {
  const text = 'x'.repeat(length);
  const metadata = { name: 'large' };
  return [
    ['configmaps', { metadata, data: { a: text } }],
    ['configmaps', { metadata, data: { a: text.slice(3) }, binaryData: { b: 'AAEC' } }],
    ['secrets', { metadata, stringData: { a: text } }],
  ];
}

// What is not refused comes back whole.
function withoutLongTexts(body: Json): Json {
  return JSON.parse(JSON.stringify(body).replaceAll(/(.)\1{1000,}/g, '$1')) as Json;
}
