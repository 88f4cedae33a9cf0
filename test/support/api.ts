// An API server as suites see it that run on the embedded and on a real one alike: objects by name, and other managers
// that apply, edit and scale.

import { loadAccess } from '../../engine/kube/auth.ts';
import { createClient, type KubeClient } from '../../engine/kube/client.ts';
import { Discovery, pathOf } from '../../engine/kube/discovery.ts';
import { Transport } from '../../engine/kube/transport.ts';
import { Fault } from '../../engine/model/fault.ts';
import type { Json } from '../../engine/model/json.ts';
import type { KubeObject, ObjectRef } from '../../engine/model/object.ts';
import { eventually } from './cluster.ts';
import type { Engine } from './engine-process.ts';

/** An API server, and how an operator for it is started. */
export interface Backend {
  readonly kubeconfig: string;
  /** `paths`: further files and folders with rules. */
  start(rules: Readonly<Record<string, string>>, paths: readonly string[]): Promise<Engine>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind
export type Live = any;

/** Requests of a suite in one namespace. */
export class Api {
  readonly client: KubeClient;
  readonly #transport: Transport;
  readonly #discovery: Discovery;
  readonly #backend: Backend;
  readonly namespace: string;

  constructor(backend: Backend, namespace: string) {
    this.#backend = backend;
    this.namespace = namespace;
    this.#transport = new Transport(loadAccess({ kubeconfig: backend.kubeconfig }, Date.now), {
      userAgent: 'suite',
      now: Date.now,
    });
    this.#discovery = new Discovery(this.#transport);
    this.client = createClient(this.#transport, this.#discovery);
  }

  /** Starts an operator with these rules, and waits until it works. */
  async start(rules: Readonly<Record<string, string>>, paths: readonly string[] = []): Promise<Engine> {
    return await this.#backend.start(rules, paths);
  }

  async createNamespace(name: string = this.namespace): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await this.#transport.request({ method: 'POST', path: '/api/v1/namespaces', body });
  }

  /** The reference of an object: `ConfigMap a`, or `apps/v1 Deployment a`; in the suite's namespace. */
  ref(text: string): ObjectRef {
    const [apiVersion, kind, name] = text.split(' ').length === 2 ? ['v1', ...text.split(' ')] : text.split(' ');
    const isCluster = ['Namespace', 'ClusterRole', 'PersistentVolume', 'PriorityClass', 'Rule'].includes(
      kind as string,
    );
    const ref = { apiVersion: apiVersion as string, kind: kind as string, name: name as string };
    return isCluster ? ref : { ...ref, namespace: this.namespace };
  }

  /** The object, or undefined where it is not there. */
  async get(text: string): Promise<Live> {
    try {
      return await this.client.get(this.ref(text));
    } catch (error) {
      if (error instanceof Fault && (error.code === 'NotFound' || error.code === 'KindNotFound')) return undefined;
      throw error;
    }
  }

  /** Server-side apply as another manager. */
  async apply(text: string, content: object, manager = 'other', force = false): Promise<Live> {
    const { apiVersion, kind, ...metadata } = this.ref(text);
    const { metadata: more, ...rest } = content as { metadata?: object };
    const object = { apiVersion, kind, ...rest, metadata: { ...more, ...metadata } } as unknown as KubeObject;
    return await this.client.apply(object, { fieldManager: manager, force });
  }

  /** A merge patch, as of somebody who edits. */
  async edit(text: string, patch: object, manager = 'editor'): Promise<Live> {
    return await this.client.patch(this.ref(text), patch as Json, { type: 'merge', fieldManager: manager });
  }

  /** Sets the replicas through the subresource, as an autoscaler does. */
  async scale(text: string, replicas: number): Promise<void> {
    const ref = this.ref(text);
    const path = pathOf(await this.#discovery.resolve(ref), { ...ref, subresource: 'scale' });
    const body = { spec: { replicas } };
    const contentType = 'application/merge-patch+json';
    await this.#transport.request({ method: 'PATCH', path, body, contentType, query: { fieldManager: 'autoscaler' } });
  }

  /** Writes the status, as the controller of a kind does. */
  async report(text: string, status: object): Promise<void> {
    const ref = this.ref(text);
    const path = pathOf(await this.#discovery.resolve(ref), { ...ref, subresource: 'status' });
    const contentType = 'application/merge-patch+json';
    const query = { fieldManager: 'controller' };
    await this.#transport.request({ method: 'PATCH', path, body: { status } as Json, contentType, query });
  }

  async delete(text: string): Promise<void> {
    const ref = this.ref(text);
    const path = pathOf(await this.#discovery.resolve(ref), ref);
    await this.#transport.request({ method: 'DELETE', path });
  }

  /** Deletes all objects of a kind without namespaces. */
  async deleteAll(apiVersion: string, kind: string): Promise<void> {
    const path = pathOf(await this.#discovery.resolve({ apiVersion, kind }));
    await this.#transport.request({ method: 'DELETE', path });
  }

  /** Waits until an object is as wanted; the result is the object. */
  async until(what: string, text: string, isWanted: (object: Live) => boolean): Promise<Live> {
    let last: Live;
    try {
      return await eventually(`${text}: ${what}`, async () => {
        last = await this.get(text);
        return last !== undefined && isWanted(last) ? last : undefined;
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}; it is ${JSON.stringify(last?.status ?? last, null, 1)}`);
    }
  }

  /** Waits until an object is gone. */
  async untilGone(text: string): Promise<void> {
    await eventually(`${text} is gone`, async () => (await this.get(text)) === undefined || undefined);
  }

  /** Waits for a condition of an object; the result is the condition. */
  async condition(text: string, type: string, wanted: { status: string; reason?: string }): Promise<Live> {
    const find = (object: Live) => object.status?.conditions?.find((item: Live) => item.type === type);
    const object = await this.until(`${type} is ${JSON.stringify(wanted)}`, text, (live) => {
      const found = find(live);
      const isCurrent = live.status?.observedGeneration === live.metadata.generation;
      return (
        isCurrent && found?.status === wanted.status && (wanted.reason === undefined || found.reason === wanted.reason)
      );
    });
    return find(object);
  }

  /** Where writes through the API are counted: the versions of objects, which only a write changes. */
  async version(text: string): Promise<string> {
    return (await this.get(text)).metadata.resourceVersion;
  }

  stop(): void {
    this.#transport.stop();
  }
}
