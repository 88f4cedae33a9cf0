// A rule, a custom resource and its observed children -> the plan.
//
// In: plain data, and the time. Out: what should exist, what waits for what, which formulas failed, which observed
// children are wanted no more, how healthy the others are, and what to report.
// Promises: pure; the same input gives the same plan. A child waits only for what it depends on, so one that cannot be
// made never holds up an independent one. What cannot be read or computed freezes what depends on it and prunes
// nothing: a child is pruned only when its `when` gives false, its template left the rule, or it has another name now.
// Never throws on data; what a formula does wrong becomes a failure of its child, condition or field.

import type { HealthRules } from '../model/health.ts';
import type { Json, MaybeJson } from '../model/json.ts';
import { CHILD_LABEL, ON_DELETE_ANNOTATION } from '../model/marks.ts';
import { describeRef, type KubeObject, toRef } from '../model/object.ts';
import type { ChildHealth, Desired, Failure, Health, Plan, Prune, Waiting } from '../model/plan.ts';
import type { CompiledChild, CompiledRule, Dependency } from '../model/rule.ts';
import { toDesired } from './desired.ts';
import { FormulaFailure, Scope, spanOf, toGuard } from './formula.ts';
import { healthOf } from './health.ts';
import { reportOf } from './report.ts';

/** What a plan is computed from. `observed`: the children that belong to the owner, of any child id, in any order. */
export interface EvaluateInput {
  readonly owner: KubeObject;
  readonly observed: readonly KubeObject[];
  /** Milliseconds since the epoch; `$now` in formulas, as an RFC 3339 text. */
  readonly now: string;
  /** Health rules for kinds of children; the built-in health is asked after them. */
  readonly health?: HealthRules | undefined;
  /** Numbers from 0 to below 1 that nobody can guess, for `$randomPassword`; formulas with it fail where there are none. */
  random?(): number;
}

/** Computes the plan. */
export function evaluate(rule: CompiledRule, input: EvaluateInput): Plan {
  const pass = new Pass(rule, input);
  for (const child of rule.children) pass.visit(child);
  const states = [...pass.states.values()];
  const prune = findPrunes(rule, input, pass.states);
  return {
    owner: input.owner,
    desired: states.flatMap((state) => (state.kind === 'desired' ? [state.desired] : [])),
    waiting: states.flatMap((state) => (state.kind === 'waiting' ? [state.waiting] : [])),
    prune,
    health: states.flatMap((state) => (state.kind === 'desired' && state.health !== undefined ? [state.health] : [])),
    children: listChildren(rule, input.observed),
    ...reportOf(
      rule,
      pass.scope,
      states.flatMap((state) => (state.kind === 'failed' ? [state.failure] : [])).concat(pass.failures),
    ),
  };
}

type State =
  | { readonly kind: 'desired'; readonly desired: Desired; readonly health: ChildHealth | undefined }
  | { readonly kind: 'waiting'; readonly waiting: Waiting }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'excluded' };

class Pass {
  readonly states: Map<string, State> = new Map();
  readonly failures: Failure[] = [];
  readonly scope: Scope;
  readonly #rule: CompiledRule;
  readonly #input: EvaluateInput;

  constructor(rule: CompiledRule, input: EvaluateInput) {
    this.#rule = rule;
    this.#input = input;
    this.scope = new Scope(input.owner as unknown as Json, rule.lets, { now: input.now });
    this.scope.random = input.random;
  }

  visit(child: CompiledChild): void {
    const state = this.#stateOf(child);
    this.states.set(child.id, state);
    this.scope.set(child.id, this.#observedOf(child, state) as unknown as MaybeJson);
  }

  #stateOf(child: CompiledChild): State {
    try {
      if (child.when !== undefined) {
        const waiting = this.#waitingFor(child, (dependency) => dependency.part === 'when');
        if (waiting !== undefined) return { kind: 'waiting', waiting };
        if (!toGuard(this.scope.value(child.when), spanOf(child.when, child.span), 'when')) return { kind: 'excluded' };
      }
      const waiting = this.#waitingFor(child, (dependency) => dependency.part !== 'when');
      if (waiting !== undefined) return { kind: 'waiting', waiting };
      const desired = toDesired(this.#rule, child, this.#input.owner, this.scope.value(child.template) as Json);
      return { kind: 'desired', desired, health: this.#healthOf(child, desired) };
    } catch (error) {
      if (!(error instanceof FormulaFailure)) throw error;
      return { kind: 'failed', failure: { ...error.failure, child: child.id } };
    }
  }

  #waitingFor(child: CompiledChild, isPart: (dependency: Dependency) => boolean): Waiting | undefined {
    for (const dependency of child.dependencies.filter(isPart)) {
      const reason = this.#reasonToWait(child, dependency);
      if (reason !== undefined) return { child: child.id, ...reason, span: dependency.span, on: dependency.id };
    }
    return undefined;
  }

  #reasonToWait(child: CompiledChild, dependency: Dependency): Pick<Waiting, 'code' | 'message'> | undefined {
    const state = this.states.get(dependency.id);
    const name = `"${dependency.id}"`;
    switch (state?.kind) {
      case undefined:
      case 'excluded':
        return undefined;
      case 'waiting':
        return { code: 'DependencyMissing', message: `needs ${name}, which waits itself` };
      case 'failed':
        return { code: 'DependencyMissing', message: `needs ${name}, whose formula failed` };
      case 'desired': {
        if (state.health === undefined)
          return { code: 'DependencyMissing', message: `needs ${name}, which does not exist yet` };
        const mayRead = child.readsUnready && dependency.part !== 'after';
        if (mayRead || state.health.health.status === 'Current') return undefined;
        return { code: 'DependencyNotReady', message: `needs ${name}: ${describeHealth(state.health)}` };
      }
    }
  }

  #healthOf(child: CompiledChild, desired: Desired): ChildHealth | undefined {
    const observed = this.#find(desired);
    if (observed === undefined) return undefined;
    return { child: child.id, ref: toRef(observed), health: this.#judge(child, observed) };
  }

  #judge(child: CompiledChild, observed: KubeObject): Health {
    const known = healthOf(observed, this.#input.health);
    if (child.ready === undefined || known.status === 'Terminating') return known;
    this.scope.set('self', observed as unknown as MaybeJson);
    try {
      const ready = toGuard(this.scope.value(child.ready), spanOf(child.ready, child.span), 'ready');
      return ready
        ? { status: 'Current', message: 'ready' }
        : { status: 'InProgress', message: 'its ready formula is not true yet' };
    } catch (error) {
      if (!(error instanceof FormulaFailure)) throw error;
      this.failures.push({ ...error.failure, child: child.id });
      return { status: 'InProgress', message: 'its ready formula failed' };
    } finally {
      this.scope.set('self', undefined);
    }
  }

  #observedOf(child: CompiledChild, state: State): KubeObject | undefined {
    if (state.kind === 'desired') return this.#find(state.desired);
    if (state.kind === 'excluded') return undefined;
    return this.#input.observed.find(
      (object) => object.metadata.labels?.[CHILD_LABEL] === child.id && isOfKind(object, child),
    );
  }

  #find({ object }: Desired): KubeObject | undefined {
    return this.#input.observed.find(
      (candidate) => isOfKind(candidate, { resource: object }) && candidate.metadata.name === object.metadata.name,
    );
  }
}

function isOfKind(object: KubeObject, { resource }: { resource: { apiVersion: string; kind: string } }): boolean {
  return object.kind === resource.kind && object.apiVersion === resource.apiVersion;
}

/** How a person reads a child's health: `Deployment shop/web: 0 of 2 replicas are ready`. */
function describeHealth({ ref, health }: ChildHealth): string {
  return `${describeRef(ref)}: ${health.message}`;
}

function listChildren(rule: CompiledRule, observed: readonly KubeObject[]): Plan['children'] {
  const order = new Map(rule.children.map(({ id }, index) => [id, String(index).padStart(6, '0')]));
  const children = observed.map((object) => {
    const child = object.metadata.labels?.[CHILD_LABEL] ?? '';
    const ref = toRef(object);
    return { child, ref, rank: `${order.get(child) ?? '~'} ${child} ${ref.kind} ${ref.name}` };
  });
  children.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return children.map(({ child, ref }) => ({ child, ref }));
}

function findPrunes(rule: CompiledRule, input: EvaluateInput, states: ReadonlyMap<string, State>): readonly Prune[] {
  const wanted = [...states.values()].flatMap((state) => (state.kind === 'desired' ? [state.desired.object] : []));
  const isWanted = (object: KubeObject) =>
    wanted.some((other) => isOfKind(object, { resource: other }) && other.metadata.name === object.metadata.name);
  return input.observed.flatMap((object): Prune[] => {
    if (isWanted(object) || object.metadata.deletionTimestamp !== undefined) return [];
    const child = object.metadata.labels?.[CHILD_LABEL];
    const reason = child === undefined ? undefined : reasonToPrune(rule, child, states.get(child));
    return child === undefined || reason === undefined
      ? []
      : [{ child, object, reason, onDelete: endOf(rule, object) }];
  });
}

// The rule's word counts; of a child that it does not have any more, the word that it had goes with the object.
function endOf(rule: CompiledRule, { metadata }: KubeObject): Prune['onDelete'] {
  const child = rule.children.find(({ id }) => id === metadata.labels?.[CHILD_LABEL]);
  const marked = metadata.annotations?.[ON_DELETE_ANNOTATION] === 'orphan' ? 'orphan' : 'delete';
  return child?.policy.onDelete ?? marked;
}

function reasonToPrune(rule: CompiledRule, child: string, state: State | undefined): string | undefined {
  switch (state?.kind) {
    case 'waiting':
    case 'failed':
      return undefined;
    case 'excluded':
      return 'when gives false';
    case 'desired':
      return 'it has another name now';
    case undefined:
      return rule.children.some(({ id }) => id === child) ? undefined : 'the rule has no such child';
  }
}
