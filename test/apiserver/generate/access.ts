// Roles and bindings at random, then what users may do: asked by reviews, and tried. Domains are tiny: collisions matter.

import type { Json, JsonObject, MutableObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';
import { type Random, randomFrom } from './random.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const REVIEWS = '/apis/authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', '*'];
const GROUPS = ['', '', 'apps', 'script.example.com', '*'];
const RESOURCES = [
  'configmaps',
  'secrets',
  'deployments',
  'deployments/scale',
  '*/status',
  'things',
  'things/status',
  '*',
];
const PATHS = ['/x', '/x/*', '/x/y', '/healthz', '*'];
const NAMES = ['a', 'b'];
const USERS = ['u', 'v', 'system:serviceaccount:NAMESPACE:s'];

/** A script about one set of roles. */
export function accessScript(seed: number): Script {
  const random = randomFrom(seed);
  const namespace = `access-${seed}`;
  const steps = [...setUp(random, namespace), ...marked(namespace)];
  for (let count = 0; count < 24; count += 1) steps.push(question(random, namespace));
  const text = JSON.stringify(steps).replaceAll('NAMESPACE', namespace);
  return { name: namespace, steps: JSON.parse(text) as Step[] };
}

function setUp(random: Random, namespace: string): Step[] {
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } },
    { method: 'POST', path: `/api/v1/namespaces/${namespace}/configmaps`, body: { metadata: { name: 'a' } } },
  ];
  for (const name of NAMES) {
    const rules = someRules(random, true);
    steps.push({
      method: 'POST',
      path: `${RBAC}/clusterroles`,
      body: { metadata: { name: `${namespace}-${name}` }, rules },
    });
    steps.push({
      method: 'POST',
      path: `${place(namespace)}/roles`,
      body: { metadata: { name }, rules: someRules(random, false) },
    });
  }
  // Everybody who is asked about may write roles, but not give what he does not have.
  const writes = [{ verbs: ['create'], apiGroups: [GROUP], resources: ['*'] }];
  const everybody = ['u', 'v'].map((name) => ({ kind: 'User', apiGroup: GROUP, name: `NAMESPACE-${name}` }));
  const writers = `${namespace}-writers`;
  const roleRef = { apiGroup: GROUP, kind: 'ClusterRole', name: writers };
  steps.push({ method: 'POST', path: `${RBAC}/clusterroles`, body: { metadata: { name: writers }, rules: writes } });
  steps.push({
    method: 'POST',
    path: `${RBAC}/clusterrolebindings`,
    body: { metadata: { name: writers }, roleRef, subjects: everybody },
  });
  const missing = random.chance(0.3);
  for (let count = 0; count < 4; count += 1) {
    const isEverywhere = random.chance(0.4);
    const path = isEverywhere ? `${RBAC}/clusterrolebindings` : `${place(namespace)}/rolebindings`;
    const isRole = !isEverywhere && random.chance(0.6);
    const named = isRole ? random.pick(NAMES) : `${namespace}-${random.pick(NAMES)}`;
    const name = !isRole && missing && count === 0 ? `${namespace}-missing` : named;
    const roleRef = { apiGroup: GROUP, kind: isRole ? 'Role' : 'ClusterRole', name };
    const subjects = [subject(random), ...(random.chance(0.4) ? [subject(random)] : [])];
    steps.push({ method: 'POST', path, body: { metadata: { name: `${namespace}-${count}` }, roleRef, subjects } });
  }
  return steps;
}

const place = (namespace: string): string => `${RBAC}/namespaces/${namespace}`;

function someRules(random: Random, mayHavePaths: boolean): Json {
  return Array.from({ length: random.below(3) + 1 }, () => rule(random, mayHavePaths));
}

function some(random: Random, choices: readonly string[]): string[] {
  return Array.from({ length: random.below(2) + 1 }, () => random.pick(choices));
}

function rule(random: Random, mayHavePaths: boolean): JsonObject {
  if (mayHavePaths && random.chance(0.3))
    return { verbs: some(random, ['get', 'post', '*']), nonResourceURLs: some(random, PATHS) };
  const names = random.chance(0.3) ? { resourceNames: some(random, NAMES) } : {};
  return { verbs: some(random, VERBS), apiGroups: some(random, GROUPS), resources: some(random, RESOURCES), ...names };
}

function subject(random: Random): JsonObject {
  switch (random.below(4)) {
    case 0:
      return { kind: 'Group', apiGroup: GROUP, name: 'NAMESPACE-g' };
    case 1:
      return { kind: 'ServiceAccount', namespace: 'NAMESPACE', name: 's' };
    default:
      return { kind: 'User', apiGroup: GROUP, name: `NAMESPACE-${random.pick(['u', 'v'])}` };
  }
}

// The real server learns of roles and bindings a moment later; when it knows the last ones, it knows all.
function marked(namespace: string): readonly Step[] {
  const rules = [{ verbs: ['get'], apiGroups: ['mark'], resources: ['marks'] }];
  const name = `${namespace}-mark`;
  const subjects = [{ kind: 'User', apiGroup: GROUP, name }];
  const bind = (path: string, kind: string): Step => ({
    method: 'POST',
    path,
    body: { metadata: { name }, roleRef: { apiGroup: GROUP, kind, name }, subjects },
  });
  const known = (place: JsonObject): Step => ({
    method: 'POST',
    path: `${REVIEWS}/subjectaccessreviews`,
    body: { spec: { user: name, resourceAttributes: { verb: 'get', group: 'mark', resource: 'marks', ...place } } },
    until: { path: ['status', 'allowed'], value: true },
  });
  const here = place(namespace);
  return [
    { method: 'POST', path: `${here}/roles`, body: { metadata: { name }, rules } },
    bind(`${here}/rolebindings`, 'Role'),
    known({ namespace }),
    { method: 'POST', path: `${RBAC}/clusterroles`, body: { metadata: { name }, rules } },
    bind(`${RBAC}/clusterrolebindings`, 'ClusterRole'),
    known({}),
  ];
}

function question(random: Random, namespace: string): Step {
  const who = random.pick(USERS);
  const user = who.startsWith('system:') ? who : `NAMESPACE-${who}`;
  const groups = random.chance(0.4) ? ['NAMESPACE-g'] : [];
  const headers = { 'impersonate-user': user, ...(groups.length === 0 ? {} : { 'impersonate-group': groups }) };
  switch (random.below(6)) {
    case 0:
      return { method: 'POST', path: `${REVIEWS}/selfsubjectrulesreviews`, body: { spec: { namespace } }, headers };
    case 1:
      return {
        method: 'POST',
        path: `${REVIEWS}/selfsubjectaccessreviews`,
        body: { spec: attributes(random) },
        headers,
      };
    case 2:
      return giveAway(random, namespace, headers);
    case 3:
    case 4:
      return { ...attempt(random, namespace), headers };
    default: {
      const spec = { user, ...(groups.length === 0 ? {} : { groups }), ...attributes(random) };
      return { method: 'POST', path: `${REVIEWS}/subjectaccessreviews`, body: { spec } };
    }
  }
}

function attributes(random: Random): JsonObject {
  if (random.chance(0.2))
    return {
      nonResourceAttributes: {
        verb: random.pick(['get', 'post']),
        path: random.pick(['/x', '/x/y', '/x/y/z', '/healthz', '/api']),
      },
    };
  const [resource = '', subresource] = random
    .pick(['configmaps', 'secrets', 'deployments', 'deployments/scale', 'things/status', '*'])
    .split('/');
  const asked: MutableObject = { verb: random.pick(VERBS), resource, group: random.pick(GROUPS) };
  if (subresource !== undefined) asked['subresource'] = subresource;
  if (random.chance(0.6)) asked['namespace'] = 'NAMESPACE';
  if (random.chance(0.4)) asked['name'] = random.pick(NAMES);
  return { resourceAttributes: asked };
}

function attempt(random: Random, namespace: string): Step {
  const [plural, root] = random.pick([
    ['configmaps', '/api/v1'],
    ['secrets', '/api/v1'],
    ['deployments', '/apis/apps/v1'],
    ['things', '/apis/script.example.com/v1'],
  ] as const);
  const base = random.chance(0.8) ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
  const one = `${base}/${random.pick(NAMES)}`;
  const merge = { contentType: 'application/merge-patch+json', body: { metadata: { labels: { a: 'b' } } } };
  switch (random.below(8)) {
    case 0:
      return { method: 'GET', path: base };
    case 1:
      return { method: 'GET', path: base, query: { fieldSelector: `metadata.name=${random.pick(NAMES)}` } };
    case 2:
      return { method: 'DELETE', path: one };
    case 3:
      return { method: 'DELETE', path: base };
    case 4:
      return { method: 'PATCH', path: one, ...merge };
    case 5:
      return { method: 'PATCH', path: `${one}/status`, ...merge };
    case 6:
      return { method: 'GET', path: random.pick(['/x', '/x/y', '/healthz', `/api/v1/namespaces/${namespace}`]) };
    default:
      return { method: 'GET', path: one };
  }
}

// Writing roles and bindings needs the right to do so and what they give.
function giveAway(random: Random, namespace: string, headers: Step['headers']): Step {
  const step = { method: 'POST', headers: headers ?? {}, query: { dryRun: 'All' } } as const;
  const metadata = { name: `NAMESPACE-given-${random.below(3)}` };
  if (random.chance(0.5)) {
    const isEverywhere = random.chance(0.4);
    const path = isEverywhere ? `${RBAC}/clusterroles` : `${place(namespace)}/roles`;
    return { ...step, path, body: { metadata, rules: someRules(random, isEverywhere) } };
  }
  const roleRef = {
    apiGroup: GROUP,
    kind: 'ClusterRole',
    name: random.pick([`${namespace}-a`, `${namespace}-b`, 'view', 'nothing']),
  };
  return { ...step, path: `${place(namespace)}/rolebindings`, body: { metadata, roleRef } };
}
