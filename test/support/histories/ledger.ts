// What engines write, looked at from outside: whose each object is, and what nobody may do to it.
//
// Knows nothing of the engine but its marks: an object is the engine's when the engine made it, or took over what it may
// take over; no other may be deleted, and of others nothing may be changed but what patches say.

import type { KubeRequest } from '../../../engine/kube/transport.ts';
import { Fault } from '../../../engine/model/fault.ts';
import { getPath, isEqual, isObject, type Json, type JsonObject, type MaybeJson } from '../../../engine/model/json.ts';
import { KIND, RULE, TASK } from './rule.ts';
import type { World } from './world.ts';

/** An object that an engine has made or taken over. */
export interface Made {
  readonly path: string;
  readonly uid: string;
  /** The uid of the resource that it belongs to. */
  readonly owner: string;
  readonly child: string;
  readonly rule: string;
  /** Whether it was let go. */
  isReleased: boolean;
  readonly isAdopted: boolean;
}

const OWNER = 'opsonata.dev/owner-uid';
const CHILD = 'opsonata.dev/child';
const RULE_LABEL = 'opsonata.dev/rule';
// What may be written to a child, beside its marks.
const OF_CHILD =
  /^(data\.x|metadata\.annotations\.x|spec|rules|immutable|metadata\.(labels|annotations)\.opsonata\.dev\/|metadata\.ownerReferences)/;
const OF_OWNER = /^(status|metadata\.finalizers|metadata\.annotations\.opsonata\.dev\/)/;
const OF_SERVER = /^metadata\.(managedFields|resourceVersion|generation|uid|creationTimestamp|deletion)/;

// A Job without labels gets those of its pods.
const OF_JOB = /^metadata\.labels\.|^metadata\.(annotations|ownerReferences)/;
const OF_PATCH = /^data(\.p\d)?$/;

/** What an engine may do. */
export interface Licence {
  /** Whether an object of a child may be taken over. */
  mayAdopt(path: string): boolean;
  /** Whether a child may go that its resource has. */
  mayDelete(made: Made): boolean;
  /** Whether the Job of a task may be made again. */
  mayRerun(uid: string): boolean;
}

/** Keeps account of a world. */
export class Ledger {
  readonly made: Map<string, Made> = new Map();
  /** What was done that nobody may do. */
  readonly wrongs: string[] = [];
  readonly #world: World;
  readonly #licence: Licence;

  constructor(world: World, licence: Licence) {
    this.#world = world;
    this.#licence = licence;
  }

  /** Looks at a write; the result looks at what came of it. */
  look(request: KubeRequest): (answer: Json | Fault) => void {
    const { method } = request;
    if (/\/events(\/|$)|customresourcedefinitions/.test(request.path)) return () => undefined;
    const path = request.path.replace(/\/(status|scale)$/, '');
    const before = this.#world.get(path);
    return (answer) => {
      if (answer instanceof Fault) return;
      // A write is answered with the object, so that what others do at the same time is not taken for it.
      const after = answer as JsonObject;
      if (method === 'DELETE') this.#deleted(path, before);
      else if (before === undefined) this.#created(path, after);
      else this.#changed(request, path, before, after);
    };
  }

  #deleted(path: string, before: JsonObject | undefined): void {
    if (before === undefined) return;
    const made = this.made.get(uidOf(before));
    if (made === undefined) this.#say(`deleted ${path}, which it did not make`);
    else if (made.isReleased) this.#say(`deleted ${path}, which it had let go`);
    else if (!this.#licence.mayDelete(made)) this.#say(`deleted ${path}, which is wanted`);
  }

  #created(path: string, after: JsonObject): void {
    const owner = getPath(after, ['metadata', 'labels', OWNER]);
    const isAgain = [...this.made.values()].some(
      (made) => made.path === path && made.owner === owner && !this.#mayRepeat(made),
    );
    if (isAgain) this.#say(`ran ${path} twice`);
    if (after['kind'] === KIND) this.#say(`made ${path}`);
    this.#own(path, after, false);
  }

  #own(path: string, object: JsonObject, isAdopted: boolean): void {
    const labels = getPath(object, ['metadata', 'labels']);
    const [owner, child, rule] = [OWNER, CHILD, RULE_LABEL].map((label) => getPath(labels, [label]));
    if (typeof owner !== 'string' || typeof child !== 'string' || typeof rule !== 'string')
      this.#say(`${path} has no marks`);
    else this.made.set(uidOf(object), { path, uid: uidOf(object), owner, child, rule, isReleased: false, isAdopted });
  }

  #changed(request: KubeRequest, path: string, before: JsonObject, after: JsonObject): void {
    const changed = changesOf(before, after).filter((field) => !OF_SERVER.test(field));
    const others = changed.filter((field) => !this.#allowed(request, before).test(field));
    if (others.length > 0) this.#say(`changed ${others.join(', ')} of ${path}`);
    if (isOwner(before) || isOfPatch(request) || changed.length === 0) return;
    const made = this.made.get(uidOf(before));
    const isMarked = getPath(after, ['metadata', 'labels', OWNER]) !== undefined;
    if (made === undefined || made.isReleased) this.#takenOver(path, before, after);
    else if (!isMarked) made.isReleased = true;
  }

  #allowed(request: KubeRequest, before: JsonObject): RegExp {
    if (isOwner(before)) return request.path.endsWith('/status') ? /^status/ : OF_OWNER;
    if (before['kind'] === 'Job') return OF_JOB;
    return isOfPatch(request) ? OF_PATCH : OF_CHILD;
  }

  #takenOver(path: string, before: JsonObject, after: JsonObject): void {
    if (!this.#licence.mayAdopt(path)) this.#say(`wrote ${path}, which is not its own`);
    if (getPath(before, ['metadata', 'labels', OWNER]) !== undefined)
      this.#say(`took over ${path}, which has an owner`);
    this.#own(path, after, true);
  }

  // A Job that somebody has deleted, or that the rule had not for a while, is made again.
  #mayRepeat({ child, uid }: Made): boolean {
    return child !== TASK || this.#licence.mayRerun(uid);
  }

  #say(text: string): void {
    this.wrongs.push(`${RULE} ${text}`);
  }
}

// A resource of one of the rules.
function isOwner(object: JsonObject): boolean {
  return object['kind'] === KIND || getPath(object, ['metadata', 'name']) === 'selected';
}

// Each patch of each resource has a field manager of its own.
function isOfPatch({ query }: KubeRequest): boolean {
  return String(query?.['fieldManager']).split('/').length === 3;
}

/** The uid of an object. */
export function uidOf(object: JsonObject | undefined): string {
  return String(getPath(object, ['metadata', 'uid']));
}

/** True for an object that is being deleted. */
export function isLeaving(object: JsonObject): boolean {
  return getPath(object, ['metadata', 'deletionTimestamp']) !== undefined;
}

function changesOf(before: MaybeJson, after: MaybeJson, at: readonly string[] = []): readonly string[] {
  if (isEqual(before, after)) return [];
  if (!isObject(before) || !isObject(after)) {
    const inner = isObject(before) ? before : isObject(after) ? after : undefined;
    const keys = Object.keys(inner ?? {});
    const isWhole = keys.length === 0 || at.length === 0;
    return isWhole ? [at.join('.')] : keys.flatMap((key) => changesOf(at1(before, key), at1(after, key), [...at, key]));
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changesOf(before[key], after[key], [...at, key]));
}

function at1(value: MaybeJson, key: string): Json | undefined {
  return isObject(value) ? value[key] : undefined;
}
