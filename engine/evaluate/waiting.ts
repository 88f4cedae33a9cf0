// What a node of the graph waits for: a child that it depends on and that does not exist, is not ready, or of which
// nobody can know yet what is read.
//
// Promises: pure; a node looks at the nodes that it depends on and at nothing else, so that no gate holds up all.

import { describeRef, type KubeObject } from '../model/object.ts';
import type { ChildHealth, Failure, Waiting } from '../model/plan.ts';
import type { CompiledChild, CompiledRule, Dependency } from '../model/rule.ts';
import { type Reader, readsUnknown } from './foresight.ts';
import type { Member } from './members.ts';
import type { Rollout } from './rollout.ts';
import type { TaskRun } from './tasks.ts';

/** What became of one child. `there` without members: it is not wanted. */
export type State =
  | { readonly kind: 'there'; readonly members: readonly Member[]; readonly run?: TaskRun; readonly rollout?: Rollout }
  | { readonly kind: 'waiting'; readonly waiting: Waiting }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What waits for children: a child, or a patch, which never reads one that is not ready. */
export type Node = Reader & Partial<Pick<CompiledChild, 'readsUnready'>>;

/** What is known of the other nodes. */
export interface Surroundings {
  readonly rule: CompiledRule;
  /** What became of the children that were looked at. */
  readonly states: ReadonlyMap<string, State>;
  /** True for a child that is only expected to be there. */
  isForeseen?(observed: KubeObject): boolean;
}

type Reason = Pick<Waiting, 'code' | 'message'>;

/** The first of the dependencies of this part that a node waits for; undefined where it waits for none. */
export function waitingFor(
  node: Node,
  isPart: (dependency: Dependency) => boolean,
  around: Surroundings,
): Waiting | undefined {
  for (const dependency of node.dependencies.filter(isPart)) {
    const reason = reasonToWait(node, dependency, around) ?? reasonNotToKnow(node, dependency, around);
    if (reason !== undefined) return { child: node.id, ...reason, span: dependency.span, on: dependency.id };
  }
  return undefined;
}

function reasonToWait(child: Node, dependency: Dependency, { states }: Surroundings): Reason | undefined {
  if (dependency.part === 'order') return undefined;
  const state = states.get(dependency.id);
  const name = `"${dependency.id}"`;
  switch (state?.kind) {
    case undefined:
      return undefined;
    case 'waiting':
      return { code: 'DependencyMissing', message: `needs ${name}, which waits itself` };
    case 'failed':
      return { code: 'DependencyMissing', message: `needs ${name}, whose formula failed` };
    case 'there': {
      const blocked = state.run?.blocked;
      if (blocked !== undefined) return { ...blocked, message: `needs ${name}, ${blocked.message}` };
      const mayReadUnready = child.readsUnready === true && dependency.part !== 'after';
      for (const member of state.members) {
        const reason = reasonOf(member, name, mayReadUnready);
        if (reason !== undefined) return reason;
      }
      return undefined;
    }
  }
}

function reasonNotToKnow(node: Node, { id, part }: Dependency, around: Surroundings): Reason | undefined {
  const { isForeseen, rule, states } = around;
  const state = states.get(id);
  if (isForeseen === undefined || part === 'after' || part === 'order' || state?.kind !== 'there') return undefined;
  const isNew = state.members.some((one) => one.kind !== 'failed' && one.observed && isForeseen(one.observed));
  if (!isNew || !readsUnknown(node, part, id, rule)) return undefined;
  return { code: 'DependencyNotReady', message: `reads of "${id}" what is known only when that is there` };
}

function reasonOf(member: Member, name: string, mayReadUnready: boolean): Reason | undefined {
  const which = member.key === undefined ? name : `${name} of "${member.key}"`;
  if (member.kind === 'failed') return { code: 'DependencyMissing', message: `needs ${which}, whose formula failed` };
  const { health } = member;
  if (health === undefined) return { code: 'DependencyMissing', message: `needs ${which}, which does not exist yet` };
  if (mayReadUnready) return undefined;
  if (member.kind === 'held')
    return { code: 'DependencyNotReady', message: `needs ${which}, which waits to be replaced` };
  if (health.health.status === 'Current') return undefined;
  return { code: 'DependencyNotReady', message: `needs ${which}: ${describeHealth(health)}` };
}

/** How a person reads a child's health: `Deployment shop/web: 0 of 2 replicas are ready`. */
function describeHealth({ ref, health }: ChildHealth): string {
  return `${describeRef(ref)}: ${health.message}`;
}
