// Requests as nobody's client sends them: paths, parameters, selectors and patches that are odd, or wrong.

import type { Script, Step } from '../script.ts';
import { patchQuestions, scaleQuestions } from './patch-questions.ts';

const LABELS: readonly { readonly [name: string]: string }[] = [
  { tier: 'web', size: '10' },
  { tier: 'db', size: '9' },
  { size: 'big', 'example.com/x': '' },
];

const SELECTORS = [
  ...[
    'size>9',
    'size<10',
    'size > 9',
    'size>9,tier',
    'size>-5',
    'size>abc',
    'size>',
    'size>9.5',
    'size>+9',
    'size>0x1',
  ],
  ...['tier in (web, db)', 'tier in(web)', 'tier  notin  ( web )', 'tier in ()', 'tier notin ()', 'tier in (,web)'],
  ...[
    'tier in web',
    'tier in',
    'tier in (',
    'tier in (web',
    'tier in (web db)',
    'tier in (web,)',
    'in',
    'notin',
    'in in (in)',
  ],
  ...[
    'tier=',
    'tier==web',
    'tier!=web',
    'tier= web',
    'tier = web',
    'tier=web db',
    'tier===web',
    'tier=!web',
    'tier!web',
  ],
  ...[
    '!tier',
    '! tier',
    '!!tier',
    '!',
    '!tier=web',
    '!tier in (web)',
    'tier,',
    ',tier',
    'tier,,size',
    ',',
    ' ',
    ' tier ',
  ],
  ...[
    '=',
    '==',
    '=web',
    '!=web',
    '(',
    ')',
    'tier)',
    '(tier)',
    'tier=(web)',
    'tier>web',
    'tier<',
    '<5',
    'tier=in',
    'in=web',
  ],
  ...[
    'a/b/c=x',
    '/x',
    'x/',
    'Example.com/x',
    'example.com/x',
    'example.com/x=',
    '-a',
    'tier=-x',
    'tier in (-x,y_)',
    'ä=b',
  ],
  ...[`tier=${'a'.repeat(64)}`, `${'a'.repeat(64)}=x`, 'tier=web;size=10', 'tier@web', 'tier="web"', "tier='web'"],
  ...[
    'tier\t=\tweb',
    'tier=web,tier=db',
    'tier=web,tier!=db',
    'size in (10,9),!example.com/x',
    'tier notin (web),size',
  ],
];

const FIELDS = [
  ...[
    'metadata.name=one',
    'metadata.name==one',
    'metadata.name!=one',
    'metadata.name=',
    '=',
    'metadata.name',
    ',',
    'a=b',
  ],
  ...['metadata.name=one,metadata.name=two', 'metadata.name=one\\,two', 'metadata.name=\\x', 'metadata.name=a=b'],
  ...['metadata.labels=x', ' metadata.name=one', 'metadata.name=one ', 'metadata.name>one', 'metadata.namespace=x'],
];

const QUERIES: readonly { readonly [name: string]: string }[] = [
  ...['abc', '-1', '1.5', '', '99999999999999999999', '1', '0x1', '+1'].map((limit) => ({ limit })),
  ...['abc', '-1', '1.5', ''].map((timeoutSeconds) => ({ timeoutSeconds })),
  ...['abc', 'no', 'false', '0', 'f', 'False'].map((watch) => ({ watch, timeoutSeconds: '1' })),
  ...['abc', '0', 'true', ''].map((sendInitialEvents) => ({ sendInitialEvents, timeoutSeconds: '1' })),
  ...['abc', 'x'].map((allowWatchBookmarks) => ({ allowWatchBookmarks })),
  ...[
    'abc',
    '{}',
    'eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ',
    'eyJ2IjoieCJ9',
    '====',
    'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MH0',
  ].map((token) => ({ continue: token })),
  ...['abc', '-1', '1.5', '0'].map((resourceVersion) => ({ resourceVersion })),
  { resourceVersion: '0', resourceVersionMatch: 'Exact' },
  { resourceVersion: '0', resourceVersionMatch: 'NotOlderThan' },
  { resourceVersionMatch: 'NotOlderThan' },
  { limit: '1', resourceVersionMatch: 'wrong', resourceVersion: '1' },
  { watch: 'true', timeoutSeconds: '1', sendInitialEvents: 'true' },
  { watch: 'true', timeoutSeconds: '1', sendInitialEvents: 'false' },
  { watch: 'true', timeoutSeconds: '1', sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' },
  {
    watch: 'true',
    timeoutSeconds: '1',
    sendInitialEvents: 'true',
    resourceVersionMatch: 'Exact',
    resourceVersion: '1',
  },
  { watch: 'true', timeoutSeconds: '1', resourceVersionMatch: 'NotOlderThan' },
  { watch: 'true', timeoutSeconds: '1', resourceVersion: 'abc' },
  { watch: 'true', timeoutSeconds: '1', continue: 'abc' },
  { watch: 'true', timeoutSeconds: '1', limit: '1' },
  { watch: 'true', timeoutSeconds: 'abc' },
  { watch: 'true', timeoutSeconds: '1', fieldSelector: 'metadata.name=one' },
  { watch: 'true', timeoutSeconds: '1', labelSelector: 'size>9' },
];

const OBJECT_QUERIES: readonly { readonly [name: string]: string }[] = [
  { resourceVersion: 'abc' },
  { resourceVersion: '0' },
  { resourceVersion: '-1' },
  { pretty: 'abc' },
  { dryRun: 'All' },
  { limit: 'abc' },
  { unknown: 'x' },
];

const WRITE_QUERIES: readonly { readonly [name: string]: string }[] = [
  { dryRun: 'Some' },
  { dryRun: '' },
  { fieldValidation: 'Some' },
  { fieldManager: 'a'.repeat(129) },
  { fieldManager: 'a\nb' },
  { force: 'true' },
  { gracePeriodSeconds: '1' },
];

const DELETE_QUERIES: readonly { readonly [name: string]: string }[] = [
  { gracePeriodSeconds: 'abc', dryRun: 'All' },
  { gracePeriodSeconds: '-1', dryRun: 'All' },
  { propagationPolicy: 'Some', dryRun: 'All' },
  { orphanDependents: 'abc', dryRun: 'All' },
  { orphanDependents: 'true', propagationPolicy: 'Orphan', dryRun: 'All' },
  { dryRun: 'Some' },
];

/** Scripts that ask. Each has a namespace of its own. */
export function questionScripts(): readonly Script[] {
  return [
    inNamespace('questions-labels', (base) => SELECTORS.map((labelSelector) => get(base, { labelSelector }))),
    inNamespace('questions-fields', (base) => FIELDS.map((fieldSelector) => get(base, { fieldSelector }))),
    inNamespace('questions-lists', (base) => QUERIES.map((query) => get(base, query))),
    inNamespace('questions-objects', objectQuestions),
    inNamespace('questions-paths', pathQuestions),
    inNamespace('questions-patches', patchQuestions),
    inNamespace('questions-scales', scaleQuestions),
  ];
}

function get(path: string, query: { readonly [name: string]: string } = {}): Step {
  return { method: 'GET', path, query };
}

function inNamespace(name: string, ask: (base: string) => readonly Step[]): Script {
  const base = `/api/v1/namespaces/${name}/configmaps`;
  const make = (labels: { readonly [name: string]: string }, at: number): Step => ({
    method: 'POST',
    path: base,
    body: { metadata: { name: ['one', 'two', 'three'][at] ?? '', labels }, data: { a: 'b' } },
  });
  const steps: Step[] = [{ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } }];
  return { name, areIndependent: true, steps: [...steps, ...LABELS.map(make), ...ask(base)] };
}

function objectQuestions(base: string): readonly Step[] {
  const body = { metadata: { name: 'four' } };
  return [
    ...OBJECT_QUERIES.map((query) => get(`${base}/one`, query)),
    ...WRITE_QUERIES.map((query): Step => ({ method: 'POST', path: base, query: { dryRun: 'All', ...query }, body })),
    ...WRITE_QUERIES.map(
      (query): Step => ({
        method: 'PUT',
        path: `${base}/one`,
        query: { dryRun: 'All', ...query },
        body: { metadata: {} },
      }),
    ),
    ...DELETE_QUERIES.map((query): Step => ({ method: 'DELETE', path: `${base}/one`, query })),
    ...DELETE_QUERIES.map((query): Step => ({ method: 'DELETE', path: base, query })),
  ];
}

function pathQuestions(base: string): readonly Step[] {
  const inside = base.replace(/configmaps$/, '');
  const watched = base.replace('/api/v1/', '/api/v1/watch/');
  const short = { timeoutSeconds: '1', watch: 'true' };
  return [
    ...['nodes', 'namespaces', 'persistentvolumes', 'nodes/x', 'namespaces/x', 'nothings', ''].map((plural) =>
      get(inside + plural),
    ),
    { method: 'POST', path: `${inside}nodes`, body: { metadata: { name: 'x' } } },
    ...['/one/status', '/one/nothing', '/one/a/b', '/one/', '/', '/%6Fne'].map((rest) => get(base + rest)),
    get(watched, short),
    get(`${watched}/one`, short),
    get(`${watched}/one`, { ...short, fieldSelector: 'metadata.name=two' }),
    get(`${watched}/nothing`, short),
    get('/api/v1/watch/nothings', short),
    get('/apis/apps/v1/watch/deployments', { ...short, labelSelector: 'a=nothing' }),
    get('/apis/script.example.com/v1/watch/things', { ...short, labelSelector: 'a=nothing' }),
    { method: 'POST', path: watched, body: {} },
    get(`${base}/one`, { timeoutSeconds: '1' }),
    ...['default', 'kube-system', 'kube-public', 'nothing'].map(
      (name): Step => ({ method: 'DELETE', path: `/api/v1/namespaces/${name}`, query: { dryRun: 'All' } }),
    ),
    ...[
      { kind: 'Wrong', apiVersion: 'v1' },
      { propagationPolicy: 5 },
      { kind: 'DeleteOptions' },
      { dryRun: ['Some'] },
    ].map(
      (body): Step => ({
        method: 'DELETE',
        path: `${base}/one`,
        query: { dryRun: 'All' },
        body: { dryRun: ['All'], ...body },
      }),
    ),
    { method: 'DELETE', path: `${base}/one`, contentType: 'text/plain', body: {} },
    { method: 'POST', path: base, body: { metadata: { name: 'huge' }, data: { a: 'x'.repeat(3 * 1024 * 1024) } } },
    get('/api/v1/configmaps/one'),
    { method: 'POST', path: '/api/v1/configmaps', body: { metadata: { name: 'x' } } },
    { method: 'DELETE', path: '/api/v1/configmaps' },
    { method: 'PUT', path: base, body: {} },
    { method: 'POST', path: `${base}/one`, body: {} },
    { method: 'PATCH', path: base, contentType: 'application/merge-patch+json', body: {} },
    ...['/healthz/ping', '/livez/ping', '/readyz/ping', '/healthz/nothing', '/readyz/nothing'].map((path) => get(path)),
    ...['/apis/apps/v1/', '/nothing', '/apis/apps/nothing'].map((path) => get(path)),
  ];
}
