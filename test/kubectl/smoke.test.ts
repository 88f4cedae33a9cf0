// The kubectl of this machine works with the embedded API server. That it prints what it prints with a real one is the
// matter of test/cluster/kubectl.test.ts.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { normalizeOutput } from './normalize.ts';
import { runSection } from './run.ts';
import { DEPLOYMENT, GADGET, GADGETS } from './sections/objects.ts';

const isInstalled = spawnSync('kubectl', ['version', '--client']).status === 0;
if (!isInstalled) console.log('\nSKIPPED: kubectl on the embedded API server, because there is no kubectl here\n');

const CONFLICT = { ...DEPLOYMENT, spec: { ...DEPLOYMENT.spec, replicas: 5 } };

// Each command line with what it prints. Errors stand behind an exclamation mark.
const SCRIPT: readonly (readonly [string, string])[] = [
  ['create configmap settings --from-literal=a=1', 'configmap/settings created\n'],
  ['create secret generic password --from-literal=p=x', 'secret/password created\n'],
  ['create deployment made --image=made:1', 'deployment.apps/made created\n'],
  ['create job once --image=job:1', 'job.batch/once created\n'],
  ['create role reader --verb=get --resource=configmaps', 'role.rbac.authorization.k8s.io/reader created\n'],
  ['get configmap', 'NAME  DATA  AGE\nsettings  1  AGE\n'],
  [
    'get deployment made -o wide',
    'NAME  READY  UP-TO-DATE  AVAILABLE  AGE  CONTAINERS  IMAGES  SELECTOR\nmade  0/1  0  0  AGE  made  made:1  app=made\n',
  ],
  ['create -f list.json', 'deployment.apps/web created\nconfigmap/listed created\n'],
  ['label configmap settings a=b', 'configmap/settings labeled\n'],
  ['patch configmap settings -p {"data":{"b":"2"}}', 'configmap/settings patched\n'],
  ['scale deployment web --replicas=3', 'deployment.apps/web scaled\n'],
  ['set image deployment/web app=app:2', 'deployment.apps/web image updated\n'],
  ['apply --server-side -f web.json --field-manager=other', '!conflict'],
  [
    'apply --server-side -f web.json --field-manager=other --force-conflicts',
    'deployment.apps/web serverside-applied\n',
  ],
  ['get deployment web -o jsonpath={.spec.replicas}', '5'],
  ['create -f definition.json', 'customresourcedefinition.apiextensions.k8s.io/gadgets.kubectl.example.com created\n'],
  [
    'wait --for=condition=Established crd/gadgets.kubectl.example.com',
    'customresourcedefinition.apiextensions.k8s.io/gadgets.kubectl.example.com condition met\n',
  ],
  ['apply -f gadget.json', 'gadget.kubectl.example.com/thing created\n'],
  ['apply -f gadget.json', 'gadget.kubectl.example.com/thing unchanged\n'],
  ['get gg', 'NAME  SIZE  READY  TAGS  BORN\nthing  2  ["a","b"]  AGE\n'],
  ['delete gadget thing', 'gadget.kubectl.example.com "thing" deleted'],
  ['get gadgets', '!No resources found'],
];

describe.skipIf(!isInstalled)('kubectl on the embedded API server alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-smoke-'));
  const kubeconfig = join(folder, 'kubeconfig');
  let server: ApiServer;

  beforeAll(async () => {
    server = await startApiServer({ port: 0, simulate: false });
    writeFileSync(kubeconfig, server.kubeconfig());
  });

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('creates, shows, changes, applies and deletes', async () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [DEPLOYMENT, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed' } }],
    };
    const printed = await runSection(
      { kubectl: 'kubectl', kubeconfig },
      {
        name: 'smoke',
        files: { 'list.json': list, 'web.json': CONFLICT, 'definition.json': GADGETS, 'gadget.json': GADGET },
        steps: SCRIPT.map(([command]) => command),
      },
    );
    const wrong = printed.map(normalizeOutput).filter(({ stdout, stderr }, at) => {
      const wanted = SCRIPT[at]?.[1] ?? '';
      return !(wanted.startsWith('!') ? stderr.includes(wanted.slice(1)) : stdout.startsWith(wanted));
    });
    expect(wrong).toEqual([]);
    expect(printed).toHaveLength(SCRIPT.length);
    expect(server.refusals()).toEqual([]);
  });
});
