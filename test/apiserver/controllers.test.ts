// What goes on in the embedded cluster by itself: garbage collection and the end of namespaces.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isTerminating, nameOf } from '../../apiserver/model/api-object.ts';
import { type Json, listIn, textIn } from '../../apiserver/model/json.ts';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { type Answer, type Backend, embeddedBackend } from './script.ts';

const MERGE = 'application/merge-patch+json';

describe('the controllers of the embedded API server', () => {
  let server: ApiServer;
  let backend: Backend;
  let namespace = '';
  let count = 0;

  beforeAll(async () => {
    server = await startApiServer({ simulate: false });
    backend = embeddedBackend(server);
  });

  afterAll(async () => {
    await server.stop();
  });

  beforeEach(async () => {
    count += 1;
    namespace = `case-${count}`;
    await backend.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } });
  });

  const path = (name = ''): string => `/api/v1/namespaces/${namespace}/configmaps${name === '' ? '' : `/${name}`}`;

  async function make(name: string, ...owners: readonly Json[]): Promise<Json> {
    const ownerReferences = owners.map((owner) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: nameOf(owner),
      uid: textIn(owner, 'metadata', 'uid'),
      blockOwnerDeletion: true,
    }));
    return (await backend.send({ method: 'POST', path: path(), body: { metadata: { name, ownerReferences } } })).body;
  }

  async function remove(name: string, propagationPolicy: string): Promise<Answer> {
    return await backend.send({ method: 'DELETE', path: path(name), query: { propagationPolicy } });
  }

  async function hold(name: string, finalizers: readonly string[] | null): Promise<void> {
    await backend.send({ method: 'PATCH', path: path(name), contentType: MERGE, body: { metadata: { finalizers } } });
  }

  // Names, with a mark at those that are on their way out.
  async function names(): Promise<readonly string[]> {
    const { body } = await backend.send({ method: 'GET', path: path() });
    return listIn(body, 'items').map((item) => nameOf(item) + (isTerminating(item) ? '!' : ''));
  }

  test('take dependents of dependents with an owner that is deleted in the background', async () => {
    const child = await make('child', await make('owner'));
    await make('grandchild', child);
    await remove('owner', 'Background');
    expect(await names()).toEqual([]);
  });

  test('keep an owner in the foreground until its dependents are gone', async () => {
    await make('child', await make('owner'));
    await hold('child', ['example.com/hold']);
    await remove('owner', 'Foreground');
    expect(await names()).toEqual(['child!', 'owner!']);
    await hold('child', null);
    expect(await names()).toEqual([]);
  });

  test('leave orphans without their owner', async () => {
    await make('child', await make('owner'));
    await remove('owner', 'Orphan');
    expect(await names()).toEqual(['child']);
    const { body } = await backend.send({ method: 'GET', path: path('child') });
    expect(listIn(body, 'metadata', 'ownerReferences')).toEqual([]);
  });

  test('keep what another owner still has', async () => {
    const [one, two] = [await make('one'), await make('two')];
    await make('child', one, two);
    await remove('one', 'Background');
    expect(await names()).toEqual(['child', 'two']);
    const { body } = await backend.send({ method: 'GET', path: path('child') });
    expect(listIn(body, 'metadata', 'ownerReferences').map((owner) => textIn(owner, 'name'))).toEqual(['two']);
  });

  test('take what names an owner that is there by name only', async () => {
    await make('owner');
    await make('child', { metadata: { name: 'owner', uid: '11111111-2222-3333-4444-555555555555' } });
    expect(await names()).toEqual(['owner']);
  });

  test('empty a namespace before it goes, and let nothing new into it', async () => {
    await make('held');
    await hold('held', ['example.com/hold']);
    await make('free');
    await backend.send({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
    expect(await names()).toEqual(['held!']);
    const refused = await backend.send({ method: 'POST', path: path(), body: { metadata: { name: 'late' } } });
    expect(refused.status).toBe(403);
    await hold('held', null);
    expect((await backend.send({ method: 'GET', path: `/api/v1/namespaces/${namespace}` })).status).toBe(404);
  });
});
