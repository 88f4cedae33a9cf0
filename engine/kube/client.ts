// The few things that the engine asks of an API server, each named by what it is for.
//
// Promises: every write carries a field manager and strict field validation, so that nothing is dropped in silence;
// server-side apply is never forced unless it is asked for; a delete always names the uid that was looked at.

import { Fault } from '../model/fault.ts';
import type { Json } from '../model/json.ts';
import { type KubeObject, type ObjectRef, type Subresource, toRef } from '../model/object.ts';
import { type Discovery, pathOf } from './discovery.ts';
import type { ApiTransport } from './transport.ts';

/** How an apply is done. */
export interface ApplyOptions {
  readonly fieldManager: string;
  readonly force?: boolean;
  readonly subresource?: Subresource | undefined;
  /** Only to hear what would be stored. */
  readonly dryRun?: boolean;
}

/** How an object is patched. `merge` is RFC 7386, `json` RFC 6902. */
export interface PatchOptions {
  readonly type: 'merge' | 'json';
  readonly fieldManager: string;
  readonly subresource?: Subresource | undefined;
  /** Only to hear what would be stored. */
  readonly dryRun?: boolean;
}

/** What must hold for a delete. */
export interface DeletePreconditions {
  readonly uid: string;
  readonly resourceVersion?: string;
}

/** Reads and writes single objects. All methods throw Fault. */
export interface KubeClient {
  /** The object as it is now, not as a cache has it. */
  get(ref: ObjectRef): Promise<KubeObject>;
  /** Server-side apply. The result is the object as stored. */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /** Patches an object that is there. The result is the object as stored. */
  patch(ref: ObjectRef, patch: Json, options: PatchOptions): Promise<KubeObject>;
  /**
   * Deletes in the background. The result is the object where finalizers hold it, undefined where it is gone. `dryRun`:
   * only to hear whether it may be deleted.
   */
  delete(
    ref: ObjectRef,
    preconditions: DeletePreconditions,
    options?: { readonly dryRun: boolean },
  ): Promise<KubeObject | undefined>;
}

// A delete is answered with the object as it was last, also where nothing holds it any more: a pod without time to end.
function isGone({ kind, metadata }: KubeObject): boolean {
  if (kind === 'Status') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers = [] } = metadata;
  return deletionTimestamp === undefined || (deletionGracePeriodSeconds === 0 && finalizers.length === 0);
}

/** Makes a client. */
export function createClient(transport: ApiTransport, discovery: Discovery): KubeClient {
  const toPath = async (ref: ObjectRef, subresource?: string): Promise<string> => {
    const resource = await discovery.resolve(ref);
    if (!resource.namespaced && ref.namespace !== undefined) {
      const message = `objects of ${ref.kind} have no namespace; write namespace: "" into the template`;
      throw new Fault({ code: 'InvalidResult', retry: 'never', message, subject: ref });
    }
    return pathOf(resource, { ...ref, subresource });
  };
  // A kind that was served and is not any more: its paths are asked for again next time.
  const withForget = async <T>(ref: ObjectRef, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof Fault && error.code === 'KindNotFound') discovery.forget(ref.apiVersion);
      throw error;
    }
  };
  return {
    get: async (ref) => {
      const path = await toPath(ref);
      return (await withForget(ref, transport.request({ method: 'GET', path, subject: ref }))) as unknown as KubeObject;
    },
    apply: async (object, { fieldManager, force = false, subresource, dryRun = false }) => {
      const ref = toRef(object);
      const request = {
        method: 'PATCH',
        path: await toPath(ref, subresource),
        query: { fieldManager, force, fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) },
        contentType: 'application/apply-patch+yaml',
        body: object as unknown as Json,
        subject: ref,
      } as const;
      return (await withForget(ref, transport.request(request))) as unknown as KubeObject;
    },
    patch: async (ref, body, { type, fieldManager, subresource, dryRun = false }) => {
      const request = {
        method: 'PATCH',
        path: await toPath(ref, subresource),
        query: { fieldManager, fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) },
        contentType: `application/${type}-patch+json`,
        body,
        subject: ref,
      } as const;
      return (await withForget(ref, transport.request(request))) as unknown as KubeObject;
    },
    delete: async (ref, preconditions, { dryRun } = { dryRun: false }) => {
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        preconditions: { ...preconditions },
        ...(dryRun ? { dryRun: ['All'] } : {}),
      };
      // The body decides; in the address, whoever reads the audit log sees it, too.
      const query = dryRun ? { dryRun: 'All' } : {};
      const path = await toPath(ref);
      try {
        const left = (await withForget(
          ref,
          transport.request({ method: 'DELETE', path, query, body, subject: ref }),
        )) as unknown as KubeObject;
        return isGone(left) ? undefined : left;
      } catch (error) {
        if (error instanceof Fault && error.code === 'NotFound') return undefined;
        throw error;
      }
    },
  };
}
