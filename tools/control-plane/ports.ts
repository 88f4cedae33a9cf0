// Free ports of the loopback address.

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below those that systems give to outgoing connections (32768 and more on Linux, 49152 elsewhere): a client that tries
// again and again to reach a server which is being started anew may get the server's own port for its side otherwise,
// and the server cannot have it back. Above those of well-known services. Chosen.
const FIRST = 20_000;
const END = 32_000;
const MAX_TRIES = 200;

/** Finds ports that are free at this moment, each another one. Throws where there are too few. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries === MAX_TRIES) throw new Error(`no ${count} free ports from ${FIRST} to ${END} were found`);
    const port = randomInt(FIRST, END);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
