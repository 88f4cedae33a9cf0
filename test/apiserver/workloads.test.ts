// The simulated controllers end as the real controller manager did when it was recorded (test/cluster/workloads.test.ts
// records).

import { expect, test } from 'vitest';
import { freezeStored } from './frozen.ts';
import { readRecordings } from './recorded.ts';
import { ALL_SCENARIOS } from './workloads/all.ts';
import { runEmbedded, toRecording } from './workloads/run.ts';

const recordings = readRecordings('workloads');

freezeStored();

test('every scenario is recorded', () => {
  expect(recordings.map(({ script }) => script)).toEqual(ALL_SCENARIOS.map(({ name }) => name));
  expect(recordings.length).toBeGreaterThan(30);
});

test.each(ALL_SCENARIOS)('end as the real controllers do: $name', async (scenario) => {
  const recorded = recordings.find(({ script }) => script === scenario.name);
  expect(toRecording(await runEmbedded(scenario))).toEqual(recorded);
});
