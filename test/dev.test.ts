// `opsonata dev` as a person uses it: start it, look, edit, break, mend, end.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from '../apiserver/server.ts';
import { createClient, type KubeClient } from '../engine/kube/client.ts';
import { Discovery } from '../engine/kube/discovery.ts';
import { loadAccess, realClock, Transport } from '../engine/operator.ts';
import { eventually } from './support/cluster.ts';
import { DevProcess } from './support/dev-process.ts';
import { emptyStartMs } from './support/machine.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind
type Loose = any;

const shop = { namespace: 'default', name: 'shop' };
const SERVICE = { apiVersion: 'v1', kind: 'Service', ...shop };
const WEBAPP = { apiVersion: 'app.example.com/v1', kind: 'WebApp', ...shop };

describe('opsonata dev', () => {
  let folder: string;
  let process: DevProcess | undefined;
  const transports: Transport[] = [];

  beforeAll(() => {
    if (!existsSync('dist/opsonata.js')) expect(spawnSync('npx', ['tsx', 'tools/build.ts']).status).toBe(0);
    folder = mkdtempSync(join(tmpdir(), 'opsonata-dev-test-'));
  });

  afterEach(async () => {
    for (const transport of transports.splice(0)) transport.stop();
    await process?.stop();
    process = undefined;
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  // A copy of the first example, to be edited.
  function example(name: string): { readonly rule: string; readonly cr: string } {
    const path = join(folder, name);
    cpSync('examples/01-webapp', path, { recursive: true });
    return { rule: join(path, 'rule.yaml'), cr: join(path, 'cr.yaml') };
  }

  function edit(file: string, from: string, to: string): void {
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  }

  function clientOf(kubeconfig: string): KubeClient {
    const access = loadAccess({ kubeconfig }, realClock.now);
    const transport = new Transport(access, { userAgent: 'test', now: realClock.now });
    transports.push(transport);
    return createClient(transport, new Discovery(transport));
  }

  const portsOf = (service: Loose): readonly number[] => service.spec.ports.map(({ port }: { port: number }) => port);

  test('goes from nothing to ready, and takes over what is saved', async () => {
    const { rule, cr } = example('edited');
    process = new DevProcess([rule, '-f', cr]);
    const ready = await process.line(/webapp default\/shop Ready=True: all 3 children are ready/);
    const cpuMs = cpuMsOf(process.pid);
    console.log(`from start to Ready:${/ +[\d.]+ s/.exec(ready)?.[0]} on the clock, ${cpuMs} ms of processor time`);
    expect(cpuMs).toBeGreaterThan(0);
    expect(cpuMs).toBeLessThan(Math.max(2_000, 40 * emptyStartMs()));
    for (const child of ['configmap', 'service', 'deployment'])
      expect(process.output).toContain(`${child} default/shop created (webapp default/shop)`);
    const kubeconfig = process.kubeconfig;
    const client = clientOf(kubeconfig);
    expect(portsOf(await client.get(SERVICE))).toEqual([80]);

    edit(rule, 'port: 80,', 'port: 81,');
    await process.line(/rule webapp reloaded: .*rule\.yaml/);
    await process.line(/service default\/shop configured \(webapp default\/shop\): .*ports/);
    expect(portsOf(await client.get(SERVICE))).toEqual([81]);

    edit(rule, 'replicas: =spec.replicas', 'replicas: =spec.replcas');
    await process.line(/rule\.yaml:\d+:\d+: error UnknownField: there is no field "replcas" in "spec"/);
    await process.line(/^ +\d+ \| +replicas: =spec\.replcas/);
    await process.line(/^ +\| +\^{7}$/);
    await process.line(/did you mean "replicas"\?/);
    await process.line(/rule webapp broken: its last version stays at work/);
    edit(cr, 'replicas: 2', 'replicas: 3');
    await process.line(/webapp default\/shop configured/);
    await process.line(/deployment default\/shop configured .*replicas/);

    edit(rule, 'replicas: =spec.replcas', 'replicas: =spec.replicas');
    await process.line(/rule webapp mended/);
    edit(rule, 'port: 81,', 'port: 82,');
    await process.line(/rule webapp reloaded/);
    await process.line(/service default\/shop configured/);
    expect(portsOf(await client.get(SERVICE))).toEqual([82]);

    expect(await process.stop()).toBe(0);
    expect(process.output).not.toContain('not emulated');
    expect(existsSync(kubeconfig)).toBe(false);
  });

  test('names the place of what the API server refuses, and goes on', async () => {
    const { rule, cr } = example('refused');
    edit(cr, 'namespace: default', 'namespace: fresh');
    edit(cr, 'replicas: 2', 'replicas: -2');
    process = new DevProcess([rule, '-f', cr]);
    await process.line(/namespace fresh created/);
    await process.line(/cr\.yaml:6:13: error Invalid: WebApp fresh\/shop: .*spec\.replicas/);
    edit(cr, 'replicas: -2', 'replcas: 2');
    await process.line(/cr\.yaml:6:3: error SchemaMismatch: WebApp fresh\/shop: .*spec\.replcas/);
    edit(cr, 'replcas: 2', 'replicas: 2');
    await process.line(/webapp fresh\/shop Ready=True/);
    const client = clientOf(process.kubeconfig);
    writeFileSync(cr, '');
    await process.line(/webapp fresh\/shop left: it is no longer in the files, and stays/);
    expect(await client.get({ ...WEBAPP, namespace: 'fresh' })).toBeDefined();
    expect(await process.stop('SIGINT')).toBe(0);
  });

  test('says what a broken rule and a removed rule mean, and waits for a better one', async () => {
    const { rule, cr } = example('broken');
    const text = readFileSync(rule, 'utf8');
    writeFileSync(rule, text.replace('kind: WebApp', 'kind: 7'));
    process = new DevProcess([join(folder, 'broken'), '-f', cr]);
    await process.line(/error WrongType: "kind" is 7/);
    await process.line(/rule webapp broken: it does not run/);
    writeFileSync(rule, text);
    await process.line(/webapp default\/shop Ready=True/);
    const client = clientOf(process.kubeconfig);
    rmSync(rule);
    await process.line(/rule webapp removed: the rule is gone; what it made stays/);
    expect(portsOf(await client.get(SERVICE))).toEqual([80]);
    expect(await process.stop()).toBe(0);
  });

  test('works on the cluster of a kubeconfig', async () => {
    const server: ApiServer = await startApiServer({ port: 0 });
    try {
      const kubeconfig = join(folder, 'kubeconfig');
      writeFileSync(kubeconfig, server.kubeconfig());
      const { rule, cr } = example('cluster');
      process = new DevProcess([rule, '-f', cr, '--kubeconfig', kubeconfig]);
      await process.line(/webapp default\/shop Ready=True/);
      const client = clientOf(kubeconfig);
      expect(portsOf(await client.get(SERVICE))).toEqual([80]);
      expect(await process.stop()).toBe(0);
      const live: Loose = await eventually('the resource is still there', () => client.get(WEBAPP));
      expect(live.spec.replicas).toBe(2);
    } finally {
      await server.stop();
    }
  });
});

// User and system time of a process so far. Source: proc(5), fields 14 and 15 of stat, in ticks of 10 ms.
function cpuMsOf(pid: number): number {
  if (!existsSync(`/proc/${pid}/stat`)) return 1;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
