// What a patch changes of an object, and how that is undone.
//
// A value is undone only where it is still as the patch left it. Of a list that others changed meanwhile, the items that
// the patch added are taken out and those that it removed put back. What somebody else has changed is theirs, and lost
// to us: that is told, never guessed. Places inside lists are not trusted: they move.

import jsonPatch from 'fast-json-patch';
import { isArray, isEqual, isObject, type Json, type JsonObject, type MaybeJson } from '../model/json.ts';
import type { KubeObject } from '../model/object.ts';
import {
  type Effect,
  hashOf,
  isAsLeft,
  MADE_MAPPING,
  type PatchContent,
  type PatchOperation,
  pointerOf,
  tokensOf,
  valueAt,
} from '../model/patch.ts';

/** An object after a patch, or the operation that could not be done and why. */
export type Patched =
  | { readonly kind: 'done'; readonly object: KubeObject }
  | { readonly kind: 'refused'; readonly operation: PatchOperation; readonly number: number; readonly message: string };

/** What a patch makes of an object. */
export function applyContent(object: KubeObject, content: PatchContent): Patched {
  if (content.mode !== 'json') {
    const merged = mergePatch(object as unknown as Json, content.fields);
    return { kind: 'done', object: merged as unknown as KubeObject };
  }
  let document = structuredClone(object) as unknown as object;
  for (const [index, operation] of content.operations.entries()) {
    const { span: _span, ...plain } = operation;
    try {
      document = jsonPatch.applyOperation(document, structuredClone(plain) as jsonPatch.Operation, true).newDocument;
    } catch (error) {
      const message = explain(operation, document as Json, error);
      return { kind: 'refused', operation, number: index + 1, message };
    }
  }
  return { kind: 'done', object: document as unknown as KubeObject };
}

function explain({ op, path, value }: PatchOperation, document: Json, error: unknown): string {
  const found = valueAt(document, tokensOf(path));
  if (op === 'test') {
    const text = (item: MaybeJson) => (item === undefined ? 'nothing' : JSON.stringify(item).slice(0, 60));
    return `it is ${text(found)}, not ${text(value)}`;
  }
  const name = error instanceof Error ? error.name : '';
  if (name === 'OPERATION_PATH_UNRESOLVABLE') return 'there is nothing at this path';
  if (name === 'OPERATION_FROM_UNRESOLVABLE') return 'there is nothing at the path in "from"';
  if (name === 'OPERATION_PATH_CANNOT_ADD') return 'there is nothing that it could be added to';
  return error instanceof Error ? (error.message.split('\n')[0] as string) : String(error);
}

// Source: RFC 7386.
function mergePatch(target: MaybeJson, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(Object.hasOwn(result, key) ? result[key] : undefined, value);
  }
  return result;
}

/** A value that a patch sets. `before` is missing where nothing was there. */
export type Replaced = Omit<Effect, 'after'>;

/** What a patch sets, also where it is so already: all of it is what the patch wants to stay. */
export function replacedBy(base: KubeObject, after: KubeObject, content: PatchContent): readonly Replaced[] {
  const [from, to] = [base as unknown as Json, after as unknown as Json];
  const operations = jsonPatch.compare(base as unknown as object, after as unknown as object);
  const named = content.mode === 'json' ? content.operations.flatMap(pathsOf) : leavesOf(content.fields, []);
  const paths = [...operations.map(({ path }) => path), ...named].flatMap((path) => changedPaths(from, to, path));
  const replaced = [...new Set(paths)].map((path): Replaced => {
    const before = valueAt(from, tokensOf(path));
    return before === undefined ? { path } : { path, before };
  });
  // What is replaced as a whole speaks for all that is in it.
  const isInside = ({ path }: Replaced) =>
    replaced.some((other) => other.before !== undefined && path.startsWith(`${other.path}/`));
  return replaced.filter((one) => !isInside(one));
}

function pathsOf({ op, path, from }: PatchOperation): readonly string[] {
  if (op === 'test') return [];
  return op === 'move' && from !== undefined ? [from, path] : [path];
}

function leavesOf(fields: Json, tokens: readonly string[]): readonly string[] {
  if (!isObject(fields) || Object.keys(fields).length === 0) return [pointerOf(tokens)];
  return Object.entries(fields).flatMap(([key, value]) => leavesOf(value, [...tokens, key]));
}

// A change inside a list is one of the list; a mapping that was made is one, and so is each of its fields.
function changedPaths(base: Json, after: Json, path: string): readonly string[] {
  const tokens = tokensOf(path);
  const isInList = (count: number) => [base, after].some((value) => isArray(valueAt(value, tokens.slice(0, count))));
  const list = tokens.findIndex((_, index) => isInList(index));
  if (list >= 0) return [pointerOf(tokens.slice(0, list))];
  const made = valueAt(after, tokens);
  if (!isObject(made) || valueAt(base, tokens) !== undefined) return [path];
  return [path, ...Object.keys(made).flatMap((key) => changedPaths(base, after, pointerOf([...tokens, key])))];
}

/** True where an object still has what a patch left. */
export function holds(object: KubeObject, effect: Effect): boolean {
  return isAsLeft(valueAt(object as unknown as Json, tokensOf(effect.path)), effect.after);
}

/** An object without what a patch did to it. `lost`: what somebody changed since, which stays. */
export interface Undone {
  readonly object: KubeObject;
  readonly lost: readonly Effect[];
}

/** Takes back what a patch did, as far as it is still as the patch left it. */
export function undo(object: KubeObject, effects: readonly Effect[]): Undone {
  let current = object as unknown as Json;
  const lost: Effect[] = [];
  for (const effect of [...effects].reverse()) {
    const tokens = tokensOf(effect.path);
    const value = valueAt(current, tokens);
    const back = undoValue(value, effect);
    if (back === undefined) lost.push(effect);
    else if (!isEqual(back.value, value)) current = setAt(current, tokens, back.value);
  }
  return { object: current as unknown as KubeObject, lost };
}

interface Back {
  readonly value: MaybeJson;
}

// The value as it was; undefined where nobody can say.
function undoValue(value: MaybeJson, { before, after, was }: Effect): Back | undefined {
  // The operator ended between what it remembered and what it wrote: an earlier form of the patch is still there.
  if (was !== undefined && isAsLeft(value, was)) return { value: before };
  if (after === MADE_MAPPING) return { value: isObject(value) && Object.keys(value).length === 0 ? undefined : value };
  // What was so already is not ours to take back.
  if (isAsLeft(before, after)) return { value };
  if (isAsLeft(value, after) || isEqual(value, before)) return { value: before };
  const old = before ?? [];
  if (!isArray(value) || !isArray(old) || typeof after !== 'object') return undefined;
  return undoList(value, old, after);
}

function undoList(value: readonly Json[], before: readonly Json[], after: readonly string[]): Back | undefined {
  const known = before.map(hashOf);
  const added = after.filter((hash) => !known.includes(hash));
  const there = value.map(hashOf);
  if (!added.every((hash) => there.includes(hash))) return undefined;
  const kept = value.filter((_, index) => !added.includes(there[index] as string));
  const removed = before.filter((_, index) => {
    const hash = known[index] as string;
    return !after.includes(hash) && !there.includes(hash);
  });
  return { value: [...kept, ...removed] };
}

/** What to send so that one object becomes another, bound to the version of the first. Shape: RFC 6902. */
export function operationsTo(from: KubeObject, to: KubeObject): Json {
  const operations = jsonPatch.compare(from as unknown as object, to as unknown as object);
  const version = { op: 'add', path: '/metadata/resourceVersion', value: from.metadata.resourceVersion ?? '' };
  return [version, ...operations.map((operation) => ({ ...operation }))] as unknown as Json;
}

function setAt(value: Json, [token, ...rest]: readonly string[], wanted: MaybeJson): Json {
  if (token === undefined) return wanted ?? null;
  const fields: JsonObject = isObject(value) ? value : {};
  if (rest.length > 0) return { ...fields, [token]: setAt(fields[token] ?? {}, rest, wanted) };
  const { [token]: _old, ...others } = fields;
  return wanted === undefined ? others : { ...fields, [token]: wanted };
}
