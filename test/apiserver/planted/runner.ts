// Replays recorded answers on the embedded server, and stops at the first difference. This file is bundled with the server
// as it is, and with a server that has a bug planted in it.

import { startApiServer } from '../../../apiserver/server.ts';
import { addAnswers, newComparison } from '../compare.ts';
import { firstDifferences } from '../differences.ts';
import { normalize } from '../normalize.ts';
import { readTables, tableDifferences } from '../printed/tables.ts';
import { readRecordings } from '../recorded.ts';
import { embeddedBackend, runScript } from '../script.ts';
import { prepare, SUITES } from '../suites.ts';
import { ALL_SCENARIOS } from '../workloads/all.ts';
import { runEmbedded, toRecording } from '../workloads/run.ts';
import type { Scenario } from '../workloads/scenarios.ts';

const FIRST_SEED = 1;

/** Where a server differs from what was recorded: the place of the script in its suite, and what is different. */
export interface Found {
  readonly script: number;
  readonly what: string;
}

/**
 * The first difference between what was recorded for a suite and what the server answers; undefined where there is none
 * up to the last script that is asked for.
 */
export async function findDifference(
  suite: string,
  last: number = Number.POSITIVE_INFINITY,
): Promise<Found | undefined> {
  switch (suite) {
    case 'tables': {
      const [what] = readTables().flatMap(tableDifferences);
      return what === undefined ? undefined : { script: 0, what };
    }
    case 'workloads':
      return await findIn(ALL_SCENARIOS.slice(0, last + 1), differenceOfScenario);
    default:
      return await differenceOfScripts(suite, last);
  }
}

// A server that breaks down differs, too.
async function findIn<T>(
  scripts: readonly T[],
  compare: (script: T, at: number) => Promise<string | undefined>,
): Promise<Found | undefined> {
  for (const [at, script] of scripts.entries()) {
    const what = await compare(script, at).catch((error: Error) => error.message);
    if (what !== undefined) return { script: at, what };
  }
  return undefined;
}

const recordedScenarios = readRecordings('workloads');

async function differenceOfScenario(scenario: Scenario): Promise<string | undefined> {
  const real = recordedScenarios.find(({ script }) => script === scenario.name)?.answers ?? [];
  const [found] = firstDifferences(real, toRecording(await runEmbedded(scenario)).answers);
  return found === undefined ? undefined : `${scenario.name} step ${found.step} ${found.path}`;
}

async function differenceOfScripts(name: string, last: number): Promise<Found | undefined> {
  const suite = SUITES.find((one) => one.name === name);
  if (suite === undefined) throw new Error(`there is no suite ${name}`);
  const recorded = readRecordings(name);
  const server = await startApiServer({ hasControllers: false });
  const backend = embeddedBackend(server);
  await prepare(backend, async () => await Promise.resolve());
  const found = await findIn(suite.scripts(FIRST_SEED, suite.recorded).slice(0, last + 1), async (script, at) => {
    const compared = newComparison();
    const embedded = normalize(script, await runScript(backend, script));
    addAnswers(compared, script, { real: recorded[at]?.answers ?? [], embedded });
    return compared.unexplained[0];
  });
  await server.stop();
  return found;
}
