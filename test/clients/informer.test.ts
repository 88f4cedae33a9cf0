// The JavaScript client of Kubernetes and its informer work with the embedded API server alone. That they see the same of
// a real one is the matter of test/cluster/clients.test.ts.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startApiServer } from '../../apiserver/server.ts';
import { runInformer } from './informer.ts';

const SEEN = [
  'add before {"a":"1"}',
  'add made {"a":"1"}',
  'update made {"a":"2"}',
  'add other {"a":"1"}',
  'delete made {"a":"2"}',
  'delete before {"a":"1"}',
  'update other {"a":"3"}',
  'add late {"a":"1"}',
  'knows late, other',
  'made with 1, of strategy RollingUpdate',
  'scaled to 3, generation 2',
  'said Said at 1970-01-01T00:00:00.000000Z',
  'left 0',
  // The client writes definitions without their defaults.
  'made {"image":"shop:1"}',
  'status {"ready":1}',
  'read Opaque {"a":"Yg=="}',
  'applied {"a":"Yg==","c":"ZA=="}',
  'listed password',
  '404 NotFound: configmaps "nothing" not found',
  '409 AlreadyExists: configmaps "late" already exists',
  expect.stringMatching(/^422 Invalid: ConfigMap "A B" is invalid: metadata.name: Invalid value: "A B": a lowercase/),
  '409 Conflict: Operation cannot be fulfilled on configmaps "late": the object has been modified; please apply your changes to the latest version and try again',
];

test('the JavaScript client and its informer see what happens', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-informer-'));
  const server = await startApiServer({ port: 0, simulate: false });
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, server.kubeconfig());
    expect(await runInformer(kubeconfig)).toEqual(SEEN);
    expect(server.refusals()).toEqual([]);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
