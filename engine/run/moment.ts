// A custom resource and what is known around it -> its plan, and what has to be done for it.

import { diff } from '../diff/diff.ts';
import { type EvaluateInput, evaluate } from '../evaluate/evaluate.ts';
import type { ChangeSet } from '../model/change.ts';
import type { HealthRules } from '../model/health.ts';
import type { InputReader } from '../model/input.ts';
import type { KubeObject } from '../model/object.ts';
import type { PatchRecord } from '../model/patch.ts';
import type { Plan } from '../model/plan.ts';
import type { CompiledRule, KindPlace } from '../model/rule.ts';
import type { Contention } from './contention.ts';
import type { Settled } from './progress.ts';

/** What evaluating needs of the world. */
export interface MomentDeps {
  readonly settled: Settled;
  readonly contention: Contention;
  /** Answers what the rule reads beside the children. */
  readonly read: InputReader;
  /** Health rules for kinds of children. */
  readonly health: HealthRules | undefined;
  /** RFC 3339, whole seconds. */
  now(): string;
  nowMs(): number;
  /** Numbers from 0 to below 1 that nobody can guess. */
  random(): number;
  /** Why the children of a kind are not known; undefined where they are. */
  unlisted(kind: KindPlace): string | undefined;
}

/** What is looked at. */
export type Moment = Pick<EvaluateInput, 'owner' | 'observed' | 'isWanted' | 'mayRemember' | 'records' | 'isForeseen'>;

/** The plan of a moment. */
export function evaluateNow(rule: CompiledRule, moment: Moment, deps: MomentDeps): Plan {
  const { read, health, random } = deps;
  const unlisted = (kind: KindPlace) => deps.unlisted(kind);
  return evaluate(rule, { ...moment, read, health, random, unlisted, now: deps.now() });
}

/** What has to be done to get from what was observed to the plan. */
export function diffNow(
  rule: CompiledRule,
  plan: Plan,
  { observed, records }: { readonly observed: readonly KubeObject[]; readonly records: readonly PatchRecord[] },
  { settled, contention, nowMs }: Pick<MomentDeps, 'settled' | 'contention' | 'nowMs'>,
): ChangeSet {
  return diff(plan, {
    rule: rule.name,
    observed,
    records,
    settled: (key, mark) => settled.get(key, mark),
    pauseOf: (key, field) => contention.pauseOf(key, field, nowMs()),
  });
}
