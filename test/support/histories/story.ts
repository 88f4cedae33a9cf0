// Histories as data: rules and what happens, generated and printed.

import fc from 'fast-check';
import type { Mishap, Moment } from './line.ts';
import { type ChildSpec, ITEMS, type PatchSpec, type RuleSpec, type Spec, TASK } from './rule.ts';

/** What becomes of what belongs to an object that is deleted. */
export type Cascade = 'Background' | 'Foreground' | 'Orphan';

/** What people do. Numbers choose among what is there. */
export type Deed =
  | { readonly is: 'want'; readonly cr: string; readonly spec: Spec }
  | { readonly is: 'unwant'; readonly cr: string; readonly cascade: Cascade }
  | { readonly is: 'namespace' }
  | { readonly is: 'drop' | 'edit' | 'claim' | 'unclaim' | 'strip'; readonly nth: number }
  | { readonly is: 'input'; readonly value: string | undefined }
  | { readonly is: 'selected'; readonly how: 'selected' | 'passed over' | 'gone' }
  | { readonly is: 'squat' | 'unsquat'; readonly cr: string; readonly nth: number }
  | {
      readonly is: 'target';
      readonly cr: string;
      readonly where: PatchSpec['where'];
      readonly data: Readonly<Record<string, string>> | undefined;
    }
  | { readonly is: 'rule'; readonly nth: number };

/** What happens to the engine, and on its way to the API server. */
export type Trouble =
  | { readonly is: 'kill'; readonly writes: number; readonly moment: Moment }
  | { readonly is: 'stop' | 'start' | 'double' | 'fresh' | 'expire' | 'allow' }
  | { readonly is: 'forbid' | 'stale'; readonly what: string }
  | { readonly is: 'mishaps'; readonly kinds: readonly Mishap[]; readonly reads: number };

/** What happens. */
export type Event = Deed | Trouble;

/** How much time there is after an event. */
export type Pace = 'at once' | 'a turn' | 'all' | 'seconds' | 'minutes';

/** A history. */
export interface Story {
  readonly rules: readonly RuleSpec[];
  readonly steps: readonly (readonly [Event, Pace])[];
}

export const CRS: readonly string[] = ['one', 'two'];
const IDS = ['a', 'b', 'c', 'd'];
const PATCHES = ['p0', 'p1'];
const VALUES = ['v1', 'v2', 'v3'];
const FORBIDDEN = ['configmaps', 'clusterroles', 'deployments', 'things', 'namespaces/there'];

function childOf(at: number): fc.Arbitrary<ChildSpec> {
  const before = IDS.slice(0, at);
  const id = IDS[at] as string;
  const source: fc.Arbitrary<ChildSpec['source']> = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: 'spec' } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'input' } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'memory' } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'selected' } as const) },
    ...(at === 0
      ? []
      : [{ weight: 3, arbitrary: fc.constantFrom(...before).map((other) => ({ kind: 'child', id: other }) as const) }]),
  );
  return fc.record({
    id: fc.constant(id),
    kind: fc.constantFrom('ConfigMap', 'ConfigMap', 'There', 'Frozen', 'ClusterRole', 'Deployment'),
    name: fc.constantFrom(id, id, `${id}x`),
    when: fc.constantFrom('always', 'always', 'listed', 'listed', 'input'),
    isMany: fc.boolean(),
    source,
    after:
      at === 0
        ? fc.constant([])
        : fc.oneof(
            fc.constant([]),
            fc.constantFrom(...before).map((other) => [other]),
          ),
    onDelete: fc.constantFrom('delete', 'delete', 'orphan'),
    adopt: fc.constantFrom('never', 'never', 'ifReleased', 'ifUnowned'),
    onDrift: fc.constantFrom('correct', 'correct', 'correct', 'warn', 'ignore'),
    onConflict: fc.constantFrom('fail', 'fail', 'force', 'yield'),
  });
}

const patchOf = (id: string): fc.Arbitrary<PatchSpec> =>
  fc.record({
    id: fc.constant(id),
    mode: fc.constantFrom('apply', 'merge', 'json'),
    isOptional: fc.boolean(),
    where: fc.constantFrom('home', 'there'),
  });

const rules: fc.Arbitrary<RuleSpec> = fc
  .record({
    children: fc.tuple(...IDS.map((_, at) => childOf(at))).chain((all) => fc.subarray([...all], { minLength: 1 })),
    patches: fc.tuple(...PATCHES.map(patchOf)).chain((all) => fc.subarray([...all])),
    hasTask: fc.boolean(),
    isInputOptional: fc.boolean(),
  })
  .map((rule) => ({ ...rule, children: rule.children.map((child) => fitted(child, rule)) }));

// Without what is not there.
function fitted(child: ChildSpec, { children, hasTask }: RuleSpec): ChildSpec {
  const has = (id: string): boolean => children.some((other) => other.id === id);
  const { source, after } = child;
  return {
    ...child,
    after: [...after.filter(has), ...(hasTask && child.isMany ? [TASK] : [])],
    // What is taken over elsewhere, or made anew, is refused by the engine or another matter.
    adopt: ['There', 'ClusterRole', 'Frozen'].includes(child.kind) ? 'never' : child.adopt,
    onDelete: child.kind === 'Frozen' ? 'delete' : child.onDelete,
    source: source.kind === 'child' && !has(source.id) ? { kind: 'spec' } : source,
  };
}

const specs: fc.Arbitrary<Spec> = fc.record({
  x: fc.constantFrom(...VALUES),
  on: fc.subarray([...IDS, ...PATCHES]),
  items: fc.subarray([...ITEMS]),
});

const cr = fc.constantFrom(...CRS);
const nth = fc.nat(11);
const just = <T extends Event['is']>(is: T) => fc.constant({ is });

const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ is: fc.constant('want' as const), cr, spec: specs }) },
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('unwant' as const),
      cr,
      cascade: fc.constantFrom('Background', 'Background', 'Foreground', 'Orphan'),
    }),
  },
  { weight: 1, arbitrary: just('namespace') },
  { weight: 8, arbitrary: fc.record({ is: fc.constantFrom('drop', 'edit', 'claim', 'unclaim', 'strip'), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({ is: fc.constant('input' as const), value: fc.constantFrom('i1', 'i2', undefined) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('selected' as const),
      how: fc.constantFrom('selected', 'passed over', 'gone'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ is: fc.constantFrom('squat', 'unsquat'), cr, nth }) },
  {
    weight: 4,
    arbitrary: fc.record({
      is: fc.constant('target' as const),
      cr,
      where: fc.constantFrom('home', 'there'),
      data: fc.constantFrom(
        undefined,
        { own: 'h' },
        { own: 'h', p0: 'h1' },
        { own: 'h', p1: 'h2' },
        { own: 'h', p0: 'h3', p1: 'h3' },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ is: fc.constant('rule' as const), nth: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      is: fc.constant('kill' as const),
      writes: fc.integer({ min: 1, max: 6 }),
      moment: fc.constantFrom('before', 'after'),
    }),
  },
  { weight: 4, arbitrary: just('start') },
  { weight: 1, arbitrary: just('stop') },
  { weight: 1, arbitrary: just('double') },
  { weight: 2, arbitrary: just('fresh') },
  { weight: 1, arbitrary: just('expire') },
  {
    weight: 3,
    arbitrary: fc.record({ is: fc.constantFrom('forbid', 'stale', 'stale'), what: fc.constantFrom(...FORBIDDEN) }),
  },
  { weight: 2, arbitrary: just('allow') },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('mishaps' as const),
      kinds: fc.array(fc.constantFrom('conflict', 'throttled', 'internal', 'cut', 'lost'), { maxLength: 3 }),
      reads: fc.nat(2),
    }),
  },
) as fc.Arbitrary<Event>;

const paces = fc.constantFrom<Pace>('all', 'at once', 'a turn', 'all', 'seconds', 'minutes');

/** Histories. */
export const stories: fc.Arbitrary<Story> = fc.record({
  rules: fc.array(rules, { minLength: 1, maxLength: 3 }),
  steps: fc.array(fc.tuple(events, paces), { maxLength: 25 }),
});

/** A history for people to read. */
export function describeStory({ rules: all, steps }: Story): string {
  const lines = [
    ...all.map((rule, at) => `rule ${at}: ${JSON.stringify(rule)}`),
    ...steps.map(([event, pace], at) => `${at + 1}. ${JSON.stringify(event)}, then ${pace}`),
  ];
  return lines.join('\n');
}
