// Strategic merge patches of a Deployment, on all of its lists that are merged by keys.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';
import { type Random, randomFrom } from './random.ts';

const NAMES = ['one', 'two', 'three'];

/** A script of patches to one Deployment. */
export function strategicScript(seed: number): Script {
  const random = randomFrom(seed);
  const namespace = `strategic-${seed}`;
  const base = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } },
    { method: 'POST', path: base, body: deployment(random) },
  ];
  for (let count = 0; count < 6; count += 1) {
    steps.push({
      method: 'PATCH',
      path: `${base}/x`,
      query: { fieldManager: random.pick(['one', 'two']) },
      contentType: 'application/strategic-merge-patch+json',
      body: patch(random),
    });
  }
  return { name: namespace, steps };
}

function deployment(random: Random): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x', labels: { a: 'b' }, finalizers: ['example.com/a'] },
    spec: {
      selector: { matchLabels: { app: 'x' } },
      template: {
        metadata: { labels: { app: 'x' } },
        spec: {
          containers: NAMES.slice(0, random.below(3) + 1).map((name) => container(random, name)),
          volumes: [{ name: 'v', emptyDir: {} }],
          tolerations: [{ key: 'a', operator: 'Exists' }],
          imagePullSecrets: [{ name: 's' }],
        },
      },
    },
  };
}

function container(random: Random, name: string): JsonObject {
  return {
    name,
    image: random.pick(['i:1', 'i:2']),
    env: ['A', 'B', 'C'].filter(() => random.chance(0.6)).map((key) => ({ name: key, value: random.pick(['1', '2']) })),
    ports: [80, 81].filter(() => random.chance(0.5)).map((containerPort) => ({ containerPort })),
    args: ['x'],
  };
}

function patch(random: Random): JsonObject {
  const spec: JsonObject = {
    ...(random.chance(0.6) ? { containers: containers(random) } : {}),
    ...(random.chance(0.3) ? { '$setElementOrder/containers': order(random) } : {}),
    ...(random.chance(0.2) ? { volumes: [volume(random)] } : {}),
    ...(random.chance(0.2) ? { tolerations: random.pick<Json>([[], [{ key: 'b', operator: 'Exists' }], null]) } : {}),
    ...(random.chance(0.2) ? { imagePullSecrets: [{ name: random.pick(['s', 't']) }] } : {}),
    ...(random.chance(0.2)
      ? { nodeSelector: random.pick<Json>([{ a: 'b' }, { a: null }, { $patch: 'replace', c: 'd' }]) }
      : {}),
    ...(random.chance(0.1)
      ? { securityContext: random.pick<Json>([{ runAsUser: 1 }, { $patch: 'delete' }, null]) }
      : {}),
  };
  return {
    ...(random.chance(0.3) ? { metadata: metadata(random) } : {}),
    spec: {
      ...(random.chance(0.3) ? { replicas: random.pick<Json>([1, 2, null]) } : {}),
      ...(random.chance(0.2) ? { strategy: strategy(random) } : {}),
      template: { spec },
    },
  };
}

function order(random: Random): Json {
  const names = NAMES.filter(() => random.chance(0.7)).sort(() => (random.chance(0.5) ? 1 : -1));
  return (names.length === 0 ? NAMES : names).map((name) => ({ name }));
}

function containers(random: Random): Json {
  const items = NAMES.filter(() => random.chance(0.5)).map((name): Json => {
    if (random.chance(0.15)) return { name, $patch: 'delete' };
    return {
      name,
      ...(random.chance(0.8) ? { image: random.pick(['i:1', 'i:3']) } : {}),
      ...(random.chance(0.5) ? { env: env(random) } : {}),
      ...(random.chance(0.3)
        ? { ports: [{ containerPort: random.pick([80, 82]), name: random.pick(['p', 'q']) }] }
        : {}),
      ...(random.chance(0.2) ? { args: random.pick<Json>([['y'], [], null]) } : {}),
      ...(random.chance(0.2)
        ? { resources: random.pick<Json>([{ limits: { cpu: '1' } }, { limits: null }, null]) }
        : {}),
    };
  });
  return random.chance(0.1) ? [...items, { $patch: 'replace' }] : items;
}

function env(random: Random): Json {
  return ['A', 'B', 'D']
    .filter(() => random.chance(0.5))
    .map((name) => (random.chance(0.2) ? { name, $patch: 'delete' } : { name, value: random.pick(['1', '3']) }));
}

function volume(random: Random): Json {
  return random.pick<Json>([
    { name: 'v', configMap: { name: 'c' }, emptyDir: null },
    { name: 'w', secret: { secretName: 's' } },
    { name: 'w', $patch: 'delete' },
    { name: 'v', $retainKeys: ['name', 'secret'], secret: { secretName: 't' } },
  ]);
}

function strategy(random: Random): Json {
  return random.pick<Json>([
    { $retainKeys: ['type'], type: 'Recreate' },
    { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
    { type: 'RollingUpdate' },
  ]);
}

function metadata(random: Random): Json {
  return random.pick<Json>([
    { labels: { c: 'd', a: null } },
    { annotations: { e: 'f' } },
    { finalizers: ['example.com/b'] },
    { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] },
    { '$setElementOrder/finalizers': ['example.com/b', 'example.com/a'], finalizers: ['example.com/b'] },
  ]);
}
