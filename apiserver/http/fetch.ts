// The way in without a network, for clients that are given a `fetch`: requests and answers as they would travel.

import { type ApiAnswer, type ApiRequest, PROTOBUF } from '../model/request.ts';
import { bodyOf, headersOf, LineWriter } from './answer.ts';

/** What sends a request to a server, as the global `fetch` does. Paths stand for themselves. */
export type ApiFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

type Watching = ApiAnswer & { readonly kind: 'watch' };

const NOWHERE = 'https://in-memory';

/** A `fetch` for a server in this process. The end of the signal, or of the body of the answer, ends a watch. */
export function memoryFetch(handle: (request: ApiRequest) => ApiAnswer): ApiFetch {
  const writer = new LineWriter();
  return async (input, init) => {
    const request = new Request(typeof input === 'string' ? new URL(input, NOWHERE) : input, init);
    request.signal.throwIfAborted();
    const { pathname, searchParams } = new URL(request.url);
    const headers = Object.fromEntries(request.headers);
    const reply = handle({
      method: request.method,
      path: pathname,
      query: searchParams,
      headers,
      body: await bodyOfRequest(request),
    });
    const { status } = reply;
    if (reply.kind === 'watch')
      return new Response(toStream(reply, request.signal, writer), { status, headers: headersOf(reply) });
    return new Response(bodyOf(reply) as Uint8Array<ArrayBuffer>, { status, headers: headersOf(reply) });
  };
}

async function bodyOfRequest(request: Request): Promise<string> {
  const isBinary = request.headers.get('content-type')?.startsWith(PROTOBUF) === true;
  return Buffer.from(await request.arrayBuffer()).toString(isBinary ? 'latin1' : 'utf8');
}

function toStream({ lines, coding }: Watching, signal: AbortSignal, writer: LineWriter): ReadableStream<Uint8Array> {
  let isOver = false;
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      lines.onLine((line) => controller.enqueue(new Uint8Array(writer.bytesOf(coding, line))));
      lines.onEnd(() => {
        if (!isOver) controller.close();
        isOver = true;
      });
      signal.addEventListener('abort', () => {
        if (!isOver) controller.error(signal.reason);
        isOver = true;
        lines.stop();
      });
    },
    cancel: () => {
      isOver = true;
      lines.stop();
    },
  });
}
