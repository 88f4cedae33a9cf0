// What people do in a history, and what they remember of it.

import { getPath, type JsonObject } from '../../../engine/model/json.ts';
import { isLeaving, type Ledger, type Made, uidOf } from './ledger.ts';
import { mayAdopt, pathOf, type Wishes } from './model.ts';
import {
  API_VERSION,
  type ChildSpec,
  HOME,
  INPUT,
  ITEMS,
  KIND,
  type PatchSpec,
  type RuleSpec,
  type Spec,
  THERE,
  textOf,
} from './rule.ts';
import { type Cascade, CRS, type Deed } from './story.ts';
import type { World } from './world.ts';

type Touch = Extract<Deed, { readonly nth: number; readonly is: 'drop' | 'edit' | 'claim' | 'unclaim' | 'strip' }>;
type Data = Readonly<Record<string, string>>;

const MARKS = ['opsonata.dev/rule', 'opsonata.dev/child', 'opsonata.dev/owner-uid'];
const EDITED = 'edited';
const MERGE = 'merge-patch+json';

/** Everybody but the engine. */
export class People {
  readonly #wishes: Wishes;
  readonly #world: World;
  readonly #ledger: Ledger;

  constructor(wishes: Wishes, world: World, ledger: Ledger) {
    this.#wishes = wishes;
    this.#world = world;
    this.#ledger = ledger;
  }

  /** Does what a history says. */
  do(deed: Deed): void {
    switch (deed.is) {
      case 'want':
        this.#want(deed.cr, deed.spec);
        return;
      case 'unwant':
        this.unwant(deed.cr, deed.cascade);
        return;
      case 'input':
        this.#input(deed.value);
        return;
      case 'selected':
        this.#select(deed.how);
        return;
      case 'namespace':
        this.#toggleNamespace();
        return;
      case 'squat':
      case 'unsquat':
        this.#squat(deed.is, deed.cr, deed.nth);
        return;
      case 'target':
        this.#target(deed.cr, deed.where, deed.data);
        return;
      case 'rule': {
        const { rules } = this.#wishes;
        this.#wishes.rule = rules[deed.nth % rules.length] as RuleSpec;
        this.#world.setRules(textOf(this.#wishes.rule));
        return;
      }
      default:
        this.#touch(deed);
        return;
    }
  }

  /** Deletes a resource. */
  unwant(cr: string, propagationPolicy: Cascade): void {
    const live = this.#world.get(pathOf.resource(cr));
    if (live !== undefined && propagationPolicy === 'Orphan' && !isLeaving(live))
      this.#wishes.orphaned.add(uidOf(live));
    this.#world.ask('DELETE', pathOf.resource(cr), { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy });
    this.#wishes.specs.delete(cr);
  }

  /** Makes room for all that is wished. */
  heal(): void {
    this.#input('i1');
    if (!this.#wishes.isThere) this.#toggleNamespace();
    for (const made of this.#living()) this.#unclaim(made.path, made.uid);
    for (const cr of CRS) {
      for (const where of ['home', 'there'] as const)
        if (!this.#wishes.targets.has(`${cr} ${where}`)) this.#target(cr, where, { own: 'h' });
      for (const child of this.#wishes.rule.children) this.#makeRoom(child, cr);
    }
  }

  #makeRoom(child: ChildSpec, cr: string): void {
    for (const item of child.isMany ? ITEMS : [undefined]) {
      const path = pathOf.child(child, cr, item);
      const live = this.#world.get(path);
      const made = this.#ledger.made.get(uidOf(live));
      if (live === undefined || made?.isReleased === false || mayAdopt(child, live)) continue;
      this.#wishes.dropped.add(uidOf(live));
      this.#world.ask('DELETE', path);
    }
  }

  #want(cr: string, spec: Spec): void {
    const path = pathOf.resource(cr);
    const live = this.#world.get(path);
    if (live !== undefined && isLeaving(live)) return;
    const content = { ...spec } as unknown as JsonObject;
    const resource = { apiVersion: API_VERSION, kind: KIND, metadata: { name: cr }, spec: content };
    const done =
      live === undefined
        ? this.#world.ask('POST', folderOf(path), resource)
        : this.#world.ask('PATCH', path, { spec: content }, 'fieldManager=person', MERGE);
    if (done === undefined) throw new Error(`${path} was refused`);
    this.#wishes.specs.set(cr, spec);
  }

  // Something happens to one of the children that are there.
  #touch({ is, nth }: Touch): void {
    const living = this.#living();
    const made = living[nth % Math.max(1, living.length)];
    if (made === undefined) return;
    const { path, uid } = made;
    const world = this.#world;
    switch (is) {
      case 'drop':
        this.#wishes.dropped.add(uid);
        world.ask('DELETE', path, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' });
        return;
      case 'edit':
        // What cannot be changed is refused; an edit takes what was declared.
        if (world.ask('PATCH', path, contentOf(path, EDITED), 'fieldManager=editor', MERGE) === undefined) return;
        this.#wishes.edited.set(uid, EDITED);
        this.#wishes.claimed.delete(uid);
        return;
      case 'claim':
        this.#wishes.claimed.add(uid);
        // What is declared no more is removed, as by an edit.
        this.#wishes.edited.set(uid, undefined);
        this.#apply(path, contentOf(path, 'claimed'));
        return;
      case 'unclaim':
        this.#unclaim(path, uid);
        return;
      case 'strip': {
        // Nothing else says whose it is where there is no owner reference.
        const labels = { [MARKS[nth % MARKS.length] as string]: null };
        this.#wishes.stripped.add(uid);
        if (getPath(world.get(path), ['metadata', 'ownerReferences']) !== undefined)
          world.ask('PATCH', path, { metadata: { labels } }, 'fieldManager=editor', MERGE);
      }
    }
  }

  #unclaim(path: string, uid: string): void {
    if (this.#wishes.claimed.delete(uid)) this.#apply(path, {});
  }

  #apply(path: string, content: JsonObject): void {
    const live = this.#world.get(path) as JsonObject;
    const { metadata, ...rest } = content;
    const name = getPath(live, ['metadata', 'name']) as string;
    const object = {
      apiVersion: live['apiVersion'] as string,
      kind: live['kind'] as string,
      ...rest,
      metadata: { ...(metadata as JsonObject | undefined), name },
    };
    this.#world.ask('PATCH', path, object, 'fieldManager=claimer&force=true', 'apply-patch+yaml');
  }

  #living(): readonly Made[] {
    return [...this.#ledger.made.values()].filter(({ path, uid }) => uidOf(this.#world.get(path)) === uid);
  }

  #input(value: string | undefined): void {
    const path = pathOf.configMap(HOME, INPUT);
    this.#wishes.input = value;
    if (value === undefined) this.#world.ask('DELETE', path);
    else this.#put(path, { data: { v: value } });
  }

  #select(how: 'selected' | 'passed over' | 'gone'): void {
    const { selected } = pathOf;
    const live = this.#world.get(selected);
    if (live !== undefined && isLeaving(live)) return;
    this.#wishes.isSelected = how === 'selected';
    if (how === 'gone') this.#world.ask('DELETE', selected);
    else this.#put(selected, { metadata: { labels: { select: how === 'selected' ? 'yes' : 'no' } } });
  }

  // The other namespace goes with all that is in it, or comes back.
  #toggleNamespace(): void {
    const world = this.#world;
    const path = `/api/v1/namespaces/${THERE}`;
    const { targets, dropped } = this.#wishes;
    if (world.get(path) === undefined) {
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: THERE } };
      this.#wishes.isThere = world.ask('POST', folderOf(path), namespace) !== undefined;
      return;
    }
    for (const made of this.#ledger.made.values()) if (made.path.startsWith(`${path}/`)) dropped.add(made.uid);
    for (const cr of CRS) targets.delete(`${cr} there`);
    this.#wishes.isThere = false;
    world.ask('DELETE', path);
  }

  // Somebody has an object of the name of a child.
  #squat(what: 'squat' | 'unsquat', cr: string, nth: number): void {
    const { children } = this.#wishes.rule;
    const child = children[nth % children.length] as ChildSpec;
    if (child.kind !== 'ConfigMap' && child.kind !== 'There') return;
    const path = pathOf.child(child, cr, child.isMany ? ITEMS[0] : undefined);
    const live = this.#world.get(path);
    if (what === 'squat' && live === undefined)
      this.#put(path, { data: nth % 2 === 0 ? { own: 'theirs' } : { x: 'theirs', own: 'theirs' } });
    if (what === 'squat' || getPath(live, ['data', 'own']) === undefined) return;
    this.#wishes.dropped.add(uidOf(live));
    this.#world.ask('DELETE', path);
  }

  #target(cr: string, where: PatchSpec['where'], data: Data | undefined): void {
    const path = pathOf.target(cr, where);
    const key = `${cr} ${where}`;
    const { targets } = this.#wishes;
    if (data === undefined) {
      targets.delete(key);
      this.#world.ask('DELETE', path);
      return;
    }
    if (where === 'there' && !this.#wishes.isThere) return;
    this.#put(path, { data });
    targets.set(key, { ...targets.get(key), ...data });
  }

  // As somebody who edits.
  #put(path: string, content: JsonObject): void {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const { metadata, ...rest } = content;
    const named = { ...(metadata as JsonObject | undefined), name };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: named, ...rest };
    const world = this.#world;
    if (world.get(path) === undefined) world.ask('POST', folderOf(path), object, 'fieldManager=person');
    else world.ask('PATCH', path, content, 'fieldManager=person', MERGE);
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function contentOf(path: string, text: string): JsonObject {
  return path.includes('/configmaps/') ? { data: { x: text } } : { metadata: { annotations: { x: text } } };
}
