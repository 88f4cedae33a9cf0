// The embedded server answers as the real one did when it was recorded (test/cluster/apiserver.test.ts records), and
// changes nothing in place that it keeps.

import { expect, test } from 'vitest';
import { startApiServer } from '../../apiserver/server.ts';
import { addAnswers, newComparison } from './compare.ts';
import { freezeStored } from './frozen.ts';
import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts';
import { normalize } from './normalize.ts';
import { readRecordings } from './recorded.ts';
import { embeddedBackend, runScript } from './script.ts';
import { prepare, SUITES } from './suites.ts';

const pause = async (): Promise<void> => await Promise.resolve();
const met = new Set<KnownDifference>();
let requests = 0;
// Rules that are right and are not evaluated: a known difference.
const RULES = /^x-kubernetes-validations with /;

freezeStored();

test.each(SUITES)('answers the suite $name as the real server does', async (suite) => {
  const scripts = suite.scripts(1, suite.recorded);
  const recordings = readRecordings(suite.name);
  expect(recordings.map(({ script }) => script)).toEqual(scripts.map(({ name }) => name));
  const server = await startApiServer({ hasControllers: false });
  const backend = embeddedBackend(server);
  await prepare(backend, pause);
  const compared = newComparison();
  for (const [at, script] of scripts.entries()) {
    const real = recordings[at]?.answers ?? [];
    addAnswers(compared, script, { real, embedded: normalize(script, await runScript(backend, script)) });
  }
  for (const known of compared.met) met.add(known);
  requests += compared.requests;
  expect(compared.unexplained).toEqual([]);
  const refused = server.refusals().map(({ what }) => what);
  expect(refused.filter((what) => !(suite.name.startsWith('rule-') && RULES.test(what)))).toEqual([]);
  await server.stop();
});

test('compares thousands of requests, and needs every known difference', () => {
  expect(requests).toBeGreaterThan(4_000);
  expect(KNOWN_DIFFERENCES.filter((known) => !met.has(known)).map(({ reason }) => reason)).toEqual([]);
});
