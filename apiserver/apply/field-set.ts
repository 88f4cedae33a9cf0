// Sets of fields of an object, in the form of `managedFields`: a tree whose steps are texts such as `f:spec`,
// `k:{"name":"app"}` (an item of a list, by its keys) and `v:"x"` (a member of a set).
// Source: https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/fieldpath

import { escapeHtml, goQuote } from '../model/go-text.ts';
import { isList, isObject, type Json, type JsonObject, type MutableObject, toCanonicalText } from '../model/json.ts';

/** A set of fields. `members` are in the set themselves; `children` lead to sets below them. */
export interface FieldSet {
  readonly members: ReadonlySet<string>;
  readonly children: ReadonlyMap<string, FieldSet>;
}

/** A set that is being filled. */
export interface MutableFieldSet extends FieldSet {
  readonly members: Set<string>;
  readonly children: Map<string, MutableFieldSet>;
}

/** The set without members. */
export const NO_FIELDS: FieldSet = { members: new Set(), children: new Map() };

/** A new set to be filled. */
export function newFieldSet(): MutableFieldSet {
  return { members: new Set(), children: new Map() };
}

/** True where the set has no member at any depth. */
export function isEmpty(set: FieldSet): boolean {
  if (set.members.size > 0) return false;
  for (const child of set.children.values()) if (!isEmpty(child)) return false;
  return true;
}

/** Adds the field at a path. */
export function insert(set: MutableFieldSet, path: readonly string[]): void {
  const last = path.at(-1);
  if (last === undefined) return;
  let at = set;
  for (const step of path.slice(0, -1)) {
    let next = at.children.get(step);
    if (next === undefined) {
      next = newFieldSet();
      at.children.set(step, next);
    }
    at = next;
  }
  at.members.add(last);
}

/** The set of some paths of field names. */
export function fieldSetOf(...paths: readonly (readonly string[])[]): FieldSet {
  const set = newFieldSet();
  for (const path of paths)
    insert(
      set,
      path.map((name) => `f:${name}`),
    );
  return set;
}

/** What is below a step. */
export function below(set: FieldSet, step: string): FieldSet {
  return set.children.get(step) ?? NO_FIELDS;
}

/** What is in one of two sets; the left one itself where the right one has nothing else. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (isHollow(right) || left === right) return left;
  if (isHollow(left)) return right;
  const members = [...right.members].filter((step) => !left.members.has(step));
  const children = [...right.children].flatMap(([step, child]): (readonly [string, FieldSet])[] => {
    const both = union(below(left, step), child);
    return both === left.children.get(step) ? [] : [[step, both]];
  });
  if (members.length === 0 && children.length === 0) return left;
  return {
    members: members.length === 0 ? left.members : new Set([...left.members, ...members]),
    children: children.length === 0 ? left.children : new Map([...left.children, ...children]),
  };
}

/** True where the right set has all that the left one has. */
export function isWithin(left: FieldSet, right: FieldSet): boolean {
  if (left === right) return true;
  for (const step of left.members) if (!right.members.has(step)) return false;
  for (const [step, child] of left.children) if (!isWithin(child, below(right, step))) return false;
  return true;
}

/** What is in both sets. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  if (isHollow(left) || isHollow(right)) return NO_FIELDS;
  return select(
    left,
    (step) => right.members.has(step),
    (step, child) => intersection(child, below(right, step)),
  );
}

/** What is in the left set only. A field below a member of the right set stays. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  if (isHollow(right)) return left;
  return select(
    left,
    (step) => !right.members.has(step),
    (step, child) => difference(child, below(right, step)),
  );
}

/** What is in the left set and neither in the right one nor below one of its members. */
export function differenceBelow(left: FieldSet, right: FieldSet): FieldSet {
  if (isHollow(right)) return left;
  return select(
    left,
    (step) => !right.members.has(step),
    (step, child) => (right.members.has(step) ? NO_FIELDS : differenceBelow(child, below(right, step))),
  );
}

// Sets never have children that are empty, at any depth.
function isHollow({ members, children }: FieldSet): boolean {
  return members.size === 0 && children.size === 0;
}

// The set itself where all of it is kept, so that nothing is made anew for what stays as it is.
function select(
  set: FieldSet,
  keeps: (step: string) => boolean,
  rest: (step: string, child: FieldSet) => FieldSet,
): FieldSet {
  const members = new Set<string>();
  for (const step of set.members) if (keeps(step)) members.add(step);
  const children = new Map<string, FieldSet>();
  let isWhole = members.size === set.members.size;
  for (const [step, child] of set.children) {
    const kept = rest(step, child);
    isWhole &&= kept === child;
    if (!isEmpty(kept)) children.set(step, kept);
  }
  return isWhole ? set : { members, children };
}

/** All paths of a set, parents before children. */
export function pathsOf(set: FieldSet, prefix: readonly string[] = []): readonly (readonly string[])[] {
  const own = [...set.members].map((step) => [...prefix, step]);
  return [...own, ...[...set.children].flatMap(([step, child]) => pathsOf(child, [...prefix, step]))];
}

/** The step to an item of a list, by the values of its keys. */
export function keyStep(keys: JsonObject): string {
  const fields = Object.keys(keys)
    .sort()
    .map((name) => `${quoted(name)}:${stepText(keys[name] as Json)}`);
  return `k:{${fields.join(',')}}`;
}

/** The step to a member of a set. */
export function valueStep(value: Json): string {
  return `v:${stepText(value)}`;
}

function stepText(value: Json): string {
  return typeof value === 'string' ? quoted(value) : escapeHtml(toCanonicalText(value));
}

// What needs no escape in JSON, nor in HTML.
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : escapeHtml(JSON.stringify(text));
}

/** A set as `fieldsV1` has it. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const steps = [...new Set([...set.members, ...set.children.keys()])].sort();
  const fields: MutableObject = {};
  for (const step of steps) {
    const child = set.children.get(step);
    const isMember = set.members.has(step);
    const inner = child === undefined ? {} : toFieldsV1(child);
    fields[step] = isMember && Object.keys(inner).length > 0 ? { '.': {}, ...inner } : inner;
  }
  return fields;
}

/** The set that `fieldsV1` describes, or undefined where it is none. */
export function parseFieldsV1(fields: Json | undefined): FieldSet | undefined {
  if (!isObject(fields)) return undefined;
  const set = newFieldSet();
  return fill(set, fields) ? set : undefined;
}

// A node without children is a member; one with children only where it has "." among them.
function fill(set: MutableFieldSet, fields: JsonObject): boolean {
  for (const [text, inner] of Object.entries(fields)) {
    if (text === '.') continue;
    const step = toStep(text);
    if (step === undefined || !isObject(inner)) return false;
    const names = Object.keys(inner);
    if (names.length === 0 || names.includes('.')) set.members.add(step);
    if (names.some((name) => name !== '.')) {
      const child = newFieldSet();
      if (!fill(child, inner)) return false;
      set.children.set(step, child);
    }
  }
  return true;
}

function toStep(text: string): string | undefined {
  const [kind, rest] = [text.slice(0, 2), text.slice(2)];
  if (kind === 'f:' || kind === 'i:') return text;
  if (kind !== 'k:' && kind !== 'v:') return undefined;
  try {
    return kind + stepText(JSON.parse(rest) as Json);
  } catch {
    return undefined;
  }
}

/** A path in messages: `.spec.containers[name="app"].image`. */
export function showPath(path: readonly string[]): string {
  return path.map(showStep).join('');
}

/** One step of a path in messages. */
export function showStep(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith('f:')) return `.${rest}`;
  if (step.startsWith('k:')) {
    const keys = Object.entries(JSON.parse(rest) as JsonObject);
    return `[${keys.map(([name, value]) => `${name}=${shownValue(value)}`).join(',')}]`;
  }
  return step.startsWith('v:') ? `[=${shownValue(JSON.parse(rest) as Json)}]` : `[${rest}]`;
}

function shownValue(value: Json): string {
  if (typeof value === 'string') return goQuote(value);
  if (isList(value)) return `[${value.map(shownValue).join(',')}]`;
  if (!isObject(value)) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name}=${shownValue(inner)}`)
    .join('');
}
