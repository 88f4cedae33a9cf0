// The embedded API server against the real one: the same scripts, the same answers.
//
// The real one runs alone, without controllers, so that nothing but the scripts writes. UPDATE_RECORDED=1 records its
// answers for test/apiserver/replay.test.ts; APISERVER_SEED chooses other random scripts.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApiServer } from '../../apiserver/server.ts';
import { findPrograms } from '../../tools/control-plane/build.ts';
import {
  type ControlPlaneState,
  startControlPlane,
  stopControlPlane,
} from '../../tools/control-plane/control-plane.ts';
import { addAnswers, newComparison } from '../apiserver/compare.ts';
import { normalize } from '../apiserver/normalize.ts';
import { type Recording, writeRecordings } from '../apiserver/recorded.ts';
import { embeddedBackend, realBackend, runScript } from '../apiserver/script.ts';
import { prepare, SUITES } from '../apiserver/suites.ts';

const found = findPrograms();
const isRecording = process.env['UPDATE_RECORDED'] === '1';
const firstSeed = Number(process.env['APISERVER_SEED'] ?? 1);
const pause = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 100));

const title = 'the embedded API server';
const suites = found.kind === 'unavailable' ? describe.skip : describe;

// Once more before it counts: waits and watches of a real server end by its clock. What is wrong is so again.
suites(found.kind === 'unavailable' ? `${title} (skipped: ${found.reason})` : title, { retry: 1 }, () => {
  let folder: string;
  let state: ControlPlaneState;

  // One for each suite: what others left, as objects held by finalizers, would show in lists of all namespaces.
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'opsonata-compare-'));
    state = await startControlPlane({ folder, controllerManager: false, diesWithUs: true });
  });

  afterEach(async () => {
    await stopControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(SUITES)('answers the suite $name as the real one', async (suite) => {
    const server = await startApiServer({ hasControllers: false });
    const [real, embedded] = [realBackend(state), embeddedBackend(server)];
    await prepare(real, pause);
    await prepare(embedded, pause);
    const compared = newComparison();
    const recordings: Recording[] = [];
    for (const script of suite.scripts(firstSeed)) {
      const answers = normalize(script, await runScript(real, script));
      recordings.push({ script: script.name, answers });
      addAnswers(compared, script, { real: answers, embedded: normalize(script, await runScript(embedded, script)) });
    }
    await server.stop();
    if (isRecording) writeRecordings(suite.name, recordings);
    expect(compared.unexplained).toEqual([]);
    expect(compared.requests).toBe(suite.scripts(firstSeed).reduce((sum, { steps }) => sum + steps.length, 0));
    expect(compared.requests).toBeGreaterThan(15);
  });
});
