// An event is written once for all watches that show it alike.

import { expect, test } from 'vitest';
import { LineWriter } from '../../apiserver/http/answer.ts';
import type { WatchLine } from '../../apiserver/model/request.ts';
import { startApiServer } from '../../apiserver/server.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

test('is written once, however many watches are told of it', async () => {
  const server = await startApiServer({ hasControllers: false });
  const ask = (method: string, path: string, search = '', body = '') =>
    server.handle({ method, path, query: new URLSearchParams(search), headers: {}, body });
  const told: { readonly line: WatchLine; readonly bytes: Uint8Array }[][] = [];
  const writer = new LineWriter();
  for (const search of ['watch=1', 'watch=1&fieldSelector=metadata.name%3Done', 'watch=1&labelSelector=a%3Db']) {
    const answer = ask('GET', CONFIG_MAPS, search);
    if (answer.kind !== 'watch') throw new Error('it is no watch');
    const lines: { readonly line: WatchLine; readonly bytes: Uint8Array }[] = [];
    told.push(lines);
    answer.lines.onLine((line) => lines.push({ line, bytes: writer.bytesOf(undefined, line) }));
  }
  const labels = { a: 'b' };
  ask('POST', CONFIG_MAPS, '', JSON.stringify({ metadata: { name: 'one', labels } }));
  ask('PUT', `${CONFIG_MAPS}/one`, '', JSON.stringify({ metadata: { name: 'one', labels }, data: { x: 'y' } }));
  // For the last watch it is gone then, and comes back; for the others it is another one.
  ask('PUT', `${CONFIG_MAPS}/one`, '', JSON.stringify({ metadata: { name: 'one' } }));
  ask('PUT', `${CONFIG_MAPS}/one`, '', JSON.stringify({ metadata: { name: 'one', labels } }));
  ask('DELETE', `${CONFIG_MAPS}/one`);
  const [all = [], named = [], labelled = []] = told;
  expect([all, named, labelled].map((lines) => lines.map(({ line }) => line.type))).toEqual([
    ['ADDED', 'MODIFIED', 'MODIFIED', 'MODIFIED', 'DELETED'],
    ['ADDED', 'MODIFIED', 'MODIFIED', 'MODIFIED', 'DELETED'],
    ['ADDED', 'MODIFIED', 'DELETED', 'ADDED', 'DELETED'],
  ]);
  for (const [at, { bytes }] of all.entries()) expect(named[at]?.bytes).toBe(bytes);
  for (const at of [0, 1, 4]) expect(labelled[at]?.bytes).toBe(all[at]?.bytes);
  for (const { line, bytes } of told.flat()) expect(Buffer.from(bytes).toString()).toBe(`${JSON.stringify(line)}\n`);
  await server.stop();
});
