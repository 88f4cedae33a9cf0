// The stand-in for kubectl leaves the same objects behind as kubectl does.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { toCanonicalText } from '../../apiserver/model/json.ts';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { runProgram } from '../support/cluster.ts';
import { runStandIn } from '../support/stand-in.ts';
import { GADGET, GADGETS } from './sections/objects.ts';

const isInstalled = spawnSync('kubectl', ['version', '--client']).status === 0;
const config = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data });
const list = (...items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

// Command lines, some with what they read, and whether they succeed.
const SCRIPT: readonly (readonly [command: string, succeeds: boolean, input?: string])[] = [
  ['create namespace team', true],
  ['create namespace team', false],
  ['create configmap made -n team --from-literal=key=value=more', true],
  ['apply -f -', true, list(GADGETS)],
  ['wait crd/gadgets.kubectl.example.com --for=condition=Established --timeout=120s', true],
  ['apply -f - -n team', true, JSON.stringify(config({ a: '1' }))],
  ['apply -f -', true, list(config({ a: '1', b: '2' }), GADGET)],
  ['apply -f -', true, list(config({ a: '1', c: '3' }))],
  ['apply -f -', true, JSON.stringify(config({ a: '1', c: '3' }))],
  ['apply -f - --server-side', true, JSON.stringify({ ...config({ x: '1' }), metadata: { name: 'there' } })],
  [
    'apply -f - --server-side --field-manager=other --force-conflicts',
    true,
    JSON.stringify({ ...config({ x: '2' }), metadata: { name: 'there' } }),
  ],
  ['apply -f - --server-side', false, JSON.stringify({ ...config({ x: '3' }), metadata: { name: 'there' } })],
  ['apply -f -', false, JSON.stringify({ ...config({}), kind: 'Nothing' })],
  ['label configmap/applied size=small', true],
  ['label configmap/applied size=large', false],
  ['label configmap applied size=large --overwrite', true],
  ['annotate configmap applied a=b c=d', true],
  ['annotate configmap applied a- e=f', true],
  ['patch configmap/applied --type=merge -p={"data":{"m":"1"}}', true],
  ['patch configmap/applied --type=json -p=[{"op":"remove","path":"/data/a"}]', true],
  ['patch configmap/applied -p {"data":{"s":"1"}}', true],
  ['patch gadget/thing --subresource=status --type=merge -p={"status":{"size":2}}', true],
  ['scale gadget/thing --replicas=3', true],
  ['wait gadget/thing --for=condition=Ready --timeout=1s', false],
  ['delete configmap there', true],
  ['delete configmap there', false],
  ['delete configmap there --ignore-not-found', true],
  ['delete configmap -n team --all', true],
  ['wait configmap applied --for=create --timeout=120s', true],
  ['get nothing', false],
  ['get configmap there', false],
  ['get --raw /readyz', true],
];
const LOOKS: readonly string[] = [
  'get configmap,namespace,gadgets.kubectl.example.com -A -o json',
  'get configmap -l size=large -o json',
  'get configmap applied -o json --show-managed-fields',
];

describe.skipIf(!isInstalled)('the stand-in for kubectl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-stand-in-'));
  const servers: ApiServer[] = [];
  const start = async (name: string): Promise<string> => {
    const server = await startApiServer({ port: 0, simulate: false });
    servers.push(server);
    const kubeconfig = join(folder, name);
    writeFileSync(kubeconfig, server.kubeconfig());
    return kubeconfig;
  };

  afterAll(async () => {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('does what kubectl does', async () => {
    const [real, played] = [await start('real'), await start('played')];
    for (const [command, succeeds, input = ''] of SCRIPT) {
      const args = command.split(' ');
      const ran = await runProgram('kubectl', [`--kubeconfig=${real}`, ...args], input);
      const stood = await runStandIn(played, args, input);
      const codes = { command, kubectl: ran.code === 0, standIn: stood.code === 0 };
      expect(codes, ran.stderr + stood.stderr).toEqual({ command, kubectl: succeeds, standIn: succeeds });
    }
    for (const look of LOOKS) {
      const ran = await runProgram('kubectl', [`--kubeconfig=${real}`, ...look.split(' ')]);
      const stood = await runStandIn(played, look.split(' '), '');
      expect(withoutChance(stood.stdout)).toEqual(withoutChance(ran.stdout));
    }
  });

  test('refuses what it does not know', async () => {
    const kubeconfig = await start('refuses');
    expect((await runStandIn(kubeconfig, ['rollout', 'restart'], '')).stderr).toContain('the command "rollout"');
    expect((await runStandIn(kubeconfig, ['get', 'pods', '--watch'], '')).stderr).toContain('the option "--watch"');
    expect((await runStandIn(kubeconfig, ['create', 'job', 'a'], '')).stderr).toContain('does not create a "job"');
  });
});

// Uids, versions and times differ between two servers, and with the times the order of the managers; the text of what was
// applied last may have its keys in another order.
function withoutChance(text: string): unknown {
  return JSON.parse(text, (key, value) => {
    if (['uid', 'resourceVersion', 'creationTimestamp', 'time', 'lastTransitionTime'].includes(key)) return key;
    if (key === 'managedFields') return value.map(toCanonicalText).sort();
    return typeof value === 'string' && key.endsWith('last-applied-configuration') ? JSON.parse(value) : value;
  });
}
