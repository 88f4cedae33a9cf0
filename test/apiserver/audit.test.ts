// The audit log, where no real server is asked: when its lines come, and what becomes of the file. That the lines are
// those of the real one is the matter of test/cluster/audit.test.ts.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startApiServer } from '../../apiserver/server.ts';
import { CONFIG_MAPS, clientOf } from './kept.ts';

const folder = mkdtempSync(join(tmpdir(), 'opsonata-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (file: string): readonly string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { stage, verb, objectRef, responseStatus, user } = JSON.parse(line);
      return [stage, user.username, verb, objectRef?.name ?? '-', responseStatus.code].join(' ');
    });

test('an answer that is there has its line, and a watch one at its beginning and one at its end', async () => {
  const auditLog = join(folder, 'lines');
  const server = await startApiServer({ auditLog });
  const lines: string[] = [];
  const expectMore = (...more: readonly string[]): void => {
    lines.push(...more);
    expect(read(auditLog)).toEqual(lines);
  };
  expectMore();
  await clientOf(server).create(CONFIG_MAPS, { metadata: { name: 'a' } });
  expectMore('ResponseComplete admin create a 201');
  await clientOf(server).get(`${CONFIG_MAPS}/b`);
  expectMore('ResponseComplete admin get b 404');
  const watch = await server.fetch(`${CONFIG_MAPS}?watch=true&fieldSelector=metadata.name%3Da`);
  expectMore('ResponseStarted admin watch a 200');
  await watch.body?.cancel();
  expectMore('ResponseComplete admin watch a 200');
  await server.stop();
});

test('goes on in the same file', async () => {
  const auditLog = join(folder, 'again');
  for (const name of ['a', 'b']) {
    const server = await startApiServer({ auditLog });
    await clientOf(server).get(`${CONFIG_MAPS}/${name}`);
    // A fork is another server.
    await clientOf(server.fork()).get(`${CONFIG_MAPS}/${name}`);
    await server.stop();
  }
  expect(read(auditLog)).toEqual(['ResponseComplete admin get a 404', 'ResponseComplete admin get b 404']);
});

test('a file that cannot be opened is an error at the start, and the data folder is free', async () => {
  const data = join(folder, 'data');
  const auditLog = join(folder, 'none', 'log');
  await expect(startApiServer({ data, auditLog })).rejects.toThrow(`no such file or directory, open '${auditLog}'`);
  await (await startApiServer({ data })).stop();
});
