// The way in by network: HTTP/1.1 and HTTP/2 without TLS, on one port of this machine.
//
// Which of the two a connection speaks is seen from its first bytes. Promises: an answer that is a watch leaves line by
// line, as it happens; a client that goes away ends its watch; `stop` ends every connection.

import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { type ApiAnswer, type ApiRequest, PROTOBUF } from '../model/request.ts';

/** A server that listens. */
export interface Listening {
  readonly url: string;
  /** Ends all connections and waits until the port is free. Idempotent. */
  stop(): Promise<void>;
}

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

// The beginning of a connection with prior knowledge of HTTP/2. Source: RFC 9113, section 3.4.
const PREFACE = 'PRI';

/** Listens on a port of the loopback interface; 0 finds a free one. */
export async function listen(handle: (request: ApiRequest) => ApiAnswer, port: number): Promise<Listening> {
  const serve = (incoming: Incoming, outgoing: Outgoing): void => void answer(handle, incoming, outgoing);
  const http1 = createHttp1(serve);
  const http2 = createHttp2(serve);
  http1.keepAliveTimeout = 60_000;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      const isHttp2 = first.subarray(0, PREFACE.length).toString('latin1') === PREFACE;
      (isHttp2 ? http2 : http1).emit('connection', socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  handle: (request: ApiRequest) => ApiAnswer,
  incoming: Incoming,
  outgoing: Outgoing,
): Promise<void> {
  try {
    const body = await readBody(incoming);
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const request = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: flatten(incoming.headers),
      body,
    };
    const reply = handle(request);
    if (reply.kind === 'watch') sendLines(reply, outgoing);
    else send(reply, outgoing);
  } catch (error) {
    fail(outgoing, error as Error);
  }
}

async function readBody(incoming: Incoming): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const isBinary = incoming.headers['content-type']?.startsWith(PROTOBUF) === true;
  return Buffer.concat(chunks).toString(isBinary ? 'latin1' : 'utf8');
}

function flatten(headers: Incoming['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function send(reply: Exclude<ApiAnswer, { readonly kind: 'watch' }>, outgoing: Outgoing): void {
  const content = reply.kind === 'text' ? reply.body : `${JSON.stringify(reply.body)}\n`;
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  const contentType = reply.kind === 'text' ? reply.contentType : 'application/json';
  const warnings = reply.kind === 'text' ? [] : reply.warnings;
  outgoing.writeHead(reply.status, {
    'content-type': contentType,
    'content-length': body.length,
    'cache-control': 'no-cache, private',
    ...warningHeader(warnings),
  });
  outgoing.end(body);
}

function sendLines(reply: ApiAnswer & { readonly kind: 'watch' }, outgoing: Outgoing): void {
  const { lines, status, warnings } = reply;
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    ...warningHeader(warnings),
  });
  // The head leaves at once: a client waits for it before it waits for lines.
  if ('flushHeaders' in outgoing) outgoing.flushHeaders();
  const stream: Writable = outgoing;
  lines.onLine((line) => stream.write(`${JSON.stringify(line)}\n`));
  lines.onEnd(() => stream.end());
  outgoing.on('close', () => lines.stop());
}

// Source: RFC 7234, section 5.5, as the API server uses it.
function warningHeader(warnings: readonly string[]): { readonly warning?: string } {
  if (warnings.length === 0) return {};
  return { warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ') };
}

// A mistake of ours, not of the client: it must be seen.
function fail(outgoing: Outgoing, error: Error): void {
  if (outgoing.headersSent) {
    outgoing.end();
    return;
  }
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `the embedded API server failed: ${error.stack ?? error.message}`,
    reason: 'InternalError',
    code: 500,
  };
  outgoing.writeHead(500, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify(status));
}
