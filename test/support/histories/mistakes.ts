// Mistakes that an operator is prone to. Each is planted alone in the engine, and must be found by a history; without it
// the same history finds nothing.

import type { Mistake } from '../plant.ts';
import { ruleOf, storyOf, want } from './kept.ts';
import type { Story } from './story.ts';

/** A mistake in the engine, and the history that finds it. */
export interface EngineMistake extends Mistake {
  readonly what: string;
  readonly story: Story;
}

const PATCHING = ruleOf({}, { patches: [{ id: 'p0', mode: 'merge', isOptional: false, where: 'home' }] });
const TARGET = { is: 'target', cr: 'one', where: 'home', data: { own: 'h', p0: 'h1' } } as const;
const SQUAT = { is: 'squat', cr: 'one', nth: 0 } as const;
const UNWANT = { is: 'unwant', cr: 'one', cascade: 'Background' } as const;

/** All mistakes. */
export const MISTAKES: readonly EngineMistake[] = [
  {
    what: 'a delete names no object but by its name',
    file: 'engine/kube/client.ts',
    find: 'preconditions: { ...preconditions },',
    put: '',
    story: storyOf(
      [ruleOf({ when: 'listed' })],
      want({ on: ['a'] }),
      { is: 'stale', what: 'configmaps' },
      { is: 'drop', nth: 0 },
      SQUAT,
      want(),
    ),
  },
  {
    what: 'a child is made over an object that is there',
    file: 'engine/apply/create.ts',
    find: 'withMetadata(desired.object, { resourceVersion: NO_SUCH_VERSION })',
    put: 'desired.object',
    story: storyOf([ruleOf({})], SQUAT, want()),
  },
  {
    what: 'what was let go is taken over without a word in the rule',
    file: 'engine/apply/create.ts',
    find: "if (adopt === 'never' || !isUnowned(live)) return false;",
    put: 'if (!isUnowned(live)) return false;',
    story: storyOf([ruleOf({ onDelete: 'orphan' })], want(), UNWANT, want()),
  },
  {
    what: 'what was to stay is deleted',
    file: 'engine/diff/diff.ts',
    find: "return [{ kind: 'release', child, prune }];\n  const isReferred",
    put: "return [{ kind: 'delete', child, prune }];\n  const isReferred",
    story: storyOf([ruleOf({ onDelete: 'orphan' })], want(), UNWANT),
  },
  {
    what: 'a child that waits is taken for one that is not wanted',
    file: 'engine/evaluate/prune.ts',
    find: "if (state.kind !== 'there') return undefined;",
    put: "if (state.kind !== 'there') return 'it waits';",
    story: storyOf(
      [ruleOf({ source: { kind: 'input' } }, { isInputOptional: false })],
      { is: 'input', value: 'i1' },
      want(),
      { is: 'input', value: undefined },
    ),
  },
  {
    what: 'what patches did stays',
    file: 'engine/diff/patches.ts',
    find: '  const child = record.patch;\n  // Made anew',
    put: "  const child = record.patch;\n  if (child !== '') return [];\n  // Made anew",
    story: storyOf([PATCHING], TARGET, want(), UNWANT),
  },
  {
    what: 'what is replaced is written down too late',
    file: 'engine/apply/record.ts',
    find: 'for (const { record } of recorded) records.set',
    put: 'for (const { record } of recorded.slice(1)) records.set',
    story: storyOf(
      [ruleOf({}, { ...PATCHING, children: [] })],
      TARGET,
      { is: 'kill', writes: 3, moment: 'before' },
      want(),
      { is: 'start' },
      UNWANT,
    ),
  },
  {
    what: 'nothing holds a resource with children elsewhere',
    file: 'engine/run/holding.ts',
    find: '!mustHold(plan, changes, input)) return false;',
    put: '!mustHold(plan, changes, input) || input.rule !== "") return false;',
    story: storyOf([ruleOf({ kind: 'There' })], want(), UNWANT),
  },
  {
    what: 'what somebody has declared is taken',
    file: 'engine/diff/wish.ts',
    find: "const isClaim = entry.operation === 'Apply' || entry.subresource !== undefined;",
    put: 'const isClaim = entry.subresource !== undefined;',
    story: storyOf([ruleOf({})], want(), { is: 'claim', nth: 0 }),
  },
  {
    what: 'a resource is ready although a child could not be made',
    file: 'engine/status/conditions.ts',
    find: "fault?.retry === 'never'\n",
    put: "fault?.retry === 'never' && fault.code !== 'NotOwned'\n",
    story: storyOf([ruleOf({})], SQUAT, want()),
  },
  {
    what: 'the status is written anew each time',
    file: 'engine/status/status.ts',
    find: "before?.['status'] === condition.status ? before['lastTransitionTime'] : undefined",
    put: "before?.['status'] === '' ? before['lastTransitionTime'] : undefined",
    story: storyOf([ruleOf({})], want()),
  },
];
