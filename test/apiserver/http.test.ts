// The way in by network: both versions of HTTP, watches line by line, and what happens when somebody goes away.

import { connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { type Backend, embeddedBackend } from './script.ts';

describe('the embedded API server on the network', () => {
  let server: ApiServer;
  let backend: Backend;
  const url = (path: string): string => `${server.url}${path}`;
  const configMaps = '/api/v1/namespaces/default/configmaps';

  beforeAll(async () => {
    server = await startApiServer({ port: 0 });
    backend = embeddedBackend(server);
  });

  afterAll(async () => {
    await server.stop();
  });

  test('speaks HTTP/1.1', async () => {
    const answer = await fetch(url('/api/v1/namespaces/default'));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ kind: 'Namespace', metadata: { name: 'default' } });
  });

  test('sends warnings as headers', async () => {
    const body = JSON.stringify({ metadata: { name: 'warned' }, strange: 1 });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url(configMaps), { method: 'POST', body, headers });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('warning')).toBe('299 - "unknown field \\"strange\\""');
  });

  test('speaks HTTP/2, and streams a watch on it', async () => {
    const session = connect(server.url as string);
    const stream = session.request({
      ':path': `${configMaps}?watch=1&resourceVersion=1&fieldSelector=metadata.name=seen`,
    });
    stream.setEncoding('utf8');
    const line = new Promise<string>((resolve) => stream.once('data', resolve));
    const status = new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status'])));
    expect(await status).toBe(200);
    await backend.send({ method: 'POST', path: configMaps, body: { metadata: { name: 'unseen' } } });
    await backend.send({ method: 'POST', path: configMaps, body: { metadata: { name: 'seen' } } });
    expect(JSON.parse(await line)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'seen' } } });
    const closed = new Promise((resolve) => session.once('close', resolve));
    session.destroy();
    await closed;
  });

  test('answers 501 for what is not emulated, and counts it', async () => {
    const answer = await fetch(url('/api/v1/namespaces/default/pods'));
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({ kind: 'Status', reason: 'NotEmulated' });
    const protobuf = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    const other = await fetch(url(configMaps), { method: 'POST', headers: protobuf, body: 'k8s' });
    expect(other.status).toBe(501);
    expect(server.refusals()).toEqual([
      { what: 'pods of v1', count: 1 },
      { what: 'bodies of application/vnd.kubernetes.protobuf', count: 1 },
    ]);
  });
});
