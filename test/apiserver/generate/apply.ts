// Applies, updates and patches of one object by several managers.

import type { Json, JsonObject, MutableObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';
import { randomPart } from './definition.ts';
import { type Random, randomFrom } from './random.ts';

/** A kind whose objects are applied. */
export interface Subject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  /** Random contents besides metadata: for an apply and for a whole object. */
  contents(random: Random): JsonObject;
  /** Random contents through status, or undefined where there is none. */
  status?(random: Random): JsonObject;
}

/** The kind of the definition. */
export const THING: Subject = {
  apiVersion: 'script.example.com/v1',
  kind: 'Thing',
  plural: 'things',
  contents: (random) => (random.chance(0.95) ? { spec: randomPart(random) } : {}),
  status: (random) => ({ status: randomPart(random) }),
};

const word = (random: Random): string => random.pick(['a', 'b', 'c']);
const words = (random: Random, most: number): MutableObject =>
  Object.fromEntries(Array.from({ length: random.below(most + 1) }, () => [word(random), word(random)]));

/** ConfigMaps. */
export const CONFIG_MAP: Subject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  contents: (random) => ({
    ...(random.chance(0.9) ? { data: words(random, 3) } : {}),
    ...(random.chance(0.3) ? { binaryData: { [`b${word(random)}`]: random.pick(['eA==', 'eHk=']) } } : {}),
  }),
};

/** Secrets. */
export const SECRET: Subject = {
  apiVersion: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  contents: (random) => ({
    ...(random.chance(0.6)
      ? { data: Object.fromEntries(Object.keys(words(random, 2)).map((key) => [key, 'eA=='])) }
      : {}),
    ...(random.chance(0.5) ? { stringData: words(random, 2) } : {}),
    ...(random.chance(0.3) ? { type: random.pick(['Opaque', 'example.com/x']) } : {}),
  }),
};

/** Services. */
export const SERVICE: Subject = {
  apiVersion: 'v1',
  kind: 'Service',
  plural: 'services',
  contents: (random) => ({
    spec: {
      ports: servicePorts(random),
      ...(random.chance(0.5) ? { selector: words(random, 2) } : {}),
      ...(random.chance(0.2) ? { type: random.pick(['ClusterIP', 'NodePort']) } : {}),
      ...(random.chance(0.2) ? { sessionAffinity: random.pick(['None', 'ClientIP']) } : {}),
      ...(random.chance(0.1) ? { publishNotReadyAddresses: random.chance(0.5) } : {}),
    },
  }),
};

function servicePorts(random: Random): Json {
  const ports = random.pick([[80], [80, 443], [443], [80, 443, 8080]]);
  return ports.map((port) => ({
    name: `p${port}`,
    port,
    ...(random.chance(0.3) ? { protocol: random.pick(['TCP', 'UDP']) } : {}),
    ...(random.chance(0.5) ? { targetPort: random.pick<Json>([8080, 'http']) } : {}),
  }));
}

/** Deployments. */
export const DEPLOYMENT: Subject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  plural: 'deployments',
  contents: (random) => ({ spec: deploymentSpec(random) }),
  status: (random) => ({
    status: {
      replicas: random.below(3),
      ...(random.chance(0.5) ? { observedGeneration: random.below(3) } : {}),
      ...(random.chance(0.5)
        ? { conditions: [{ type: word(random), status: random.pick(['True', 'False']), reason: 'R' }] }
        : {}),
    },
  }),
};

function deploymentSpec(random: Random): JsonObject {
  return {
    selector: { matchLabels: { app: 'x' } },
    ...(random.chance(0.5) ? { replicas: random.below(3) } : {}),
    ...(random.chance(0.2) ? { paused: random.chance(0.5) } : {}),
    ...(random.chance(0.2) ? { minReadySeconds: random.below(2) } : {}),
    ...(random.chance(0.3)
      ? {
          strategy: random.pick<Json>([
            { type: 'Recreate' },
            { type: 'RollingUpdate', rollingUpdate: { maxSurge: random.pick<Json>([1, '50%']) } },
          ]),
        }
      : {}),
    template: {
      metadata: {
        labels: { app: 'x', ...words(random, 1) },
        ...(random.chance(0.3) ? { annotations: words(random, 2) } : {}),
      },
      spec: {
        containers: random.pick([['one'], ['one', 'two'], ['two', 'one']]).map((name) => container(random, name)),
        ...(random.chance(0.3) ? { volumes: [volume(random)] } : {}),
        ...(random.chance(0.2) ? { tolerations: [{ key: word(random), operator: 'Exists' }] } : {}),
        ...(random.chance(0.2) ? { terminationGracePeriodSeconds: random.below(2) } : {}),
        ...(random.chance(0.2) ? { securityContext: random.pick<Json>([{}, { runAsUser: 0 }]) } : {}),
      },
    },
  };
}

function volume(random: Random): Json {
  return random.pick<Json>([
    { name: 'v', emptyDir: {} },
    { name: 'v', configMap: { name: word(random) } },
    { name: 'v', secret: { secretName: word(random) } },
  ]);
}

function container(random: Random, name: string): Json {
  return {
    name,
    image: random.pick(['nginx', 'nginx:1', 'nginx:latest']),
    ...(random.chance(0.4)
      ? { env: ['A', 'B'].filter(() => random.chance(0.6)).map((key) => ({ name: key, value: word(random) })) }
      : {}),
    ...(random.chance(0.4)
      ? {
          ports: [80, 81]
            .filter(() => random.chance(0.6))
            .map((port) => ({ containerPort: port, ...(random.chance(0.3) ? { name: `p${port}` } : {}) })),
        }
      : {}),
    ...(random.chance(0.3)
      ? {
          resources: {
            requests: { cpu: random.pick(['1000m', '1', '0.5']), memory: random.pick(['1Gi', '1024Mi', '64M']) },
          },
        }
      : {}),
    ...(random.chance(0.2) ? { args: [word(random)] } : {}),
    ...(random.chance(0.15) ? { readinessProbe: { httpGet: { port: random.pick<Json>([80, 'http']) } } } : {}),
    ...(random.chance(0.1) ? { volumeMounts: [{ name: 'v', mountPath: '/v' }] } : {}),
  };
}

/** A script of six writes to one object. */
export function applyScript(subject: Subject, seed: number): Script {
  const random = randomFrom(seed);
  const namespace = `script-${subject.plural}-${seed}`;
  const steps: Step[] = [{ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } }];
  let isThere = false;
  for (let count = 0; count < 6; count += 1) {
    steps.push(writeStep(subject, { random, namespace, isThere }));
    isThere = true;
  }
  return { name: `${subject.plural}-${seed}`, steps };
}

interface Writing {
  readonly random: Random;
  readonly namespace: string;
  readonly isThere: boolean;
}

function writeStep(subject: Subject, { random, namespace, isThere }: Writing): Step {
  const { apiVersion, kind, plural } = subject;
  const base = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/namespaces/${namespace}/${plural}`;
  const body = { apiVersion, kind, metadata: metadata(random), ...subject.contents(random) };
  const manager = random.pick(['one', 'two', 'three']);
  if (!isThere && random.chance(0.4)) return { method: 'POST', path: base, query: { fieldManager: manager }, body };
  const status = subject.status !== undefined && random.chance(0.2) ? subject.status(random) : undefined;
  const path = `${base}/x${status === undefined ? '' : '/status'}`;
  const contents = status === undefined ? body : { apiVersion, kind, metadata: { name: 'x' }, ...status };
  if (!isThere || random.chance(0.6)) {
    return {
      method: 'PATCH',
      path,
      query: { fieldManager: manager, ...(random.chance(0.4) ? { force: 'true' } : {}) },
      contentType: 'application/apply-patch+yaml',
      body: contents,
    };
  }
  const { apiVersion: _, kind: __, ...patch } = contents;
  return {
    method: 'PATCH',
    path,
    query: { fieldManager: random.pick(['editor', 'other']) },
    contentType: 'application/merge-patch+json',
    body: patch,
  };
}

function metadata(random: Random): JsonObject {
  return {
    name: 'x',
    ...(random.chance(0.3) ? { labels: words(random, 2) } : {}),
    ...(random.chance(0.2) ? { annotations: words(random, 2) } : {}),
    ...(random.chance(0.1) ? { finalizers: [`example.com/${word(random)}`] } : {}),
  };
}
