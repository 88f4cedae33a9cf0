// A `fetch` to the server of a kubeconfig, which trusts that server only: the same for a client as the one in memory.

import { Agent, request } from 'node:https';
import { Readable } from 'node:stream';
import type { ApiFetch } from '../../apiserver/http/fetch.ts';

/** What a kubeconfig of an embedded server says. */
export interface ServerAccess {
  readonly url: string;
  /** The certificate of its authority, as PEM. */
  readonly authority: string;
  /** The token of its administrator. */
  readonly token: string;
}

/** Reads a kubeconfig that an embedded server has made. */
export function accessOf(kubeconfig: string): ServerAccess {
  const { clusters, users } = JSON.parse(kubeconfig);
  const { server, 'certificate-authority-data': certificate } = clusters[0].cluster;
  return { url: server, authority: Buffer.from(certificate, 'base64').toString('utf8'), token: users[0].user.token };
}

/** Sends requests by HTTP/1.1 over TLS, as nobody in particular. The connections end with the last answer. */
export function networkFetch({ url, authority }: Pick<ServerAccess, 'url' | 'authority'>): ApiFetch {
  const agent = new Agent({ keepAlive: true, ca: authority });
  return async (input, init) => {
    const asked = new Request(typeof input === 'string' ? new URL(input, url) : input, init);
    const body = Buffer.from(await asked.arrayBuffer());
    return await new Promise((resolve, reject) => {
      const headers = { ...Object.fromEntries(asked.headers), 'content-length': body.length };
      const { method, signal } = asked;
      const call = request(asked.url, { method, headers, agent, signal }, (answer) => {
        const pairs = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
        resolve(
          new Response(Readable.toWeb(answer) as ReadableStream, {
            status: answer.statusCode ?? 0,
            headers: Object.fromEntries(pairs),
          }),
        );
      });
      call.on('error', reject);
      call.end(body);
    });
  };
}

/** The same with the rights of the administrator. */
export function administratorFetch(kubeconfig: string): ApiFetch {
  const access = accessOf(kubeconfig);
  const send = networkFetch(access);
  return async (input, init) => {
    const headers = { ...(init?.headers as Record<string, string>), authorization: `Bearer ${access.token}` };
    return await send(input, { ...init, headers });
  };
}
