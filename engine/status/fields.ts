// A change -> which fields it changes: from what to what, and which formula says so.
//
// Promises: pure; what only looks different, since the API server writes values in its own way, is not told; values that
// are in a Secret, or were computed from one, are never shown.

import { readsSecret } from '../model/behind.ts';
import type { Change, Difference } from '../model/change.ts';
import { describeSpan, type Span } from '../model/diagnostic.ts';
import { isArray, isEqual, isObject, type Json, type MaybeJson } from '../model/json.ts';
import type { GroupVersionKind, KubeObject } from '../model/object.ts';
import { tokensOf } from '../model/patch.ts';
import { type CompiledRule, formulasOf, type Template } from '../model/rule.ts';

// Chosen: as much as a person reads.
const MAX_VALUE = 60;

/** A change of an object that is there. */
export type Written = Extract<Change, { readonly kind: 'configure' | 'patch' }>;

/** What wrote an object: a child, or a patch of an object that is not ours. */
export interface Source {
  readonly resource: GroupVersionKind;
  readonly isMember: boolean;
  /** Undefined for operations, of which none says alone what a field becomes. */
  readonly template: Template | undefined;
  readonly span: Span;
}

/** Where the changes of a child or of a patch come from. */
export function sourceOf(rule: CompiledRule, id: string): Source | undefined {
  const child = rule.children.find((other) => other.id === id);
  if (child !== undefined) return { ...child, isMember: child.rollout !== undefined };
  const patch = rule.patches.find((other) => other.id === id);
  if (patch === undefined) return undefined;
  const { content, target, span } = patch;
  const template = content.mode === 'json' ? undefined : content.fields;
  return { resource: target.resource, isMember: false, template, span };
}

/**
 * The fields that a change changes, each in a sentence, those that are to be told. `stored`: the object as the API server
 * stored it.
 */
export function tellFields(
  rule: CompiledRule,
  change: Written,
  stored: KubeObject,
  isTold: (difference: Difference) => boolean,
): readonly string[] {
  const source = sourceOf(rule, change.child);
  if (source === undefined) return [];
  return change.differences.flatMap((difference): string[] => {
    if (!isTold(difference)) return [];
    const { before, after } = valuesOf(difference, change, stored);
    return isEqual(before ?? null, after ?? null) ? [] : [tell(difference, { before, after }, source, rule)];
  });
}

// The places in a difference are those of the object after, or for what was removed, those of the object before.
function valuesOf({ op, path }: Difference, change: Written, live: KubeObject) {
  const after = change.kind === 'configure' ? change.desired.object : live;
  const guide = (op === 'remove' ? change.observed : after) as unknown as Json;
  const at = (object: KubeObject) => valueLike(object as unknown as Json, guide, tokensOf(path));
  return { before: at(change.observed), after: at(live) };
}

// Items are paired by name where they have one, by place otherwise.
function valueLike(value: MaybeJson, guide: MaybeJson, [token, ...rest]: readonly string[]): MaybeJson {
  if (token === undefined) return value;
  if (!isArray(guide)) {
    const inner = isObject(guide) ? guide[token] : undefined;
    return valueLike(isObject(value) ? value[token] : undefined, inner, rest);
  }
  const item = guide[Number(token)];
  const name = isObject(item) ? item['name'] : undefined;
  const list = isArray(value) ? value : [];
  const other = name === undefined ? list[Number(token)] : list.find((one) => isObject(one) && one['name'] === name);
  return valueLike(other, item, rest);
}

function tell(
  { path, op }: Difference,
  { before, after }: { readonly before: MaybeJson; readonly after: MaybeJson },
  source: Source,
  rule: CompiledRule,
): string {
  const tokens = tokensOf(path);
  const formulas = op === 'remove' ? [] : formulasOf(source.template && templateAt(source.template, tokens));
  // What was there before may be of an earlier rule, whose formula nobody knows.
  const isUnknown = formulas.length === 0 && tokens.includes('env');
  const isInSecret = source.resource.kind === 'Secret' && ['data', 'stringData'].includes(tokens[0] ?? '');
  const isSecret = isInSecret || isUnknown || formulas.some((formula) => readsSecret(formula, rule));
  const [formula] = formulas;
  const by = formula === undefined ? describeSpan(source.span) : `=${formula.source}, ${describeSpan(formula.span)}`;
  const change = op === 'remove' ? 'removed' : isSecret ? 'changed' : `${show(before)} became ${show(after)}`;
  return `${describePath(tokens)}: ${change} (${by})`;
}

function templateAt(template: Template, [token, ...rest]: readonly string[]): Template | undefined {
  if (token === undefined) return template;
  if (template.kind === 'object') {
    const found = template.entries.find(([key]) => key === token);
    return found === undefined ? undefined : templateAt(found[1], rest);
  }
  if (template.kind !== 'array') return template;
  const item = template.items[Number(token)];
  return item === undefined ? undefined : templateAt(item, rest);
}

function show(value: MaybeJson): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}

function describePath(tokens: readonly string[]): string {
  return tokens.reduce((path, token) => {
    if (/^\d+$/.test(token)) return `${path}[${token}]`;
    if (!/^[\w-]+$/.test(token)) return `${path}[${JSON.stringify(token)}]`;
    return path === '' ? token : `${path}.${token}`;
  }, '');
}
