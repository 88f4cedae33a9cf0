// What a user sees: the bundle alone in a folder of its own serves the API, and kubectl works with nothing but the
// kubeconfig that is printed; an operator of the same bundle does its part.

import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Ran, runProgram } from '../support/cluster.ts';

const isInstalled = spawnSync('kubectl', ['version', '--client']).status === 0;
if (!isInstalled) console.log('\nSKIPPED: the bundle with kubectl, because there is no kubectl here\n');

/** A command of the bundle that goes on until it is ended. */
class Running {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(folder: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, ['dist/opsonata.js', ...args], { cwd: folder });
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString('utf8');
    });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString('utf8');
    });
  }

  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return await this.#ended;
  }
}

describe.skipIf(!isInstalled)('the bundle in a folder of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-user-'));
  let server: Running;

  const kubectl = async (line: string): Promise<Ran> =>
    await runProgram('env', ['-C', folder, 'kubectl', '--request-timeout=120s', ...line.split(' ')], '', {
      PATH: process.env['PATH'],
      HOME: join(folder, 'home'),
      KUBECONFIG: join(folder, 'kubeconfig'),
    });
  const done = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await kubectl(line);
    if (code !== 0) throw new Error(`kubectl ${line}: ${stderr}\n${server.stderr}`);
    return stdout;
  };

  beforeAll(async () => {
    if (!existsSync('dist/opsonata.js')) expect(spawnSync('npx', ['tsx', 'tools/build.ts']).status).toBe(0);
    cpSync('dist', join(folder, 'dist'), { recursive: true });
    cpSync('examples/01-webapp', join(folder, 'rules'), { recursive: true });
    mkdirSync(join(folder, 'home'));
    server = new Running(folder, ['apiserver']);
    const config = await eventually('the kubeconfig', () =>
      server.stdout.endsWith('\n}\n') ? server.stdout : undefined,
    );
    writeFileSync(join(folder, 'kubeconfig'), config);
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('says where it is, and what it is', async () => {
    expect(await done('cluster-info')).toContain('control plane');
    expect(await done('get namespaces -o name')).toContain('namespace/default');
    expect(await done('auth whoami -o jsonpath={.status.userInfo.username}')).toBe('admin');
    expect(await done('version')).toContain('opsonata-embedded');
  });

  test('brings workloads to life', async () => {
    expect(await done('create deployment web --image=nginx:1 --replicas=2')).toBe('deployment.apps/web created\n');
    expect(await done('rollout status deployment/web --timeout=120s')).toContain('successfully rolled out');
    expect(await done('get deployment web -o jsonpath={.status.readyReplicas}')).toBe('2');
    await done('set image deployment/web nginx=nginx:2');
    await done('rollout status deployment/web --timeout=120s');
    expect(await done('rollout undo deployment/web')).toBe('deployment.apps/web rolled back\n');
    await done('delete deployment web --cascade=foreground');
    expect(await done('get pods -o name')).toBe('');
  });

  test('serves the operator of the same bundle', async () => {
    const operator = new Running(folder, [
      ...['run', '--rules', 'rules', '--install-crds', '--port', '0'],
      ...['--kubeconfig', 'kubeconfig'],
    ]);
    try {
      await eventually('the operator is ready', () => operator.stdout.includes('"event":"ready"') || undefined);
      await done('apply -f rules/cr.yaml');
      expect(await done('wait --for=condition=Ready webapp/shop --timeout=120s')).toContain('condition met');
      expect((await done('get deployment,service,configmap -o name')).split('\n')).toEqual(
        expect.arrayContaining(['deployment.apps/shop', 'service/shop', 'configmap/shop']),
      );
      await done('delete webapp shop --timeout=120s');
      await done('wait --for=delete deployment/shop --timeout=120s');
    } finally {
      expect(await operator.stop()).toBe(0);
    }
  });

  test('says at the end what was asked for in vain', async () => {
    expect((await kubectl('get --raw /apis/resource.k8s.io/v1/resourceslices')).stderr).toContain('NotEmulated');
    expect(await server.stop()).toBe(0);
    expect(server.stderr).toMatch(/not emulated: resourceslices of resource.k8s.io\/v1 \(1 times\)\n$/);
  });
});
