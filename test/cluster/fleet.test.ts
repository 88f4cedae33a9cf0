// Many resources: a change of what one of them reads evaluates those that read it, and no other.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Api } from '../../cli/scenario/api.ts';
import { embeddedWorld } from '../../cli/scenario/world.ts';

const RESOURCES = 1_000;
const CHILDREN = 10;
const READERS = 7;

const RULE = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: fleet }
spec:
  resource:
    apiVersion: fleet.example.com/v1
    kind: Ship
    crd: { schema: { spec: { type: object, properties: { harbour: { type: string } } } } }
  inputs: [{ id: harbour, resource: { apiVersion: v1, kind: ConfigMap }, name: =spec.harbour }]
  children:
    - id: crate
      forEach: =[1..${CHILDREN}]
      key: =$item
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "{% metadata.name %}-{% $item %}" }
        data: { tide: =$harbour.data.tide }
`;

test(`of ${RESOURCES} resources with ${CHILDREN} children each, only those that read what changed are evaluated`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-fleet-'));
  writeFileSync(join(folder, 'rule.yaml'), RULE);
  const world = await embeddedWorld([folder]);
  try {
    const api = new Api(world.transport);
    const harbour = (name: string, tide: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { tide },
    });
    await world.startEngine();
    await api.apply(harbour('busy', 'low'));
    await api.apply(harbour('quiet', 'low'));
    for (let at = 0; at < RESOURCES; at += 1) {
      const spec = { harbour: at < READERS ? 'quiet' : 'busy' };
      await api.apply({ apiVersion: 'fleet.example.com/v1', kind: 'Ship', metadata: { name: `ship-${at}` }, spec });
    }
    const rest = async () => {
      for (let before = -1; before !== world.writes().length; ) {
        before = world.writes().length;
        await world.pass(world.nowMs() + 1);
      }
    };
    await rest();
    expect(world.writes().length).toBeGreaterThanOrEqual(RESOURCES * (CHILDREN + 1));
    const evaluations = async () => {
      const lines = (await world.metrics())
        .split('\n')
        .filter((line) => line.startsWith('controller_runtime_reconcile_total'));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
    const before = await evaluations();
    await api.apply(harbour('quiet', 'high'));
    await rest();
    expect((await evaluations()) - before).toBe(READERS);
    expect(await api.get({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ship-0-10' } })).toMatchObject({
      data: { tide: 'high' },
    });
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true });
  }
});
