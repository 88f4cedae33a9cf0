// kubectl does the same with the embedded API server as with the real one: the same command lines, the same output.
//
// The real one runs with those controllers that the embedded one has, so that nothing else writes.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { findPrograms } from '../../tools/control-plane/build.ts';
import {
  type ControlPlaneState,
  startControlPlane,
  stopControlPlane,
} from '../../tools/control-plane/control-plane.ts';
import { compareSection } from '../kubectl/compare.ts';
import { KNOWN_DIFFERENCES, type KnownDifference } from '../kubectl/known-differences.ts';
import { SECTIONS } from '../kubectl/sections.ts';

const found = findPrograms();
const title = 'kubectl on the embedded API server';
const suites = found.kind === 'unavailable' ? describe.skip : describe;
const CONTROLLERS = [
  'garbage-collector-controller',
  'namespace-controller',
  'persistentvolumeclaim-protection-controller',
];
const INSTALLED = '/usr/bin/kubectl';

// Once more before it counts: waits and watches of a real server end by its clock. What is wrong is so again.
suites(found.kind === 'unavailable' ? `${title} (skipped: ${found.reason})` : title, { retry: 1 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-kubectl-'));
  const embedded = join(folder, 'embedded.kubeconfig');
  const met = new Set<KnownDifference>();
  let state: ControlPlaneState;
  let server: ApiServer;
  let commands = 0;

  beforeAll(async () => {
    state = await startControlPlane({ folder: join(folder, 'real'), controllers: CONTROLLERS, diesWithUs: true });
    server = await startApiServer({ port: 0, simulate: false });
    writeFileSync(embedded, server.kubeconfig());
  });

  afterAll(async () => {
    await server?.stop();
    await stopControlPlane(join(folder, 'real'));
    rmSync(folder, { recursive: true, force: true });
  });

  const compare = async (section: (typeof SECTIONS)[number], kubectl: string): Promise<void> => {
    const compared = await compareSection(section, {
      real: { kubectl, kubeconfig: state.kubeconfig },
      embedded: { kubectl, kubeconfig: embedded },
    });
    for (const known of compared.met) met.add(known);
    commands += compared.commands;
    expect(compared.unexplained).toEqual([]);
  };

  test.each(SECTIONS)('prints the same for $name, in the version of the server', async (section) => {
    await compare(section, state.kubectl);
  });

  const isInstalled = existsSync(INSTALLED);
  const installed = isInstalled ? 'the version of this machine' : `${INSTALLED} (skipped: it is not there)`;
  test.skipIf(!isInstalled).each(SECTIONS)(`prints the same for $name, in ${installed}`, async (section) => {
    await compare(section, INSTALLED);
  });

  test('compares hundreds of commands, and needs every known difference', () => {
    expect(commands).toBeGreaterThan(300);
    expect(KNOWN_DIFFERENCES.filter((known) => !met.has(known)).map(({ reason }) => reason)).toEqual([]);
  });
});
