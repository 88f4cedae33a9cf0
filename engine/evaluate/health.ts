// The health of an observed object: what the rules for its kind say, then what is built in.
//
// Every object is first asked whether it is being deleted, and whether its controller has seen it as it is now: no rule
// need say so, and none can get it wrong. Then each rule is asked, a case at a time; where none applies, the next rule,
// and at last kstatus. A formula that fails tells nothing of the object, so that it counts as not ready yet.

import { describeSpan } from '../model/diagnostic.ts';
import type { CompiledHealth, HealthCase, HealthRules, HealthTarget } from '../model/health.ts';
import type { Json } from '../model/json.ts';
import { type GroupVersionKind, groupOf, type KubeObject, kindKey } from '../model/object.ts';
import type { Health } from '../model/plan.ts';
import { describeValue, FormulaFailure, invalid, onlyLets, Scope, spanOf, toGuard } from './formula.ts';
import { checkBuiltIn, checkLife } from './kstatus.ts';

const DEFAULT_MESSAGES: { readonly [status in Health['status']]: string } = {
  Current: 'ready',
  InProgress: 'not ready yet',
  Failed: 'failed',
  Terminating: 'going away',
};

/** Judges an object. Never throws on data. */
export function healthOf(object: KubeObject, rules: HealthRules | undefined): Health {
  const life = checkLife(object);
  if (life !== undefined) return life;
  for (const rule of rules?.find(object) ?? []) {
    const applied = applyRule(rule, object);
    if (applied !== undefined) return applied.health;
  }
  return checkBuiltIn(object);
}

/** What a rule says, and by which of its cases; undefined where the formula of one failed. */
export interface Applied {
  readonly health: Health;
  readonly index: number | undefined;
}

/** What one rule says of an object; undefined where no case applies. */
export function applyRule({ lets, cases }: CompiledHealth, object: KubeObject): Applied | undefined {
  const scope = new Scope(object as unknown as Json, onlyLets(lets), {});
  try {
    const index = cases.findIndex(({ when, span }) => when === undefined || isTrue(when, span, scope));
    const found = cases[index];
    return found === undefined ? undefined : { index, health: toHealth(found, scope) };
  } catch (error) {
    if (!(error instanceof FormulaFailure)) throw error;
    return { index: undefined, health: { status: 'InProgress', message: describeFailure(error) } };
  }
}

function isTrue(when: NonNullable<HealthCase['when']>, span: HealthCase['span'], scope: Scope): boolean {
  return toGuard(scope.value(when), spanOf(when, span), 'when');
}

// A message that fails does not make the object any less healthy.
function toHealth({ status, message, span }: HealthCase, scope: Scope): Health {
  const usual = DEFAULT_MESSAGES[status];
  if (message === undefined) return { status, message: usual };
  try {
    const text = scope.value(message) ?? '';
    if (typeof text !== 'string') throw invalid(spanOf(message, span), `gave ${describeValue(text)}, not a text`);
    return { status, message: text.trim() === '' ? usual : text };
  } catch (error) {
    if (!(error instanceof FormulaFailure)) throw error;
    return { status, message: `${usual}; ${describeFailure(error)}` };
  }
}

function describeFailure({ failure }: FormulaFailure): string {
  return `its health rule failed: ${describeSpan(failure.span)}: ${failure.message}`;
}

/** Puts rules into the order in which they are asked: those of an earlier list first, and in each the most specific. */
export function orderHealth(...lists: readonly (readonly CompiledHealth[])[]): HealthRules {
  const known = new Map<string, readonly CompiledHealth[]>();
  return {
    find: (kind) => {
      const key = kindKey(kind);
      const found =
        known.get(key) ?? lists.flatMap((rules) => rules.filter((rule) => judges(rule, kind)).sort(compare));
      known.set(key, found);
      return found;
    },
  };
}

/** Whether a health rule is for a kind. */
export function judges({ target }: CompiledHealth, { apiVersion, kind }: GroupVersionKind): boolean {
  const group = groupOf(apiVersion);
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const isGroup = target.group.startsWith('*.') ? group.endsWith(target.group.slice(1)) : group === target.group;
  const isVersion = target.version.endsWith('*')
    ? version.startsWith(target.version.slice(0, -1))
    : version === target.version;
  return isGroup && isVersion && (target.kinds.includes(kind) || target.kinds.includes('*'));
}

// Who names the group knows its kinds, so that it counts more than the kind, and that more than the version.
function compare(a: CompiledHealth, b: CompiledHealth): number {
  const [left, right] = [ranksOf(a.target), ranksOf(b.target)];
  const at = left.findIndex((rank, index) => rank !== right[index]);
  return at < 0 ? 0 : (right[at] as number) - (left[at] as number);
}

function ranksOf({ group, version, kinds }: HealthTarget): readonly number[] {
  const whole = (text: string): number => (text.includes('*') ? 0 : 1);
  return [whole(group), group.length, kinds.includes('*') ? 0 : 1, whole(version), version.length];
}
