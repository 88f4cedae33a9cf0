// Scripts that show a difference are made smaller. The difference is planted: one server answers wrongly.

import { expect, test } from 'vitest';
import type { Json, MutableObject } from '../../apiserver/model/json.ts';
import { startApiServer } from '../../apiserver/server.ts';
import { addAnswers, newComparison } from './compare.ts';
import { schemaScript } from './generate/schemas.ts';
import { normalize } from './normalize.ts';
import { type Backend, embeddedBackend, runScript, type Script } from './script.ts';
import { renamed, type Sign, showScript, shrink } from './shrink.ts';

// Wrong about every object that has the label.
function wrongBackend(backend: Backend): Backend {
  return {
    send: async (step) => {
      const answer = await backend.send(step);
      const { labels } = (((answer.body as MutableObject)['metadata'] as MutableObject | undefined) ??
        {}) as MutableObject;
      const isWrong =
        answer.status < 300 && step.method === 'PATCH' && JSON.stringify(labels)?.includes('"l":"planted"');
      return isWrong ? { ...answer, body: { ...(answer.body as MutableObject), planted: true } } : answer;
    },
  };
}

async function look(script: Script): Promise<Sign | undefined> {
  const answers = async (wrap: (backend: Backend) => Backend) => {
    const server = await startApiServer({ hasControllers: false });
    const found = normalize(script, await runScript(wrap(embeddedBackend(server)), script));
    await server.stop();
    return found;
  };
  const compared = newComparison();
  addAnswers(compared, script, { real: await answers((one) => one), embedded: await answers(wrongBackend) });
  return compared.signs[0];
}

test('makes the script smaller that shows a difference, and keeps the difference', async () => {
  const namespace = 'shrunk';
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const map = (name: string, labels: Json): Json => ({ metadata: { name, labels }, data: { a: 'b', c: 'd' } });
  const merge = { contentType: 'application/merge-patch+json' };
  const script: Script = {
    name: 'planted',
    steps: [
      { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } },
      ...['v', 'w', 'x', 'y', 'z'].map((name) => ({ method: 'POST' as const, path, body: map(name, { l: 'm' }) })),
      { method: 'GET', path },
      { method: 'PATCH', path: `${path}/y`, ...merge, body: { data: { a: '{{5.metadata.name}}' } } },
      {
        method: 'PATCH',
        path: `${path}/x`,
        ...merge,
        body: { metadata: { labels: { l: 'planted', o: 'p' } }, data: null },
      },
      { method: 'GET', path },
    ],
  };
  const sign = await look(script);
  expect(sign).toEqual(expect.objectContaining({ step: 8, path: '.body.planted' }));
  const { script: smallest, tries } = await shrink(script, sign as Sign, look, 200);
  expect(smallest.steps).toEqual([
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } },
    { method: 'POST', path, body: { metadata: { name: 'x' } } },
    { method: 'PATCH', path: `${path}/x`, ...merge, body: { metadata: { labels: { l: 'planted' } } } },
  ]);
  expect(tries).toBeGreaterThan(10);
  expect(showScript(smallest)).toContain('PATCH /api/v1/namespaces/shrunk/configmaps/x');
});

test('gives the namespaces and groups of a script other names, wherever they stand', () => {
  const script = schemaScript(3);
  const text = JSON.stringify(renamed(script, 'again').steps);
  expect(text).toContain('"name":"schemas-3-again"');
  expect(text).toContain('/apis/again.s3.schemas.example.com/v2/namespaces/schemas-3-again/subjects');
  expect(text).not.toMatch(/schemas-3(?!-again)/);
  expect(text).not.toMatch(/(?<!again\.)s3\.schemas/);
  expect(text.length).toBeGreaterThan(10_000);
});
