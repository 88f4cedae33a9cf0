// `opsonata test`: runs scenarios on the embedded API server, or on a cluster.

import { dirname, join } from 'node:path';
import type { ScenarioDocument } from '../engine/index.ts';
import { exitCodeOf, loadRules } from './load-rules.ts';
import { formatDiagnostics } from './print-diagnostics.ts';
import { clusterWorld } from './scenario/cluster-world.ts';
import { runScenario, type ScenarioResult } from './scenario/scenario.ts';
import { embeddedWorld, type World } from './scenario/world.ts';

/** Where scenarios run. */
export interface TestOptions {
  readonly backend: string;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Prints one line for each scenario. Exit code: 0 all hold, 1 one does not, 2 there was none, or a rule has errors. */
export async function testScenarios(paths: readonly string[], options: TestOptions): Promise<number> {
  const { files, scenarios, diagnostics } = await loadRules(paths);
  process.stderr.write(formatDiagnostics(diagnostics, files));
  if (exitCodeOf(diagnostics) !== 0) return exitCodeOf(diagnostics);
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const result = await runOne(scenario, options);
    results.push(result);
    process.stdout.write(`${result.kind.padEnd(7)} ${scenario.file}: ${scenario.content.metadata?.name}\n`);
    for (const line of result.lines) process.stdout.write(`        ${line}\n`);
  }
  const count = (kind: ScenarioResult['kind']) => results.filter((result) => result.kind === kind).length;
  const sum = (field: 'steps' | 'checks') => results.reduce((total, result) => total + result[field], 0);
  process.stderr.write(
    `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped: ${sum('steps')} steps, ${sum('checks')} expectations\n`,
  );
  if (count('failed') > 0) return 1;
  return count('passed') === 0 ? 2 : 0;
}

/** Runs one scenario in a world of its own, and ends it. Never throws. */
export async function runOne(scenario: ScenarioDocument, options: TestOptions): Promise<ScenarioResult> {
  const folder = dirname(scenario.file);
  const paths = (scenario.content.spec?.rules ?? ['.']).flatMap((path) => (path === null ? [] : join(folder, path)));
  const world = await open(paths, options);
  try {
    return await runScenario(scenario, world);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  } finally {
    await world.stop();
  }
}

async function open(paths: readonly string[], { backend, ...access }: TestOptions): Promise<World> {
  return backend === 'cluster' ? await clusterWorld(paths, access) : await embeddedWorld(paths);
}

function failed(line: string): ScenarioResult {
  return { kind: 'failed', steps: 0, checks: 0, lines: [line] };
}
