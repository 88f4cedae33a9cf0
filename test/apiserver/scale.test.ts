// A change costs as much as what it concerns, however many other objects there are.

import { expect, test } from 'vitest';
import { VirtualClock } from '../../apiserver/clock.ts';
import { type Json, textIn } from '../../apiserver/model/json.ts';
import { startApiServer } from '../../apiserver/server.ts';
import { embeddedBackend, type Step } from './script.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const MERGE = 'application/merge-patch+json';
const REPETITIONS = 5;
const TURNS = 5;

interface Objects {
  readonly configMaps: number;
  /** Of one Deployment. */
  readonly pods: number;
}

interface Times {
  readonly configMap: number;
  readonly rollout: number;
}

// Milliseconds of the clock or, where that is less, of the processor, of the best of some repetitions: neither other
// programs on the machine count nor other threads of this one.
async function timesAmong({ configMaps, pods }: Objects): Promise<Times> {
  const clock = new VirtualClock();
  const server = await startApiServer({ clock });
  const backend = embeddedBackend(server);
  const send = async (step: Step): Promise<Json> => {
    const { status, body } = await backend.send(step);
    expect([200, 201]).toContain(status);
    return body;
  };
  const owner = await send({ method: 'POST', path: CONFIG_MAPS, body: { metadata: { name: 'owner' } } });
  const ownerReferences = [
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: textIn(owner, 'metadata', 'uid'), controller: true },
  ];
  for (let at = 0; at < configMaps; at += 1)
    await send({ method: 'POST', path: CONFIG_MAPS, body: { metadata: { name: `one-${at}`, ownerReferences } } });
  await send({ method: 'POST', path: DEPLOYMENTS, body: deployment('crowd', pods) });
  await send({ method: 'POST', path: DEPLOYMENTS, body: deployment('one', 1) });
  await clock.advance(0);
  const best = async (change: (at: number) => Step): Promise<number> => {
    const times: number[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
      const start = performance.now();
      const before = process.cpuUsage();
      for (let at = 0; at < TURNS; at += 1) {
        await send(change(repetition * TURNS + at));
        await clock.advance(0);
      }
      const { user, system } = process.cpuUsage(before);
      times.push(performance.now() - start, (user + system) / 1000);
    }
    return Math.min(...times);
  };
  const configMap = await best((at) => ({
    method: 'PATCH',
    path: `${CONFIG_MAPS}/one-0`,
    contentType: MERGE,
    body: { data: { at: String(at) } },
  }));
  const rollout = await best((at) => ({
    method: 'PATCH',
    path: `${DEPLOYMENTS}/one`,
    contentType: MERGE,
    body: { spec: { template: { metadata: { annotations: { at: String(at) } } } } },
  }));
  const { body } = await backend.send({ method: 'GET', path: `${DEPLOYMENTS}/one` });
  expect(textIn(body, 'metadata', 'annotations', 'deployment.kubernetes.io/revision')).toBe(
    String(REPETITIONS * TURNS + 1),
  );
  await server.stop();
  return { configMap, rollout };
}

function deployment(name: string, replicas: number): Json {
  return {
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'main:1' }] } },
    },
  };
}

test('costs no more among many objects than among few', async () => {
  // Programs are fast only when they have done something for a while.
  await timesAmong({ configMaps: 10, pods: 200 });
  const few = await timesAmong({ configMaps: 10, pods: 5 });
  const many = await timesAmong({ configMaps: 1_000, pods: 800 });
  expect(many.configMap).toBeLessThan(few.configMap * 4);
  expect(many.rollout).toBeLessThan(few.rollout * 2);
});
