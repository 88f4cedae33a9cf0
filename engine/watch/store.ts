// The observed objects of one kind.
//
// Promises: never back in time. An object is replaced only by a newer version of itself, whether it comes from a watch,
// a list or the answer to a write of ours; a late event cannot bring back one that was deleted. Changes are
// told once each; a version that is there already is no change. Objects are never mutated.

import { type KubeObject, nameKey } from '../model/object.ts';

/** A change of the store. */
export interface StoreChange {
  readonly type: 'added' | 'updated' | 'deleted';
  /** The object as it is now, or as it was last where it was deleted. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/** Hears of changes. What it throws is the caller's business: see Reflector. */
export type StoreListener = (change: StoreChange) => void;

/** Looks objects up by a key of an index. */
export type StoreIndex = (key: string) => readonly KubeObject[];

interface IndexEntries {
  readonly keysOf: (object: KubeObject) => readonly string[];
  readonly entries: Map<string, Map<string, KubeObject>>;
}

// How many deleted uids are remembered; late events come within seconds. Chosen.
const MAX_TOMBSTONES = 10_000;

/** Objects by namespace and name, with indexes. */
export class Store {
  readonly #objects = new Map<string, KubeObject>();
  // Deleted uids, each with the version of its deletion: what is older than that is a late event. An object that only
  // left a selector comes back with a newer version.
  readonly #tombstones = new Map<string, number>();
  readonly #listeners = new Set<StoreListener>();
  readonly #indexes = new Map<StoreIndex, IndexEntries>();

  readonly #onError: (error: unknown) => void;

  /** `onError` hears of what listeners throw: one that fails does not keep the others, or the store, from going on. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** The object, or undefined. `key`: as nameKey() makes it. */
  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  /** All objects, in the order of first sight. */
  list(): readonly KubeObject[] {
    return [...this.#objects.values()];
  }

  /** Adds a listener for all later changes. The result removes it. */
  onChange(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds an index; the result looks objects up by a key of it. */
  index(keysOf: (object: KubeObject) => readonly string[]): StoreIndex {
    const entries = new Map<string, Map<string, KubeObject>>();
    const index: StoreIndex = (key) => [...(entries.get(key)?.values() ?? [])];
    this.#indexes.set(index, { keysOf, entries });
    for (const object of this.#objects.values()) this.#enter(object, undefined);
    return index;
  }

  /** Ends an index that nobody asks any more. */
  removeIndex(index: StoreIndex): void {
    this.#indexes.delete(index);
  }

  /** Takes in an object; older versions and deleted ones are ignored. True when it changed something. */
  put(object: KubeObject): boolean {
    const { uid } = object.metadata;
    if (uid !== undefined && versionOf(object.metadata.resourceVersion) < (this.#tombstones.get(uid) ?? 0))
      return false;
    const key = nameKey(object.metadata);
    const previous = this.#objects.get(key);
    if (previous !== undefined && !isNewer(object, previous)) return false;
    // The same name with another uid: the old object is gone, even if nobody saw it go.
    const isSame = previous?.metadata.uid === uid;
    if (previous !== undefined && !isSame) this.remove(previous, Number.POSITIVE_INFINITY);
    const before = isSame ? previous : undefined;
    this.#objects.set(key, object);
    this.#enter(object, before);
    this.#tell({ type: before === undefined ? 'added' : 'updated', object, previous: before });
    return true;
  }

  /**
   * Takes out an object. `atVersion`: the version of its deletion, by default that of `object`; Infinity for an object that
   * is certainly gone. True when it was there.
   */
  remove(object: KubeObject, atVersion: number = versionOf(object.metadata.resourceVersion)): boolean {
    const { uid } = object.metadata;
    const key = nameKey(object.metadata);
    const known = this.#objects.get(key);
    if (known !== undefined && known.metadata.uid === uid && versionOf(known.metadata.resourceVersion) > atVersion)
      return false;
    this.#bury(uid, atVersion);
    if (known === undefined || known.metadata.uid !== uid) return false;
    this.#objects.delete(key);
    for (const { keysOf, entries } of this.#indexes.values()) {
      for (const name of keysOf(known)) {
        const bucket = entries.get(name);
        bucket?.delete(key);
        if (bucket?.size === 0) entries.delete(name);
      }
    }
    this.#tell({ type: 'deleted', object, previous: known });
    return true;
  }

  #bury(uid: string | undefined, version: number): void {
    if (uid === undefined) return;
    this.#tombstones.set(uid, Math.max(version, this.#tombstones.get(uid) ?? 0));
    if (this.#tombstones.size > MAX_TOMBSTONES) this.#tombstones.delete(this.#tombstones.keys().next().value as string);
  }

  #enter(object: KubeObject, before: KubeObject | undefined): void {
    const key = nameKey(object.metadata);
    for (const { keysOf, entries } of this.#indexes.values()) {
      if (before !== undefined) for (const name of keysOf(before)) entries.get(name)?.delete(key);
      for (const name of keysOf(object)) {
        const bucket = entries.get(name) ?? new Map<string, KubeObject>();
        bucket.set(key, object);
        entries.set(name, bucket);
      }
    }
  }

  #tell(change: StoreChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

/** The version of an object as a number; versions of one kind grow. Source: KEP-5504. */
export function versionOf(resourceVersion: string | undefined): number {
  const version = Number(resourceVersion ?? '0');
  return Number.isFinite(version) ? version : 0;
}

function isNewer(object: KubeObject, previous: KubeObject): boolean {
  return versionOf(object.metadata.resourceVersion) > versionOf(previous.metadata.resourceVersion);
}
