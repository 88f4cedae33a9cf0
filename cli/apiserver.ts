// `opsonata apiserver`: the embedded API server alone, for trying things and for other people's tests.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startApiServer } from '../apiserver/server.ts';

// What the server is made of stands beside the bundle, or in the repository.
const BESIDE = fileURLToPath(new URL('.', import.meta.url));
const IN_REPOSITORY = fileURLToPath(new URL('../schemas/', import.meta.url));

interface ServeOptions {
  readonly port: number;
  readonly data?: string;
  readonly auditLog?: string;
  readonly node: boolean;
}

/**
 * Serves until SIGTERM or SIGINT; prints a kubeconfig first, and at the end what was asked for and is not emulated.
 * Without a folder for data everything is in memory and gone then.
 */
export async function serveApi({ node, ...options }: ServeOptions): Promise<number> {
  const stopping = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  const isBundle = existsSync(`${BESIDE}kubernetes-1.36.json.gz`);
  const server = await startApiServer({ ...options, hasNode: node, factsFolder: isBundle ? BESIDE : IN_REPOSITORY });
  process.stdout.write(`${server.kubeconfig()}\n`);
  process.stderr.write(`an embedded API server, not Kubernetes itself, serves at ${server.url}\n`);
  await stopping;
  for (const { what, count } of server.refusals()) process.stderr.write(`not emulated: ${what} (${count} times)\n`);
  await server.stop();
  return 0;
}
