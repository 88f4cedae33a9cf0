// The clients of the comparison: one over the network, the same for every server, and one without a network.

import { existsSync, readFileSync } from 'node:fs';
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { ApiServer } from '../../apiserver/server.ts';

/** A request. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

/** An answer, whole. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends requests and reads watches. */
export interface Client {
  send(call: Call): Promise<Answer>;
  /** Hears of every line of a watch, on a connection of its own. The result ends it. */
  watch(path: string, onLine: (line: string) => void): Promise<() => void>;
}

interface Cluster {
  readonly server: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
}

/** A client by HTTP/1.1, with connections that stay open, for the current context of a kubeconfig in JSON. */
export function clientOf(kubeconfig: string): Client {
  const config = JSON.parse(kubeconfig);
  const cluster = config.clusters[0].cluster as Cluster;
  const isSecure = cluster.server.startsWith('https:');
  const [request, Agent] = isSecure ? [requestHttps, HttpsAgent] : [requestHttp, HttpAgent];
  const agent = new Agent({ keepAlive: true, ...(isSecure ? { ca: authorityOf(cluster) } : {}) });
  const authorization = `Bearer ${config.users[0].user.token}`;

  const start = ({ method, path, contentType, body }: Call): ClientRequest => {
    const content =
      body === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
    const call = request(new URL(path, cluster.server), { method, agent, headers: { authorization, ...content } });
    call.setNoDelay(true);
    call.end(body);
    return call;
  };
  const answerTo = async (call: ClientRequest): Promise<IncomingMessage> =>
    await new Promise((resolve, reject) => call.on('response', resolve).on('error', reject));

  return {
    send: async (call) => {
      const response = await answerTo(start(call));
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
    },
    watch: async (path, onLine) => {
      const call = start({ method: 'GET', path });
      const response = await answerTo(call);
      if (response.statusCode !== 200) throw new Error(`the watch of ${path} was answered with ${response.statusCode}`);
      let rest = '';
      response.setEncoding('utf8');
      response.on('error', () => undefined);
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
      return () => call.destroy();
    },
  };
}

// Empty while the server has not written it yet.
function authorityOf(cluster: Cluster): Buffer | undefined {
  const { 'certificate-authority': file, 'certificate-authority-data': data } = cluster;
  if (data !== undefined) return Buffer.from(data, 'base64');
  return file !== undefined && existsSync(file) ? readFileSync(file) : undefined;
}

/** A client of a server in this process. */
export function memoryClient(server: ApiServer): Client {
  const handle = ({ method, path, contentType, body }: Call) => {
    const { pathname, searchParams } = new URL(path, 'http://localhost');
    const headers = contentType === undefined ? {} : { 'content-type': contentType };
    return server.handle({ method, path: pathname, query: searchParams, headers, body: body ?? '' });
  };
  return {
    send: async (call) => {
      const answer = handle(call);
      const text = answer.kind === 'json' ? JSON.stringify(answer.body) : '';
      return { status: answer.status, text };
    },
    watch: async (path, onLine) => {
      const answer = handle({ method: 'GET', path });
      if (answer.kind !== 'watch') throw new Error(`the watch of ${path} was answered with ${answer.status}`);
      answer.lines.onLine((line) => onLine(JSON.stringify(line)));
      return () => answer.lines.stop();
    },
  };
}
