// The engine's way to an API server in the same process.

import type { ApiServer } from '../../apiserver/server.ts';
import {
  type ApiTransport,
  classify,
  type KubeRequest,
  type WatchEvent,
  type WatchRequest,
} from '../../engine/operator.ts';

type Query = KubeRequest['query'];

/** A transport without a network. `onWrite` hears of every request that changes something. */
export function memoryTransport(server: ApiServer, onWrite: (request: KubeRequest) => void): ApiTransport {
  const ask = ({ method, path, query, body, contentType = 'application/json' }: KubeRequest) =>
    server.handle({
      method,
      path,
      query: toQuery(query),
      headers: { accept: 'application/json', 'content-type': contentType, 'user-agent': 'opsonata' },
      body: body === undefined ? '' : JSON.stringify(body),
    });
  return {
    request: async (request) => {
      if (request.method !== 'GET') onWrite(request);
      const answer = ask(request);
      if (answer.kind === 'watch') throw new Error('a watch is no request');
      if (answer.status >= 200 && answer.status < 300 && answer.kind === 'json') return answer.body;
      const body = answer.kind === 'json' ? answer.body : String(answer.body);
      throw classify({ status: answer.status, body, subject: request.subject });
    },
    watch: (request) => watch(request, ask),
    stop: () => undefined,
  };
}

async function* watch(
  { path, query, signal }: WatchRequest,
  ask: (request: KubeRequest) => ReturnType<ApiServer['handle']>,
): AsyncGenerator<WatchEvent, void, void> {
  const answer = ask({ method: 'GET', path, query });
  if (answer.kind !== 'watch')
    throw classify({ status: answer.status, body: answer.kind === 'json' ? answer.body : String(answer.body) });
  const lines: WatchEvent[] = [];
  let isOver = false;
  let wake = (): void => undefined;
  answer.lines.onLine((line) => {
    lines.push(line as unknown as WatchEvent);
    wake();
  });
  answer.lines.onEnd(() => {
    isOver = true;
    wake();
  });
  const stop = (): void => answer.lines.stop();
  signal.addEventListener('abort', stop);
  try {
    for (;;) {
      const line = lines.shift();
      if (line !== undefined) {
        if ((line.type as string) === 'ERROR') throw classify({ status: 410, body: line.object as never });
        yield line;
      } else if (isOver || signal.aborted) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal.removeEventListener('abort', stop);
    answer.lines.stop();
  }
}

function toQuery(query: Query): URLSearchParams {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) params.set(key, String(value));
  return params;
}
