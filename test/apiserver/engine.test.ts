// The engine at work on the embedded server, over HTTP/2, as it works on a cluster.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { nameOf } from '../../apiserver/model/api-object.ts';
import { type Json, listIn, textIn } from '../../apiserver/model/json.ts';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { eventually } from '../support/cluster.ts';
import { type Backend, embeddedBackend } from './script.ts';

interface Operator {
  readonly output: () => string;
  stop(): Promise<void>;
}

// From the sources, so that no bundle is needed.
function startOperator(kubeconfig: string): Operator {
  const args = ['--import', 'tsx', 'cli/main.ts', 'run', '--rules', 'examples/01-webapp', '--install-crds'];
  const child = spawn(process.execPath, [...args, '--kubeconfig', kubeconfig, '--port', '0']);
  let output = '';
  const take = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

describe('the engine on the embedded API server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-embedded-'));
  const kubeconfig = join(folder, 'kubeconfig');
  let server: ApiServer;
  let backend: Backend;

  beforeAll(async () => {
    server = await startApiServer({ port: 0 });
    backend = embeddedBackend(server);
    writeFileSync(kubeconfig, server.kubeconfig());
  });

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const webapps = '/apis/app.example.com/v1/namespaces/default/webapps';
  const get = async (path: string): Promise<Json> => (await backend.send({ method: 'GET', path })).body;
  const conditionsOf = (object: Json): readonly string[] =>
    listIn(object, 'status', 'conditions').map((one) => `${textIn(one, 'type')} ${textIn(one, 'status')}`);
  const names = async (path: string): Promise<readonly string[]> => listIn(await get(path), 'items').map(nameOf);

  test('makes the children of a resource, and removes them with it', async () => {
    const operator = startOperator(kubeconfig);
    try {
      await eventually('the operator is ready', () => operator.output().includes('"event":"ready"') || undefined);
      const body = parse(readFileSync('examples/01-webapp/cr.yaml', 'utf8')) as Json;
      expect((await backend.send({ method: 'POST', path: webapps, body })).status).toBe(201);
      const deployments = '/apis/apps/v1/namespaces/default/deployments';
      await eventually('the children are there', async () => {
        const found = await names(deployments);
        return found.length > 0 ? found : undefined;
      });
      expect(await names(deployments)).toEqual(['shop']);
      expect(await names('/api/v1/namespaces/default/services')).toEqual(['shop']);
      expect(await names('/api/v1/namespaces/default/configmaps')).toEqual(['kube-root-ca.crt', 'shop']);
      await eventually('the resource is ready', async () =>
        conditionsOf(await get(`${webapps}/shop`)).includes('Ready True') ? true : undefined,
      );
      expect((await backend.send({ method: 'DELETE', path: `${webapps}/shop` })).status).toBe(200);
      await eventually('the children are gone', async () => (await names(deployments)).length === 0 || undefined);
      expect(await names('/api/v1/namespaces/default/configmaps')).toEqual(['kube-root-ca.crt']);
    } finally {
      await operator.stop();
    }
    expect(server.refusals()).toEqual([]);
  });
});
