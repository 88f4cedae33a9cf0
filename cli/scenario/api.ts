// The requests of a scenario itself, as somebody with kubectl would make them.

import { type JsonObject, type MaybeJson, type ObjectRef, toRef } from '../../engine/index.ts';
import { type ApiTransport, createClient, Discovery } from '../../engine/operator.ts';

type Client = ReturnType<typeof createClient>;

const MANAGER = 'scenario';

/** Reads and writes single objects. Methods throw what the API server says. */
export class Api {
  readonly #discovery: Discovery;
  readonly #client: Client;

  constructor(transport: ApiTransport) {
    this.#discovery = new Discovery(transport);
    this.#client = createClient(transport, this.#discovery);
  }

  /** Server-side apply, by force. Makes the namespace where it is missing. */
  async apply(object: JsonObject): Promise<void> {
    const ref = await this.#toRef(object);
    if (ref.namespace !== undefined && ref.namespace !== 'default') {
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ref.namespace } };
      await this.#client.apply(namespace, { fieldManager: `${MANAGER}-namespaces` });
    }
    await this.#client.apply(withNamespace(object, ref) as never, { fieldManager: MANAGER, force: true });
  }

  /** A JSON merge patch of the object, or of its status. */
  async merge(object: JsonObject, subresource?: 'status'): Promise<void> {
    const ref = await this.#toRef(object);
    const { apiVersion: _apiVersion, kind: _kind, metadata, ...content } = object;
    const { name: _name, namespace: _namespace, ...more } = metadata as JsonObject;
    const patch = Object.keys(more).length === 0 ? content : { ...content, metadata: more };
    await this.#client.patch(ref, patch, { type: 'merge', fieldManager: MANAGER, subresource });
  }

  async delete(object: JsonObject): Promise<void> {
    const ref = await this.#toRef(object);
    const live = (await this.#getRef(ref)) as { readonly metadata: { readonly uid: string } } | undefined;
    if (live !== undefined) await this.#client.delete(ref, { uid: live.metadata.uid });
  }

  /** The object, or undefined where it, or its kind, is not there. */
  async get(object: JsonObject): Promise<MaybeJson> {
    try {
      return await this.#getRef(await this.#toRef(object));
    } catch (error) {
      if ((error as { readonly code?: string }).code === 'KindNotFound') return undefined;
      throw error;
    }
  }

  async #getRef(ref: ObjectRef): Promise<MaybeJson> {
    try {
      return (await this.#client.get(ref)) as unknown as JsonObject;
    } catch (error) {
      if ((error as { readonly code?: string }).code === 'NotFound') return undefined;
      throw error;
    }
  }

  async #toRef(object: JsonObject): Promise<ObjectRef> {
    const { namespace = 'default', ...ref } = toRef(object as never);
    const { namespaced } = await this.#discovery.resolve(ref);
    return namespaced ? { ...ref, namespace } : ref;
  }
}

function withNamespace(object: JsonObject, { namespace }: ObjectRef): JsonObject {
  if (namespace === undefined) return object;
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), namespace } };
}
