// /healthz, /readyz and /metrics over plain HTTP. Binds to the loopback address unless it is told otherwise: nothing
// here asks who is calling.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '../model/fault.ts';

/** What the endpoints show. */
export interface EndpointFacts {
  /** Why the operator is not ready; empty when it is. */
  notReady(): readonly string[];
  metrics(): Promise<{ readonly text: string; readonly contentType: string }>;
}

/** The HTTP server of the operator. */
export class Endpoints {
  readonly #server: Server;

  constructor(facts: EndpointFacts) {
    this.#server = createServer((request, response) => {
      const send = (status: number, text: string, contentType = 'text/plain; charset=utf-8') => {
        response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
        response.end(request.method === 'HEAD' ? undefined : text);
      };
      if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'use GET\n');
      switch (request.url?.split('?')[0]) {
        case '/healthz':
          return send(200, 'ok\n');
        case '/readyz': {
          const reasons = facts.notReady();
          return reasons.length === 0 ? send(200, 'ok\n') : send(503, `${reasons.join('\n')}\n`);
        }
        case '/metrics':
          facts.metrics().then(
            ({ text, contentType }) => send(200, text, contentType),
            (error: unknown) => send(500, `${String(error)}\n`),
          );
          return;
        default:
          return send(404, 'there are /healthz, /readyz and /metrics\n');
      }
    });
  }

  /** Starts listening. The result is the address, with the port that was found for port 0. Throws Fault. */
  async start(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause: NodeJS.ErrnoException) => {
        const reason = cause.code === 'EADDRINUSE' ? 'is in use already' : cause.message;
        reject(
          new Fault({
            code: 'InvalidConfig',
            retry: 'never',
            message: `port ${port} of ${host} ${reason}; choose another with --port`,
            cause,
          }),
        );
      });
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address() as AddressInfo;
    return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  }

  /** Stops at once; open connections are closed. Idempotent. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}
