// The ways in: by network in both versions of HTTP over TLS, and in memory; all give the same answers.

import { X509Certificate } from 'node:crypto';
import { request as requestPlain } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../apiserver/clock.ts';
import type { ApiFetch } from '../../apiserver/http/fetch.ts';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { eventually } from '../support/cluster.ts';
import { CONFIG_MAPS, clientOf } from './kept.ts';
import { accessOf, administratorFetch, networkFetch, type ServerAccess } from './network.ts';

const JSON_BODY = { 'content-type': 'application/json' };
const clock = new VirtualClock();
let server: ApiServer;
let access: ServerAccess;

beforeAll(async () => {
  server = await startApiServer({ port: 0, clock });
  access = accessOf(server.kubeconfig());
});

afterAll(async () => {
  await server.stop();
});

function connectHttp2(): ClientHttp2Session {
  return connect(access.url, { ca: access.authority });
}

async function firstLine(response: Response): Promise<unknown> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const text = (await reader?.read())?.value ?? '';
  return JSON.parse(text);
}

describe('the embedded API server on the network', () => {
  test('speaks HTTP/2 to whom it can, and streams a watch on it', async () => {
    const session = connectHttp2();
    const stream = session.request({
      ':path': `${CONFIG_MAPS}?watch=1&resourceVersion=1&fieldSelector=metadata.name=seen`,
      authorization: `Bearer ${access.token}`,
    });
    stream.setEncoding('utf8');
    const line = new Promise<string>((resolve) => stream.once('data', resolve));
    const status = new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status'])));
    expect(await status).toBe(200);
    expect(session.alpnProtocol).toBe('h2');
    await clientOf(server).create(CONFIG_MAPS, { metadata: { name: 'unseen' } });
    await clientOf(server).create(CONFIG_MAPS, { metadata: { name: 'seen' } });
    expect(JSON.parse(await line)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'seen' } } });
    const closed = new Promise((resolve) => session.once('close', resolve));
    session.destroy();
    await closed;
  });

  test('shows a certificate of its own authority for this machine alone, and changes it when it starts', async () => {
    const shown = await new Promise<X509Certificate>((resolve, reject) => {
      const port = Number(new URL(access.url).port);
      const socket = connectTls({ port, host: '127.0.0.1', ca: access.authority, ALPNProtocols: ['http/1.1'] }, () => {
        resolve(new X509Certificate(socket.getPeerCertificate().raw));
        socket.destroy();
      });
      socket.once('error', reject);
    });
    const authority = new X509Certificate(access.authority);
    expect(shown.verify(authority.publicKey)).toBe(true);
    expect([authority.ca, shown.ca]).toEqual([true, false]);
    expect(shown.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect([shown.checkIP('127.0.0.1'), shown.checkHost('localhost')]).toEqual(['127.0.0.1', 'localhost']);
    expect([shown.checkIP('127.0.0.2'), shown.checkHost('example.com')]).toEqual([undefined, undefined]);
    const days = (text: string): number => Math.round((Date.parse(text) - Date.now()) / 86_400_000);
    expect([shown.validFrom, shown.validTo, authority.validTo].map(days)).toEqual([-1, 365, 3650]);
    const other = await startApiServer({ port: 0 });
    expect(accessOf(other.kubeconfig()).authority).not.toBe(access.authority);
    await other.stop();
  });

  test('is refused by who does not know its authority', async () => {
    await expect(fetch(`${access.url}/api`)).rejects.toMatchObject({
      cause: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    });
    const other = await startApiServer({ port: 0 });
    const { authority } = accessOf(other.kubeconfig());
    await other.stop();
    await expect(networkFetch({ url: access.url, authority })('/api')).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
  });

  test('does not talk without TLS, and goes on', async () => {
    const url = access.url.replace('https:', 'http:');
    const failure = await new Promise<Error>((resolve, reject) => {
      const call = requestPlain(url, () => reject(new Error('it answered')));
      call.on('error', resolve);
      call.end();
    });
    expect(failure).toMatchObject({ code: 'ECONNRESET' });
    expect((await administratorFetch(server.kubeconfig())('/readyz')).status).toBe(200);
  });

  test('says that a port is taken', async () => {
    const port = Number(new URL(access.url).port);
    await expect(startApiServer({ port })).rejects.toThrow(
      `listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    );
  });

  test('answers 501 for what is not emulated, and counts it', async () => {
    const send = administratorFetch(server.kubeconfig());
    const answer = await send('/api/v1/namespaces/default/replicationcontrollers');
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({ kind: 'Status', reason: 'NotEmulated' });
    const cbor = { 'content-type': 'application/cbor' };
    const other = await send(CONFIG_MAPS, { method: 'POST', headers: cbor, body: 'k8s' });
    expect(other.status).toBe(501);
    expect(server.refusals()).toEqual([
      { what: 'replicationcontrollers of v1', count: 1 },
      { what: 'bodies of application/cbor', count: 1 },
    ]);
  });
});

// HTTP/2 as a `fetch`, for answers that end.
function http2Fetch(): ApiFetch {
  return async (input, init) => {
    const asked = new Request(new URL(String(input), access.url), init);
    const session = connectHttp2();
    const { pathname, search } = new URL(asked.url);
    const headers = { ...Object.fromEntries(asked.headers), authorization: `Bearer ${access.token}` };
    const stream = session.request(
      { ...headers, ':method': asked.method, ':path': pathname + search },
      { endStream: false },
    );
    stream.end(Buffer.from(await asked.arrayBuffer()));
    const head = await new Promise<Record<string, unknown>>((resolve, reject) => {
      stream.once('response', resolve);
      stream.once('error', reject);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    session.close();
    const pairs = Object.entries(head).filter(([name]) => !name.startsWith(':'));
    return new Response(Buffer.concat(chunks), {
      status: Number(head[':status']),
      headers: Object.fromEntries(pairs) as Record<string, string>,
    });
  };
}

describe('a client that is given a fetch', () => {
  // What differs with the way, or with each answer.
  const seen = async (response: Response) => ({
    status: response.status,
    type: response.headers.get('content-type'),
    warning: response.headers.get('warning'),
    text: (await response.text()).replaceAll(/"(?:uid|creationTimestamp|time|resourceVersion)":"[^"]*"/g, '""'),
  });

  const run = async (send: ApiFetch) => {
    const path = `${CONFIG_MAPS}/same`;
    const body = JSON.stringify({ metadata: { name: 'same' }, data: { text: 'ä "ö"' }, strange: 1 });
    const patch = { 'content-type': 'application/merge-patch+json' };
    const answers = [
      await send(CONFIG_MAPS, { method: 'POST', headers: JSON_BODY, body }),
      await send(CONFIG_MAPS, { method: 'POST', headers: JSON_BODY, body }),
      await send(path, { method: 'PATCH', headers: patch, body: '{"data":{"more":"1"}}' }),
      await send(`${path}?pretty=1`),
      await send(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Dsame`),
      await send(`${path}-not`),
      await send('/readyz'),
      await send('/nowhere'),
      await send('/openapi/v2', { headers: { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' } }),
      await send(path, { method: 'DELETE' }),
    ];
    return await Promise.all(answers.map(seen));
  };

  test('gets the same answers whichever way they come', async () => {
    const memory = await run(server.fetch);
    const others = [await run(administratorFetch(server.kubeconfig())), await run(http2Fetch())];
    expect(memory.map(({ status }) => status)).toEqual([201, 409, 200, 200, 200, 404, 200, 404, 200, 200]);
    expect(memory[0]?.warning).toBe('299 - "unknown field \\"strange\\""');
    expect(memory[3]?.text).toContain('ä \\"ö\\"');
    for (const other of others) expect(other).toEqual(memory);
  });

  test.each([
    ['in memory', () => server.fetch],
    ['on the network', () => administratorFetch(server.kubeconfig())],
  ])('sees a watch go by %s, and ends it', async (_, way) => {
    const before = clock.waiting;
    const controller = new AbortController();
    const version = await clientOf(server).version();
    const path = `${CONFIG_MAPS}?watch=true&resourceVersion=${version}`;
    const response = await way()(path, { signal: controller.signal });
    expect(response.status).toBe(200);
    expect(clock.waiting).toBe(before + 1);
    const line = firstLine(response);
    const name = `watched-${before}-${version}`;
    await clientOf(server).create(CONFIG_MAPS, { metadata: { name } });
    expect(await line).toMatchObject({ type: 'ADDED', object: { metadata: { name } } });
    controller.abort();
    await eventually('the watch has ended', () => clock.waiting === before);
  });

  test('ends a watch in memory with the body of its answer', async () => {
    const before = clock.waiting;
    const response = await server.fetch(`${CONFIG_MAPS}?watch=true`);
    expect(clock.waiting).toBe(before + 1);
    await response.body?.cancel();
    expect(clock.waiting).toBe(before);
  });

  test('sees the end of a watch', async () => {
    const response = await server.fetch(`${CONFIG_MAPS}?watch=true&resourceVersion=1&timeoutSeconds=5`);
    const text = response.text();
    await clock.advance(5_000);
    expect((await text).trim().split('\n').length).toBeGreaterThan(3);
  });
});
