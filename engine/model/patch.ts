// Changes to objects that a rule does not own: what is wished, and what is remembered so that it can be undone.

import type { Span } from './diagnostic.ts';
import { hashText } from './hash.ts';
import { isArray, isEqual, isObject, type Json, type JsonObject, type MaybeJson, toCanonicalText } from './json.ts';
import type { KubeObject, ObjectRef, Subresource } from './object.ts';

/** `apply`: fields of our own by server-side apply. `merge`: RFC 7386. `json`: RFC 6902. */
export type PatchMode = 'apply' | 'merge' | 'json';

/** One operation of RFC 6902, and where it stands in the rule. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
  readonly span: Span;
}

/** What a patch does: fields for `apply` and `merge`, operations for `json`. */
export type PatchContent =
  | { readonly mode: 'apply' | 'merge'; readonly fields: JsonObject }
  | { readonly mode: 'json'; readonly operations: readonly PatchOperation[] };

/** One target of a patch as it should be. */
export interface PatchWish {
  readonly patch: string;
  /** The target as last observed. */
  readonly live: KubeObject;
  readonly content: PatchContent;
  /** The part of the target that is written; undefined for the object without its status. */
  readonly subresource: Subresource | undefined;
  /** Changes with the content. */
  readonly hash: string;
  readonly onConflict: 'fail' | 'yield';
  readonly span: Span;
  readonly upstream: readonly string[];
}

/**
 * One value that a patch set. `before` is missing where nothing was there. `after` tells whether it is still as we left
 * it, without saying what it is: a hash, one for each item of a list, `{}` for a mapping that was made whatever is in it,
 * and missing where it was removed. `was` tells the same of what an earlier form of the patch had left there, as long as
 * the write is not seen to be done: it is ours as well.
 */
export interface Effect {
  /** A JSON pointer. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: string | readonly string[];
  readonly was?: string | readonly string[];
}

/** Stands for a mapping that a patch made: what others put into it is none of its business. */
export const MADE_MAPPING = '{}';

/**
 * The effects of replacing these values, with the marks of what the API server made of them. `live`: what is there before
 * the write.
 */
export function toEffects(
  replaced: readonly Omit<Effect, 'after'>[],
  stored: KubeObject,
  live: KubeObject,
): readonly Effect[] {
  return replaced.map((one) => {
    const made = valueAt(stored as unknown as Json, tokensOf(one.path));
    const isMade = one.before === undefined && isObject(made) && Object.keys(made).length > 0;
    const after = isMade ? MADE_MAPPING : markOf(made);
    const there = valueAt(live as unknown as Json, tokensOf(one.path));
    const was = isMade || isEqual(there, one.before) ? undefined : markOf(there);
    return { ...one, ...(after === undefined ? {} : { after }), ...(was === undefined ? {} : { was }) };
  });
}

/** A record of what was seen to be done. */
export function toApplied(record: PatchRecord): PatchRecord {
  return { ...record, isApplied: true, effects: record.effects.map(({ was: _was, ...effect }) => effect) };
}

/** True where a value is as a patch left it. */
export function isAsLeft(value: MaybeJson, after: Effect['after']): boolean {
  if (after === MADE_MAPPING) return isObject(value);
  return isEqual(markOf(value) as MaybeJson, after as MaybeJson);
}

function markOf(value: MaybeJson): Effect['after'] {
  if (value === undefined) return undefined;
  return isArray(value) ? value.map(hashOf) : hashOf(value);
}

/** A text that tells whether a value is the same. */
export function hashOf(value: Json): string {
  return hashText(toCanonicalText(value));
}

/** The keys and indices of a JSON pointer. */
export function tokensOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The JSON pointer of keys and indices. */
export function pointerOf(tokens: readonly string[]): string {
  return tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The value at keys and indices. */
export function valueAt(value: MaybeJson, tokens: readonly string[]): MaybeJson {
  let current = value;
  for (const token of tokens) {
    if (isArray(current)) current = current[Number(token)];
    else if (isObject(current) && Object.hasOwn(current, token)) current = current[token];
    else return undefined;
  }
  return current;
}

/** What a resource did to an object, or is about to do. */
export interface PatchRecord {
  readonly patch: string;
  readonly mode: PatchMode;
  readonly subresource: Subresource | undefined;
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly hash: string;
  /** False until the write was seen to be done. */
  readonly isApplied: boolean;
  readonly effects: readonly Effect[];
}

/** A record whose patch wants its target no more, and the target; undefined where it is gone. */
export interface Withdrawal {
  readonly record: PatchRecord;
  readonly live: KubeObject | undefined;
  /** The children that the patch reads or is after; they stay until it is undone. */
  readonly upstream: readonly string[];
}

/** What the patches of a rule want. */
export interface PatchPlan {
  /** The ids of all patches of the rule. */
  readonly ids: readonly string[];
  readonly wishes: readonly PatchWish[];
  readonly withdrawals: readonly Withdrawal[];
  /** Records that stay as they are: their patch waits or failed, or nobody can say what became of their target. */
  readonly frozen: readonly PatchRecord[];
}

/** A text that two records of one patch and one object share. */
export function recordKey(record: Pick<PatchRecord, 'patch' | 'uid'>): string {
  return `${record.patch} ${record.uid}`;
}

/** The records as they stand in the status. */
export function toRecordJson(record: PatchRecord): JsonObject {
  const { patch, mode, subresource, ref, uid, hash, isApplied, effects } = record;
  return {
    id: patch,
    mode,
    ...(subresource === undefined ? {} : { subresource }),
    ...ref,
    uid,
    hash,
    ...(isApplied ? { applied: true } : {}),
    ...(effects.length === 0 ? {} : { effects: effects.map((effect) => ({ ...effect })) }),
  };
}

/** The records that stand in a status; what is no record is left out. */
export function parseRecords(list: MaybeJson): readonly PatchRecord[] {
  return isArray(list) ? list.flatMap((item) => parseRecord(item) ?? []) : [];
}

function parseRecord(item: Json): PatchRecord | undefined {
  if (!isObject(item)) return undefined;
  const { id, mode, subresource, apiVersion, kind, namespace, name, uid, hash, applied, effects } = item;
  if (mode !== 'apply' && mode !== 'merge' && mode !== 'json') return undefined;
  if (subresource !== undefined && subresource !== 'status' && subresource !== 'resize') return undefined;
  const texts = [id, apiVersion, kind, name, uid, hash];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  const ref = { apiVersion, kind, name, ...(typeof namespace === 'string' ? { namespace } : {}) };
  return {
    patch: id as string,
    mode,
    subresource,
    ref: ref as ObjectRef,
    uid: uid as string,
    hash: hash as string,
    isApplied: applied === true,
    effects: isArray(effects) ? effects.flatMap((effect) => parseEffect(effect) ?? []) : [],
  };
}

function parseEffect(item: Json): Effect | undefined {
  if (!isObject(item) || typeof item['path'] !== 'string') return undefined;
  const { path, before, after, was } = item;
  const isMark = (value: MaybeJson) => value === undefined || typeof value === 'string' || isArray(value);
  if (!isMark(after) || !isMark(was)) return undefined;
  return {
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after: after as string | readonly string[] }),
    ...(was === undefined ? {} : { was: was as string | readonly string[] }),
  };
}
