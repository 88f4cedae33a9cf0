// The embedded API server, with the data files wherever they are.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../apiserver/server.ts';

// What the server is made of stands beside the bundle, or in the repository.
const BESIDE = fileURLToPath(new URL('.', import.meta.url));
const IN_REPOSITORY = fileURLToPath(new URL('../schemas/', import.meta.url));

/** Starts the server on 127.0.0.1. */
export async function startEmbedded(options: ApiServerOptions): Promise<ApiServer> {
  const isBundle = existsSync(`${BESIDE}kubernetes-1.36.json.gz`);
  return await startApiServer({ ...options, factsFolder: isBundle ? BESIDE : IN_REPOSITORY });
}

/** What was asked of a server and is not emulated, as text. */
export function describeRefusals(server: ApiServer): string {
  return server
    .refusals()
    .map(({ what, count }) => `not emulated: ${what} (${count} times)\n`)
    .join('');
}
