// Who owns whom, and what may have something to do since it was last asked: kept in step with the store, so that a change
// costs as much as what it concerns, however many other objects there are.

import { type ApiObject, isTerminating, nameOf, namespaceOf, ownersOf, uidOf } from '../model/api-object.ts';
import type { Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';
import type { Change, Store } from '../store/store.ts';

/** An object that is served. */
export interface Found {
  readonly resource: Resource;
  readonly object: ApiObject;
}

/** An object that may have something to do, with what it was about it when the question was asked. */
export interface Candidate extends Found {
  /** The owners that are there, by uid. */
  readonly owners: ReadonlyMap<string, Found>;
  /** What it owns, where it is on its way out. */
  readonly dependents: readonly Found[];
}

interface Entry {
  readonly collection: string;
  readonly object: ApiObject;
}

/** The owners and dependents in a store. */
export class Ownership {
  readonly #registry: Registry;
  readonly #entries = new Map<string, Entry>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #terminating = new Map<string, Set<string>>();
  #concerned = new Set<string>();
  // Of the registry when candidates were asked for; another one may serve owners that were not served before.
  #version: number;

  /** Of what is in a store now, of which everything may have something to do. */
  constructor(store: Store, registry: Registry) {
    this.#registry = registry;
    this.#version = registry.version;
    for (const { collection, object } of store.contents.objects) this.#add(collection, object);
    this.#concernAll();
  }

  /** Keeps it in step with the store. */
  note({ collection, before, after, type }: Change): void {
    if (before !== undefined) this.#remove(collection, before);
    if (type !== 'DELETED') this.#add(collection, after);
    const uid = uidOf(after);
    this.#concerned.add(uid);
    // An owner may wait for its dependents, and dependents look at how their owner is: there, or on its way out.
    for (const object of before === undefined ? [after] : [before, after])
      for (const owner of ownersOf(object)) this.#concerned.add(owner.uid);
    if (type === 'MODIFIED' && !isTerminating(after)) return;
    for (const dependent of this.#dependents.get(uid) ?? []) this.#concerned.add(dependent);
  }

  /** True where something of a collection is on its way out. */
  isEnding(collection: string): boolean {
    return (this.#terminating.get(collection)?.size ?? 0) > 0;
  }

  /** What may have something to do since this was last asked, in the order of the registry, of namespaces and names. */
  candidates(): readonly Candidate[] {
    if (this.#version !== this.#registry.version) this.#concernAll();
    this.#version = this.#registry.version;
    const concerned = this.#concerned;
    this.#concerned = new Set();
    if (concerned.size === 0) return [];
    const served = servedBy(this.#registry);
    return this.#inOrder(concerned, served).map(({ resource, object }) => {
      const owners = this.#inOrder(new Set(ownersOf(object).map(({ uid }) => uid)), served);
      const dependents = isTerminating(object) ? (this.#dependents.get(uidOf(object)) ?? []) : [];
      return {
        resource,
        object,
        owners: new Map(owners.map((owner) => [uidOf(owner.object), owner])),
        dependents: this.#inOrder(new Set(dependents), served),
      };
    });
  }

  #concernAll(): void {
    for (const uid of this.#entries.keys()) this.#concerned.add(uid);
  }

  #inOrder(uids: ReadonlySet<string>, served: ReadonlyMap<string, Served>): readonly Found[] {
    const rows = [...uids].flatMap((uid) => {
      const entry = this.#entries.get(uid);
      const place = entry === undefined ? undefined : served.get(entry.collection);
      if (entry === undefined || place === undefined) return [];
      const { object } = entry;
      return [{ resource: place.resource, object, at: place.at, key: `${namespaceOf(object)}/${nameOf(object)}` }];
    });
    return rows.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  }

  #add(collection: string, object: ApiObject): void {
    const uid = uidOf(object);
    this.#entries.set(uid, { collection, object });
    for (const owner of ownersOf(object)) addTo(this.#dependents, owner.uid, uid);
    if (isTerminating(object)) addTo(this.#terminating, collection, uid);
  }

  #remove(collection: string, object: ApiObject): void {
    const uid = uidOf(object);
    this.#entries.delete(uid);
    for (const owner of ownersOf(object)) removeFrom(this.#dependents, owner.uid, uid);
    removeFrom(this.#terminating, collection, uid);
  }
}

interface Served {
  readonly resource: Resource;
  readonly at: number;
}

// All versions of a kind have one collection.
function servedBy(registry: Registry): ReadonlyMap<string, Served> {
  const served = new Map<string, Served>();
  for (const [at, resource] of registry.all().entries())
    served.set(resource.collection, { resource, at: served.get(resource.collection)?.at ?? at });
  return served;
}

function addTo(sets: Map<string, Set<string>>, name: string, uid: string): void {
  const set = sets.get(name);
  if (set === undefined) sets.set(name, new Set([uid]));
  else set.add(uid);
}

function removeFrom(sets: Map<string, Set<string>>, name: string, uid: string): void {
  const set = sets.get(name);
  set?.delete(uid);
  if (set?.size === 0) sets.delete(name);
}
