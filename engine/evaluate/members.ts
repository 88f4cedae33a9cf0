// What one child is made of: one object, or one for each item of a list.

import type { Json, MaybeJson } from '../model/json.ts';
import type { KubeObject } from '../model/object.ts';
import type { ChildHealth, Desired, Failure } from '../model/plan.ts';
import type { CompiledChild, CompiledLoop, CompiledRule } from '../model/rule.ts';
import { toDesired } from './desired.ts';
import { describeValue, FormulaFailure, invalid, type Scope, spanOf, toGuard } from './formula.ts';

/** One object of a child. One that failed, or is held back, keeps its place: what exists of it stays as it is. */
export type Member =
  | {
      readonly kind: 'desired' | 'held';
      readonly key: string | undefined;
      readonly desired: Desired;
      readonly observed: KubeObject | undefined;
      readonly health: ChildHealth | undefined;
      readonly item?: Item | undefined;
    }
  | { readonly kind: 'failed'; readonly key: string | undefined; readonly failure: Failure };

/** How members are judged: finds the observed object of a wish and says how it is. */
export interface MemberDeps {
  readonly rule: CompiledRule;
  readonly owner: KubeObject;
  readonly scope: Scope;
  look(child: CompiledChild, desired: Desired): Pick<Wished, 'observed' | 'health'>;
}

/** A member whose wish is known. */
export type Wished = Exclude<Member, { readonly kind: 'failed' }>;

/** The item that a member is made for. */
export interface Item {
  readonly key: string | undefined;
  readonly value: MaybeJson;
  readonly index: number;
}

/** The members of a child; none where `when` gives false. Throws FormulaFailure where the list itself is wrong. */
export function membersOf(child: CompiledChild, deps: MemberDeps): readonly Member[] {
  const { scope } = deps;
  if (child.forEach === undefined) {
    const member = memberOf(child, undefined, deps);
    return member === undefined ? [] : [member];
  }
  try {
    const items = itemsOf(child.forEach, scope);
    const members = items.flatMap((item): Member[] => {
      bind(item, scope);
      try {
        const member = memberOf(child, item.key, deps);
        return member === undefined ? [] : [{ ...member, item }];
      } catch (error) {
        if (!(error instanceof FormulaFailure)) throw error;
        return [{ kind: 'failed', key: item.key, failure: { ...error.failure, child: child.id } }];
      }
    });
    checkNames(members, child);
    return members;
  } finally {
    bind(undefined, scope);
  }
}

function memberOf(child: CompiledChild, key: string | undefined, deps: MemberDeps): Wished | undefined {
  const { scope, rule, owner } = deps;
  if (child.when !== undefined && !toGuard(scope.value(child.when), spanOf(child.when, child.span), 'when'))
    return undefined;
  const desired = toDesired({ rule, child, owner, key }, scope.value(child.template) as Json);
  return { kind: 'desired', key, desired, ...deps.look(child, desired) };
}

/** Makes an item the one that formulas read. */
export function bind(item: Item | undefined, scope: Scope): void {
  scope.set('item', item?.value);
  scope.set('index', item?.index);
}

// One value that is no list is a list of one: that is what a path gives that finds one.
function itemsOf(loop: CompiledLoop, scope: Scope): readonly Item[] {
  const list = scope.value(loop.items);
  const values: readonly Json[] = list === undefined || list === null ? [] : ([list].flat(1) as Json[]);
  const seen = new Map<string, number>();
  return values.map((value, index) => {
    bind({ key: undefined, value, index }, scope);
    const found = scope.value(loop.key);
    if (typeof found !== 'string' && typeof found !== 'number')
      throw invalid(spanOf(loop.key, loop.span), `the key of item ${index} is ${describeValue(found)}, not a text`);
    const key = String(found);
    const other = seen.get(key);
    if (other !== undefined)
      throw invalid(spanOf(loop.key, loop.span), `items ${other} and ${index} have the same key, "${key}"`);
    seen.set(key, index);
    return { key, value, index };
  });
}

function checkNames(members: readonly Member[], child: CompiledChild): void {
  const seen = new Map<string, string | undefined>();
  for (const member of members) {
    if (member.kind === 'failed') continue;
    const { namespace = '', name } = member.desired.object.metadata;
    const id = `${namespace}/${name}`;
    if (seen.has(id))
      throw invalid(
        child.span,
        `the items with the keys "${seen.get(id)}" and "${member.key}" have the same name, "${name}"`,
      );
    seen.set(id, member.key);
  }
}
