// Why pods start anew by a change that was made.
//
// In: the change, the object as it was and as the API server answered. Out: one sentence, or nothing where no pod starts
// anew: what only looks different, since the API server writes values in its own way, is no reason.
// Promises: pure; values that were computed from a Secret are never shown.

import type { Change, Difference, Outcome, Restart } from '../model/change.ts';
import { hashText } from '../model/hash.ts';
import { getPath, isArray, isObject, type Json, type JsonObject, type MaybeJson } from '../model/json.ts';
import { type KubeObject, toRef } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { CompiledRule } from '../model/rule.ts';
import { type Source, sourceOf, tellFields } from './fields.ts';

const WITH_PODS: ReadonlySet<string> = new Set(['apps/v1 Deployment', 'apps/v1 StatefulSet', 'apps/v1 DaemonSet']);
// Chosen: as much as a person reads.
const MAX_FIELDS = 3;

/** Why pods start anew by a change; undefined where none do. `live`: the object as the API server stored it. */
export function restartOf(
  rule: CompiledRule,
  change: Change,
  { outcome, live }: { readonly outcome: Outcome; readonly live?: KubeObject },
): Restart | undefined {
  const source = sourceOf(rule, change.child);
  if ((change.kind !== 'configure' && change.kind !== 'patch') || source === undefined) return undefined;
  // One that is skipped is deleted, and made anew when it is gone.
  const isEnding = outcome.result === 'skipped' && change.kind === 'configure';
  const stored = live ?? (isEnding ? change.desired.object : undefined);
  if (stored === undefined) return undefined;
  const { observed } = change;
  const fields = tellFields(rule, change, stored, (difference) => startsAnew(difference, source, outcome));
  if (fields.length === 0) return undefined;
  const more = fields.length > MAX_FIELDS ? `; ${fields.length - MAX_FIELDS} more` : '';
  const cause = hashText(`${observed.metadata.uid} ${observed.metadata.resourceVersion}`);
  return { reason: `${fields.slice(0, MAX_FIELDS).join('; ')}${more}`, cause };
}

function startsAnew({ path }: Difference, { resource, isMember }: Source, { result }: Outcome): boolean {
  const kind = `${resource.apiVersion} ${resource.kind}`;
  if (path.startsWith('/metadata/ownerReferences')) return false;
  if (result === 'recreated' || result === 'skipped') return true;
  if (WITH_PODS.has(kind)) return path.startsWith('/spec/template/');
  return kind === 'v1 Pod' ? path.startsWith('/spec/') : isMember;
}

// Chosen: enough for the last roll-out of a few workloads.
const KEPT = 10;

/**
 * The last restart of each object, the newest first: those of this reconcile, then those that the status has and whose
 * object is still there.
 */
export function listRestarts(plan: Plan, outcomes: readonly Outcome[], now: string): readonly JsonObject[] {
  const fresh = outcomes.flatMap(({ child, ref, restart }): JsonObject[] =>
    restart === undefined ? [] : [{ id: child, kind: ref.kind, name: ref.name, at: now, reason: restart.reason }],
  );
  const before = getPath(plan.owner['status'] as MaybeJson, ['restarts']);
  const kept = (isArray(before) ? before.filter(isObject) : []).filter((entry) => {
    const isSame = (other: { readonly kind?: Json; readonly name?: Json }) =>
      other.kind === entry['kind'] && other.name === entry['name'];
    const patched = plan.patches.wishes.map(({ live }) => toRef(live));
    return !fresh.some(isSame) && [...plan.children.map(({ ref }) => ref), ...patched].some(isSame);
  });
  return [...fresh, ...kept].slice(0, KEPT);
}
