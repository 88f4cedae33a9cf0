// What counts as a write of a quiet time.

import { expect, test } from 'vitest';
import { runScenario } from '../../../cli/scenario/scenario.ts';
import type { World } from '../../../cli/scenario/world.ts';
import type { ScenarioDocument } from '../../../engine/index.ts';
import { load } from '../../../engine/load/load.ts';
import type { KubeRequest } from '../../../engine/operator.ts';

const write: KubeRequest = { method: 'PATCH', path: '/status' };

// A cluster whose engine writes once more each time that it is waited for, as often as `left` says.
function worldOf(left: number): World {
  const writes: KubeRequest[] = [write];
  let nowMs = 0;
  return {
    writes: () => writes,
    nowMs: () => nowMs,
    isShared: false,
    pass: async () => undefined,
    advance: async (untilMs: number) => {
      nowMs = untilMs;
      if (writes.length <= left) writes.push(write);
    },
    startEngine: async () => undefined,
  } as unknown as World;
}

const text =
  'apiVersion: opsonata.dev/v1alpha1\nkind: Scenario\nmetadata: { name: quiet }\nspec: { steps: [{ quiet: 1m }] }\n';
const [scenario] = load([{ file: 'scenario.yaml', text, found: false }]).scenarios as readonly ScenarioDocument[];
const run = async (left: number) => await runScenario(scenario as ScenarioDocument, worldOf(left));

test('what was on its way before is none, and what comes later is one', async () => {
  expect(await run(0)).toMatchObject({ kind: 'passed', lines: [] });
  expect(await run(1)).toMatchObject({ kind: 'passed', lines: [] });
  expect(await run(2)).toMatchObject({
    kind: 'failed',
    lines: ['scenario.yaml:4: step 1', '  the engine wrote: PATCH /status'],
  });
});
