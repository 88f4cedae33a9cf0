// Histories that have found something, in their shortest form, and what they are about.

import type { ChildSpec, RuleSpec, Spec } from './rule.ts';
import type { Event, Pace, Story } from './story.ts';

const CHILD: ChildSpec = {
  id: 'a',
  kind: 'ConfigMap',
  name: 'a',
  when: 'always',
  isMany: false,
  source: { kind: 'spec' },
  after: [],
  onDelete: 'delete',
  adopt: 'never',
  onDrift: 'correct',
  onConflict: 'fail',
};

/** A child that differs from the ordinary. */
export function childOf(more: Partial<ChildSpec>): ChildSpec {
  return { ...CHILD, ...more };
}

/** A rule with one child, unless something else is said. */
export function ruleOf(more: Partial<ChildSpec>, others: Partial<RuleSpec> = {}): RuleSpec {
  return { children: [childOf(more)], patches: [], hasTask: false, isInputOptional: true, ...others };
}

/** The resource `one` with this text. */
export function want(more: Partial<Spec> = {}): Event {
  return { is: 'want', cr: 'one', spec: { x: 'v1', on: [], items: [], ...more } };
}

/** A history that has time for each event. */
export function storyOf(rules: readonly RuleSpec[], ...events: readonly Event[]): Story {
  return { rules, steps: events.map((event): readonly [Event, Pace] => [event, 'all']) };
}

/** A history, and what must be true at its end. */
export interface Kept {
  readonly what: string;
  readonly story: Story;
}

/** All that are kept. */
export const KEPT: readonly Kept[] = [
  {
    what: 'a field that somebody declared is told of where edits are left',
    story: storyOf([ruleOf({ onDrift: 'ignore' })], want(), { is: 'claim', nth: 0 }),
  },
  {
    what: 'an edit is left when the wish changes',
    story: storyOf([ruleOf({ onDrift: 'warn' })], want(), { is: 'edit', nth: 0 }, want({ x: 'v2' })),
  },
  {
    what: 'what is yielded is not written again and again',
    story: storyOf([ruleOf({ onConflict: 'yield' })], want(), { is: 'claim', nth: 0 }),
  },
  {
    what: 'a child that was to stay goes when the rule says so since',
    story: storyOf(
      [ruleOf({ onDelete: 'orphan', when: 'listed' }), ruleOf({ when: 'listed' })],
      want({ on: ['a'] }),
      { is: 'stop' },
      { is: 'rule', nth: 1 },
      want(),
      { is: 'start' },
    ),
  },
  {
    what: 'a child whose mark is gone while somebody holds a field of it is followed all the same',
    story: storyOf([ruleOf({})], want(), { is: 'claim', nth: 0 }, { is: 'strip', nth: 0 }),
  },
];
