// The members of a child with a rollout -> those whose turn it is, and why the others wait.
//
// In: what members should be, what was observed of them, and what is kept of drains. Out: the same members, with those
// that wait held back, and the member that leaves now. Promises: pure, and nothing is remembered here, so that whoever
// starts anew in the middle decides the same. The rules: docs/decisions/0010-members.md.

import type { Span } from '../model/diagnostic.ts';
import type { MaybeJson } from '../model/json.ts';
import { isLeaving } from '../model/lifecycle.ts';
import { APPLIED_ANNOTATION, CHILD_LABEL, KEY_ANNOTATION } from '../model/marks.ts';
import { describeRef, isSameObject, type KubeObject, toRef } from '../model/object.ts';
import type { Failure, Waiting } from '../model/plan.ts';
import type { CompiledChild, CompiledRollout, CompiledRule, Template } from '../model/rule.ts';
import type { TaskState } from '../model/state.ts';
import { drainKey, isOfDrained, type Leaving } from './drain.ts';
import { describeValue, FormulaFailure, FormulaWait, invalid, type Scope, spanOf, toGuard } from './formula.ts';
import { describeFound } from './found.ts';
import { checkLife } from './kstatus.ts';
import { bind, type Item, type Member, type Wished } from './members.ts';
import type { State } from './waiting.ts';

/** A child whose members are replaced one by one. */
export type RollingChild = CompiledChild & { readonly rollout: CompiledRollout };

/** True for a child whose members are replaced one by one. */
export function isRolling(child: CompiledChild): child is RollingChild {
  return child.rollout !== undefined;
}

/** What a rollout is decided from. */
export interface RolloutInput {
  readonly rule: CompiledRule;
  readonly members: readonly Member[];
  /** The observed objects of all children. */
  readonly observed: readonly KubeObject[];
  readonly scope: Scope;
  /** What became of the children before. */
  readonly states: ReadonlyMap<string, State>;
  /** What is kept of drains, the oldest first. */
  readonly drains: readonly TaskState[];
  /** How an object is that no member is made for. */
  isReady(object: KubeObject): boolean;
}

/** A rollout at this moment. */
export interface Rollout {
  readonly members: readonly Member[];
  readonly waiting: readonly Waiting[];
  readonly failures: readonly Failure[];
  /** All members that are to leave. */
  readonly departures: readonly Leaving[];
  /** The one of them whose turn it is. */
  readonly leaving: Leaving | undefined;
}

/** Decides which members change now, and which one leaves. */
export function rollOut(child: RollingChild, input: RolloutInput): Rollout {
  return new RollingOut(child, input).run();
}

interface Reason {
  readonly message: string;
  readonly span: Span;
}

class RollingOut {
  readonly #child: RollingChild;
  readonly #input: RolloutInput;
  readonly #wished: readonly Wished[];
  readonly #failures: Failure[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #ranks = new Map<KubeObject, number | undefined>();

  constructor(child: RollingChild, input: RolloutInput) {
    this.#child = child;
    this.#input = input;
    this.#wished = input.members.filter((member) => member.kind !== 'failed');
  }

  run(): Rollout {
    const departures = this.#departures();
    const isDeparting = ({ observed }: Wished) => departures.some(({ object }) => object === observed);
    const staying = this.#wished.filter((member) => !isDeparting(member));
    const lacking = staying.filter((member) => !isReady(member));
    const going = departures.filter((departure) => this.#isGoing(departure));
    const gone = [...lacking.map(describe), ...going.map(describeGoing)];
    const leaving = this.#leaving(departures, gone);
    // Without a drain it goes at once.
    if (leaving !== undefined && !going.includes(leaving) && this.#child.rollout.drain === undefined)
      gone.push(describeGoing(leaving));
    const held = new Set([
      ...this.#wished.filter(isDeparting),
      ...this.#heldMissing(staying),
      ...this.#heldOutdated(staying, gone),
    ]);
    const members = this.#input.members.map(
      (member): Member => (member.kind !== 'failed' && held.has(member) ? { ...member, kind: 'held' } : member),
    );
    return { members, waiting: this.#waiting, failures: this.#failures, departures, leaving };
  }

  // Members without an item, and those that were drained, in the order in which they leave.
  #departures(): readonly Leaving[] {
    const { members, observed } = this.#input;
    const failed = members.filter(({ kind }) => kind === 'failed').map(({ key }) => key);
    const found = observed.flatMap((object): Leaving[] => {
      const { name, labels, annotations } = object.metadata;
      if (labels?.[CHILD_LABEL] !== this.#child.id) return [];
      const marked = annotations?.[KEY_ANNOTATION];
      // What belongs to a member that failed keeps its place; without its key, it could be any.
      if (marked === undefined ? failed.length > 0 : failed.includes(marked)) return [];
      const key = marked ?? name;
      const isWanted = this.#wished.some(({ desired }) => isSameObject(desired.object, object));
      const isDrained = this.#drainOf({ object, key })?.phase === 'Succeeded';
      return isWanted && !isDrained ? [] : [{ object, key }];
    });
    const rank = ({ object, key }: Leaving) => this.#rank(object, { key, value: key, index: 0 }) ?? 0;
    return found.sort((a, b) => rank(b) - rank(a) || compareKeys(b.key, a.key));
  }

  // One leaves at a time; one that is not ready takes nothing away.
  #leaving(departures: readonly Leaving[], gone: readonly string[]): Leaving | undefined {
    if (departures.some(({ object }) => isLeaving(object))) return undefined;
    const begun = departures.find((departure) => this.#isBegun(departure));
    const [first, ...others] = departures;
    if (begun !== undefined || first === undefined) return begun;
    const { rollout } = this.#child;
    const isFailed = this.#drainOf(first)?.phase === 'Failed';
    if (isFailed || !this.#input.isReady(first.object) || gone.length < rollout.maxUnavailable) return first;
    this.#wait(`of "${first.key}" waits to leave: ${listLacking(gone)}`, others.length, rollout.span);
    return undefined;
  }

  #drainOf(leaving: Leaving): TaskState | undefined {
    return this.#input.drains.find((run) => run.key === drainKey(leaving));
  }

  // Its drain runs or has ended, or there is none: it is out of service as good as gone.
  #isBegun(departure: Leaving): boolean {
    const phase = this.#drainOf(departure)?.phase;
    return phase === 'Running' || phase === 'Succeeded';
  }

  #isGoing(departure: Leaving): boolean {
    return isLeaving(departure.object) || this.#isBegun(departure);
  }

  #heldMissing(staying: readonly Wished[]): readonly Wished[] {
    const held: Wished[] = [];
    let reason: (Reason & { readonly key: string }) | undefined;
    for (const member of staying) {
      if (member.observed !== undefined) continue;
      const why = this.#volumeProblem(member) ?? this.#orderProblem(member, staying);
      if (why === undefined) continue;
      held.push(member);
      reason ??= { ...why, key: member.key ?? '' };
    }
    if (reason !== undefined)
      this.#wait(`of "${reason.key}" waits to be made: ${reason.message}`, held.length - 1, reason.span);
    return held;
  }

  #orderProblem(member: Wished, staying: readonly Wished[]): Reason | undefined {
    const { isOrdered, span } = this.#child.rollout;
    if (!isOrdered) return undefined;
    const before = staying.slice(0, staying.indexOf(member)).find((other) => !isReady(other));
    return before === undefined ? undefined : { message: describe(before), span };
  }

  // A key is given to a new member only with volumes that are new, or those of a member that was lost.
  #volumeProblem({ key = '' }: Wished): Reason | undefined {
    const { volumes, span } = this.#child.rollout;
    for (const id of volumes) {
      const objects = this.#input.observed.filter(
        ({ metadata }) => metadata.labels?.[CHILD_LABEL] === id && metadata.annotations?.[KEY_ANNOTATION] === key,
      );
      const old = objects.find((object) => isOfDrained(object, key, this.#input.drains));
      const ending = objects.find(isLeaving);
      if (ending !== undefined) return { message: `its volume ${nameOf(ending)} is going`, span };
      if (old !== undefined)
        return {
          message: `its volume ${nameOf(old)} was that of a member that was drained, and has to go first`,
          span,
        };
      const state = this.#input.states.get(id);
      const isWanted = state?.kind !== 'there' || state.members.some((member) => member.key === key);
      if (isWanted && objects.length === 0) return { message: `its volume "${id}" is not there yet`, span };
    }
    return undefined;
  }

  #heldOutdated(staying: readonly Wished[], gone: readonly string[]): readonly Wished[] {
    const { maxUnavailable, span } = this.#child.rollout;
    const rankOf = this.#ranksOf(staying);
    const outdated = staying.filter((member) => isOutdated(member) && isReady(member));
    const queue = outdated.filter((member) => this.#rankOf(member) !== undefined).reverse();
    queue.sort((a, b) => rankOf(a) - rankOf(b));
    const unsettled = staying.filter((member) => !isReady(member) || isOutdated(member));
    const problemOf = (member: Wished, room: number): Reason | undefined => {
      const lower = unsettled.find((other) => rankOf(other) < rankOf(member));
      if (lower !== undefined) return { message: describe(lower), span };
      return room > 0 ? this.#gateProblem(member) : { message: listLacking(gone), span };
    };
    let chosen = 0;
    for (const member of queue) {
      const room = maxUnavailable - gone.length - chosen;
      // Only this many are told of by the room that they take.
      if (room <= 0 && chosen > 0) break;
      const problem = problemOf(member, room);
      if (problem !== undefined) {
        const more = queue.length - chosen - 1;
        this.#wait(`of "${member.key}" waits to be replaced: ${problem.message}`, more, problem.span);
        break;
      }
      chosen += 1;
    }
    const first = new Set(queue.slice(0, chosen));
    return outdated.filter((member) => !first.has(member));
  }

  // One that is not there, or whose order failed, counts as one of the first.
  #ranksOf(staying: readonly Wished[]): (member: Wished) => number {
    const known = staying.flatMap((member) => this.#rankOf(member) ?? []);
    const first = Math.min(...known);
    return (member) => this.#rankOf(member) ?? first;
  }

  #rankOf({ observed, item }: Wished): number | undefined {
    return observed === undefined ? undefined : this.#rank(observed, item);
  }

  #rank(object: KubeObject, item: Item | undefined): number | undefined {
    if (!this.#ranks.has(object)) this.#ranks.set(object, this.#computeRank(object, item));
    return this.#ranks.get(object);
  }

  #computeRank(object: KubeObject, item: Item | undefined): number | undefined {
    const { order, span } = this.#child.rollout;
    if (order === undefined) return 0;
    const found = this.#ask(object, item, () => {
      const value = this.#input.scope.value(order) ?? 0;
      if (typeof value !== 'number')
        throw invalid(spanOf(order, span), `order gave ${describeValue(value)}, not a number`);
      return value;
    });
    return typeof found === 'number' ? found : undefined;
  }

  #gateProblem({ observed, item }: Wished): Reason | undefined {
    const { gate, span } = this.#child.rollout;
    if (gate === undefined) return undefined;
    const at = spanOf(gate, span);
    const answer = this.#ask(observed as KubeObject, item, () => {
      const value = this.#input.scope.value(gate);
      if (toGuard(value, at, 'gate')) return 'open';
      const found = describeFound(gate, this.#input.scope, this.#input.rule);
      const why = found === '' ? '' : ` (${found})`;
      return { message: `its gate${sourceOf(gate)} gave ${describeValue(value)}${why}`, span: at };
    });
    if (answer === 'open') return undefined;
    return answer ?? { message: 'its gate failed', span: at };
  }

  // A formula for one member. Undefined where it failed; what it waits for as a reason.
  #ask<T>(object: KubeObject, item: Item | undefined, ask: () => T): T | Reason | undefined {
    const { scope } = this.#input;
    bind(item, scope);
    scope.set('self', object as unknown as MaybeJson);
    try {
      return ask();
    } catch (error) {
      if (error instanceof FormulaWait) return error.waiting;
      if (!(error instanceof FormulaFailure)) throw error;
      this.#failures.push({ ...error.failure, child: this.#child.id });
      return undefined;
    } finally {
      bind(undefined, scope);
      scope.set('self', undefined);
    }
  }

  #wait(message: string, more: number, span: Span): void {
    const others = more === 0 ? '' : `; ${more} more after it`;
    this.#waiting.push({
      child: this.#child.id,
      code: 'MemberWaits',
      message: `${message}${others}`,
      span,
      on: this.#child.id,
    });
  }
}

function sourceOf(template: Template): string {
  return template.kind === 'formula' ? `, =${template.formula.source},` : '';
}

function listLacking(gone: readonly string[]): string {
  const [first = '', ...others] = gone;
  return `${first}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
}

function describe({ key, observed, health }: Wished): string {
  if (observed === undefined) return `"${key}" does not exist yet`;
  if (health?.health.status === 'Current') return `"${key}" comes first`;
  return `"${key}" is not ready: ${nameOf(observed)}: ${health?.health.message}`;
}

function describeGoing({ object, key }: Leaving): string {
  return `"${key}" leaves first (${nameOf(object)})`;
}

function nameOf(object: KubeObject): string {
  return describeRef(toRef(object));
}

// Health alone may be from before the last change.
function isReady({ observed, health }: Wished): boolean {
  return observed !== undefined && checkLife(observed) === undefined && health?.health.status === 'Current';
}

// A wish that differs from what was applied last; edits of others are none.
function isOutdated({ observed, desired }: Wished): boolean {
  if (observed === undefined || isLeaving(observed)) return false;
  const mark = desired.object.metadata.annotations?.[APPLIED_ANNOTATION];
  return desired.policy.write !== 'once' && observed.metadata.annotations?.[APPLIED_ANNOTATION] !== mark;
}

// Numbers in keys count as numbers: 10 comes after 9.
function compareKeys(left: string, right: string): number {
  const [a, b] = [left.split(/(\d+)/), right.split(/(\d+)/)];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [one = '', other = ''] = [a[at], b[at]];
    if (one === other) continue;
    const difference = at % 2 === 1 ? Number(one) - Number(other) : 0;
    return difference !== 0 ? difference : one < other ? -1 : 1;
  }
  return a.length - b.length;
}
