// A child of which somebody else holds a field: what the engine says of it, for the pages of codes.

import { apply, refOf } from '../engine/apply/apply.ts';
import { diff } from '../engine/diff/diff.ts';
import { evaluate } from '../engine/evaluate/evaluate.ts';
import { notesOf, type Pause } from '../engine/model/change.ts';
import { haltOf } from '../engine/model/halt.ts';
import { fieldManagerOf } from '../engine/model/marks.ts';
import type { KubeObject } from '../engine/model/object.ts';
import type { CompiledRule } from '../engine/model/rule.ts';
import { tellObserved, tellSuspended } from '../engine/status/halt.ts';

/** A code and its words. */
export interface Told {
  readonly code: string;
  readonly message: string;
}

/** What is said of the first child of a rule when `.data.a` of it has another value, of the manager "other". */
export async function contest(
  rule: CompiledRule,
  owner: KubeObject,
  { operation, pause }: { readonly operation: 'Apply' | 'Update'; readonly pause?: Pause },
): Promise<readonly Told[]> {
  const plan = evaluate(rule, { owner, observed: [], now: '2026-01-01T00:00:00Z' });
  const wish = plan.desired[0]?.object as KubeObject;
  const { name: _name, namespace: _namespace, ...metadata } = wish.metadata;
  const own = { 'f:metadata': Object.fromEntries(Object.keys(metadata).map((key) => [`f:${key}`, {}])), 'f:data': {} };
  const manager = fieldManagerOf(rule.name);
  const entries = [
    { manager, operation: 'Apply' as const, apiVersion: 'v1', fieldsV1: { ...own, 'f:data': { '.': {} } } },
    { manager: 'other', operation, apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:a': {} } } },
  ];
  const live = { ...wish, data: { a: 'theirs' }, metadata: { ...wish.metadata, uid: 'u4', managedFields: entries } };
  const input = { rule: rule.name, observed: [live], records: [], settled: () => undefined, pauseOf: () => pause };
  const { changes } = diff(plan, input);
  const notes = changes.flatMap((change) => (change.kind === 'unchanged' ? notesOf(change) : []));
  const client = { get: refuse, apply: refuse, patch: refuse, delete: refuse };
  const deps = { client, observe: () => undefined, forget: () => undefined };
  const applied = await apply(changes, { rule: rule.name, owner, journal: 'status', records: [], inventory: [] }, deps);
  return [...notes, ...applied.flatMap(({ outcome }) => outcome.fault ?? [])];
}

/** What is said of a resource of which nothing is there yet, and for which nothing is written. */
export async function halted(rule: CompiledRule, owner: KubeObject): Promise<readonly Told[]> {
  const plan = evaluate(rule, { owner, observed: [], now: '2026-01-01T00:00:00Z' });
  const input = { rule: rule.name, observed: [], records: [], settled: () => undefined, pauseOf: () => undefined };
  const halt = haltOf(rule, owner);
  if (halt === undefined) return [];
  if (halt.code === 'Suspended') return [tellSuspended(halt, plan)];
  const steps = diff(plan, input).changes.map((change) => {
    const outcome = { child: change.child, ref: refOf(change), result: 'created' } as const;
    return { change, outcome };
  });
  return [tellObserved(rule, halt, { steps, remembered: [], taken: [], plan })];
}

/** What is said of the first patch of a rule when its target is this. */
export async function refusedPatch(
  rule: CompiledRule,
  owner: KubeObject,
  target: KubeObject,
): Promise<readonly Told[]> {
  const read = () => ({ kind: 'found' as const, objects: [target] });
  const plan = evaluate(rule, { owner, observed: [], now: '2026-01-01T00:00:00Z', read });
  const input = { rule: rule.name, observed: [], records: [], settled: () => undefined, pauseOf: () => undefined };
  const client = { get: refuse, apply: refuse, patch: refuse, delete: refuse };
  const deps = { client, observe: () => undefined, forget: () => undefined };
  const about = { rule: rule.name, owner, journal: 'status' as const, records: [], inventory: [] };
  return (await apply(diff(plan, input).changes, about, deps)).flatMap(({ outcome }) => outcome.fault ?? []);
}

async function refuse(): Promise<never> {
  throw new Error('no request is needed to tell');
}
