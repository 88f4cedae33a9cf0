// The objects of one kind, found by namespace and name, and listed in the order of both.

import type { ApiObject } from '../model/api-object.ts';

/** Objects by their keys, `namespace/name`. Listing costs as much as what is listed, however many others there are. */
export class Collection {
  readonly #objects: Map<string, ApiObject>;
  // In order; made when something is listed, and kept in step from then on.
  #keys: string[] | undefined;

  /** An empty one, or a copy. */
  constructor(other?: Collection) {
    this.#objects = new Map(other?.values());
    this.#keys = other === undefined ? undefined : other.#keys?.slice();
  }

  /** One object, or undefined where it is not there. */
  get(key: string): ApiObject | undefined {
    return this.#objects.get(key);
  }

  /** All keys and objects, in the order in which they came. */
  values(): Iterable<[string, ApiObject]> {
    return this.#objects;
  }

  /** Puts an object there, in the place of the one that was there before. */
  set(key: string, object: ApiObject): void {
    if (this.#keys !== undefined && !this.#objects.has(key)) this.#keys.splice(firstFrom(this.#keys, key), 0, key);
    this.#objects.set(key, object);
  }

  /** Takes an object away, where it is there. */
  delete(key: string): void {
    if (this.#objects.delete(key)) this.#keys?.splice(firstFrom(this.#keys, key), 1);
  }

  /** The objects of a namespace in the order of their names, or all where it is empty. */
  list(namespace: string): readonly ApiObject[] {
    this.#keys ??= [...this.#objects.keys()].sort();
    const keys = namespace === '' ? this.#keys : this.#keysOf(this.#keys, namespace);
    return keys.map((key) => this.#objects.get(key) as ApiObject);
  }

  // Neither a namespace nor a name may have a slash, which is followed by 0.
  #keysOf(keys: readonly string[], namespace: string): readonly string[] {
    return keys.slice(firstFrom(keys, `${namespace}/`), firstFrom(keys, `${namespace}0`));
  }
}

// The place of the first key that is not before another one.
function firstFrom(keys: readonly string[], key: string): number {
  let [from, to] = [0, keys.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((keys[middle] as string) < key) from = middle + 1;
    else to = middle;
  }
  return from;
}
