// All objects of the server, in memory, under one counter of versions, with the last changes remembered.
//
// Promises: every change has a version of its own, higher than all before; it is recorded before anybody hears of it;
// listeners hear of changes in their order and before the change is answered; objects are never changed in place; a fork
// costs as much as there are collections, however many objects are in them. Nothing here knows what is in an object but
// its name, namespace and resourceVersion.

import { type ApiObject, nameOf, namespaceOf, withMetadata } from '../model/api-object.ts';
import { sharedWith } from '../model/shared.ts';
import { Collection } from './collection.ts';

/** A change of one object. `before` is undefined for an object that is new, `after` for one that is gone. */
export interface Change {
  readonly version: number;
  readonly collection: string;
  readonly before: ApiObject | undefined;
  /** The object as it is now; for one that is gone, as it was, with the version of its end. */
  readonly after: ApiObject;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
}

/** The name and namespace of an object. `namespace` is empty for cluster-scoped ones. */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** What was asked for is older than what is remembered. */
export class Forgotten extends Error {
  /** The oldest version that a watch can start from. */
  readonly oldest: number;

  constructor(oldest: number) {
    super(`nothing before ${oldest} is remembered`);
    this.name = 'Forgotten';
    this.oldest = oldest;
  }
}

/** An object and where it is kept. */
export interface Kept {
  readonly collection: string;
  readonly object: ApiObject;
}

/** Everything that there is at a version. */
export interface Contents {
  readonly version: number;
  readonly objects: Iterable<Kept>;
}

/** How a store is made. */
export interface StoreOptions {
  /** How many changes are remembered at least. */
  readonly limit?: number;
  /** What is in it at first; nothing where it is absent. What was before is not remembered. */
  readonly contents?: Contents;
  /** Keeps a change outside, before it is made. Where it throws, nothing has changed. */
  readonly record?: (change: Change) => void;
}

// Chosen: as many changes as a busy test makes in some minutes; one holds two references.
const REMEMBERED = 10_000;

/** The objects. Collections are made when they are first used. */
export class Store {
  readonly #collections = new Map<string, Collection>();
  readonly #listeners = new Map<string, Set<(change: Change) => void>>();
  readonly #anyListeners: ((change: Change) => void)[] = [];
  readonly #newest = new Map<string, ApiObject>();
  readonly #limit: number;
  readonly #record: ((change: Change) => void) | undefined;
  // The collections that no fork shares, which may be changed.
  #own = new Set<string>();
  #changes: Change[] = [];
  #version = 1;
  #forgottenTo = 0;

  constructor({ limit = REMEMBERED, contents, record }: StoreOptions = {}) {
    this.#limit = limit;
    this.#record = record;
    if (contents === undefined) return;
    for (const { collection, object } of contents.objects)
      this.#ownCollection(collection).set(keyOf(toName(object)), this.#asNew(collection, object));
    this.#version = contents.version;
    this.#forgottenTo = contents.version;
  }

  /** Another store with the same objects, version and history. What is changed in one is not changed in the other. */
  fork(): Store {
    const fork = new Store({ limit: this.#limit });
    for (const [name, objects] of this.#collections) fork.#collections.set(name, objects);
    fork.#changes = [...this.#changes];
    fork.#version = this.#version;
    fork.#forgottenTo = this.#forgottenTo;
    this.#own = new Set();
    return fork;
  }

  /** Everything that is in it now. */
  get contents(): Contents {
    return { version: this.#version, objects: this.#kept() };
  }

  *#kept(): Generator<Kept> {
    for (const [collection, objects] of this.#collections)
      for (const [, object] of objects.values()) yield { collection, object };
  }

  /** The version of the last change. */
  get version(): number {
    return this.#version;
  }

  /** One object, or undefined where it is not there. */
  get(collection: string, name: ObjectName): ApiObject | undefined {
    return this.#collections.get(collection)?.get(keyOf(name));
  }

  /** All objects of a collection, or of one namespace, in the order of namespace and name. */
  list(collection: string, namespace = ''): readonly ApiObject[] {
    return this.#collections.get(collection)?.list(namespace) ?? [];
  }

  /** The objects as they were at a version. Throws Forgotten. */
  listAt(collection: string, version: number, namespace = ''): readonly ApiObject[] {
    const objects = new Collection(this.#collections.get(collection));
    for (const change of this.changesAfter(collection, version).toReversed()) {
      const key = keyOf(toName(change.after));
      if (change.before === undefined) objects.delete(key);
      else objects.set(key, change.before);
    }
    return objects.list(namespace);
  }

  /** Stores an object that is new or takes the place of an older one. The result has its version. */
  put(collection: string, object: ApiObject): ApiObject {
    const version = this.#version + 1;
    const before = this.get(collection, toName(object));
    const versioned = withMetadata(object, { resourceVersion: String(version) });
    const after = before === undefined ? this.#asNew(collection, versioned) : sharedWith(versioned, before);
    this.#change({ version, collection, before, after, type: before === undefined ? 'ADDED' : 'MODIFIED' });
    return after;
  }

  /** Removes an object. The result is the object as it was, with the version of its end; undefined where there is none. */
  remove(collection: string, name: ObjectName): ApiObject | undefined {
    const before = this.get(collection, name);
    if (before === undefined) return undefined;
    const version = this.#version + 1;
    const after = withMetadata(before, { resourceVersion: String(version) });
    this.#change({ version, collection, before, after, type: 'DELETED' });
    return after;
  }

  /** The changes of a collection after a version. Throws Forgotten. */
  changesAfter(collection: string, version: number): readonly Change[] {
    if (version < this.#forgottenTo) throw new Forgotten(this.#forgottenTo);
    const first = this.#changes.findLastIndex((change) => change.version <= version) + 1;
    return this.#changes.slice(first).filter((change) => change.collection === collection);
  }

  /** Hears of every change of a collection from now on. The result ends it. */
  onChange(collection: string, listener: (change: Change) => void): () => void {
    const listeners = this.#listeners.get(collection) ?? new Set();
    this.#listeners.set(collection, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Hears of every change of everything from now on. */
  onAnyChange(listener: (change: Change) => void): void {
    this.#anyListeners.push(listener);
  }

  /** Forgets all changes up to now, as a database that is compacted. */
  compact(): void {
    this.#forgottenTo = this.#version;
    this.#changes = [];
  }

  // What is new in a collection often looks like what was new before it: they share what they have in common.
  #asNew(collection: string, object: ApiObject): ApiObject {
    const shared = sharedWith(object, this.#newest.get(collection));
    this.#newest.set(collection, shared);
    return shared;
  }

  // The objects of a collection, to be changed: those that a fork has too are copied first.
  #ownCollection(collection: string): Collection {
    const known = this.#collections.get(collection);
    if (known !== undefined && this.#own.has(collection)) return known;
    const objects = new Collection(known);
    this.#collections.set(collection, objects);
    this.#own.add(collection);
    return objects;
  }

  #change(change: Change): void {
    this.#record?.(change);
    const { version, collection, after, type } = change;
    const objects = this.#ownCollection(collection);
    const key = keyOf(toName(after));
    if (type === 'DELETED') objects.delete(key);
    else objects.set(key, after);
    this.#version = version;
    this.#tell(change);
  }

  #tell(change: Change): void {
    this.#changes.push(change);
    // Half at once, so that not every change moves all the others.
    if (this.#changes.length > this.#limit * 2) {
      this.#forgottenTo = this.#changes[this.#changes.length - this.#limit - 1]?.version ?? this.#version;
      this.#changes = this.#changes.slice(-this.#limit);
    }
    for (const listener of this.#listeners.get(change.collection) ?? []) listener(change);
    for (const listener of this.#anyListeners) listener(change);
  }
}

function toName(object: ApiObject): ObjectName {
  return { namespace: namespaceOf(object), name: nameOf(object) };
}

// Neither a namespace nor a name may have a slash.
function keyOf({ namespace, name }: ObjectName): string {
  return `${namespace}/${name}`;
}
