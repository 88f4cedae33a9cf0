// What must be true when everything is quiet, said again without the engine: which objects are there, whose they are, and
// what they say.

import { getPath, isArray, isObject, type JsonObject } from '../../../engine/model/json.ts';
import { isLeaving, type Ledger, type Made, uidOf } from './ledger.ts';
import {
  type ChildSpec,
  HOME,
  OTHER_RULE,
  type PatchSpec,
  type RuleSpec,
  type Spec,
  TASK,
  THERE,
  valuePathOf,
} from './rule.ts';
import type { World } from './world.ts';

/** What people have done, and not taken back. */
export interface Wishes {
  readonly rules: readonly RuleSpec[];
  /** Whether no engine ends or is disturbed before what it sees is noted. */
  readonly isCalm: boolean;
  rule: RuleSpec;
  readonly specs: Map<string, Spec>;
  input: string | undefined;
  isSelected: boolean;
  /** Whether the other namespace is there. */
  isThere: boolean;
  /** The uids of resources whose children were to stay when they were deleted. */
  readonly orphaned: Set<string>;
  /** What people wrote into what patches are about, by `cr where`. */
  readonly targets: Map<string, Readonly<Record<string, string>>>;
  /** The uids of objects that people have claimed, edited or deleted. */
  readonly claimed: Set<string>;
  /** With what an edit left, where that was the last. */
  readonly edited: Map<string, string | undefined>;
  readonly dropped: Set<string>;
  readonly stripped: Set<string>;
}

/** Where things are. */
export const pathOf = {
  configMap: (namespace: string, name: string): string => `/api/v1/namespaces/${namespace}/configmaps/${name}`,
  resource: (name: string): string => `/apis/histories.example.com/v1/namespaces/${HOME}/things/${name}`,
  selected: `/api/v1/namespaces/${HOME}/configmaps/selected`,
  copy: `/api/v1/namespaces/${HOME}/secrets/selected-copy`,
  role: '/apis/rbac.authorization.k8s.io/v1/clusterroles/selected-role',
  target: (cr: string, where: PatchSpec['where']): string =>
    pathOf.configMap(where === 'home' ? HOME : THERE, `${cr}-target`),
  child: ({ kind, name }: ChildSpec, cr: string, item: string | undefined): string => {
    const full = `${cr}-${name}${item === undefined ? '' : `-${item}`}`;
    switch (kind) {
      case 'ConfigMap':
        return pathOf.configMap(HOME, full);
      case 'Frozen':
        return pathOf.configMap(HOME, full);
      case 'There':
        return pathOf.configMap(THERE, full);
      case 'ClusterRole':
        return `/apis/rbac.authorization.k8s.io/v1/clusterroles/${full}`;
      case 'Deployment':
        return `/apis/apps/v1/namespaces/${HOME}/deployments/${full}`;
    }
  },
};

interface Member {
  readonly path: string;
  /** What it must say; undefined where it may say anything. */
  readonly value: string | undefined;
  readonly isOk: boolean;
  readonly isWanted: boolean;
}

type State = { readonly kind: 'blocked' } | { readonly kind: 'there'; readonly members: readonly Member[] };

/** Looks at a quiet world. */
export class Model {
  readonly #wishes: Wishes;
  readonly #world: World;
  readonly #ledger: Ledger;

  constructor(wishes: Wishes, world: World, ledger: Ledger) {
    this.#wishes = wishes;
    this.#world = world;
    this.#ledger = ledger;
  }

  /** What is not as it must be. */
  problems(): readonly string[] {
    const { specs, targets } = this.#wishes;
    const states = new Map([...specs].map(([cr, spec]) => [cr, this.#statesOf(cr, spec)]));
    return [
      ...this.#ledger.wrongs,
      ...[...states].flatMap(([cr, own]) => this.#problemsOf(cr, own)),
      ...this.#leftovers(states),
      ...[...targets.keys()].flatMap((key) => this.#problemsOfTarget(key)),
      ...this.#problemsOfSelected(),
      ...['one', 'two'].flatMap((cr) =>
        !specs.has(cr) && this.#world.get(pathOf.resource(cr)) !== undefined ? [`${cr} does not go`] : [],
      ),
    ];
  }

  // What the other rule makes.
  #problemsOfSelected(): readonly string[] {
    const paths = [pathOf.copy, pathOf.role];
    return this.#wishes.isSelected
      ? paths.flatMap((path) => (this.#world.get(path) === undefined ? [`${path} is not there`] : []))
      : [];
  }

  #statesOf(cr: string, spec: Spec): ReadonlyMap<string, State> {
    const states = new Map<string, State>();
    for (const child of this.#wishes.rule.children) states.set(child.id, this.#stateOf(child, cr, spec, states));
    return states;
  }

  #stateOf(child: ChildSpec, cr: string, spec: Spec, states: ReadonlyMap<string, State>): State {
    const when = this.#whenOf(child, spec);
    if (when === 'no' && !child.isMany) return { kind: 'there', members: [] };
    if (when === 'unknown' && !child.isMany) return { kind: 'blocked' };
    const { source, after } = child;
    const needs = [...after, ...(source.kind === 'child' ? [source.id] : [])];
    const isBlocked = needs.some((id) => {
      const state = states.get(id);
      return state?.kind === 'blocked' || state?.members.some(({ isOk }) => !isOk) === true;
    });
    if (isBlocked) return { kind: 'blocked' };
    if (when === 'no' || (child.isMany && spec.items.length === 0)) return { kind: 'there', members: [] };
    if (when === 'unknown' || (source.kind === 'input' && this.#isMissing)) return { kind: 'blocked' };
    const value = this.#valueOf(child, cr, spec, states);
    if (!child.isMany) return { kind: 'there', members: [this.#memberOf(child, cr, undefined, value)] };
    const members = spec.items.map((item) => this.#memberOf(child, cr, item, `${value}/${item}`));
    return { kind: 'there', members };
  }

  get #isMissing(): boolean {
    return this.#wishes.input === undefined && !this.#wishes.rule.isInputOptional;
  }

  #whenOf({ when, id }: ChildSpec, spec: Spec): 'yes' | 'no' | 'unknown' {
    if (when === 'always') return 'yes';
    if (when === 'listed') return spec.on.includes(id) ? 'yes' : 'no';
    if (this.#isMissing) return 'unknown';
    return this.#wishes.input === 'i1' ? 'yes' : 'no';
  }

  #valueOf({ source }: ChildSpec, cr: string, spec: Spec, states: ReadonlyMap<string, State>): string {
    switch (source.kind) {
      case 'spec':
        return spec.x;
      case 'input':
        return this.#wishes.input ?? 'none';
      case 'memory':
        return String(getPath(this.#world.get(pathOf.resource(cr)), ['status', 'memory', 'first']));
      case 'selected':
        return this.#wishes.isSelected ? '1' : '0';
      case 'child': {
        const state = states.get(source.id) as Extract<State, { readonly kind: 'there' }>;
        const other = this.#wishes.rule.children.find(({ id }) => id === source.id) as ChildSpec;
        if (other.isMany) return String(state.members.length);
        const [member] = state.members;
        if (member === undefined) return 'none';
        // What was left to others counts as it is.
        return member.value ?? String(getPath(this.#world.get(member.path), valuePathOf(other.kind)) ?? 'none');
      }
    }
  }

  #memberOf(child: ChildSpec, cr: string, item: string | undefined, value: string): Member {
    const path = pathOf.child(child, cr, item);
    const live = this.#world.get(path);
    const made = this.#ledger.made.get(uidOf(live));
    const isSquatted = live !== undefined && (made === undefined || made.isReleased) && !mayAdopt(child, live);
    const uid = uidOf(live);
    const { rules, claimed, edited } = this.#wishes;
    const isClaimed = claimed.has(uid);
    const forms = rules.flatMap(({ children }) => children.filter(({ id }) => id === child.id));
    const isLeft =
      (isClaimed && forms.some(({ onConflict }) => onConflict !== 'force')) ||
      (edited.has(uid) && forms.some(({ onDrift }) => onDrift !== 'correct')) ||
      made?.isAdopted === true;
    const isNowhere = child.kind === 'There' && !this.#wishes.isThere;
    const isOk =
      !isSquatted && !isNowhere && !(isClaimed && child.onConflict === 'fail') && !this.#isContested(child, live);
    const edit = forms.every(({ onDrift }) => onDrift !== 'correct') && !made?.isAdopted ? edited.get(uid) : undefined;
    const left = isSquatted || isLeft ? edit : value;
    return { path, value: left, isOk, isWanted: !isSquatted && !isNowhere };
  }

  // Somebody else has declared the value: with an object that was taken over, it may be so from the beginning.
  #isContested(child: ChildSpec, live: JsonObject | undefined): boolean {
    if (child.onConflict !== 'fail') return false;
    const entries = getPath(live, ['metadata', 'managedFields']);
    const path = valuePathOf(child.kind).map((step) => `f:${step}`);
    const others = (isArray(entries) ? entries : []).filter(
      (entry) =>
        isObject(entry) &&
        entry['operation'] === 'Apply' &&
        !String(entry['manager']).startsWith('opsonata/') &&
        getPath(entry['fieldsV1'], path) !== undefined,
    );
    const ours = (isArray(entries) ? entries : []).some(
      (entry) =>
        isObject(entry) && entry['manager'] === 'opsonata/things' && getPath(entry['fieldsV1'], path) !== undefined,
    );
    return others.length > 0 && !ours;
  }

  #problemsOf(cr: string, states: ReadonlyMap<string, State>): readonly string[] {
    const live = this.#world.get(pathOf.resource(cr));
    if (live === undefined) return [`${cr} is gone`];
    const seen = getPath(live, ['status', 'observedGeneration']);
    const isSeen = seen === getPath(live, ['metadata', 'generation']);
    const members = this.#wishes.rule.children.flatMap((child) => {
      const state = states.get(child.id);
      const wanted = state?.kind === 'there' ? state.members.filter(({ isWanted }) => isWanted) : [];
      return wanted.flatMap((member) => this.#problemsOfMember(child, member, uidOf(live)));
    });
    return [
      ...members,
      ...(isSeen ? [] : [`${cr} was not looked at: ${seen}`]),
      ...this.#problemsOfReady(cr, live, states),
    ];
  }

  #problemsOfReady(cr: string, live: JsonObject, states: ReadonlyMap<string, State>): readonly string[] {
    const { rule, targets, specs } = this.#wishes;
    const active = rule.patches.filter((patch) => isActive(patch, specs.get(cr) as Spec));
    const isReady =
      [...states.values()].every((state) => state.kind === 'there' && state.members.every(({ isOk }) => isOk)) &&
      active.every(({ where }) => targets.has(`${cr} ${where}`));
    // Whether an applied patch meets what somebody has set before, or was before, is not said here.
    const isOpen = active.some(({ mode, id, where }) => mode === 'apply' && this.#wasEdited(cr, where, id));
    const told = conditionOf(live, 'Ready');
    const isTrue = told?.['status'] === 'True';
    if (isTrue === isReady || (!isTrue && isOpen)) return [];
    return [`${cr} says Ready ${told?.['status']}, ${told?.['reason']}: ${told?.['message']}; and it is ${isReady}`];
  }

  #wasEdited(cr: string, where: PatchSpec['where'], id: string): boolean {
    return this.#wishes.targets.get(`${cr} ${where}`)?.[id] !== undefined;
  }

  #problemsOfMember(child: ChildSpec, { path, value }: Member, owner: string): readonly string[] {
    const live = this.#world.get(path);
    if (live === undefined) return [`${path} is not there`];
    const made = this.#ledger.made.get(uidOf(live));
    if (made === undefined || made.isReleased) return [`${path} was not taken over`];
    if (made.owner !== owner) return [`${path} belongs to ${made.owner}, not to ${owner}`];
    if (getPath(live, ['metadata', 'labels', 'opsonata.dev/owner-uid']) !== owner) return [`${path} has lost its mark`];
    const found = getPath(live, valuePathOf(child.kind));
    return value === undefined || found === value ? [] : [`${path} says ${found}, not ${value}`];
  }

  // What is there and wanted by nobody.
  #leftovers(states: ReadonlyMap<string, ReadonlyMap<string, State>>): readonly string[] {
    const owners = new Map([...states].map(([cr, own]) => [uidOf(this.#world.get(pathOf.resource(cr))), own] as const));
    return [...this.#ledger.made.values()].flatMap((made) => {
      const live = this.#world.get(made.path);
      if (live === undefined || uidOf(live) !== made.uid)
        return this.#hasToStay(made) ? [`${made.path} was to stay, and is gone`] : [];
      if (made.isReleased) return this.#problemsOfReleased(made, live);
      if (isLeaving(live)) return [`${made.path} does not go`];
      return this.#mayBeThere(made, owners.get(made.owner)) ? [] : [`${made.path} is left over`];
    });
  }

  #mayBeThere({ rule, owner, child, path, uid }: Made, states: ReadonlyMap<string, State> | undefined): boolean {
    const { isSelected, orphaned, stripped, rule: now } = this.#wishes;
    if (rule === OTHER_RULE) return isSelected;
    // What has lost a mark and is wanted no more is not certain enough to be deleted before its resource is.
    if (stripped.has(uid) && states !== undefined) return true;
    if (orphaned.has(owner)) return true;
    if (states !== undefined && this.#isForgotten(path)) return true;
    if (child === TASK) return now.hasTask && states !== undefined;
    const state = states?.get(child);
    return state?.kind === 'blocked' || state?.members.some((member) => member.path === path) === true;
  }

  // Of a kind that the rule has no more, an operator knows by the status only, and one may end before it writes that.
  #isForgotten(path: string): boolean {
    const kindOf = (text: string): string | undefined => text.split('/').at(-2);
    const { rule, isCalm } = this.#wishes;
    const kinds = rule.children.map((child) => kindOf(pathOf.child(child, '', undefined)));
    return !isCalm && ![...kinds, ...(rule.hasTask ? ['jobs'] : [])].includes(kindOf(path));
  }

  #hasToStay({ path, child, uid, owner, rule }: Made): boolean {
    if (this.#wishes.dropped.has(uid) || rule === OTHER_RULE || child === TASK) return false;
    // An operator that did not run, or saw nothing, when a resource was deleted knows it of no child elsewhere.
    if (this.#wishes.orphaned.has(owner)) return this.#wishes.isCalm || !isElsewhere(path);
    const forms = this.#wishes.rules.flatMap(({ children }) => children.filter(({ id }) => id === child));
    return forms.every(({ onDelete }) => onDelete === 'orphan');
  }

  #problemsOfReleased({ path, child, owner }: Made, live: JsonObject): readonly string[] {
    const labels = Object.keys((getPath(live, ['metadata', 'labels']) ?? {}) as JsonObject);
    const forms = this.#wishes.rules.flatMap(({ children }) => children.filter(({ id }) => id === child));
    if (this.#wishes.orphaned.has(owner)) return [];
    if (!forms.some(({ onDelete }) => onDelete === 'orphan')) return [`${path} was let go`];
    return labels.some((label) => label.startsWith('opsonata.dev/')) ? [`${path} was let go with its marks`] : [];
  }

  #problemsOfTarget(key: string): readonly string[] {
    const [cr, where] = key.split(' ') as [string, PatchSpec['where']];
    const path = pathOf.target(cr, where);
    const live = this.#world.get(path);
    if (live === undefined) return [`${path} is gone`];
    const theirs = this.#wishes.targets.get(key) ?? {};
    const spec = this.#wishes.specs.get(cr);
    const data = (getPath(live, ['data']) ?? {}) as Readonly<Record<string, string>>;
    return ['own', 'p0', 'p1'].flatMap((field) => {
      const patch = this.#wishes.rule.patches.find((one) => one.id === field && one.where === where);
      const isNow = patch !== undefined && spec !== undefined && isActive(patch, spec);
      const wished = isNow ? spec.x : theirs[field];
      const isFound = data[field] === wished;
      // What was declared is left, and what was declared of ours and edited may go with us.
      const wasApplied = this.#wishes.rules.some(({ patches }) =>
        patches.some((one) => one.id === field && one.mode === 'apply'),
      );
      const isLeft = wasApplied && theirs[field] !== undefined && [theirs[field], undefined].includes(data[field]);
      return isFound || isLeft ? [] : [`${path} says ${field}: ${data[field]}, not ${wished}`];
    });
  }
}

function isElsewhere(path: string): boolean {
  return !path.includes(`/${HOME}/`);
}

function isActive({ isOptional, id }: PatchSpec, spec: Spec): boolean {
  return !isOptional || spec.on.includes(id);
}

/** Whether an object that is there may become the child. */
export function mayAdopt({ adopt }: ChildSpec, live: JsonObject): boolean {
  if (adopt === 'never') return false;
  const labels = (getPath(live, ['metadata', 'labels']) ?? {}) as JsonObject;
  if (Object.keys(labels).some((label) => label.startsWith('opsonata.dev/'))) return false;
  if (adopt === 'ifUnowned') return true;
  const entries = getPath(live, ['metadata', 'managedFields']);
  return (
    isArray(entries) &&
    entries.some((entry) => isObject(entry) && entry['manager'] === 'opsonata/things' && entry['operation'] === 'Apply')
  );
}

function conditionOf(live: JsonObject, type: string): JsonObject | undefined {
  const conditions = getPath(live, ['status', 'conditions']);
  const found = (isArray(conditions) ? conditions : []).filter(isObject).find((one) => one['type'] === type);
  return found;
}
