// The objects that are applied, and the definition of the custom one.

import type { Client } from './client.ts';
import { until } from './until.ts';

/** Something that is applied again and again, each time with another number in it. */
export interface Subject {
  readonly name: string;
  /** Where an object lies. */
  path(name: string): string;
  /** The whole wish. */
  wish(metadata: Metadata, version: number): string;
}

/** The metadata of a wish: what is made has an owner, as what an operator makes. */
export interface Metadata {
  readonly name: string;
  readonly labels: { readonly app: string };
  readonly ownerReferences: readonly [OwnerReference];
}

/** A reference to an owner. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: true;
}

/** A server that is ready to be measured. */
export interface Target {
  readonly client: Client;
  readonly owner: OwnerReference;
}

const NAMESPACE = '/namespaces/default';

/** A Deployment that is paused: where workloads are simulated, nothing comes of it. */
export const DEPLOYMENT: Subject = {
  name: 'Deployment',
  path: (name) => `/apis/apps/v1${NAMESPACE}/deployments/${name}`,
  wish: (metadata, version) =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, annotations: { 'example.com/version': String(version) } },
      spec: {
        paused: true,
        replicas: 0,
        selector: { matchLabels: metadata.labels },
        template: {
          metadata: { labels: metadata.labels, annotations: { 'example.com/hash': String(version) } },
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
            volumes: [{ name: 'config', configMap: { name: metadata.name } }],
          },
        },
      },
    }),
};

/** An instance of a custom resource with lists of every kind. */
export const CUSTOM: Subject = {
  name: 'custom resource',
  path: (name) => `/apis/bench.example.com/v1${NAMESPACE}/shops/${name}`,
  wish: (metadata, version) =>
    JSON.stringify({
      apiVersion: 'bench.example.com/v1',
      kind: 'Shop',
      metadata,
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
  wish: (metadata, version) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { version: String(version), 'app.conf': `# ${metadata.name}\n${'listen 8080;\n'.repeat(35)}` },
    }),
};

/** Where all objects of a kind lie. */
export function listOf({ path }: Subject): string {
  return path('').replace(/\/$/, '');
}

/** Defines the custom resource, waits until it is served, and makes the owner of all that is applied. */
export async function prepare(client: Client): Promise<Target> {
  await create(client, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', DEFINITION);
  const list = listOf(CUSTOM);
  await until(`${list} is served`, async () => (await client.send({ method: 'GET', path: list })).status === 200);
  const name = 'bench-owner';
  const owner = await create(client, listOf(CONFIG_MAP), JSON.stringify({ metadata: { name } }));
  const { uid } = JSON.parse(owner).metadata;
  return { client, owner: { apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true } };
}

async function create(client: Client, path: string, body: string): Promise<string> {
  const { status, text } = await client.send({ method: 'POST', path, contentType: 'application/json', body });
  if (status !== 201) throw new Error(`${path} was answered with ${status}: ${text}`);
  return text;
}
