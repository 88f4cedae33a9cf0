// Who comes in, where the real server does not answer as the embedded one is meant to, or only a while later.

import { afterEach, expect, test, vi } from 'vitest';
import { type Json, listIn, textIn } from '../../apiserver/model/json.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../../apiserver/server.ts';
import { accessOf, networkFetch } from './network.ts';
import { type Answer, embeddedBackend, type Step } from './script.ts';

let server: ApiServer;

afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

async function start(options: ApiServerOptions = {}): Promise<(step: Step) => Promise<Answer>> {
  server = await startApiServer(options);
  return (step) => embeddedBackend(server).send(step);
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const NAMESPACES = { method: 'GET', path: '/api/v1/namespaces' } as const;
const WHO = { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} } as const;
const userOf = ({ body }: Answer): string => textIn(body, 'status', 'userInfo', 'username');

test('takes who shows no token for the administrator', async () => {
  const send = await start();
  expect(userOf(await send(WHO))).toBe('admin');
});

test('takes who shows no token on the network for nobody', async () => {
  await start({ port: 0 });
  const send = networkFetch(accessOf(server.kubeconfig()));
  const answer = await send('/api/v1/namespaces');
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({
    message:
      'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" at the cluster scope',
  });
});

test('names the administrator by a token in its kubeconfig', async () => {
  const send = await start({ port: 0 });
  const access = accessOf(server.kubeconfig());
  expect(userOf(await send({ ...WHO, headers: bearer(access.token) }))).toBe('admin');
  const sendByNetwork = networkFetch(access);
  const list = async (token: string) => await sendByNetwork('/api/v1/namespaces', { headers: bearer(token) });
  expect((await list(access.token)).status).toBe(200);
  expect((await list('x')).status).toBe(401);
});

test('knows the users that it is given', async () => {
  const send = await start({ tokens: [{ token: 't', name: 'ann', uid: '7', groups: ['g'] }] });
  expect((await send({ ...WHO, headers: bearer('t') })).body).toMatchObject({
    status: { userInfo: { username: 'ann', uid: '7', groups: ['g', 'system:authenticated'] } },
  });
  expect((await send({ ...NAMESPACES, headers: bearer('t') })).status).toBe(403);
});

const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';

async function tokenOf(send: (step: Step) => Promise<Answer>, spec: Json = {}): Promise<string> {
  await send({ method: 'POST', path: ACCOUNTS, body: { metadata: { name: 'x' } } });
  const { body } = await send({ method: 'POST', path: `${ACCOUNTS}/x/token`, body: { spec } });
  return textIn(body, 'status', 'token');
}

test('ends a token with its account, at once', async () => {
  const send = await start();
  const headers = bearer(await tokenOf(send));
  expect(userOf(await send({ ...WHO, headers }))).toBe('system:serviceaccount:default:x');
  await send({ method: 'DELETE', path: `${ACCOUNTS}/x` });
  expect((await send({ ...WHO, headers })).status).toBe(401);
  await send({ method: 'POST', path: ACCOUNTS, body: { metadata: { name: 'x' } } });
  expect((await send({ ...WHO, headers })).status).toBe(401);
});

test('ends a token when its time is over', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const send = await start();
  const headers = bearer(await tokenOf(send, { expirationSeconds: 600 }));
  vi.advanceTimersByTime(599_000);
  expect((await send({ ...WHO, headers })).status).toBe(201);
  vi.advanceTimersByTime(2_000);
  expect((await send({ ...WHO, headers })).status).toBe(401);
});

test('takes no token that was changed', async () => {
  const send = await start();
  const [head, body = '', signature] = (await tokenOf(send)).split('.');
  const claims = Buffer.from(body, 'base64url').toString('utf8').replace('default', 'another');
  const forged = [head, Buffer.from(claims).toString('base64url'), signature].join('.');
  expect((await send({ ...WHO, headers: bearer(forged) })).status).toBe(401);
});

test('puts roles together from others, and again when they change', async () => {
  const send = await start();
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
  const rules = async (name: string): Promise<readonly Json[]> =>
    listIn((await send({ method: 'GET', path: `${path}/${name}` })).body, 'rules');
  const before = await rules('view');
  expect(before.length).toBeGreaterThan(5);
  const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
  const rule = { verbs: ['get'], apiGroups: ['example.com'], resources: ['things'] };
  await send({ method: 'POST', path, body: { metadata: { name: 'things', labels }, rules: [rule] } });
  expect(await rules('view')).toEqual([...before, rule]);
  expect(await rules('edit')).toContainEqual(rule);
  await send({ method: 'DELETE', path: `${path}/things` });
  expect(await rules('view')).toEqual(before);
});

test('refuses constrained impersonation as not emulated', async () => {
  const send = await start();
  const headers = bearer(await tokenOf(send));
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const rules = [{ verbs: ['impersonate:user-info'], apiGroups: ['authentication.k8s.io'], resources: ['users'] }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'c' };
  const subjects = [{ kind: 'ServiceAccount', namespace: 'default', name: 'x' }];
  await send({ method: 'POST', path: `${rbac}/clusterroles`, body: { metadata: { name: 'c' }, rules } });
  await send({
    method: 'POST',
    path: `${rbac}/clusterrolebindings`,
    body: { metadata: { name: 'c' }, roleRef, subjects },
  });
  const answer = await send({ ...WHO, headers: { ...headers, 'impersonate-user': 'ann' } });
  expect(answer.status).toBe(501);
  expect(server.refusals()).toEqual([{ what: 'constrained impersonation', count: 1 }]);
});
