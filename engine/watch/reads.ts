// What custom resources read beside their children: answers from stores, and who has to be woken when an answer changes.
//
// Promises: a resource is woken by a change of an object that it asked for by name, or that its selector selects or
// selected before, and by nothing else; what it asks for is remembered before it is answered, so that no change is lost.

import type { InputAnswer, InputReader, InputRequest } from '../model/input.ts';
import { type GroupVersionKind, type KubeObject, kindKey, nameKey } from '../model/object.ts';
import { matchesSelector } from '../model/selector.ts';
import type { Observed } from './interests.ts';
import type { StoreChange } from './store.ts';

/** What reading needs of the world. */
export interface ReadsDeps {
  /** Observes a kind, in one namespace or everywhere. */
  observe(kind: GroupVersionKind, namespace: string | undefined): Observed;
  /** Hears which resource has to be evaluated again; `key` as given to `reader`. */
  wake(key: string): void;
}

interface Asked {
  /** Requests by name: the keys of the resources that asked, by the name of the object. */
  readonly byName: Map<string, Set<string>>;
  readonly selectors: Map<string, readonly Extract<InputRequest, { readonly name?: undefined }>[]>;
}

interface KnownStore {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly store: Observed['store'];
}

/** The reads of all resources of a rule. */
export class Reads {
  readonly #deps: ReadsDeps;
  readonly #asked = new Map<string, Asked>();
  readonly #stores = new Map<string, KnownStore>();
  readonly #namesOf = new Map<string, { readonly asked: Asked; readonly name: string }[]>();

  constructor(deps: ReadsDeps) {
    this.#deps = deps;
  }

  /** A reader for one resource. What it asked for before counts no more. */
  reader(key: string): InputReader {
    this.forget(key);
    return (request) => this.#read(key, request);
  }

  /** Forgets what a resource asked for. */
  forget(key: string): void {
    for (const { asked, name } of this.#namesOf.get(key) ?? []) {
      const keys = asked.byName.get(name);
      keys?.delete(key);
      if (keys?.size === 0) asked.byName.delete(name);
    }
    this.#namesOf.delete(key);
    for (const { selectors } of this.#asked.values()) selectors.delete(key);
  }

  /** Begins to observe a kind, so that it is known when it is first read. */
  prepare(kind: GroupVersionKind, namespace: string | undefined): Observed {
    return this.#observe(kind, namespace).observed;
  }

  /** Takes in an object as the API server answered with it, before the watch tells of it. */
  put(object: KubeObject): void {
    for (const { kind, namespace, store } of this.#stores.values()) {
      const isThere = namespace === undefined || namespace === object.metadata.namespace;
      if (kind === kindKey(object) && isThere) store.put(object);
    }
  }

  #read(key: string, request: InputRequest): InputAnswer {
    const { observed, asked } = this.#observe(request, request.namespace);
    this.#remember(key, request, asked);
    const { store, reflector } = observed;
    if (!isKnown(reflector))
      return { kind: 'unknown', reason: reflector.message, isServed: reflector.state !== 'missing' };
    if (request.name === undefined) {
      const objects = store.list().filter((object) => isSelected(object, request));
      return { kind: 'found', objects: objects.sort((a, b) => (nameKey(a.metadata) < nameKey(b.metadata) ? -1 : 1)) };
    }
    const found = namesOf(request).flatMap((name) => store.get(name) ?? []);
    return { kind: 'found', objects: found.slice(0, 1) };
  }

  #remember(key: string, request: InputRequest, asked: Asked): void {
    if (request.name === undefined) {
      asked.selectors.set(key, [...(asked.selectors.get(key) ?? []), request]);
      return;
    }
    const names = this.#namesOf.get(key) ?? [];
    this.#namesOf.set(key, names);
    for (const name of namesOf(request)) {
      names.push({ asked, name });
      asked.byName.set(name, (asked.byName.get(name) ?? new Set()).add(key));
    }
  }

  #observe(kind: GroupVersionKind, namespace: string | undefined): { observed: Observed; asked: Asked } {
    const observed = this.#deps.observe({ apiVersion: kind.apiVersion, kind: kind.kind }, namespace);
    const id = `${kindKey(kind)} ${namespace ?? ''}`;
    const known = this.#asked.get(id);
    if (known !== undefined) return { observed, asked: known };
    const asked: Asked = { byName: new Map(), selectors: new Map() };
    this.#stores.set(id, { kind: kindKey(kind), namespace, store: observed.store });
    this.#asked.set(id, asked);
    observed.store.onChange((change) => this.#onChange(change, asked));
    // Whoever was told that nobody knows is told when somebody does, and the other way round.
    const { reflector } = observed;
    let wasKnown = isKnown(reflector);
    reflector.onState(() => {
      if (wasKnown === isKnown(reflector)) return;
      wasKnown = !wasKnown;
      this.#wakeAll(asked);
    });
    return { observed, asked };
  }

  #wakeAll({ byName, selectors }: Asked): void {
    const keys = [...byName.values()].flatMap((set) => [...set]);
    for (const key of new Set([...keys, ...selectors.keys()])) this.#deps.wake(key);
  }

  #onChange({ object, previous }: StoreChange, { byName, selectors }: Asked): void {
    for (const key of byName.get(nameKey(object.metadata)) ?? []) this.#deps.wake(key);
    for (const [key, requests] of selectors) {
      const touches = (one: KubeObject | undefined) =>
        one !== undefined && requests.some((request) => isSelected(one, request));
      if (touches(object) || touches(previous)) this.#deps.wake(key);
    }
  }
}

// An object of a kind without namespaces goes by its name alone, whatever namespace was asked for.
function namesOf({ namespace, name }: Extract<InputRequest, { readonly name: string }>): readonly string[] {
  return namespace === undefined ? [name] : [nameKey({ namespace, name }), name];
}

function isSelected({ metadata }: KubeObject, request: Extract<InputRequest, { readonly name?: undefined }>): boolean {
  const { namespace, selector } = request;
  const isThere = namespace === undefined || metadata.namespace === undefined || metadata.namespace === namespace;
  return isThere && matchesSelector(metadata.labels, selector);
}

// What was seen before it was refused, or gone, is not what is there.
function isKnown({ isSettled, isRefused, state }: Observed['reflector']): boolean {
  return isSettled && !isRefused && state !== 'missing';
}
