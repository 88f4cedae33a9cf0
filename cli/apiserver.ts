// `opsonata apiserver`: the embedded API server alone, for trying things and for other people's tests.

import { describeRefusals, startEmbedded } from './embedded-server.ts';

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
  const server = await startEmbedded({ ...options, hasNode: node });
  process.stdout.write(`${server.kubeconfig()}\n`);
  process.stderr.write(`an embedded API server, not Kubernetes itself, serves at ${server.url}\n`);
  await stopping;
  process.stderr.write(describeRefusals(server));
  await server.stop();
  return 0;
}
