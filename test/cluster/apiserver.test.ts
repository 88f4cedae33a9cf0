// The embedded API server against the real one: the same scripts, the same answers.
//
// The real one runs alone, without controllers, so that nothing but the scripts writes. UPDATE_RECORDED=1 records its
// answers for test/apiserver/replay.test.ts, of the first scripts of each suite; APISERVER_SEED chooses other random
// scripts. What differs is made smaller and printed as a script.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer } from '../../apiserver/server.ts';
import { findPrograms } from '../../tools/control-plane/build.ts';
import {
  type ControlPlaneState,
  startControlPlane,
  stopControlPlane,
} from '../../tools/control-plane/control-plane.ts';
import { addAnswers, type Compared, newComparison } from '../apiserver/compare.ts';
import { normalize } from '../apiserver/normalize.ts';
import { writeRecordings } from '../apiserver/recorded.ts';
import {
  type Answer,
  type Backend,
  embeddedBackend,
  realBackend,
  runScript,
  type Script,
} from '../apiserver/script.ts';
import { type Look, renamed, showScript, shrink } from '../apiserver/shrink.ts';
import { prepare, SUITES, type Suite } from '../apiserver/suites.ts';

const found = findPrograms();
const isRecording = process.env['UPDATE_RECORDED'] === '1';
const firstSeed = Number(process.env['APISERVER_SEED'] ?? 1);
const pause = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 100));
// Waiting for definitions to be served takes the most time; more at once wait no shorter.
const AT_ONCE = 8;
const MAX_TRIES = 150;

const title = 'the embedded API server';
const suites = found.kind === 'unavailable' ? describe.skip : describe;

suites(found.kind === 'unavailable' ? `${title} (skipped: ${found.reason})` : title, () => {
  let shared: { readonly folder: string; readonly real: Backend };
  let requests = 0;
  const compared = new Set<string>();
  const tries = new Map<string, number>();

  const start = async (): Promise<{ readonly folder: string; readonly real: Backend }> => {
    const folder = mkdtempSync(join(tmpdir(), 'opsonata-compare-'));
    const state: ControlPlaneState = await startControlPlane({ folder, controllerManager: false, diesWithUs: true });
    const real = realBackend(state);
    await prepare(real, pause);
    return { folder, real };
  };
  const stop = async (folder: string): Promise<void> => {
    await stopControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  };

  beforeAll(async () => {
    shared = await start();
  });

  afterAll(async () => {
    await stop(shared.folder);
  });

  const compare = async (suite: Suite, real: Backend): Promise<Compared> => {
    const server = await startApiServer({ hasControllers: false });
    const embedded = embeddedBackend(server);
    await prepare(embedded, pause);
    const result = newComparison();
    const tried = tries.get(suite.name) ?? 0;
    tries.set(suite.name, tried + 1);
    // Another try must find the names that it makes unused.
    const scripts = suite.scripts(firstSeed, suite.live);
    const asked = tried === 0 || !suite.isShared ? scripts : scripts.map((script) => renamed(script, `r${tried}`));
    const answers = await runAll(real, asked, suite.isShared ? AT_ONCE : 1);
    for (const [at, script] of asked.entries()) {
      const mine = normalize(script, await runScript(embedded, script));
      addAnswers(result, script, { real: answers[at] ?? [], embedded: mine });
    }
    await server.stop();
    if (isRecording) record(suite, scripts, answers);
    return result;
  };

  // Once more before it counts: waits and watches of a real server end by its clock. What is wrong is so again.
  test.each(SUITES)('answers the suite $name as the real one', { retry: 1 }, async (suite) => {
    const own = suite.isShared ? undefined : await start();
    const { real } = own ?? shared;
    try {
      const result = await compare(suite, real);
      const [first] = result.signs;
      if (first !== undefined) console.log(await minimal(first, real));
      expect(result.unexplained).toEqual([]);
      expect(result.requests).toBeGreaterThan(15);
      if (!compared.has(suite.name)) requests += result.requests;
      compared.add(suite.name);
    } finally {
      if (own !== undefined) await stop(own.folder);
    }
  });

  test('compares 20,000 requests over all suites', ({ skip }) => {
    skip(compared.size < SUITES.length, 'not all suites were asked for');
    expect(requests).toBeGreaterThan(20_000);
  });
});

async function runAll(
  real: Backend,
  scripts: readonly Script[],
  atOnce: number,
): Promise<readonly (readonly Answer[])[]> {
  const answers: (readonly Answer[])[] = [];
  const left = [...scripts.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [at, script] = next;
      answers[at] = normalize(script, await runScript(real, script));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return answers;
}

function record(suite: Suite, scripts: readonly Script[], answers: readonly (readonly Answer[])[]): void {
  const count = suite.scripts(firstSeed, suite.recorded).length;
  const recordings = scripts.slice(0, count).map(({ name }, at) => ({ script: name, answers: answers[at] ?? [] }));
  writeRecordings(suite.name, recordings);
}

async function minimal({ script, step, path }: Compared['signs'][number], real: Backend): Promise<string> {
  const look: Look = async (candidate) => {
    const server = await startApiServer({ hasControllers: false });
    const embedded = embeddedBackend(server);
    await prepare(embedded, pause);
    const result = newComparison();
    const mine = normalize(candidate, await runScript(embedded, candidate));
    addAnswers(result, candidate, { real: normalize(candidate, await runScript(real, candidate)), embedded: mine });
    await server.stop();
    return result.signs[0];
  };
  const { script: smallest, tries } = await shrink(script, { step, path }, look, MAX_TRIES);
  return `${showScript(smallest)}\n  differs in the last step at ${path}, after ${tries} tries`;
}
