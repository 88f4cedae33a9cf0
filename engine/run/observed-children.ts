// The children of a rule's resources as they are observed: beside their owners, and wherever else the rule puts them.

import { readJournal } from '../model/journal.ts';
import { getPath, isArray, isObject, type MaybeJson } from '../model/json.ts';
import { isOfRule, OWNER_LABEL, RULE_LABEL } from '../model/marks.ts';
import { type GroupVersionKind, type KubeObject, kindKey } from '../model/object.ts';
import type { CompiledChild, CompiledRule, KindPlace } from '../model/rule.ts';
import type { InterestScope, Observed } from '../watch/interests.ts';
import type { StoreChange } from '../watch/store.ts';

/** What observing children needs. */
export interface ChildrenDeps {
  readonly interests: InterestScope;
  /** The namespace that the engine works in; undefined for all. */
  readonly namespace: string | undefined;
  /** Hears of every change of a child. */
  onChange(change: StoreChange): void;
  /** Hears when a kind becomes known. */
  onKnown(): void;
}

interface ObservedKind extends Observed {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly ofOwner: (uid: string) => readonly KubeObject[];
}

/** The children of all resources of one rule. */
export class ObservedChildren {
  readonly #rule: CompiledRule;
  readonly #deps: ChildrenDeps;
  readonly #observed = new Map<string, ObservedKind>();

  constructor(rule: CompiledRule, deps: ChildrenDeps) {
    this.#rule = rule;
    this.#deps = deps;
    for (const child of rule.children)
      for (const namespace of this.#namespacesOf(child)) this.#observe(child.resource, namespace);
  }

  /** All that is observed. */
  get all(): readonly Observed[] {
    return [...this.#observed.values()];
  }

  /** The kind that was not listed yet, if there is one. */
  get unsettled(): string | undefined {
    return [...this.#observed.values()].find(({ reflector }) => !reflector.isSettled)?.kind;
  }

  /** Why nobody can say which children of a kind there are in a place; undefined where it is known. */
  unlisted({ where, ...resource }: KindPlace): string | undefined {
    const observed = this.#ofKind(resource);
    if (observed.length === 0) return 'it is not watched';
    if (where === undefined) return observed.find(({ reflector }) => !reflector.isSettled)?.reflector.message;
    for (const namespace of this.#namespacesOf({ where })) {
      // What is watched in all namespaces is known in each.
      const there = observed.filter((one) => one.namespace === undefined || one.namespace === namespace);
      if (!there.some(({ reflector }) => reflector.isSettled))
        return there[0]?.reflector.message ?? 'it is not watched';
    }
    return undefined;
  }

  /** The children of an owner; what an earlier version of the rule left is observed from now on. */
  of(owner: KubeObject): readonly KubeObject[] {
    this.#observeLeftBehind(owner);
    const uid = owner.metadata.uid ?? '';
    return [...this.#observed.values()].flatMap(({ ofOwner }) => ofOwner(uid));
  }

  /** Takes in an object as the API server answered with it. */
  put(object: KubeObject): void {
    for (const { namespace, store } of this.#ofKind(object))
      if (namespace === undefined || namespace === object.metadata.namespace) store.put(object);
  }

  /** Takes out an object that is certainly gone. */
  forget(object: KubeObject): void {
    for (const { store } of this.#ofKind(object)) store.remove(object, Number.POSITIVE_INFINITY);
  }

  #ofKind(resource: GroupVersionKind): readonly ObservedKind[] {
    return [...this.#observed.values()].filter(({ kind }) => kind === kindKey(resource));
  }

  // An engine that works in all namespaces has one watch for each kind.
  #namespacesOf({ where }: Pick<CompiledChild, 'where'>): readonly (string | undefined)[] {
    const { namespace } = this.#deps;
    if (namespace === undefined || where.kind === 'beside') return [namespace];
    return where.kind === 'named' ? where.namespaces : [undefined];
  }

  // Kinds of which an earlier version of the rule made children: the resource still names them.
  #observeLeftBehind(owner: KubeObject): void {
    const listed = getPath(owner['status'] as MaybeJson, ['children']);
    for (const { apiVersion, kind } of isArray(listed) ? listed.filter(isObject) : []) {
      if (typeof apiVersion !== 'string' || typeof kind !== 'string') continue;
      if (this.#ofKind({ apiVersion, kind }).length === 0) this.#observe({ apiVersion, kind }, this.#deps.namespace);
    }
    for (const place of ['status', 'annotation'] as const)
      for (const { ref } of readJournal(owner, this.#rule.name, place).inventory)
        this.#observe(ref, this.#deps.namespace === undefined ? undefined : ref.namespace);
  }

  #observe({ apiVersion, kind }: GroupVersionKind, namespace: string | undefined): void {
    const id = `${kindKey({ apiVersion, kind })} ${namespace ?? ''}`;
    if (this.#observed.has(id)) return;
    const observed = this.#deps.interests.observe({ apiVersion, kind, namespace, labelSelector: RULE_LABEL });
    const { name } = this.#rule;
    const ofOwner = observed.store.index((object) => (isOfRule(object, name) ? ownerUidsOf(object) : []));
    this.#observed.set(id, { ...observed, kind: kindKey({ apiVersion, kind }), namespace, ofOwner });
    const { reflector } = observed;
    // What a kind that was not served has, its resources hear of when it is.
    const isKnown = () => reflector.isSettled && reflector.state !== 'missing';
    let wasKnown = isKnown();
    let wasSettled = reflector.isSettled;
    reflector.onState(() => {
      if ((isKnown() && !wasKnown) || (reflector.isSettled && !wasSettled)) this.#deps.onKnown();
      wasKnown = isKnown();
      wasSettled = reflector.isSettled;
    });
    observed.store.onChange((change) => this.#deps.onChange(change));
  }
}

/** The uids of the owners that an object names. */
export function ownerUidsOf({ metadata }: KubeObject): readonly string[] {
  const label = metadata.labels?.[OWNER_LABEL];
  const references = (metadata.ownerReferences ?? []).map(({ uid }) => uid);
  return [...new Set(label === undefined ? references : [label, ...references])];
}
