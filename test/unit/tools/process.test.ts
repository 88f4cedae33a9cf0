// A process that was ended is gone with all that it held.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isRunning, startProcess, stopProcess, waitUntil } from '../../../tools/control-plane/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'opsonata-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// It listens, and has threads with much memory, which take their time to end.
const PROGRAM = `
const { Worker } = require('node:worker_threads');
const memory = Buffer.alloc(200e6, 1);
const threads = [1, 2, 3, 4].map(() => new Worker('const own = Buffer.alloc(20e6, 1); setInterval(() => own, 1000)', { eval: true }));
Promise.all(threads.map((one) => new Promise((resolve) => one.once('online', resolve)))).then(() => {
  const server = require('node:net').createServer();
  server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port + ' ' + memory.length));
});
`;

test('the port of a program of many threads is free when it is said to be gone', async () => {
  for (let round = 0; round < 5; round += 1) {
    const logFile = join(folder, `${round}.log`);
    const started = startProcess(process.execPath, ['-e', PROGRAM], { logFile, diesWithUs: true });
    const portIn = (): RegExpExecArray | null => /^port (\d+)/m.exec(readFileSync(logFile, 'utf8'));
    expect(await waitUntil(() => portIn() !== null, 60_000)).toBe(true);
    expect(isRunning(started)).toBe(true);
    await stopProcess(started, 'SIGKILL');
    await listenOnce(Number(portIn()?.[1]));
  }
});

async function listenOnce(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
