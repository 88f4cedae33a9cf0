// What is served at the moment: the built-in resources and those of definitions.

import type { Resource } from './resource.ts';

/** The resources that are served. Those of definitions come and go. */
export class Registry {
  readonly #builtins: readonly Resource[];
  readonly #byPath = new Map<string, Resource>();
  readonly #custom = new Map<string, readonly Resource[]>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #byKind: ReadonlyMap<string, Resource> | undefined;
  #version = 0;

  constructor(builtins: readonly Resource[]) {
    this.#builtins = builtins;
    for (const resource of builtins) this.#byPath.set(pathKey(resource), resource);
  }

  /** Another registry that serves the same at first. */
  fork(): Registry {
    const fork = new Registry(this.#builtins);
    for (const [definition, resources] of this.#custom) fork.setCustom(definition, resources);
    return fork;
  }

  /** True where something of a definition is served. */
  serves(definition: string): boolean {
    return this.#custom.has(definition);
  }

  /** A resource by its place in paths, or undefined where nothing is served. */
  find(place: { readonly group: string; readonly version: string; readonly plural: string }): Resource | undefined {
    return this.#byPath.get(pathKey(place));
  }

  /** Another number whenever something else is served. */
  get version(): number {
    return this.#version;
  }

  /** The built-in resources. */
  get builtins(): readonly Resource[] {
    return this.#builtins;
  }

  /** Everything that is served, built-in resources first. */
  all(): readonly Resource[] {
    return [...this.#builtins, ...[...this.#custom.values()].flat()];
  }

  /** One resource for each collection: that of the form in which objects are stored, where it is served. */
  collections(): ReadonlyMap<string, Resource> {
    const found = new Map<string, Resource>();
    for (const resource of this.all())
      if (!found.has(resource.collection) || resource.apiVersion === resource.storedAs)
        found.set(resource.collection, resource);
    return found;
  }

  /** The resource of a kind, or undefined where it is not served. */
  ofKind(apiVersion: string, kind: string): Resource | undefined {
    // Of two definitions with the same kind the first one counts.
    this.#byKind ??= new Map(
      this.all()
        .map((resource) => [kindKey(resource), resource] as const)
        .toReversed(),
    );
    return this.#byKind.get(kindKey({ apiVersion, kind }));
  }

  /** Serves what a definition names, in the place of what it named before. An empty list ends it. */
  setCustom(definition: string, resources: readonly Resource[]): void {
    this.#byKind = undefined;
    this.#version += 1;
    for (const resource of this.#custom.get(definition) ?? []) this.#byPath.delete(pathKey(resource));
    this.#custom.delete(definition);
    if (resources.length > 0) this.#custom.set(definition, resources);
    for (const resource of resources) this.#byPath.set(pathKey(resource), resource);
  }

  /** Hears when what a collection has is not served any more as it was. The result ends that. */
  onEnd(collection: string, ended: () => void): () => void {
    const listeners = this.#listeners.get(collection) ?? new Set();
    this.#listeners.set(collection, listeners.add(ended));
    return () => listeners.delete(ended);
  }

  /** Says that what a collection has is not served any more as it was. */
  end(collection: string): void {
    for (const ended of this.#listeners.get(collection) ?? []) ended();
    this.#listeners.delete(collection);
  }
}

function pathKey(place: { readonly group: string; readonly version: string; readonly plural: string }): string {
  return `${place.group}/${place.version}/${place.plural}`;
}

function kindKey({ apiVersion, kind }: Pick<Resource, 'apiVersion' | 'kind'>): string {
  return `${apiVersion}/${kind}`;
}
