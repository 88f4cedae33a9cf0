// The control plane itself: it starts, works, and leaves nothing behind; and the transport under many watches.

import { spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadAccess } from '../../engine/kube/auth.ts';
import { Transport } from '../../engine/kube/transport.ts';
import type { ControlPlaneState } from '../../tools/control-plane/control-plane.ts';
import { isRunning } from '../../tools/control-plane/process.ts';
import { describeCluster, eventually, runProgram } from '../support/cluster.ts';

const pidsOf = (state: ControlPlaneState) => Object.values(state.processes).filter((one) => one !== undefined);

describeCluster('the control plane', (cluster) => {
  const command = (args: readonly string[], env: NodeJS.ProcessEnv = process.env) =>
    runProgram('npx', ['tsx', 'tools/cluster.ts', ...args], '', env);

  test('starts by command on the programs of KUBEBUILDER_ASSETS, tells where it is, stops, and leaves no process behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'opsonata-command-'));
    const env = { ...process.env, KUBEBUILDER_ASSETS: dirname(cluster.state.kubectl ?? '') };
    const started = await command(['start', '--dir', folder], env);
    expect(started.stderr).toMatch(/ready after [\d.]+ s/);
    expect(started.stdout.trim()).toBe(join(folder, 'kubeconfig'));
    const status = JSON.parse((await command(['status', '--dir', folder])).stdout);
    const { readState } = await import('../../tools/control-plane/control-plane.ts');
    const processes = pidsOf(readState(folder) as ControlPlaneState);
    expect(status.processes.map(({ isRunning: runs }: { isRunning: boolean }) => runs)).toEqual([true, true, true]);
    const version = await runProgram(status.kubectl, [`--kubeconfig=${status.kubeconfig}`, 'version']);
    expect(version.stdout).toMatch(/Client Version: v1\.36\.\d+[\s\S]*Server Version: v1\.36\.\d+/);
    const limited = await runProgram(status.kubectl, [
      `--kubeconfig=${status.kubeconfigNoRights}`,
      'get',
      'configmaps',
    ]);
    expect(limited.stderr).toContain('forbidden');
    expect((await command(['stop', '--dir', folder])).stderr).toContain('stopped');
    expect(processes.filter(isRunning)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect((await command(['stop', '--dir', folder])).stderr).toContain('nothing was running');
  });

  test('says what is missing where it cannot be built', async () => {
    const env = { ...process.env, PATH: '/nowhere', OPSONATA_CACHE: '/nowhere' };
    const { code, stderr } = await runProgram(
      process.execPath,
      [join('node_modules', 'tsx', 'dist', 'cli.mjs'), 'tools/cluster.ts', 'start', '--dir', '/tmp/none'],
      '',
      env,
    );
    expect(code).toBe(2);
    expect(stderr).toContain('needs Go');
  });

  test('ends with the process that started it, even when that is killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'opsonata-orphan-'));
    const script = `import('./tools/control-plane/control-plane.ts').then(({ startControlPlane }) => startControlPlane({ folder: ${JSON.stringify(folder)}, diesWithUs: true })).then(() => setInterval(() => {}, 1000));`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: 'inherit',
    });
    const { readState } = await import('../../tools/control-plane/control-plane.ts');
    const state = await eventually('it runs', () => {
      const found = readState(folder);
      return found?.processes.controllerManager === undefined ? undefined : found;
    });
    child.kill('SIGKILL');
    await eventually('all are gone', () => pidsOf(state).every((started) => !isRunning(started)));
    rmSync(folder, { recursive: true, force: true });
  });

  test('150 watches do not keep a request from leaving', async () => {
    const transport = new Transport(loadAccess({ kubeconfig: cluster.state.kubeconfig }, Date.now), {
      userAgent: 'probe',
      now: Date.now,
    });
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const path = '/api/v1/namespaces/default/configmaps';
    const heard: number[] = [];
    const watches = Array.from({ length: 150 }, async (_, index) => {
      try {
        for await (const { object } of transport.watch({
          path,
          query: { watch: true },
          signal: stop.signal,
          idleTimeoutMs: 600_000,
        }))
          if (object.metadata.name === 'many') heard.push(index);
      } catch {
        // Ended by the test.
      }
    });
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'many' } };
    await transport.request({ method: 'POST', path, body, timeoutMs: 60_000 });
    await eventually('every watch heard of it', () => new Set(heard).size === 150);
    await transport.request({ method: 'DELETE', path: `${path}/many` });
    stop.abort();
    await Promise.all(watches);
    transport.stop();
  });
});
