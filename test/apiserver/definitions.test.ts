// Watches of the objects of a definition, where the definition itself changes: as on a real API server, they end.

import { afterAll, beforeEach, expect, test } from 'vitest';
import { type Json, textIn } from '../../apiserver/model/json.ts';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { BOX_DEFINITION, BOXES, box, type Client, clientOf, DEFINITIONS } from './kept.ts';
import { embeddedBackend } from './script.ts';

let server: ApiServer;
let client: Client;
const DEFINITION = `${DEFINITIONS}/boxes.kept.example.com`;

beforeEach(async () => {
  await server?.stop();
  server = await startApiServer({ simulate: false });
  client = clientOf(server);
  await client.create(DEFINITIONS, BOX_DEFINITION);
  await client.create(BOXES, box('first'));
});

afterAll(async () => await server.stop());

// What a watch has seen so far, with a word at its end.
function watch(path: string): readonly string[] {
  const query = new URLSearchParams({ watch: 'true' });
  const answer = server.handle({ method: 'GET', path, query, headers: {}, body: '' });
  if (answer.kind !== 'watch') throw new Error('no watch');
  const seen: string[] = [];
  answer.lines.onLine(({ type, object }) => seen.push(`${type} ${textIn(object, 'metadata', 'name')}`));
  answer.lines.onEnd(() => seen.push('end'));
  return seen;
}

async function merge(body: Json): Promise<void> {
  const contentType = 'application/merge-patch+json';
  const answer = await embeddedBackend(server).send({ method: 'PATCH', path: DEFINITION, contentType, body });
  expect(answer.status).toBe(200);
}

test('a watch ends after the last object, when the definition is deleted', async () => {
  const [boxes, others] = [watch(BOXES), watch('/api/v1/nodes')];
  await client.remove(DEFINITION);
  expect(boxes).toEqual(['ADDED first', 'DELETED first', 'end']);
  expect(others).toEqual([]);
  expect(await client.get(BOXES)).toBe('404 page not found\n');
});

test('a watch ends when the schema is another one', async () => {
  const boxes = watch(BOXES);
  await merge({ spec: { names: { shortNames: ['bx'] } } });
  expect(boxes).toEqual(['ADDED first', 'end']);
  expect(await client.names(BOXES)).toEqual(['first']);
});

test('a watch goes on when the definition gets a label', async () => {
  const boxes = watch(BOXES);
  await merge({ metadata: { labels: { team: 'blue' } } });
  await client.create(BOXES, box('second'));
  expect(boxes).toEqual(['ADDED first', 'ADDED second']);
});
