// The cluster as simulated controllers see it: what is there, what belongs to what, and how they write.
//
// Promises: what it lists has an order that depends on nothing but the objects; a write that changes nothing stores
// nothing; a write that the server refuses (a namespace that ends, a name that is taken) is undefined, and the next
// change brings the next try.

import { ApiError } from '../model/api-error.ts';
import {
  type ApiObject,
  isTerminating,
  nameOf,
  namespaceOf,
  toTime,
  uidOf,
  withMetadata,
} from '../model/api-object.ts';
import { equals, type Json, type JsonObject, listIn, objectIn, setIn, textIn } from '../model/json.ts';
import { matchesLabelSelector } from '../model/label-selector.ts';
import { deleteObject } from '../registry/delete.ts';
import { trackedWrite } from '../registry/managed.ts';
import type { Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';
import { createObject, updateObject, type WriteDeps } from '../registry/write.ts';
import type { Change } from '../store/store.ts';
import { controlledBy, Links, uncontrolled } from './links.ts';
import { controllerOf, ownerReferenceTo } from './owner.ts';

/** What the simulation needs of the server. */
export interface WorldDeps extends WriteDeps {
  readonly registry: Registry;
  /** Whether there is a node, on which pods come alive, and around it what gives volumes and addresses. */
  readonly hasNode: boolean;
}

const MANAGER = 'kube-controller-manager';

/** Who writes, and where. */
export interface Writer {
  readonly manager?: string;
  readonly subresource?: 'status';
}

/** The cluster for controllers. */
export class World {
  readonly #deps: WorldDeps;
  readonly #resources: ReadonlyMap<string, Resource>;
  readonly #links: Links;
  #addresses = 0;

  constructor(deps: WorldDeps, links: Links = new Links()) {
    this.#deps = deps;
    this.#links = links;
    const kinds = deps.registry.builtins.filter(({ apiVersion, storedAs }) => apiVersion === storedAs);
    this.#resources = new Map(kinds.map((resource) => [resource.kind, resource]));
  }

  /** The same for another server, which has the same objects now. */
  fork(deps: WorldDeps): World {
    const fork = new World(deps, this.#links.fork());
    fork.#addresses = this.#addresses;
    return fork;
  }

  /** Learns of what is there already. */
  noteAll(): void {
    for (const { object } of this.#deps.store.contents.objects) {
      this.#links.add(object);
      if (object.kind === 'Pod') this.#addresses = Math.max(this.#addresses, addressNumber(object));
    }
  }

  /** Whether there is a node. */
  get hasNode(): boolean {
    return this.#deps.hasNode;
  }

  /** The time in milliseconds since the epoch. */
  get nowMs(): number {
    return this.#deps.nowMs();
  }

  /** Keeps what belongs to what in step with the store. */
  note(change: Change): void {
    this.#links.note(change);
  }

  /** What a link leads to, in the order in which it came or was changed. */
  at(link: string): readonly ApiObject[] {
    return this.#links.at(link);
  }

  /** An address for a pod, the next one each time. */
  newAddress(): string {
    this.#addresses += 1;
    return `10.1.${(this.#addresses >> 8) & 255}.${this.#addresses & 255}`;
  }

  /** The objects of a kind, of one namespace or of all. */
  list(kind: string, namespace = ''): readonly ApiObject[] {
    return this.#deps.store.list(this.#resource(kind).collection, namespace);
  }

  get(kind: string, namespace: string, name: string): ApiObject | undefined {
    return this.#deps.store.get(this.#resource(kind).collection, { namespace, name });
  }

  /** The object as it is now; undefined where it is gone, or another of the same name has come. */
  again(object: ApiObject): ApiObject | undefined {
    const found = this.get(object.kind, namespaceOf(object), nameOf(object));
    return found !== undefined && uidOf(found) === uidOf(object) ? found : undefined;
  }

  /** What controls an object, and what controls that, up to its namespace. */
  chain(object: ApiObject): readonly ApiObject[] {
    const chain = [object];
    for (let at: ApiObject | undefined = object; at !== undefined; ) {
      const owner = controllerOf(at);
      const isKnown = owner !== undefined && this.#resources.has(owner.kind);
      at = isKnown ? this.get(owner.kind, namespaceOf(object), owner.name) : undefined;
      if (at !== undefined) chain.push(at);
    }
    const namespace = this.get('Namespace', '', namespaceOf(object));
    return namespace === undefined ? chain : [...chain, namespace];
  }

  /** What an object controls, of one kind, the oldest first; orphans that its selector matches are adopted. */
  children(owner: ApiObject, kind: string, selector?: Json): readonly ApiObject[] {
    if (selector !== undefined && !isTerminating(owner)) this.#adopt(owner, kind, selector);
    const children = this.#links.at(controlledBy(uidOf(owner)));
    return children.filter((child) => child.kind === kind).sort(byAge);
  }

  #adopt(owner: ApiObject, kind: string, selector: Json): void {
    const orphans = this.#links.at(uncontrolled(kind, namespaceOf(owner)));
    for (const object of orphans.toSorted(byName)) {
      if (isTerminating(object)) continue;
      if (!matchesLabelSelector(selector, objectIn(object, 'metadata', 'labels'))) continue;
      const ownerReferences = [...listIn(object, 'metadata', 'ownerReferences'), ownerReferenceTo(owner)];
      this.change(object, withMetadata(object, { ownerReferences }));
    }
  }

  /** Creates an object of a kind. */
  create(object: JsonObject, writer: Writer = {}): ApiObject | undefined {
    const resource = this.#resource(textIn(object, 'kind'));
    return this.#try(() => {
      const decoded = resource.codec.fill(resource.codec.decode(object).object);
      const tracked = this.#track(undefined, decoded, { resource, writer });
      const namespace = namespaceOf(object);
      const options = { object: tracked, namespace, isDryRun: false, warn: () => undefined };
      return createObject(this.#deps, resource, options);
    });
  }

  /** Changes an object to `next`. The result is the object as it is stored then. */
  change(object: ApiObject, next: JsonObject, writer: Writer = {}): ApiObject | undefined {
    return this.#try(() => this.#write(object, this.#resource(object.kind).codec.settle(next, object), writer));
  }

  /** Changes the status of an object, where it is another one. */
  changeStatus(object: ApiObject, status: JsonObject, writer: Writer = {}): ApiObject | undefined {
    if (equals(status, object['status'])) return object;
    const { status: settled = null } = this.#resource(object.kind).codec.settle({ status }, object);
    if (equals(settled, object['status'])) return object;
    return this.#try(() => this.#write(object, { ...object, status: settled }, { ...writer, subresource: 'status' }));
  }

  #write(object: ApiObject, settled: ApiObject, writer: Writer): ApiObject {
    const resource = this.#resource(object.kind);
    const options = {
      name: { namespace: namespaceOf(object), name: nameOf(object) },
      subresource: writer.subresource,
      mayCreate: false,
      uid: uidOf(object),
      isDryRun: false,
      warn: () => undefined,
      change: (current: ApiObject | undefined) => {
        const resourceVersion = current?.metadata['resourceVersion'];
        return this.#track(current, withMetadata(settled, { resourceVersion }), { resource, writer });
      },
    };
    return updateObject(this.#deps, resource, options).object;
  }

  /** Puts a pod on a node, as its binding does: that is no change of what was wished for. */
  bind(pod: ApiObject, node: string): void {
    const time = toTime(this.nowMs);
    const condition = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: time };
    const others = listIn(pod, 'status', 'conditions').filter((one) => textIn(one, 'type') !== 'PodScheduled');
    const placed = setIn(pod, ['spec', 'nodeName'], node);
    const next = setIn(placed, ['status', 'conditions'], [...others, condition]) as ApiObject;
    this.#deps.store.put(this.#resource('Pod').collection, next);
  }

  /** Deletes an object. */
  remove(object: ApiObject, options: { readonly policy?: string; readonly graceSeconds?: number } = {}): void {
    const { policy = 'Background', graceSeconds } = options;
    this.#try(() => {
      const name = { namespace: namespaceOf(object), name: nameOf(object) };
      const deletion = {
        propagationPolicy: policy,
        orphanDependents: undefined,
        uid: uidOf(object),
        resourceVersion: undefined,
        isDryRun: false,
        gracePeriodSeconds: graceSeconds,
      };
      return deleteObject(this.#deps, this.#resource(object.kind), { name, options: deletion }).object;
    });
  }

  #track(
    current: ApiObject | undefined,
    next: ApiObject,
    { resource, writer }: { readonly resource: Resource; readonly writer: Writer },
  ): ApiObject {
    const { manager = MANAGER, subresource = '' } = writer;
    return trackedWrite(resource, { manager, subresource, nowMs: this.nowMs })(current, next);
  }

  #resource(kind: string): Resource {
    const resource = this.#resources.get(kind);
    if (resource === undefined) throw new Error(`nothing is known of the kind ${kind}`);
    return resource;
  }

  #try(write: () => ApiObject): ApiObject | undefined {
    try {
      return write();
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }
}

// Which of the addresses that are given to pods this one has; 0 for another one.
function addressNumber(pod: ApiObject): number {
  const [, high = 0, low = 0] = /^10\.1\.(\d+)\.(\d+)$/.exec(textIn(pod, 'status', 'podIP')) ?? [];
  return (Number(high) << 8) + Number(low);
}

function byName(a: ApiObject, b: ApiObject): number {
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

// Those of the same second stay in the order in which they came.
function byAge(a: ApiObject, b: ApiObject): number {
  return (
    Date.parse(textIn(a, 'metadata', 'creationTimestamp')) - Date.parse(textIn(b, 'metadata', 'creationTimestamp'))
  );
}

/** A number in an object, or what stands for one that is not there. */
export function numberIn(value: Json | undefined, path: readonly string[], otherwise = 0): number {
  const found = objectIn(value, ...path.slice(0, -1))[path.at(-1) ?? ''];
  return typeof found === 'number' ? found : otherwise;
}

/** A number, or a part of a whole in percent, as `maxSurge` and such have it. */
export function portion(value: Json | undefined, whole: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const percent = Number(/^(\d+)%$/.exec(String(value))?.[1] ?? 0);
  const part = (percent * whole) / 100;
  return round === 'up' ? Math.ceil(part) : Math.floor(part);
}
