// Patches as nobody's client sends them.

import type { Json } from '../../../apiserver/model/json.ts';
import type { Step } from '../script.ts';

const STRATEGIC: readonly Json[] = [
  ...['replace', 'delete', 'merge', 'strange', 5].map((directive) => ({ $patch: directive })),
  ...['replace', 'delete', 'merge', 'strange', 5].map((directive) => ({ data: { $patch: directive, a: 'c' } })),
  ...[[], [1], 'text', 5, true, null, {}],
  { metadata: { finalizers: ['example.com/a', 5] } },
  { metadata: { '$deleteFromPrimitiveList/finalizers': 'x' } },
  { metadata: { '$setElementOrder/finalizers': 'x' } },
  { metadata: { '$unknown/finalizers': ['x'] } },
  { data: { $retainKeys: ['b'], b: 'x' } },
  { data: { $retainKeys: 'b', b: 'x' } },
  { data: { $retainKeys: ['c'], b: 'x' } },
];

const POD_LISTS: readonly Json[] = [
  ...['replace', 'delete', 'merge', 'strange', 5].map((directive) => [
    { $patch: directive, name: 'app', image: 'x:9' },
  ]),
  ...['delete', 'replace'].map((directive) => [{ $patch: directive }]),
  ...['delete', 'replace'].map((directive) => [
    { $patch: directive, name: 'nothing' },
    { name: 'new', image: 'x:1' },
  ]),
  ...[[{ image: 'x' }], [{ name: 5 }], ['text'], [null], 'text', {}, []],
];

const MERGES: readonly Json[] = [[1], [], 'text', 5, true, null, {}, { data: [1] }, { data: null }, { metadata: null }];

const OPERATIONS: readonly Json[] = [
  ...[{}, 'text', null, 5, [], [5], [null], [{}], [{ op: 'add' }], [{ path: '/data/b' }], [{ op: 5, path: '/data/b' }]],
  [{ op: 'add', path: '/data/b', value: 'c' }],
  [{ op: 'ADD', path: '/data/b', value: 'c' }],
  [{ op: 'add', path: '/data/b' }],
  [{ op: 'add', path: 'data/b', value: 'c' }],
  [{ op: 'add', path: '', value: {} }],
  [{ op: 'replace', path: '', value: {} }],
  [{ op: 'remove', path: '' }],
  [{ op: 'test', path: '', value: {} }],
  [{ op: 'add', path: '/', value: {} }],
  [{ op: 'add', path: '/data/b/c', value: 'd' }],
  [{ op: 'remove', path: '/data/b' }],
  [{ op: 'remove', path: '/data/a/b' }],
  [{ op: 'replace', path: '/data/b', value: 'c' }],
  [{ op: 'move', from: '/data/a', path: '/data/b' }],
  [{ op: 'move', from: '/data/b', path: '/data/a' }],
  [{ op: 'move', path: '/data/a' }],
  [{ op: 'copy', from: '/data/a', path: '/data/b~1c~0d' }],
  [{ op: 'copy', from: '/data/b', path: '/data/c' }],
  [{ op: 'test', path: '/data/a', value: 'b' }],
  [{ op: 'test', path: '/data/a', value: 'c' }],
  [{ op: 'test', path: '/data/b' }],
  [{ op: 'test', path: '/data/b', value: 'c' }],
  [{ op: 'test', path: '/data/b/c', value: null }],
  [{ op: 'strange', path: '/data/b', value: 'c' }],
  [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a', 'example.com/b'] },
    { op: 'remove', path: '/metadata/finalizers/-1' },
  ],
  ...['-', '0', '1', '2', '-1', '-2', '-3', 'x', '01', '1.5', ''].flatMap((index) =>
    ['add', 'replace', 'remove', 'test'].map((op) => [
      { op: 'add', path: '/metadata/finalizers', value: ['example.com/a', 'example.com/b'] },
      { op, path: `/metadata/finalizers/${index}`, value: 'example.com/c' },
    ]),
  ),
];

const SCALES: readonly Json[] = [
  { metadata: { name: 'web' }, spec: { replicas: 2 } },
  { kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: 2 } },
  { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: {} },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2 } },
  { metadata: { name: 'web' }, spec: { replicas: -1 } },
];

const SCALE_OPERATIONS: readonly Json[] = [
  [{ op: 'test', path: '/spec/replicas', value: 77 }],
  [{ op: 'replace', path: '/spec/replicas', value: 3 }],
  [{ op: 'remove', path: '/spec/nothing' }],
  [{ op: 'strange', path: '/spec' }],
  {},
];

/** Scales that are odd, or wrong, of a deployment beside the ConfigMaps at a path. */
export function scaleQuestions(base: string): readonly Step[] {
  const [deployments, made] = deploymentIn(base);
  const path = `${deployments}/web/scale`;
  const query = { dryRun: 'All' };
  const patch = (kind: string, body: Json): Step => ({
    method: 'PATCH',
    path,
    query,
    contentType: `application/${kind}`,
    body,
  });
  return [
    made,
    ...SCALES.map((body): Step => ({ method: 'PUT', path, query, body })),
    ...SCALE_OPERATIONS.map((body) => patch('json-patch+json', body)),
    ...[{ spec: { replicas: 4 } }, [], null, 'text'].map((body) => patch('merge-patch+json', body)),
  ];
}

function deploymentIn(base: string): readonly [path: string, made: Step] {
  const path = base.replace('/api/v1', '/apis/apps/v1').replace(/configmaps$/, 'deployments');
  const labels = { app: 'web' };
  const containers = [{ name: 'app', image: 'x:1' }];
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };
  return [path, { method: 'POST', path, body: { metadata: { name: 'web' }, spec } }];
}

/** Patches that are odd, or wrong, of the ConfigMap `one` at a path, and of a deployment beside it. */
export function patchQuestions(base: string): readonly Step[] {
  const patch =
    (kind: string, path = `${base}/one`) =>
    (body: Json): Step => ({
      method: 'PATCH',
      path,
      query: { dryRun: 'All' },
      contentType: `application/${kind}`,
      body,
    });
  const [deployments, made] = deploymentIn(base);
  return [
    made,
    ...STRATEGIC.map(patch('strategic-merge-patch+json')),
    ...POD_LISTS.map((list) => ({ spec: { template: { spec: { containers: list } } } })).map(
      patch('strategic-merge-patch+json', `${deployments}/web`),
    ),
    ...[1.5, '3', true]
      .map((replicas) => ({ spec: { replicas } }))
      .flatMap((body) =>
        ['strategic-merge-patch+json', 'merge-patch+json'].map((kind) => patch(kind, `${deployments}/web`)(body)),
      ),
    ...MERGES.map(patch('merge-patch+json')),
    ...OPERATIONS.map(patch('json-patch+json')),
  ];
}
