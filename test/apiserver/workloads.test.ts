// The simulated controllers end as the real controller manager did when it was recorded (test/cluster/workloads.test.ts
// records).

import { expect, test } from 'vitest';
import { readRecordings } from './recorded.ts';
import { runEmbedded, toRecording } from './workloads/run.ts';
import { SCENARIOS } from './workloads/scenarios.ts';

const recordings = readRecordings('workloads');

test('every scenario is recorded', () => {
  expect(recordings.map(({ script }) => script)).toEqual(SCENARIOS.map(({ name }) => name));
  expect(recordings.length).toBeGreaterThan(30);
});

test.each(SCENARIOS)('end as the real controllers do: $name', async (scenario) => {
  const recorded = recordings.find(({ script }) => script === scenario.name);
  expect(toRecording(await runEmbedded(scenario))).toEqual(recorded);
});
