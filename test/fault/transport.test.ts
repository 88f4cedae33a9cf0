// The transport against a server that misbehaves, on the loopback address.

import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ClusterAccess } from '../../engine/kube/auth.ts';
import { Transport, type WatchEvent } from '../../engine/kube/transport.ts';
import { Fault } from '../../engine/model/fault.ts';

type Answer = (stream: ServerHttp2Stream, count: number) => void;

let server: Http2Server | undefined;
let transport: Transport | undefined;
let requests: { path: string; agent: string; authorization: string }[] = [];
let invalidated = 0;
let refuseLogin = false;
const sockets = new Set<Socket>();

async function serve(answer: Answer): Promise<Transport> {
  requests = [];
  invalidated = 0;
  refuseLogin = false;
  const created = createServer();
  created.on('connection', (socket) => sockets.add(socket));
  created.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    requests.push({
      path: String(headers[':path']),
      agent: String(headers['user-agent']),
      authorization: String(headers['authorization']),
    });
    answer(stream, requests.length);
  });
  server = created;
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  const access: ClusterAccess = {
    server: new URL(`http://127.0.0.1:${(created.address() as AddressInfo).port}`),
    namespace: 'default',
    tls: async () => ({}),
    headers: async () => {
      if (refuseLogin) throw new Fault({ code: 'Unauthorized', retry: 'backoff', message: 'cannot log in' });
      return { authorization: `Bearer ${invalidated}` };
    },
    invalidate: () => {
      invalidated += 1;
    },
  };
  transport = new Transport(access, { userAgent: 'opsonata/test', now: Date.now });
  return transport;
}

afterEach(async () => {
  transport?.stop();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
});

const json = (stream: ServerHttp2Stream, status: number, body: unknown, headers: object = {}) => {
  stream.respond({ ':status': status, 'content-type': 'application/json', ...headers });
  stream.end(typeof body === 'string' ? body : JSON.stringify(body));
};
const event = (name: string, resourceVersion: number) =>
  `${JSON.stringify({ type: 'ADDED', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, resourceVersion: String(resourceVersion) } } })}\n`;

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('there was no fault');
}

async function watch(
  on: Transport,
  idleTimeoutMs = 60_000,
): Promise<{ events: readonly WatchEvent[]; fault: Fault | undefined }> {
  const events: WatchEvent[] = [];
  try {
    for await (const item of on.watch({
      path: '/watch',
      query: { watch: true },
      signal: new AbortController().signal,
      idleTimeoutMs,
    }))
      events.push(item);
    return { events, fault: undefined };
  } catch (error) {
    return { events, fault: error as Fault };
  }
}

describe('a request', () => {
  test('names us, and reuses its connection', async () => {
    const on = await serve((stream) => json(stream, 200, { ok: true }));
    expect(await on.request({ method: 'GET', path: '/a', query: { x: 'y z', none: undefined } })).toEqual({ ok: true });
    await on.request({ method: 'GET', path: '/b' });
    expect(requests).toMatchObject([{ path: '/a?x=y+z', agent: 'opsonata/test' }, { path: '/b' }]);
  });

  test.each([
    [429, { message: 'slow' }, { 'retry-after': '2' }, { code: 'ApiThrottled', retryAfterMs: 2_000 }],
    [404, '404 page not found', {}, { code: 'KindNotFound', message: '404 page not found' }],
    [503, '', {}, { code: 'ApiUnavailable' }],
  ])('answered with %i is a fault', async (status, body, headers, expected) => {
    const on = await serve((stream) => json(stream, status, body, headers));
    expect(await faultOf(on.request({ method: 'GET', path: '/' }))).toMatchObject(expected);
  });

  test('refused as unknown asks for new credentials', async () => {
    const on = await serve((stream, count) => json(stream, count === 1 ? 401 : 200, {}));
    expect(await faultOf(on.request({ method: 'GET', path: '/' }))).toMatchObject({ code: 'Unauthorized' });
    await on.request({ method: 'GET', path: '/' });
    expect(requests.map(({ authorization }) => authorization)).toEqual(['Bearer 0', 'Bearer 1']);
  });

  test('without an answer ends in time', async () => {
    const on = await serve(() => undefined);
    expect(await faultOf(on.request({ method: 'GET', path: '/', timeoutMs: 50 }))).toMatchObject({
      code: 'ApiUnavailable',
      message: expect.stringContaining('no answer in 50 ms'),
    });
  });

  test('cut in the middle of its answer is a fault, and the next one works', async () => {
    const on = await serve((stream, count) => {
      if (count > 1) return json(stream, 200, { ok: true });
      stream.respond({ ':status': 200 });
      stream.write('{"half":');
      return stream.session?.destroy();
    });
    expect(await faultOf(on.request({ method: 'GET', path: '/' }))).toMatchObject({
      code: 'ApiUnavailable',
      retry: 'backoff',
    });
    expect(await on.request({ method: 'GET', path: '/' })).toEqual({ ok: true });
  });

  test('goes to a new connection after the server said goodbye', async () => {
    const on = await serve((stream) => {
      json(stream, 200, { ok: true });
      stream.session?.goaway();
    });
    for (let count = 0; count < 3; count += 1)
      expect(await on.request({ method: 'GET', path: '/' })).toEqual({ ok: true });
  });

  test('to nobody is a fault', async () => {
    const on = await serve(() => undefined);
    server?.close();
    expect(await faultOf(on.request({ method: 'GET', path: '/' }))).toMatchObject({
      code: 'ApiUnavailable',
      retry: 'backoff',
    });
  });
});

describe('a watch', () => {
  test('yields events however they are cut into pieces, and ends well', async () => {
    const on = await serve((stream) => {
      stream.respond({ ':status': 200 });
      const bytes = Buffer.from(event('ä-one', 1) + event('two', 2));
      for (let at = 0; at < bytes.length; at += 7) stream.write(bytes.subarray(at, at + 7));
      stream.end();
    });
    const { events, fault } = await watch(on);
    expect(events.map(({ object }) => object.metadata.name)).toEqual(['ä-one', 'two']);
    expect(fault).toBeUndefined();
  });

  test.each([
    ['in the middle of an event', event('two', 2).slice(0, 30), 'in the middle of an event'],
    ['with what is no event', 'garbage\n', 'no event'],
  ])('that ends %s fails, after the events before it', async (_name, rest, message) => {
    const on = await serve((stream) => {
      stream.respond({ ':status': 200 });
      stream.end(event('one', 1) + rest);
    });
    const { events, fault } = await watch(on);
    expect(events).toHaveLength(1);
    expect(fault).toMatchObject({ code: 'ApiUnavailable', message: expect.stringContaining(message) });
  });

  test('of a version that is gone says so, in both shapes', async () => {
    const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
    const on = await serve((stream, count) => {
      if (count === 1) return json(stream, 410, status);
      stream.respond({ ':status': 200 });
      return stream.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
    });
    expect((await watch(on)).fault).toMatchObject({ code: 'Expired' });
    expect((await watch(on)).fault).toMatchObject({ code: 'Expired' });
  });

  test('that cannot log in again and again needs no more connections than one that can', async () => {
    const on = await serve((stream) => json(stream, 200, event('a', 1)));
    refuseLogin = true;
    for (let attempt = 0; attempt < 100; attempt += 1)
      expect((await watch(on)).fault).toMatchObject({ code: 'Unauthorized' });
    refuseLogin = false;
    expect((await watch(on)).events).toHaveLength(1);
    expect(sockets.size).toBe(1);
  });

  test('that is silent for too long fails', async () => {
    const on = await serve((stream) => {
      stream.respond({ ':status': 200 });
      stream.write(event('one', 1));
    });
    const { events, fault } = await watch(on, 500);
    expect(events).toHaveLength(1);
    expect(fault).toMatchObject({ code: 'ApiUnavailable', message: expect.stringContaining('silent for 500 ms') });
  });
});
