// What is asked about users and rights, one by one: reviews, tokens, impersonation, roles that give too much.

import type { Json } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const AUTHENTICATION = '/apis/authentication.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';

/** All of them. */
export function reviewScripts(): readonly Script[] {
  return [whoScript(), rightsScript(), tokenScript(), roleScript(), givingScript(), impersonationScript()];
}

type Headers = NonNullable<Step['headers']>;

const post = (path: string, body: Json, headers: Headers = {}): Step => ({ method: 'POST', path, body, headers });
const get = (path: string, headers: Headers = {}): Step => ({ method: 'GET', path, headers });
const as = (name: string, ...groups: readonly string[]): Headers => ({
  'impersonate-user': name,
  ...(groups.length === 0 ? {} : { 'impersonate-group': groups }),
});

function whoScript(): Script {
  const who = (headers: Headers): Step => post(`${AUTHENTICATION}/selfsubjectreviews`, {}, headers);
  const account = 'system:serviceaccount:default:x';
  return {
    name: 'who',
    steps: [
      who({}),
      who(as('bob')),
      who(as('bob', 'g1', 'g2')),
      who({ ...as('bob'), 'impersonate-uid': 'u1', 'impersonate-extra-foo%2fbar': ['a', 'b'] }),
      who(as(account)),
      who(as(account, 'g1')),
      who(as('system:serviceaccount:x')),
      who(as('system:node:x')),
      who(as('system:anonymous')),
      who(as('bob', 'system:unauthenticated')),
      who(as('bob', 'system:masters', 'system:authenticated')),
      who({ 'impersonate-group': 'g1' }),
      who({ 'impersonate-uid': 'u1' }),
      who({ 'impersonate-extra-b': 'x', 'impersonate-extra-a': ['y', 'z'] }),
      who({ authorization: 'Bearer nobodys-token' }),
      who({ authorization: 'Basic abc' }),
      get('/version', { authorization: 'Bearer nobodys-token' }),
      get('/healthz', as('system:anonymous')),
      get('/api', as('system:anonymous')),
      get('/foo', as('bob')),
      get('/foo'),
      get('/api/v1/namespaces/default', as('bob')),
      get('/api/v1/namespaces/default/status', as('bob')),
      get('/api/v1/namespaces/default/configmaps/a', as('<bob> & "co"')),
      get('/apis/none.example.com/v1/nothings', as('bob')),
      get('/apis/none.example.com/v1/nothings'),
      get(`${AUTHENTICATION}/selfsubjectreviews`),
    ],
  };
}

function rightsScript(): Script {
  const self = (spec: Json, headers: Headers = as('bob')): Step =>
    post(`${AUTHORIZATION}/selfsubjectaccessreviews`, { spec }, headers);
  const subject = (body: Json): Step => post(`${AUTHORIZATION}/subjectaccessreviews`, body);
  const local = (spec: Json): Step => post(`${AUTHORIZATION}/namespaces/default/localsubjectaccessreviews`, { spec });
  const pods = { verb: 'get', resource: 'pods' };
  const path = { verb: 'get', path: '/api' };
  return {
    name: 'rights',
    steps: [
      self({ resourceAttributes: pods }, {}),
      self({ resourceAttributes: pods }),
      self({ nonResourceAttributes: path }),
      self({}),
      self({ resourceAttributes: pods, nonResourceAttributes: path }),
      subject({ spec: { user: 'bob', nonResourceAttributes: path } }),
      subject({ spec: { user: 'bob', groups: ['system:authenticated'], nonResourceAttributes: path } }),
      subject({ spec: { groups: ['system:masters'], resourceAttributes: pods } }),
      subject({ spec: {} }),
      subject({
        spec: { user: 'bob', uid: 'u', extra: { a: ['b'] }, resourceAttributes: { ...pods, version: '*', name: 'x' } },
      }),
      subject({
        spec: {
          user: 'bob',
          resourceAttributes: {
            ...pods,
            labelSelector: { rawSelector: 'a', requirements: [{ key: 'a', operator: 'In', values: ['b'] }] },
          },
        },
      }),
      local({ user: 'bob', resourceAttributes: { ...pods, namespace: 'default' } }),
      local({ user: 'bob', resourceAttributes: { ...pods, namespace: 'other' } }),
      local({ user: 'bob', resourceAttributes: pods }),
      post(`${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: { namespace: 'default' } }, as('bob')),
      post(`${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: { namespace: 'default' } }),
      post(`${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: {} }),
      get(`${AUTHORIZATION}/selfsubjectrulesreviews`),
      get(AUTHORIZATION),
      get(AUTHENTICATION),
      get(`${RBAC}/clusterroles/cluster-admin`),
      get(`${RBAC}/clusterroles/view`),
      get(`${RBAC}/clusterrolebindings/system:basic-user`),
      get(`${RBAC}/namespaces/kube-system/roles/system::leader-locking-kube-scheduler`),
    ],
  };
}

function tokenScript(): Script {
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  const ask = (body: Json, name = 'token-x'): Step => post(`${accounts}/${name}/token`, body);
  const bearer = (step: number): Headers => ({ authorization: `Bearer {{${step}.status.token}}` });
  const review = (spec: Json): Step => post(`${AUTHENTICATION}/tokenreviews`, { spec });
  const ref = (kind: string, name: string): Json => ({ spec: { boundObjectRef: { apiVersion: 'v1', kind, name } } });
  return {
    name: 'tokens',
    steps: [
      post(accounts, { metadata: { name: 'token-x' } }),
      ask({}),
      ask({ spec: { audiences: ['a'], expirationSeconds: 600 } }),
      ask({ metadata: { labels: { a: 'b' } } }),
      post(`${AUTHENTICATION}/selfsubjectreviews`, {}, bearer(1)),
      post(`${AUTHENTICATION}/selfsubjectreviews`, {}, bearer(2)),
      get('/api/v1/namespaces/default/configmaps', bearer(1)),
      review({ token: '{{1.status.token}}' }),
      review({ token: '{{2.status.token}}' }),
      review({ token: '{{2.status.token}}', audiences: ['a', 'b'] }),
      review({ token: '{{1.status.token}}', audiences: ['zz'] }),
      review({ token: 'x' }),
      review({}),
      ask({ spec: { expirationSeconds: 10 } }),
      ask({ spec: { expirationSeconds: 99_999_999_999 } }),
      ask({}, 'nobody'),
      ask({ metadata: { name: 'other' } }),
      ask(ref('Secret', 'nothing')),
      ask(ref('ConfigMap', 'x')),
      post('/api/v1/namespaces/default/secrets', { metadata: { name: 'token-bound' } }),
      ask(ref('Secret', 'token-bound')),
      post(`${AUTHENTICATION}/selfsubjectreviews`, {}, bearer(20)),
      get(`${accounts}/token-x/token`),
      post(`${accounts}/token-x/token`, {}, as('bob')),
    ],
  };
}

const role = (path: string, name: string, rules: Json, more: { readonly [name: string]: Json } = {}): Step =>
  post(`${RBAC}/${path}`, { metadata: { name }, rules, ...more });

function roleScript(): Script {
  const local = 'namespaces/default/roles';
  const selectors = (...list: readonly Json[]) => ({ aggregationRule: { clusterRoleSelectors: list } });
  return {
    name: 'roles',
    steps: [
      role(local, 'bad', [{ verbs: [] }, { verbs: ['get'], resources: ['a'] }, { verbs: ['get'], apiGroups: [''] }]),
      role(local, 'bad', [{ verbs: ['get'], nonResourceURLs: ['/x'] }]),
      role('clusterroles', 'bad', [{ verbs: ['get'], nonResourceURLs: ['/x'], resources: ['a'], apiGroups: [''] }]),
      role('clusterroles', 'bad', [], selectors()),
      role('clusterroles', 'bad', [], selectors({ matchLabels: { 'a b': 'c d' } })),
      role('clusterroles', 'reviews-good', [], selectors({ matchLabels: { a: 'b' } })),
      role('clusterroles', 'reviews:also good', null),
    ],
  };
}

function givingScript(): Script {
  const eve = as('eve');
  const rules = [
    { verbs: ['get', 'create', 'update', 'patch', 'delete'], apiGroups: [GROUP], resources: ['*'] },
    { verbs: ['get'], apiGroups: [''], resources: ['configmaps'] },
    { verbs: ['bind'], apiGroups: [GROUP], resources: ['clusterroles'], resourceNames: ['edit'] },
    { verbs: ['escalate'], apiGroups: [GROUP], resources: ['roles'], resourceNames: ['free'] },
  ];
  const roleRef = (kind: string, name: string): Json => ({ apiGroup: GROUP, kind, name });
  const secrets = [{ verbs: ['*'], apiGroups: [''], resources: ['secrets'] }];
  const local = `${RBAC}/namespaces/default/roles`;
  const bindings = `${RBAC}/namespaces/default/rolebindings`;
  const patch = (path: string, body: Json): Step => ({
    method: 'PATCH',
    path,
    contentType: 'application/merge-patch+json',
    body,
    headers: eve,
  });
  return {
    name: 'giving',
    steps: [
      role('clusterroles', 'reviews-giver', rules),
      post(`${RBAC}/clusterrolebindings`, {
        metadata: { name: 'reviews-giver' },
        roleRef: roleRef('ClusterRole', 'reviews-giver'),
        subjects: [{ kind: 'User', apiGroup: GROUP, name: 'eve' }],
      }),
      {
        ...post(`${AUTHORIZATION}/subjectaccessreviews`, {
          spec: { user: 'eve', resourceAttributes: { verb: 'get', resource: 'configmaps' } },
        }),
        until: { path: ['status', 'allowed'], value: true },
      },
      post(
        local,
        { metadata: { name: 'little' }, rules: [{ verbs: ['get'], apiGroups: [''], resources: ['configmaps'] }] },
        eve,
      ),
      post(local, { metadata: { name: 'much' }, rules: secrets }, eve),
      post(local, { metadata: { name: 'free' }, rules: secrets }, eve),
      post(
        local,
        {
          metadata: { name: 'more' },
          rules: [
            { verbs: ['get', 'list'], apiGroups: [''], resources: ['configmaps', 'secrets'] },
            { verbs: ['*'], apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['a', 'b'] },
          ],
        },
        eve,
      ),
      post(
        `${RBAC}/clusterroles`,
        { metadata: { name: 'p' }, rules: [{ verbs: ['get'], nonResourceURLs: ['/x/*'] }] },
        eve,
      ),
      post(`${RBAC}/clusterroles`, { metadata: { name: 'q' }, aggregationRule: { clusterRoleSelectors: [{}] } }, eve),
      role('namespaces/default/roles', 'big', secrets),
      patch(`${local}/big`, { metadata: { labels: { a: 'b' } } }),
      patch(`${local}/big`, { metadata: { finalizers: ['example.com/a'] } }),
      patch(`${local}/big`, { metadata: { finalizers: null } }),
      patch(`${local}/little`, { rules: secrets }),
      { method: 'PUT', path: `${local}/new`, body: { metadata: { name: 'new' }, rules: secrets }, headers: eve },
      post(bindings, { metadata: { name: 'b1' }, roleRef: roleRef('ClusterRole', 'system:discovery') }, eve),
      post(bindings, { metadata: { name: 'b2' }, roleRef: roleRef('ClusterRole', 'cluster-admin') }, eve),
      post(bindings, { metadata: { name: 'b3' }, roleRef: roleRef('Role', 'nothing') }, eve),
      post(bindings, { metadata: { name: 'b4' }, roleRef: roleRef('Role', 'big') }, eve),
      post(bindings, { metadata: { name: 'b5' }, roleRef: roleRef('ClusterRole', 'edit') }, eve),
      post(
        `${RBAC}/clusterrolebindings`,
        { metadata: { name: 'b6' }, roleRef: roleRef('ClusterRole', 'nothing') },
        eve,
      ),
      patch(`${bindings}/b1`, { subjects: [{ kind: 'User', apiGroup: GROUP, name: 'z' }] }),
    ],
  };
}

// As eve, who may act as some.
function impersonationScript(): Script {
  const name = 'reviews-actor';
  const token = { authorization: 'Bearer {{1.status.token}}' };
  const who = (headers: Headers): Step => post(`${AUTHENTICATION}/selfsubjectreviews`, {}, { ...token, ...headers });
  return {
    name: 'impersonation',
    steps: [
      post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name } }),
      post(`/api/v1/namespaces/default/serviceaccounts/${name}/token`, {}),
      who({}),
      who(as('alice')),
      who(as('alice', 'g1')),
      who(as('system:serviceaccount:default:other')),
      who(as('system:node:other')),
      get('/api/v1/namespaces/default/configmaps/a', { ...token, ...as('alice') }),
      role('clusterroles', name, [
        { verbs: ['impersonate'], apiGroups: [''], resources: ['users'], resourceNames: ['bob'] },
      ]),
      post(`${RBAC}/clusterrolebindings`, {
        metadata: { name },
        roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', namespace: 'default', name }],
      }),
      {
        ...post(`${AUTHORIZATION}/subjectaccessreviews`, {
          spec: {
            user: `system:serviceaccount:default:${name}`,
            resourceAttributes: { verb: 'impersonate', resource: 'users', name: 'bob' },
          },
        }),
        until: { path: ['status', 'allowed'], value: true },
      },
      who(as('bob')),
      who(as('alice')),
      who(as('bob', 'g1')),
      who({ ...as('bob'), 'impersonate-uid': 'u' }),
      who({ ...as('bob'), 'impersonate-extra-foo': 'x' }),
    ],
  };
}
