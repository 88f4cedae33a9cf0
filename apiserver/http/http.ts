// The way in by network: HTTP/2 and HTTP/1.1 over TLS, on one port of this machine.
//
// Promises: an answer that is a watch leaves line by line, as it happens; a client that goes away ends its watch; `stop`
// ends every connection.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { type ApiAnswer, type ApiRequest, PROTOBUF } from '../model/request.ts';
import { bodyOf, headersOf, LineWriter } from './answer.ts';

/** A server that listens. */
export interface Listening {
  readonly url: string;
  /** Ends all connections and waits until the port is free. Idempotent. */
  stop(): Promise<void>;
}

/** Where it listens, and what it serves with. */
export interface ListenOptions {
  /** A port of the loopback interface; 0 finds a free one. */
  readonly port: number;
  /** As PEM. */
  readonly certificate: string;
  readonly key: string;
}

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

// Chosen: a client may have many large answers under way at once on its one connection.
const MAX_SESSION_MIB = 1024;

/** Listens. Throws where the port is taken. */
export async function listen(
  handle: (request: ApiRequest) => ApiAnswer,
  { port, certificate, key }: ListenOptions,
): Promise<Listening> {
  const options = { cert: certificate, key, allowHTTP1: true, maxSessionMemory: MAX_SESSION_MIB };
  const writer = new LineWriter();
  const server = createSecureServer(
    options,
    (incoming, outgoing) => void answer(incoming, outgoing, { handle, writer }),
  );
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${bound}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answering {
  handle(request: ApiRequest): ApiAnswer;
  readonly writer: LineWriter;
}

async function answer(incoming: Incoming, outgoing: Outgoing, { handle, writer }: Answering): Promise<void> {
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
    if (reply.kind === 'watch') sendLines(reply, outgoing, writer);
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
  const body = bodyOf(reply);
  outgoing.writeHead(reply.status, { ...headersOf(reply), 'content-length': body.length });
  outgoing.end(body);
}

function sendLines(reply: ApiAnswer & { readonly kind: 'watch' }, outgoing: Outgoing, writer: LineWriter): void {
  const { lines, status, coding } = reply;
  outgoing.writeHead(status, headersOf(reply));
  // The head leaves at once: a client waits for it before it waits for lines.
  if ('flushHeaders' in outgoing) outgoing.flushHeaders();
  const stream: Writable = outgoing;
  lines.onLine((line) => stream.write(writer.bytesOf(coding, line)));
  lines.onEnd(() => stream.end());
  outgoing.on('close', () => lines.stop());
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
