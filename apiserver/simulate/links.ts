// What belongs to what, and what uses what: kept in step with the store, so that nobody has to look through everything.

import { type ApiObject, nameOf, namespaceOf } from '../model/api-object.ts';
import type { Change } from '../store/store.ts';
import { controllerOf } from './owner.ts';
import { claimsOf, sourcesOf } from './sources.ts';

/** The link to all that an object controls. */
export function controlledBy(uid: string): string {
  return `controlled by ${uid}`;
}

/** The link to all of a kind in a namespace that nothing controls. Only pods and ReplicaSets are known. */
export function uncontrolled(kind: string, namespace: string): string {
  return `uncontrolled ${kind} in ${namespace}`;
}

/** The link to the pods that use an object: a claim, a ConfigMap or a Secret. */
export function usersOf(kind: string, namespace: string, name: string): string {
  return `users of ${kind} ${namespace}/${name}`;
}

const ADOPTED: readonly string[] = ['Pod', 'ReplicaSet'];

function linksOf(object: ApiObject): readonly string[] {
  const links: string[] = [];
  const namespace = namespaceOf(object);
  const controller = controllerOf(object);
  if (controller !== undefined) links.push(controlledBy(controller.uid));
  else if (ADOPTED.includes(object.kind)) links.push(uncontrolled(object.kind, namespace));
  if (object.kind !== 'Pod') return links;
  for (const name of claimsOf(object)) links.push(usersOf('PersistentVolumeClaim', namespace, name));
  for (const { kind, name } of sourcesOf(object)) links.push(usersOf(kind, namespace, name));
  return links;
}

/** The links of the objects of a store. */
export class Links {
  readonly #linked = new Map<string, Map<string, ApiObject>>();
  // Those that no fork shares, which may be changed.
  #own = new WeakSet<Map<string, ApiObject>>();

  /** The same for another store, which has the same objects now. */
  fork(): Links {
    const fork = new Links();
    for (const [link, objects] of this.#linked) fork.#linked.set(link, objects);
    this.#own = new WeakSet();
    return fork;
  }

  /** What a link leads to, in the order in which it came or was changed. */
  at(link: string): readonly ApiObject[] {
    return [...(this.#linked.get(link)?.values() ?? [])];
  }

  /** Keeps in step with the store. */
  note({ before, after, type }: Change): void {
    if (before !== undefined) this.#remove(before);
    if (type !== 'DELETED') this.add(after);
  }

  /** Learns of an object that is there already. */
  add(object: ApiObject): void {
    for (const link of linksOf(object)) this.#ownAt(link).set(keyOf(object), object);
  }

  #remove(object: ApiObject): void {
    for (const link of linksOf(object)) {
      const objects = this.#ownAt(link);
      objects.delete(keyOf(object));
      if (objects.size === 0) this.#linked.delete(link);
    }
  }

  #ownAt(link: string): Map<string, ApiObject> {
    const known = this.#linked.get(link);
    if (known !== undefined && this.#own.has(known)) return known;
    const objects = new Map(known);
    this.#own.add(objects);
    this.#linked.set(link, objects);
    return objects;
  }
}

function keyOf(object: ApiObject): string {
  return `${object.kind}/${namespaceOf(object)}/${nameOf(object)}`;
}
