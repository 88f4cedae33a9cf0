// The simulated controllers against the real controller manager: the same writes, the same end.
//
// Pods are played by the same hand on both sides, so what is compared is what the controllers do. UPDATE_RECORDED=1
// records what the real one does for test/apiserver/workloads.test.ts.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPrograms } from '../../tools/control-plane/build.ts';
import { startControlPlane, stopControlPlane } from '../../tools/control-plane/control-plane.ts';
import { writeRecordings } from '../apiserver/recorded.ts';
import { realBackend } from '../apiserver/script.ts';
import { ALL_SCENARIOS } from '../apiserver/workloads/all.ts';
import { PlayedNode } from '../apiserver/workloads/node.ts';
import { Quietness, runEmbedded, runScenario, type ScenarioRun, toRecording } from '../apiserver/workloads/run.ts';

const found = findPrograms();
const isRecording = process.env['UPDATE_RECORDED'] === '1';
const AT_ONCE = 14;

const title = 'the simulated controllers';
const suites = found.kind === 'unavailable' ? describe.skip : describe;

suites(found.kind === 'unavailable' ? `${title} (skipped: ${found.reason})` : title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-workloads-'));
  const runs: ScenarioRun[] = [];

  // Many at once, for most of the time nothing happens but waiting.
  beforeAll(async () => {
    const backend = realBackend(await startControlPlane({ folder, diesWithUs: true }));
    const node = new PlayedNode(backend);
    await node.register();
    const quietness = new Quietness(backend, node);
    quietness.start();
    const waiting = [...ALL_SCENARIOS];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        runs.push(await runScenario(backend, next, (step, place) => quietness.settle(step, place)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await quietness.stop();
    const inOrder = ALL_SCENARIOS.flatMap(({ name }) => runs.filter(({ scenario }) => scenario === name));
    if (isRecording) writeRecordings('workloads', inOrder.map(toRecording));
  });

  afterAll(async () => {
    await stopControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(ALL_SCENARIOS)('end as the real ones do: $name', async (scenario) => {
    const real = runs.find((run) => run.scenario === scenario.name);
    expect(await runEmbedded(scenario)).toEqual(real);
  });
});
