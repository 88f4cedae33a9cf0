// What the tests of forks, snapshots and data folders fill a server with, and how they look at it.

import { VirtualClock } from '../../apiserver/clock.ts';
import { nameOf } from '../../apiserver/model/api-object.ts';
import { type Json, listIn, textIn } from '../../apiserver/model/json.ts';
import type { ApiServer } from '../../apiserver/server.ts';
import { type Answer, embeddedBackend } from './script.ts';

export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
export const PODS = '/api/v1/namespaces/default/pods';
export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const BOXES = '/apis/kept.example.com/v1/namespaces/default/boxes';

/** A definition of boxes, whose size is a number and 1 where nothing is said. */
export const BOX_DEFINITION: Json = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'boxes.kept.example.com' },
  spec: {
    group: 'kept.example.com',
    scope: 'Namespaced',
    names: { kind: 'Box', plural: 'boxes', singular: 'box', listKind: 'BoxList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size: { type: 'integer', default: 1 } } },
            },
          },
        },
      },
    ],
  },
};

/** A box. */
export const box = (name: string): Json => ({
  apiVersion: 'kept.example.com/v1',
  kind: 'Box',
  metadata: { name },
  spec: {},
});

/** A pod that is ready after a time, such as `30s`. */
export const latePod = (name: string, delay: string): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, annotations: { 'simulate.opsonata.dev/pod': `delay=${delay}` } },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
});

/** Requests to a server, each done to its end. */
export interface Client {
  get(path: string): Promise<Json>;
  create(path: string, body: Json): Promise<Answer>;
  remove(path: string): Promise<Answer>;
  /** The names of a list, in its order. */
  names(path: string): Promise<readonly string[]>;
  /** The version of the last change. */
  version(): Promise<number>;
  isReady(pod: string): Promise<boolean>;
}

/** The client of a server without network. */
export function clientOf(server: ApiServer): Client {
  const { send } = embeddedBackend(server);
  const get = async (path: string): Promise<Json> => (await send({ method: 'GET', path })).body;
  return {
    get,
    create: async (path, body) => await send({ method: 'POST', path, body }),
    remove: async (path) => await send({ method: 'DELETE', path }),
    names: async (path) => listIn(await get(path), 'items').map(nameOf),
    version: async () => Number(textIn(await get(CONFIG_MAPS), 'metadata', 'resourceVersion')),
    isReady: async (pod) => {
      const conditions = listIn(await get(`${PODS}/${pod}`), 'status', 'conditions');
      return conditions.some((one) => textIn(one, 'type') === 'Ready' && textIn(one, 'status') === 'True');
    },
  };
}

/** Everything that clients can see, as one value. */
export async function everythingIn(server: ApiServer): Promise<Json> {
  const { get } = clientOf(server);
  const paths = [
    CONFIG_MAPS,
    PODS,
    DEFINITIONS,
    BOXES,
    '/api/v1/namespaces',
    '/api/v1/serviceaccounts',
    '/api/v1/nodes',
  ];
  return await Promise.all(paths.map(get));
}

/** Fills a server: a definition and a box, a pod that is not ready yet, a ConfigMap that has come and one that has gone. */
export async function fill(server: ApiServer): Promise<void> {
  const { create, remove } = clientOf(server);
  await create(DEFINITIONS, BOX_DEFINITION);
  await create(BOXES, box('first'));
  await create(PODS, latePod('late', '30s'));
  await create(CONFIG_MAPS, { metadata: { name: 'gone' } });
  await create(CONFIG_MAPS, { metadata: { name: 'there' }, data: { text: 'ä "quoted"\n line' } });
  await remove(`${CONFIG_MAPS}/gone`);
  await new VirtualClock().advance(0);
}
