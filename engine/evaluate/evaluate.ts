// A rule, a custom resource and what was observed -> the plan.
//
// In: plain data, the time, and a reader for what the rule reads beside its children. Out: what should exist, what waits
// for what, which formulas failed, which observed children are wanted no more, how healthy the others are, what to
// report, and what was read.
// Promises: pure; the same input gives the same plan. A child waits only for what it depends on, so one that cannot be
// made never holds up an independent one. What cannot be read or computed freezes what depends on it and prunes
// nothing: a child is pruned only when its `when` gives false, its item or its template left the rule, or it has
// another name now. Never throws on data; what a formula does wrong becomes a failure of its child, condition or field.

import { describeSpan } from '../model/diagnostic.ts';
import type { HealthRules } from '../model/health.ts';
import type { InputReader } from '../model/input.ts';
import type { Json, MaybeJson } from '../model/json.ts';
import { isLeaving } from '../model/lifecycle.ts';
import { CHILD_LABEL, KEY_ANNOTATION } from '../model/marks.ts';
import { isSameObject, type KubeObject, toRef } from '../model/object.ts';
import type { PatchRecord } from '../model/patch.ts';
import type { ChildHealth, Desired, Failure, Health, Plan, PlannedState, Waiting } from '../model/plan.ts';
import type { CompiledChild, CompiledRule, CompiledTask, Dependency, KindPlace } from '../model/rule.ts';
import { readState, type TaskState } from '../model/state.ts';
import { type Leaving, runDrain } from './drain.ts';
import { needsCare, orderEnds } from './ending.ts';
import { FormulaFailure, FormulaWait, Scope, spanOf, toGuard } from './formula.ts';
import { describeFound } from './found.ts';
import { healthOf } from './health.ts';
import { Inputs } from './inputs.ts';
import { checkLife } from './kstatus.ts';
import { type Member, membersOf } from './members.ts';
import { type EvaluatedPatches, evaluatePatches } from './patches.ts';
import { findPrunes } from './prune.ts';
import { limitPrunes } from './prune-limit.ts';
import { planRemovals } from './removals.ts';
import { freezeReport, reportOf } from './report.ts';
import { isRolling, type RollingChild, rollOut } from './rollout.ts';
import { planState, variablesOf } from './state.ts';
import { runTask, type TaskInput, type TaskRun } from './tasks.ts';
import { type Node, type State, waitingFor } from './waiting.ts';

/** What a plan is computed from. */
export interface EvaluateInput {
  readonly owner: KubeObject;
  /** The children that belong to the owner, of any child id, in any order. */
  readonly observed: readonly KubeObject[];
  /** `$now` in formulas: an RFC 3339 text. */
  readonly now: string;
  /** False after so many changes of what is remembered that another one is a mistake. Default: true. */
  readonly mayRemember?: boolean;
  /** False for an owner that the rule is not for any more: then nothing is wanted. Default: true. */
  readonly isWanted?: boolean;
  /** Finds what the rule reads beside its children. Default: nobody can tell. */
  readonly read?: InputReader;
  /** Health rules for kinds of children; the built-in health is asked after them. */
  readonly health?: HealthRules | undefined;
  /** Numbers from 0 to below 1 that nobody can guess, for `$randomPassword`; formulas with it fail where there are none. */
  random?(): number;
  /** Why nobody can say which children of a kind there are in a place; undefined where it is known, the default. */
  unlisted?(kind: KindPlace): string | undefined;
  /** What the owner remembers of objects that are not its own. */
  readonly records?: readonly PatchRecord[];
  /** True for a child that is not there and is only expected to be so: it counts as ready. Default: none is. */
  isForeseen?(observed: KubeObject): boolean;
}

/** Computes the plan. A resource that is being deleted, or that the rule is not for, wants nothing. */
export function evaluate(rule: CompiledRule, given: EvaluateInput): Plan {
  const input = { ...given, isWanted: given.isWanted !== false && !isLeaving(given.owner) };
  const pass = new Pass(rule, input);
  for (const child of rule.children) pass.visit(child);
  const patches = pass.patches();
  const states = [...pass.states.values()];
  const members = states.flatMap((state) => (state.kind === 'there' ? state.members : []));
  const failures = states.flatMap((state) => (state.kind === 'failed' ? [state.failure] : []));
  const failed = members.flatMap((member) => (member.kind === 'failed' ? [member.failure] : []));
  const wished = members.flatMap((member) => (member.kind === 'failed' ? [] : [member]));
  const rollouts = states.flatMap((state) => (state.kind === 'there' ? (state.rollout ?? []) : []));
  const { owner, observed, isWanted, mayRemember = true } = input;
  const unlisted = (kind: KindPlace) => input.unlisted?.(kind);
  const removals = planRemovals(findPrunes(rule, observed, pass.states), {
    children: rule.children.filter(isRolling),
    observed,
    states: pass.states,
    unlisted,
  });
  const runs = [...pass.tasks.values()];
  const reports = pass.scope.forReports();
  const remembered =
    isWanted || pass.tasks.size > 0
      ? planState(rule, { owner, scope: reports, now: input.now, mayWrite: mayRemember, tasks: pass.tasks })
      : { state: NO_STATE, failures: [] };
  const limited = limitPrunes(rule, removals.prune, { owner, observed });
  const ending = isWanted
    ? { prune: limited.prune, holdings: [] }
    : orderEnds(rule, limited.prune, { owner, observed, states: pass.states, frozen: patches.plan.frozen, unlisted });
  const troubles = [...failures, ...failed, ...pass.failures, ...patches.failures, ...remembered.failures];
  return {
    owner,
    desired: wished.flatMap(({ kind, desired }) => (kind === 'desired' ? [desired] : [])),
    waiting: [
      ...states.flatMap((state) => (state.kind === 'waiting' ? [state.waiting] : [])),
      ...rollouts.flatMap(({ waiting }) => waiting),
      ...removals.waiting,
      ...limited.waiting,
      ...patches.waiting,
    ],
    patches: patches.plan,
    prune: ending.prune,
    health: [...wished.flatMap(({ health }) => health ?? []), ...runs.flatMap(({ health }) => health)],
    children: listChildren(rule, observed),
    ...(isLeaving(owner) ? freezeReport(rule, troubles) : reportOf(rule, reports, troubles)),
    needsCare: needsCare(rule, { owner, observed, wished: wished.map(({ desired }) => desired) }),
    leaving: isLeaving(owner) ? ending.holdings : undefined,
    reads: pass.inputs.requests,
    state: { ...remembered.state, consume: [...remembered.state.consume, ...limited.consume] },
  };
}

const NO_STATE: PlannedState = { write: undefined, consume: [], wakeAtMs: undefined };

const unknown: InputReader = () => ({ kind: 'unknown', reason: 'nobody was asked' });

class Pass {
  readonly states: Map<string, State> = new Map();
  readonly failures: Failure[] = [];
  readonly scope: Scope;
  readonly inputs: Inputs;
  readonly #rule: CompiledRule;
  readonly #input: EvaluateInput;

  constructor(rule: CompiledRule, input: EvaluateInput) {
    this.#rule = rule;
    this.#input = input;
    this.inputs = new Inputs(input.owner, input.read ?? unknown);
    const { lets, inputs } = rule;
    const resolve: Inputs['resolve'] = (one, scope) => this.inputs.resolve(one, scope);
    this.scope = new Scope(
      input.owner as unknown as Json,
      { lets, inputs, resolve },
      {
        now: input.now,
        ...variablesOf(rule, input.owner),
      },
    );
    this.scope.random = input.random;
  }

  /** What became of the tasks that were looked at. */
  get tasks(): ReadonlyMap<string, TaskRun> {
    const runs = [...this.states].flatMap(([id, state]) =>
      state.kind === 'there' && state.run !== undefined ? [[id, state.run] as const] : [],
    );
    return new Map(runs);
  }

  visit(child: CompiledChild): void {
    const leaving = this.#leavingOf(child.task?.drains ?? '');
    if (leaving !== undefined && leaving !== 'unknown') {
      this.scope.set('self', leaving.object as unknown as MaybeJson);
      this.scope.set('item', leaving.key);
    }
    // A task that is run before the end is part of nothing else.
    const isNow = child.task?.runOn === 'Delete' ? this.#isLeaving : this.#input.isWanted !== false;
    const state = isNow ? this.#stateOf(child) : { kind: 'there' as const, members: [] };
    this.scope.set('self', undefined);
    this.scope.set('item', undefined);
    this.states.set(child.id, state);
    this.scope.set(child.id, this.#observedOf(child, state) as unknown as MaybeJson);
  }

  get #isLeaving(): boolean {
    return isLeaving(this.#input.owner);
  }

  patches(): EvaluatedPatches {
    const { isWanted = true, records = [] } = this.#input;
    return evaluatePatches(this.#rule.patches, {
      scope: this.scope,
      inputs: this.inputs,
      records,
      isWanted,
      isLeaving: this.#isLeaving,
      waitingFor: (patch, moment) => this.#waitingFor(patch, ({ part }) => (part === 'when') === (moment === 'early')),
    });
  }

  #stateOf(child: CompiledChild): State {
    try {
      const unlisted = this.#input.unlisted?.({ ...child.resource, where: child.where });
      if (unlisted !== undefined) {
        const message = `cannot be looked for: ${unlisted}`;
        return {
          kind: 'waiting',
          waiting: { child: child.id, code: 'NotListed', message, span: child.span, on: child.id },
        };
      }
      // What decides whether the child is wanted is asked first: one that is not wanted waits for nothing.
      const mayBeExcluded = child.when !== undefined && child.forEach === undefined;
      const early = this.#waitingFor(child, ({ part }) => part === 'when');
      if (early !== undefined) return { kind: 'waiting', waiting: early };
      if (mayBeExcluded && !toGuard(this.scope.value(child.when), spanOf(child.when, child.span), 'when'))
        return { kind: 'there', members: [] };
      const waiting = this.#waitingFor(child, ({ part }) => part !== 'when');
      if (waiting !== undefined) return { kind: 'waiting', waiting };
      const { scope } = this;
      const { owner } = this.#input;
      if (child.task !== undefined) return this.#run({ ...child, task: child.task });
      const look = (one: CompiledChild, desired: Desired) => this.#look(one, desired);
      const members = membersOf(child, { rule: this.#rule, owner, scope, look });
      return isRolling(child) ? this.#rollOut(child, members) : { kind: 'there', members };
    } catch (error) {
      if (error instanceof FormulaWait) return { kind: 'waiting', waiting: { child: child.id, ...error.waiting } };
      if (!(error instanceof FormulaFailure)) throw error;
      return { kind: 'failed', failure: { ...error.failure, child: child.id } };
    }
  }

  #run(child: CompiledChild & { readonly task: CompiledTask }): State {
    const { owner, observed, now } = this.#input;
    const input: TaskInput = {
      rule: this.#rule,
      owner,
      scope: this.scope,
      jobs: observed.filter((object) => isOf(object, child)),
      kept: this.#kept(child.id),
      now,
    };
    const { drains } = child.task;
    const run =
      drains === undefined ? runTask(child, input) : runDrain(child, this.#leavingOf(drains), input, observed);
    return { kind: 'there', members: run.members, run };
  }

  #kept(task: string | undefined): readonly TaskState[] {
    return readState(this.#input.owner).tasks.filter(({ id }) => id === task);
  }

  #leavingOf(id: string): Leaving | 'unknown' | undefined {
    const state = this.states.get(id);
    return state?.kind === 'there' && state.rollout !== undefined ? state.rollout.leaving : 'unknown';
  }

  #rollOut(child: RollingChild, members: readonly Member[]): State {
    const { scope, states } = this;
    scope.set(child.id, members.flatMap((member) => this.#observedMember(child, member) ?? []) as unknown as MaybeJson);
    const rollout = rollOut(child, {
      rule: this.#rule,
      members,
      observed: this.#input.observed,
      scope,
      states,
      drains: this.#kept(child.rollout.drain?.id),
      isReady: (object) => this.#judge(child, object).status === 'Current',
    });
    this.failures.push(...rollout.failures);
    return { kind: 'there', members: rollout.members, rollout };
  }

  #waitingFor(node: Node, isPart: (dependency: Dependency) => boolean): Waiting | undefined {
    return waitingFor(node, isPart, { ...this.#input, rule: this.#rule, states: this.states });
  }

  #look(child: CompiledChild, desired: Desired): { observed: KubeObject | undefined; health: ChildHealth | undefined } {
    const observed = this.#input.observed.find((candidate) => isSameObject(candidate, desired.object));
    if (observed === undefined) return { observed, health: undefined };
    return { observed, health: { child: child.id, ref: toRef(observed), health: this.#judge(child, observed) } };
  }

  #judge(child: CompiledChild, observed: KubeObject): Health {
    if (this.#input.isForeseen?.(observed) === true) return { status: 'Current', message: 'foreseen' };
    if (child.ready === undefined) return healthOf(observed, this.#input.health);
    const life = checkLife(observed);
    if (life?.status === 'Terminating') return life;
    this.scope.set('self', observed as unknown as MaybeJson);
    try {
      const span = spanOf(child.ready, child.span);
      const ready = toGuard(this.scope.value(child.ready), span, 'ready');
      if (ready) return { status: 'Current', message: 'ready' };
      const found = describeFound(child.ready, this.scope, this.#rule);
      const place = `${describeSpan(span)}${found === '' ? '' : `: ${found}`}`;
      return { status: 'InProgress', message: `its ready formula is not true yet (${place})` };
    } catch (error) {
      if (error instanceof FormulaWait) return { status: 'InProgress', message: `its ready formula ${error.message}` };
      if (!(error instanceof FormulaFailure)) throw error;
      this.failures.push({ ...error.failure, child: child.id });
      return { status: 'InProgress', message: 'its ready formula failed' };
    } finally {
      this.scope.set('self', undefined);
    }
  }

  // What formulas read as `$id`: the object, or for a child of many the array of those that exist.
  #observedOf(child: CompiledChild, state: State): MaybeJson | KubeObject | readonly KubeObject[] {
    if (child.task !== undefined) return state.kind === 'there' ? state.run?.value : undefined;
    if (state.kind === 'there' && !this.#isLeaving) {
      const found = state.members.flatMap((member) => this.#observedMember(child, member) ?? []);
      return child.forEach === undefined ? found[0] : found;
    }
    const found = this.#input.observed.filter((object) => isOf(object, child));
    return child.forEach === undefined ? found[0] : found;
  }

  #observedMember(child: CompiledChild, member: Member): KubeObject | undefined {
    if (member.kind !== 'failed') return member.observed;
    return this.#input.observed.find(
      (object) => isOf(object, child) && object.metadata.annotations?.[KEY_ANNOTATION] === member.key,
    );
  }
}

function isOf(object: KubeObject, { id, resource }: CompiledChild): boolean {
  return (
    object.metadata.labels?.[CHILD_LABEL] === id &&
    object.kind === resource.kind &&
    object.apiVersion === resource.apiVersion
  );
}

function listChildren(rule: CompiledRule, observed: readonly KubeObject[]): Plan['children'] {
  const order = new Map(rule.children.map(({ id }, index) => [id, String(index).padStart(6, '0')]));
  const children = observed.map((object) => {
    const child = object.metadata.labels?.[CHILD_LABEL] ?? '';
    const key = object.metadata.annotations?.[KEY_ANNOTATION];
    const ref = toRef(object);
    const rank = `${order.get(child) ?? '~'} ${child} ${ref.kind} ${ref.namespace ?? ''} ${ref.name}`;
    return { child, ...(key === undefined ? {} : { key }), ref, rank };
  });
  children.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return children.map(({ rank: _rank, ...child }) => child);
}
