// kubectl does the same with the embedded API server as with the real one: the same command lines, the same output.
//
// The real one runs with those controllers that the embedded one has, so that nothing else writes; for living workloads
// with all of them, and a node that is played.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer } from '../../apiserver/server.ts';
import { findPrograms } from '../../tools/control-plane/build.ts';
import { startControlPlane, stopControlPlane } from '../../tools/control-plane/control-plane.ts';
import { realBackend } from '../apiserver/script.ts';
import { PlayedNode } from '../apiserver/workloads/node.ts';
import { type Comparisons, compareAll, keyOf, type Pair } from '../kubectl/both.ts';
import type { ComparedOutputs } from '../kubectl/compare.ts';
import { KNOWN_DIFFERENCES } from '../kubectl/known-differences.ts';
import type { Section } from '../kubectl/section.ts';
import { LIVING_SECTIONS, SECTIONS } from '../kubectl/sections.ts';

const found = findPrograms();
const title = 'kubectl on the embedded API server';
const suites = found.kind === 'unavailable' ? describe.skip : describe;
const CONTROLLERS = [
  'garbage-collector-controller',
  'namespace-controller',
  'persistentvolume-protection-controller',
  'persistentvolumeclaim-protection-controller',
];
const INSTALLED = '/usr/bin/kubectl';
const OWN = 'the version of the server';
const isInstalled = existsSync(INSTALLED);
const VERSIONS = [{ name: OWN, kubectl: undefined }, ...(isInstalled ? [{ name: INSTALLED, kubectl: INSTALLED }] : [])];

suites(found.kind === 'unavailable' ? `${title} (skipped: ${found.reason})` : title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-kubectl-'));
  const cleanups: (() => Promise<unknown>)[] = [];
  const compared = new Map<string, ComparedOutputs | Error>();
  const add = (more: Comparisons): void => {
    for (const [key, one] of more) compared.set(key, one);
  };

  const startPair = async (name: string, isAlive: boolean): Promise<Pair> => {
    const real = join(folder, `real-${name}`);
    const controllers = isAlive ? {} : { controllers: CONTROLLERS };
    const state = await startControlPlane({ folder: real, ...controllers, diesWithUs: true });
    cleanups.push(async () => await stopControlPlane(real));
    const server = await startApiServer({ port: 0, simulate: isAlive });
    cleanups.push(async () => await server.stop());
    const kubeconfig = join(folder, `embedded-${name}`);
    writeFileSync(kubeconfig, server.kubeconfig());
    if (isAlive) {
      const node = new PlayedNode(realBackend(state));
      await node.register();
      cleanups.unshift(node.play());
    }
    const { kubectl } = state;
    return { title: '', real: { kubectl, kubeconfig: state.kubeconfig }, embedded: { kubectl, kubeconfig } };
  };
  const withVersion = (
    { real, embedded }: Pair,
    { name, kubectl = real.kubectl }: (typeof VERSIONS)[number],
  ): Pair => ({
    title: name,
    real: { ...real, kubectl },
    embedded: { ...embedded, kubectl },
  });

  // Namespaces are named by sections, so that each version has servers of its own, or one comes after the other.
  const compareResting = async (): Promise<void> => {
    const pairs = VERSIONS.map(async (version, at) => withVersion(await startPair(String(at), false), version));
    add(await compareAll(await Promise.all(pairs), SECTIONS));
  };
  const compareLiving = async (): Promise<void> => {
    const pair = await startPair('alive', true);
    for (const version of VERSIONS) add(await compareAll([withVersion(pair, version)], LIVING_SECTIONS));
  };

  beforeAll(async () => {
    await Promise.all([compareResting(), compareLiving()]);
  });

  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
    rmSync(folder, { recursive: true, force: true });
  });

  const checkEqual = (version: string, section: Section): void => {
    const one = compared.get(keyOf({ title: version }, section));
    if (one instanceof Error) throw one;
    expect(one?.unexplained).toEqual([]);
    expect(one?.commands).toBeGreaterThan(0);
  };
  const all = [...SECTIONS, ...LIVING_SECTIONS];

  test.each(all)(`prints the same for $name, in ${OWN}`, (section) => checkEqual(OWN, section));

  const installed = isInstalled ? INSTALLED : `${INSTALLED} (skipped: it is not there)`;
  test.skipIf(!isInstalled).each(all)(`prints the same for $name, in ${installed}`, (section) =>
    checkEqual(INSTALLED, section),
  );

  test('compares hundreds of commands, and needs every known difference', () => {
    const outputs = [...compared.values()].filter((one): one is ComparedOutputs => !(one instanceof Error));
    expect(outputs.reduce((sum, { commands }) => sum + commands, 0)).toBeGreaterThan(600);
    const met = new Set(outputs.flatMap((one) => one.met));
    expect(KNOWN_DIFFERENCES.filter((known) => !met.has(known)).map(({ reason }) => reason)).toEqual([]);
  });
});
