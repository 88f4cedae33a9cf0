// The objects that are applied, and the definition of the custom one.

import type { Client } from './client.ts';
import { until } from './until.ts';

/** Something that is applied again and again, each time with another number in it. */
export interface Subject {
  readonly name: string;
  /** Where an object lies. */
  path(name: string): string;
  /** The whole wish. */
  wish(name: string, version: number): string;
}

const NAMESPACE = '/namespaces/default';

/** A Deployment that is paused: where workloads are simulated, nothing comes of it. */
export const DEPLOYMENT: Subject = {
  name: 'Deployment',
  path: (name) => `/apis/apps/v1${NAMESPACE}/deployments/${name}`,
  wish: (name, version) =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels: { app: name, tier: 'web' }, annotations: { 'example.com/version': String(version) } },
      spec: {
        paused: true,
        replicas: 0,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name, tier: 'web' }, annotations: { 'example.com/hash': String(version) } },
          spec: {
            containers: [
              {
                name: 'main',
                image: `registry.example.com/shop/web:${version}`,
                ports: [{ name: 'http', containerPort: 8080 }],
                env: Array.from({ length: 5 }, (_, at) => ({ name: `SETTING_${at}`, value: `${at}-${version}` })),
                resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
                readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
                volumeMounts: [{ name: 'config', mountPath: '/etc/web' }],
              },
              { name: 'proxy', image: 'registry.example.com/shop/proxy:1', ports: [{ containerPort: 9090 }] },
            ],
            volumes: [{ name: 'config', configMap: { name } }],
          },
        },
      },
    }),
};

/** An instance of a custom resource with lists of every kind. */
export const CUSTOM: Subject = {
  name: 'custom resource',
  path: (name) => `/apis/bench.example.com/v1${NAMESPACE}/shops/${name}`,
  wish: (name, version) =>
    JSON.stringify({
      apiVersion: 'bench.example.com/v1',
      kind: 'Shop',
      metadata: { name, labels: { app: name } },
      spec: {
        image: `registry.example.com/shop/web:${version}`,
        replicas: version % 10,
        hosts: ['a.example.com', 'b.example.com'],
        ports: Array.from({ length: 5 }, (_, at) => ({ name: `port-${at}`, port: 8000 + at + (version % 100) })),
        settings: { level: 'info', seed: String(version) },
      },
    }),
};

const DEFINITION = JSON.stringify({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'shops.bench.example.com' },
  spec: {
    group: 'bench.example.com',
    scope: 'Namespaced',
    names: { plural: 'shops', singular: 'shop', kind: 'Shop', listKind: 'ShopList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['image'],
                properties: {
                  image: { type: 'string', minLength: 1 },
                  replicas: { type: 'integer', minimum: 0, default: 1 },
                  hosts: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
                  ports: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: {
                        name: { type: 'string' },
                        port: { type: 'integer', minimum: 1, maximum: 65535 },
                        protocol: { type: 'string', default: 'TCP' },
                      },
                    },
                  },
                  settings: { type: 'object', additionalProperties: { type: 'string' } },
                },
              },
              status: { type: 'object', properties: { url: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
});

/** A ConfigMap of half a kilobyte. */
export const CONFIG_MAP: Subject = {
  name: 'ConfigMap',
  path: (name) => `/api/v1${NAMESPACE}/configmaps/${name}`,
  wish: (name, version) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels: { app: name } },
      data: { version: String(version), 'app.conf': `# ${name}\n${'listen 8080;\n'.repeat(35)}` },
    }),
};

/** Where all objects of a kind lie. */
export function listOf({ path }: Subject): string {
  return path('').replace(/\/$/, '');
}

/** Defines the custom resource, and waits until it is served. */
export async function define(client: Client, subject: Subject): Promise<void> {
  const contentType = 'application/json';
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const { status, text } = await client.send({ method: 'POST', path: definitions, contentType, body: DEFINITION });
  if (status !== 201) throw new Error(`the definition was answered with ${status}: ${text}`);
  const list = listOf(subject);
  await until(`${list} is served`, async () => (await client.send({ method: 'GET', path: list })).status === 200);
}
