// Requests and watches over HTTP/2, as raw JSON.
//
// Promises: what is no success is a classified Fault; an answer has a time limit and a size limit; a watch that ends in
// the middle of a line, or sends what is no JSON, fails, so that nobody goes on as if nothing had been lost; a watch
// that is silent for too long fails as well. Every request names us in its user agent.

import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { Fault } from '../model/fault.ts';
import { isObject, type Json, type MaybeJson } from '../model/json.ts';
import type { KubeObject, ObjectRef } from '../model/object.ts';
import type { ClusterAccess } from './auth.ts';
import { classify } from './classify.ts';
import { SessionPool, type StreamPlace, unavailable } from './session.ts';

/** One request. `path` begins with a slash; `query` values are encoded here. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: Json;
  readonly contentType?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Named in faults. */
  readonly subject?: ObjectRef;
}

/** An event of a watch. ERROR events never get this far: they are thrown as Faults. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

/** A watch. */
export interface WatchRequest {
  readonly path: string;
  readonly query: NonNullable<KubeRequest['query']>;
  readonly signal: AbortSignal;
  /** Fail after this long without a byte. */
  readonly idleTimeoutMs: number;
}

/** What the transport needs of the world. */
export interface TransportDeps {
  readonly userAgent: string;
  now(): number;
  /** Hears of every answer, with status 0 where none came. */
  onRequest?(facts: { readonly method: string; readonly status: number; readonly durationMs: number }): void;
}

const TIMEOUT_MS = 30_000;
// The largest list page is 500 objects of at most 1.5 MiB; more than this is an attack or a mistake. Chosen.
const MAX_BYTES = 512 * 1024 * 1024;
// An event is one object: etcd's limit is 1.5 MiB, managed fields and JSON escapes make it more. Chosen.
const MAX_LINE = 16 * 1024 * 1024;

/** What the engine needs of a way to an API server; tests of rules have one without a network. */
export type ApiTransport = Pick<Transport, 'request' | 'watch' | 'stop'>;

/** The way to one API server. */
export class Transport {
  readonly #access: ClusterAccess;
  readonly #deps: TransportDeps;
  readonly #requests: SessionPool;
  readonly #watches: SessionPool;

  constructor(access: ClusterAccess, deps: TransportDeps) {
    this.#access = access;
    this.#deps = deps;
    this.#requests = new SessionPool(access);
    this.#watches = new SessionPool(access);
  }

  /** Sends a request and reads its answer. Throws Fault. */
  async request(request: KubeRequest): Promise<Json> {
    const startMs = this.#deps.now();
    let status = 0;
    try {
      const answer = await this.#exchange(request);
      status = answer.status;
      if (status >= 200 && status < 300) {
        // What is no JSON was cut short: text comes with errors only.
        if (typeof answer.body === 'object') return answer.body;
        throw unavailable('the answer was cut short');
      }
      if (status === 401) this.#access.invalidate();
      throw classify({ ...answer, subject: request.subject });
    } finally {
      this.#deps.onRequest?.({ method: request.method, status, durationMs: this.#deps.now() - startMs });
    }
  }

  /** Yields the events of a watch until the API server ends it. Throws Fault. */
  async *watch(watch: WatchRequest): AsyncGenerator<WatchEvent, void, void> {
    const startMs = this.#deps.now();
    const place = await this.#watches.acquire();
    let stream: ClientHttp2Stream | undefined;
    try {
      stream = await this.#open(place, { method: 'GET', path: watch.path, query: watch.query }, watch.signal);
      const headers = await readHeaders(stream, TIMEOUT_MS);
      const status = Number(headers[':status']);
      this.#deps.onRequest?.({ method: 'WATCH', status, durationMs: this.#deps.now() - startMs });
      if (status !== 200) {
        if (status === 401) this.#access.invalidate();
        throw classify({ status, body: parse(await readBody(stream)), retryAfterMs: retryAfter(headers) });
      }
      yield* readEvents(stream, watch.idleTimeoutMs);
    } catch (error) {
      throw toFault(error);
    } finally {
      stream?.close(constants.NGHTTP2_CANCEL);
      place.release();
    }
  }

  /** Ends all connections. Idempotent. */
  stop(): void {
    this.#requests.stop();
    this.#watches.stop();
  }

  async #exchange(
    request: KubeRequest,
  ): Promise<{ status: number; body: MaybeJson; retryAfterMs: number | undefined }> {
    const place = await this.#requests.acquire();
    try {
      const stream = await this.#open(place, request, request.signal);
      const timeoutMs = request.timeoutMs ?? TIMEOUT_MS;
      const timer = setTimeout(() => stream.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
      try {
        const [headers, text] = await Promise.all([readHeaders(stream, timeoutMs), readBody(stream)]);
        return { status: Number(headers[':status']), body: parse(text), retryAfterMs: retryAfter(headers) };
      } finally {
        clearTimeout(timer);
      }
    } catch (error) {
      throw toFault(error);
    } finally {
      place.release();
    }
  }

  async #open(place: StreamPlace, request: KubeRequest, signal: AbortSignal | undefined): Promise<ClientHttp2Stream> {
    const authorization = await this.#access.headers();
    const base = this.#access.server.pathname.replace(/\/$/, '');
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const headers = {
      ...authorization,
      ':method': request.method,
      ':path': `${base}${request.path}${toQuery(request.query)}`,
      accept: 'application/json',
      'user-agent': this.#deps.userAgent,
      ...(body === undefined
        ? {}
        : { 'content-type': request.contentType ?? 'application/json', 'content-length': body.length }),
    };
    const stream = place.session.request(headers, {
      endStream: body === undefined,
      ...(signal === undefined ? {} : { signal }),
    });
    // Errors are read by whoever waits for headers or body; one that nobody waits for must not end the process.
    stream.on('error', () => undefined);
    if (body !== undefined) stream.end(body);
    return stream;
  }
}

function toQuery(query: KubeRequest['query']): string {
  const entries = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  return entries.length === 0
    ? ''
    : `?${new URLSearchParams(entries.map(([key, value]): [string, string] => [key, String(value)]))}`;
}

function retryAfter(headers: IncomingHttpHeaders): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 && headers['retry-after'] !== undefined ? seconds * 1000 : undefined;
}

async function readHeaders(stream: ClientHttp2Stream, timeoutMs: number): Promise<IncomingHttpHeaders> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => stream.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    const settle = (end: () => void) => {
      clearTimeout(timer);
      end();
    };
    stream.once('response', (headers) => settle(() => resolve(headers)));
    stream.once('error', (error) => settle(() => reject(error)));
    stream.once('close', () => settle(() => reject(new Error('the connection was closed before the answer'))));
  });
}

async function readBody(stream: ClientHttp2Stream): Promise<string> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > MAX_BYTES) {
        const fault = new Fault({
          code: 'ResponseTooLarge',
          retry: 'never',
          message: `the answer is larger than ${MAX_BYTES} bytes`,
        });
        stream.destroy(fault);
      }
    });
    stream.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('the connection was closed within the answer')));
  });
}

// Answers that are no JSON ("404 page not found") are text.
function parse(text: string): MaybeJson {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

async function* readEvents(stream: ClientHttp2Stream, idleTimeoutMs: number): AsyncGenerator<WatchEvent, void, void> {
  stream.setEncoding('utf8');
  const idle = () => stream.destroy(new Error(`the watch was silent for ${idleTimeoutMs} ms`));
  let timer = setTimeout(idle, idleTimeoutMs);
  let rest = '';
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      clearTimeout(timer);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() as string;
      if (rest.length > MAX_LINE)
        throw new Fault({
          code: 'ResponseTooLarge',
          retry: 'backoff',
          message: `an event is larger than ${MAX_LINE} characters`,
        });
      for (const line of lines) if (line !== '') yield toEvent(line);
      timer = setTimeout(idle, idleTimeoutMs);
    }
  } finally {
    clearTimeout(timer);
  }
  if (rest.trim() !== '') throw unavailable('the watch ended in the middle of an event');
}

function toEvent(line: string): WatchEvent {
  const event = parse(line);
  if (!isObject(event) || !isObject(event['object'])) throw unavailable('the watch sent what is no event');
  if (event['type'] === 'ERROR')
    throw classify({ status: Number(event['object']['code'] ?? 500), body: event['object'] });
  return event as unknown as WatchEvent;
}

function toFault(error: unknown): Fault {
  return error instanceof Fault ? error : unavailable(error instanceof Error ? error.message : String(error), error);
}
