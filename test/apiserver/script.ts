// Scripts: requests that are sent in order to a real API server and to the embedded one, and what both answer.

import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { isList, type Json, textIn } from '../../apiserver/model/json.ts';
import { flagIn } from '../../apiserver/model/parameters.ts';
import { type ApiAnswer, PROTOBUF, type WatchLine } from '../../apiserver/model/request.ts';
import type { ApiServer } from '../../apiserver/server.ts';
import type { ControlPlaneState } from '../../tools/control-plane/control-plane.ts';
import { contentOf, readAnswer } from './content.ts';

/** One request. `{{2.metadata.uid}}` in texts stands for that field of the answer to step 2 of the same script. */
export interface Step {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: { readonly [name: string]: string };
  /** Decides how the body travels, too: as JSON, or as protobuf. */
  readonly contentType?: string | undefined;
  readonly accept?: string;
  readonly body?: Json | undefined;
  /** Other headers, in lower case: who asks, and as whom. */
  readonly headers?: { readonly [name: string]: string | readonly string[] };
  /** Ask again until this is so: for what the real server does a moment later. */
  readonly until?: { readonly path: readonly string[]; readonly value: Json };
}

/** A script with a name that finds it again, such as a seed. */
export interface Script {
  readonly name: string;
  readonly steps: readonly Step[];
  /** No step depends on what another one has done. */
  readonly areIndependent?: true;
  /** The part of an answer's body that counts, where not all of it does. */
  project?(body: Json): Json;
}

/** The answer to one request. `body` is text where it is no JSON. */
export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly warnings: readonly string[];
}

/** A server to which requests are sent. */
export interface Backend {
  send(step: Step): Promise<Answer>;
}

/** Runs a script. */
export async function runScript(backend: Backend, { steps }: Script): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const step of steps) answers.push(await sendUntil(backend, resolve(step, answers)));
  return answers;
}

const TRIES = 200;
const PAUSE_MS = 50;

async function sendUntil(backend: Backend, step: Step): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await backend.send(step);
    if (step.until === undefined || isSo(answer.body, step.until)) return answer;
    if (tries === TRIES) throw new Error(`waited in vain for ${JSON.stringify(step)}: ${JSON.stringify(answer)}`);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

function isSo(body: Json, { path, value }: NonNullable<Step['until']>): boolean {
  let at: unknown = body;
  for (const name of path) at = (at as Record<string, unknown> | undefined)?.[name];
  return at === value;
}

function resolve(step: Step, answers: readonly Answer[]): Step {
  const text = JSON.stringify(step);
  if (!text.includes('{{')) return step;
  const filled = text.replaceAll(/\{\{(\d+)((?:\.\w+)*)\}\}/g, (_, at: string, path: string) => {
    let value: unknown = answers[Number(at)]?.body;
    for (const name of path.split('.').slice(1)) value = (value as Record<string, unknown> | undefined)?.[name];
    return String(value ?? 'nothing');
  });
  return JSON.parse(filled) as Step;
}

/** The embedded server as a backend, without network. */
export function embeddedBackend(server: ApiServer): Backend {
  return {
    send: async ({ method, path, query, contentType, accept, body, headers }) => {
      const answer = server.handle({
        method,
        path,
        query: new URLSearchParams(query),
        headers: {
          accept: accept ?? 'application/json',
          'content-type': contentType ?? 'application/json',
          'user-agent': 'script/1',
          ...joined(headers),
        },
        body: contentOf({ body, contentType }).toString(contentType === PROTOBUF ? 'latin1' : 'utf8'),
      });
      // What the server puts off to after the request must be done before the next one.
      await Promise.resolve();
      if (answer.kind === 'watch') return { status: 200, body: collectLines(answer), warnings: [] };
      const warnings = answer.kind === 'json' ? answer.warnings : [];
      return { status: answer.status, body: bodyIn(answer), warnings };
    },
  };
}

// As they arrive by network.
function joined(headers: Step['headers']): { readonly [name: string]: string } {
  const texts = Object.entries(headers ?? {}).map(([name, value]) => [name, [value].flat().join(', ')]);
  return Object.fromEntries(texts) as { readonly [name: string]: string };
}

// As it arrives, where it does not travel as JSON.
function bodyIn(answer: Exclude<ApiAnswer, { readonly kind: 'watch' }>): Json {
  if (answer.kind === 'text' || answer.coding === undefined) return structuredClone(answer.body) as Json;
  return readAnswer(answer.coding.contentType, Buffer.from(answer.coding.body(answer.body)));
}

// What a watch has to say at once: scripts write before they watch.
function collectLines({ lines, coding }: ApiAnswer & { readonly kind: 'watch' }): Json {
  const seen: WatchLine[] = [];
  lines.onLine((line) => seen.push(line));
  lines.stop();
  if (coding === undefined) return structuredClone(seen) as unknown as Json;
  return readAnswer(coding.contentType, Buffer.concat(seen.map((line) => coding.line(line))));
}

/** A real API server as a backend. */
export function realBackend(state: Pick<ControlPlaneState, 'server' | 'caFile' | 'adminToken'>): Backend {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(state.caFile) });
  return {
    send: async ({ method, path, query, contentType, accept, body, headers: own }) =>
      await new Promise((done, reject) => {
        const url = new URL(path, state.server);
        for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
        const content = contentOf({ body, contentType });
        const headers = {
          accept: accept ?? 'application/json',
          'content-type': contentType ?? 'application/json',
          'content-length': content.length,
          'user-agent': 'script/1',
          authorization: `Bearer ${state.adminToken}`,
          ...(own as { readonly [name: string]: string | string[] }),
        };
        const call = httpsRequest(url, { method, headers, agent }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { warning, 'content-type': type = '' } = response.headers;
            const status = response.statusCode ?? 0;
            const isWatch = flagIn(new URLSearchParams(query), 'watch') === true && status === 200;
            const whole = Buffer.concat(chunks);
            const isLines = isWatch && !type.startsWith(PROTOBUF);
            const body = isLines ? parseLines(whole.toString('utf8')) : readAnswer(type, whole);
            done({ status, body: isWatch ? withoutBookmarks(body) : body, warnings: splitWarnings(warning) });
          });
        });
        call.on('error', reject);
        call.end(content);
      }),
  };
}

// A watch gives a line for each event.
function parseLines(text: string): Json {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Json);
}

// Bookmarks but the one at the end of the beginning come as time goes by.
function withoutBookmarks(events: Json): Json {
  const all = isList(events) ? events : [];
  return all.filter((event) => textIn(event, 'type') !== 'BOOKMARK' || isEndOfBeginning(event));
}

function isEndOfBeginning(event: Json): boolean {
  return textIn(event, 'object', 'metadata', 'annotations', 'k8s.io/initial-events-end') === 'true';
}

function splitWarnings(header: string | string[] | undefined): readonly string[] {
  const text = Array.isArray(header) ? header.join(', ') : (header ?? '');
  return [...text.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, quoted = '""']) => JSON.parse(quoted) as string);
}
