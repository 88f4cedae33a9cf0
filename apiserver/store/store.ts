// All objects of the server, in memory, under one counter of versions, with the last changes remembered.
//
// Promises: every change has a version of its own, higher than all before; listeners hear of changes in their order and
// before the change is answered; objects are never changed in place. Nothing here knows what is in an object but its
// name, namespace and resourceVersion.

import { type ApiObject, nameOf, namespaceOf, withMetadata } from '../model/api-object.ts';

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

// Chosen: as many changes as a busy test makes in some minutes; one holds two references.
const REMEMBERED = 10_000;

/** The objects. Collections are made when they are first used. */
export class Store {
  readonly #collections = new Map<string, Map<string, ApiObject>>();
  readonly #listeners = new Map<string, Set<(change: Change) => void>>();
  readonly #anyListeners: ((change: Change) => void)[] = [];
  readonly #limit: number;
  #changes: Change[] = [];
  #version = 1;
  #forgottenTo = 0;

  constructor(limit: number = REMEMBERED) {
    this.#limit = limit;
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
    return inOrder(this.#collections.get(collection) ?? new Map(), namespace);
  }

  /** The objects as they were at a version. Throws Forgotten. */
  listAt(collection: string, version: number, namespace = ''): readonly ApiObject[] {
    if (version < this.#forgottenTo) throw new Forgotten(this.#forgottenTo);
    const objects = new Map(this.#collections.get(collection));
    for (const change of this.#changes.toReversed()) {
      if (change.version <= version) break;
      if (change.collection !== collection) continue;
      const key = keyOf(toName(change.after));
      if (change.before === undefined) objects.delete(key);
      else objects.set(key, change.before);
    }
    return inOrder(objects, namespace);
  }

  /** Stores an object that is new or takes the place of an older one. The result has its version. */
  put(collection: string, object: ApiObject): ApiObject {
    const objects = this.#collections.get(collection) ?? new Map<string, ApiObject>();
    this.#collections.set(collection, objects);
    this.#version += 1;
    const after = withMetadata(object, { resourceVersion: String(this.#version) });
    const key = keyOf(toName(object));
    const before = objects.get(key);
    objects.set(key, after);
    this.#tell({
      version: this.#version,
      collection,
      before,
      after,
      type: before === undefined ? 'ADDED' : 'MODIFIED',
    });
    return after;
  }

  /** Removes an object. The result is the object as it was, with the version of its end; undefined where there is none. */
  remove(collection: string, name: ObjectName): ApiObject | undefined {
    const objects = this.#collections.get(collection);
    const before = objects?.get(keyOf(name));
    if (objects === undefined || before === undefined) return undefined;
    this.#version += 1;
    const after = withMetadata(before, { resourceVersion: String(this.#version) });
    objects.delete(keyOf(name));
    this.#tell({ version: this.#version, collection, before, after, type: 'DELETED' });
    return after;
  }

  /** The changes of a collection after a version. Throws Forgotten. */
  changesAfter(collection: string, version: number): readonly Change[] {
    if (version < this.#forgottenTo) throw new Forgotten(this.#forgottenTo);
    return this.#changes.filter((change) => change.version > version && change.collection === collection);
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

function inOrder(objects: ReadonlyMap<string, ApiObject>, namespace: string): readonly ApiObject[] {
  const keys = [...objects.keys()].filter((key) => namespace === '' || key.startsWith(`${namespace}/`));
  return keys.sort().map((key) => objects.get(key) as ApiObject);
}
