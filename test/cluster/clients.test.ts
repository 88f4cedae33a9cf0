// Operators of other people, as they come from their registries, do the same on the embedded API server as on a real one.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer } from '../../apiserver/server.ts';
import { findPrograms } from '../../tools/control-plane/build.ts';
import { startControlPlane, stopControlPlane } from '../../tools/control-plane/control-plane.ts';
import { embeddedBackend, realBackend } from '../apiserver/script.ts';
import { PlayedNode } from '../apiserver/workloads/node.ts';
import { runInformer } from '../clients/informer.ts';
import { type Obtained, obtainControllerRuntime, obtainKopf, unformattedGo } from '../clients/programs.ts';
import { type ClientServer, runScenario } from '../clients/run.ts';
import { SCENARIOS, type Scenario } from '../clients/scenarios.ts';

const found = findPrograms();
const title = 'operators of other people';
const suites = found.kind === 'unavailable' ? describe.skip : describe;
const OBTAIN = { kopf: obtainKopf, 'controller-runtime': obtainControllerRuntime } as const;

function argsOf({ name, namespace }: Scenario): readonly string[] {
  if (name === 'controller-runtime') return [namespace];
  return ['run', '--peering=peers', `--namespace=${namespace}`, 'test/clients/kopf/operator.py'];
}

// Waits for all of them, whatever happens to one: each ends what it has started.
async function together<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
}

suites(found.kind === 'unavailable' ? `${title} (skipped: ${found.reason})` : title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-clients-'));
  const obtained = new Map<string, Obtained>();
  // What was seen on the real server and on the embedded one.
  const seen = new Map<string, readonly (readonly unknown[])[]>();
  const cleanups: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  let refused: () => readonly unknown[] = () => [];

  const startServers = async (): Promise<readonly ClientServer[]> => {
    const real = join(folder, 'real');
    cleanups.unshift(async () => await stopControlPlane(real));
    const state = await startControlPlane({ folder: real, diesWithUs: true });
    const node = new PlayedNode(realBackend(state));
    await node.register();
    cleanups.unshift(node.play());
    const server = await startApiServer({ port: 0 });
    cleanups.unshift(async () => await server.stop());
    const kubeconfig = join(folder, 'embedded.kubeconfig');
    writeFileSync(kubeconfig, server.kubeconfig());
    refused = () => server.refusals();
    return [
      { backend: realBackend(state), kubeconfig: state.kubeconfig },
      { backend: embeddedBackend(server), kubeconfig },
    ];
  };

  const run = async (servers: readonly ClientServer[], scenario: Scenario): Promise<void> => {
    const one = obtained.get(scenario.name);
    if (one?.kind !== 'ready') return;
    const command = { program: one.program, args: argsOf(scenario) };
    const rests = servers.map(async (server) => await runScenario(server, scenario, command));
    seen.set(scenario.name, await together(rests));
  };

  beforeAll(async () => {
    for (const { name } of SCENARIOS) obtained.set(name, await OBTAIN[name]());
    const servers = await startServers();
    const informers = servers.map(async ({ kubeconfig }) => await runInformer(kubeconfig));
    await together<unknown>([
      ...SCENARIOS.map(async (scenario) => await run(servers, scenario)),
      together(informers).then((lines) => seen.set('informer', lines)),
    ]);
  });

  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
  });

  test.for(SCENARIOS)('$name', (scenario, { skip }) => {
    const one = obtained.get(scenario.name);
    if (one?.kind === 'unavailable') {
      // Where everything is checked before a change lands, nothing may be missing.
      if (process.env['CI'] !== undefined) throw new Error(one.reason);
      console.log(`\nSKIPPED: ${scenario.name}, because ${one.reason}\n`);
      skip(one.reason);
    }
    const [wanted, got] = seen.get(scenario.name) ?? [];
    expect(got).toEqual(wanted);
    expect(wanted).toHaveLength(scenario.steps.length);
  });

  test('the JavaScript client with its informer', () => {
    const [wanted, got] = seen.get('informer') ?? [];
    expect(got).toEqual(wanted);
    expect(wanted?.length).toBeGreaterThan(20);
  });

  test('ask for nothing that is not emulated', () => {
    expect(refused()).toEqual([]);
  });

  test('have Go sources in the usual format', async () => {
    expect((await unformattedGo()) ?? '').toBe('');
  });
});
