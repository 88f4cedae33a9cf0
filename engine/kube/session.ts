// HTTP/2 connections to one API server.
//
// Promises: a session never carries more streams than the API server lets run at once, since the one above the limit
// would wait without a word; a session that stops answering pings is ended, and its streams fail; what fails is a Fault.
// Requests and watches use pools of their own, so that watches can never keep a request from leaving.

import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Fault } from '../model/fault.ts';
import type { ClusterAccess, TlsFacts } from './auth.ts';

// kube-apiserver lets 100 streams run (measured: the 100th watch silently blocks every request); 80 leaves room.
const MAX_STREAMS = 80;
// A dead peer is found after one interval and one timeout, some 25 s. Chosen: as client-go's HTTP/2 health check.
const PING_INTERVAL_MS = 15_000;
const PING_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** A place on a session; `release` must be called once when the stream is over. */
export interface StreamPlace {
  readonly session: ClientHttp2Session;
  release(): void;
}

interface Entry {
  readonly session: ClientHttp2Session;
  // Node leaves the socket half open when it closes a session after GOAWAY: we end it ourselves.
  readonly socket: Socket;
  streams: number;
  goingAway: boolean;
}

/** Sessions that are opened as needed and replaced when they die. */
export class SessionPool {
  readonly #access: ClusterAccess;
  readonly #entries = new Set<Entry>();
  #opening: Promise<Entry> | undefined;
  #stopped = false;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** A place for one stream. Throws Fault ApiUnavailable where no connection can be made. */
  async acquire(): Promise<StreamPlace> {
    for (;;) {
      const entry = this.#findFree() ?? (await this.#open());
      if (entry.goingAway || entry.session.destroyed || entry.streams >= MAX_STREAMS) continue;
      entry.streams += 1;
      let isReleased = false;
      const release = () => {
        if (!isReleased) entry.streams -= 1;
        isReleased = true;
        if (entry.goingAway && entry.streams === 0) end(entry);
      };
      return { session: entry.session, release };
    }
  }

  /** Ends all sessions at once. Idempotent. */
  stop(): void {
    this.#stopped = true;
    for (const entry of this.#entries) end(entry);
    this.#entries.clear();
  }

  #findFree(): Entry | undefined {
    for (const entry of this.#entries) {
      if (!entry.goingAway && !entry.session.destroyed && entry.streams < MAX_STREAMS) return entry;
    }
    return undefined;
  }

  // Many requests that find no session share the one that is being opened.
  async #open(): Promise<Entry> {
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return await this.#opening;
  }

  async #connect(): Promise<Entry> {
    if (this.#stopped) throw unavailable('the client is stopped');
    const tls = await this.#access.tls();
    const socket = openSocket(this.#access.server, tls);
    const session = connect(this.#access.server, { createConnection: () => socket });
    session.setMaxListeners(0);
    const entry: Entry = { session, socket, streams: 0, goingAway: false };
    session.on('goaway', () => {
      entry.goingAway = true;
      if (entry.streams === 0) end(entry);
    });
    session.on('error', () => this.#entries.delete(entry));
    socket.on('close', () => this.#entries.delete(entry));
    await whenConnected(session);
    if (this.#stopped) end(entry);
    this.#entries.add(entry);
    keepAlive(session);
    return entry;
  }
}

function openSocket(url: URL, tls: TlsFacts): Socket {
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (isSecure ? 443 : 80));
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = isSecure
    ? connectTls({ host, port, ALPNProtocols: ['h2'], ...servername, ...tls })
    : connectTcp({ host, port });
  // Small frames must leave at once: the default would hold an answer back for up to 40 ms.
  return socket.setNoDelay(true);
}

function end({ session, socket }: Entry): void {
  session.destroy();
  socket.destroy();
}

async function whenConnected(session: ClientHttp2Session): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => session.destroy(new Error('no connection in time')), CONNECT_TIMEOUT_MS);
    session.once('connect', () => {
      clearTimeout(timer);
      resolve();
    });
    const fail = (cause?: Error) => {
      clearTimeout(timer);
      reject(unavailable(cause?.message ?? 'the connection was closed', cause));
    };
    session.once('error', fail);
    session.once('close', () => fail());
  });
}

function keepAlive(session: ClientHttp2Session): void {
  const interval = setInterval(() => {
    if (session.destroyed) return;
    const timeout = setTimeout(
      () => session.destroy(new Error('no answer to a ping'), constants.NGHTTP2_CANCEL),
      PING_TIMEOUT_MS,
    );
    session.ping(() => clearTimeout(timeout));
  }, PING_INTERVAL_MS);
  interval.unref();
  session.once('close', () => clearInterval(interval));
}

/** The Fault of a connection that failed. */
export function unavailable(message: string, cause?: unknown): Fault {
  return new Fault({
    code: 'ApiUnavailable',
    retry: 'backoff',
    message: `the API server cannot be reached: ${message}`,
    cause,
  });
}
