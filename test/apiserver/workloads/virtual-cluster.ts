// An embedded server in virtual time, with short words for what tests of controllers do.

import { expect } from 'vitest';
import { VirtualClock } from '../../../apiserver/clock.ts';
import { type Json, type JsonObject, listIn, objectIn } from '../../../apiserver/model/json.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../../../apiserver/server.ts';
import { embeddedBackend } from '../script.ts';

/** The annotation that steers pods. */
export const STEERING = 'simulate.opsonata.dev/pod';
const SELECTOR = { matchLabels: { app: 'x' } };
/** A second. */
export const S = 1_000;

/** A server, and what is done to objects of namespace default. */
export interface VirtualCluster {
  readonly server: ApiServer;
  readonly clock: VirtualClock;
  create(plural: string, contents: JsonObject, metadata?: JsonObject): Promise<void>;
  merge(path: string, body: JsonObject): Promise<void>;
  remove(path: string): Promise<void>;
  get(path: string): Promise<Json>;
  list(plural: string): Promise<readonly Json[]>;
}

const ROOTS: { readonly [plural: string]: string } = {
  deployments: '/apis/apps/v1',
  daemonsets: '/apis/apps/v1',
  replicasets: '/apis/apps/v1',
  statefulsets: '/apis/apps/v1',
  jobs: '/apis/batch/v1',
  cronjobs: '/apis/batch/v1',
  storageclasses: '/apis/storage.k8s.io/v1',
};

/** The path of a collection. */
export const placeOf = (plural: string): string => `${ROOTS[plural] ?? '/api/v1'}/namespaces/default/${plural}`;

/** Starts one. */
export async function virtualCluster(options: ApiServerOptions = {}): Promise<VirtualCluster> {
  const clock = new VirtualClock();
  const server = await startApiServer({ clock, ...options });
  const backend = embeddedBackend(server);
  const send = async (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: JsonObject): Promise<void> => {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await backend.send({ method, path, contentType, ...(body === undefined ? {} : { body }) });
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  };
  const get = async (path: string): Promise<Json> => (await backend.send({ method: 'GET', path })).body;
  return {
    server,
    clock,
    create: (plural, contents, metadata = {}) =>
      send('POST', placeOf(plural), {
        ...contents,
        metadata: { name: 'x', ...objectIn(contents, 'metadata'), ...metadata },
      }),
    merge: (path, body) => send('PATCH', path, body),
    remove: (path) => send('DELETE', path),
    get,
    list: async (plural) => listIn(await get(placeOf(plural)), 'items'),
  };
}

/** A template of pods. */
export const template = (steering = '', more: JsonObject = {}): JsonObject => ({
  metadata: { labels: { app: 'x' }, annotations: steering === '' ? {} : { [STEERING]: steering } },
  spec: { containers: [{ name: 'app', image: 'app:1' }], ...more },
});
/** A workload with that template. */
export const workload = (steering = '', more: JsonObject = {}): JsonObject => ({
  spec: { selector: SELECTOR, template: template(steering), ...more },
});
/** A job with that template. */
export const task = (steering = '', more: JsonObject = {}): JsonObject => ({
  spec: { template: template(steering, { restartPolicy: 'Never' }), ...more },
});
