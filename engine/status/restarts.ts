// Why pods start anew by a change that was made.
//
// In: the change, the object as it was and as the API server answered. Out: one sentence, or nothing where no pod starts
// anew: what only looks different, since the API server writes values in its own way, is no reason.
// Promises: pure; values that were computed from a Secret are never shown.

import type { Change, Difference, Outcome, Restart } from '../model/change.ts';
import { describeSpan } from '../model/diagnostic.ts';
import { hashText } from '../model/hash.ts';
import { getPath, isArray, isEqual, isObject, type Json, type JsonObject, type MaybeJson } from '../model/json.ts';
import { APPLIED_ANNOTATION } from '../model/marks.ts';
import { type KubeObject, toRef } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import { type PendingRestart, parsePending, toPendingJson, WITHDRAWN } from '../model/restart.ts';
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
  if (change.kind === 'withdraw') return live === undefined ? undefined : restartOfWithdrawal(rule, change, live);
  const source = sourceOf(rule, change.child);
  if ((change.kind !== 'configure' && change.kind !== 'patch') || source === undefined) return undefined;
  // One that is skipped is deleted, and made anew when it is gone.
  const isEnding = outcome.result === 'skipped' && change.kind === 'configure';
  const stored = live ?? (isEnding ? change.desired.object : undefined);
  if (stored === undefined) return undefined;
  const { observed, child } = change;
  const fields = tellFields(rule, change, stored, (difference) => startsAnew(difference, source, outcome));
  if (fields.length === 0) return undefined;
  const more = fields.length > MAX_FIELDS ? `; ${fields.length - MAX_FIELDS} more` : '';
  return { reason: `${fields.slice(0, MAX_FIELDS).join('; ')}${more}`, cause: causeOf(child, observed) };
}

function causeOf(child: string, { metadata }: KubeObject): string {
  return hashText(`${child} ${metadata.uid} ${metadata.resourceVersion}`);
}

type Withdraw = Extract<Change, { readonly kind: 'withdraw' }>;

// What was there before the patch comes back, and nobody computed it.
function restartOfWithdrawal(rule: CompiledRule, { child, observed }: Withdraw, live: KubeObject): Restart | undefined {
  const { apiVersion, kind } = observed;
  const part = kind === 'Pod' ? ['spec'] : ['spec', 'template'];
  const at = (object: KubeObject) => getPath(object as unknown as Json, part);
  if (!(WITH_PODS.has(`${apiVersion} ${kind}`) || kind === 'Pod') || isEqual(at(observed), at(live))) return undefined;
  const span = rule.patches.find(({ id }) => id === child)?.span;
  const by = span === undefined ? '' : ` (${describeSpan(span)})`;
  return {
    reason: `${part.join('.')}: what the patch "${child}" did is taken back${by}`,
    cause: causeOf(child, observed),
  };
}

/** A restart that a change is about to make, as far as can be told before; undefined for none. */
export function foretell(rule: CompiledRule, change: Change, at: string): PendingRestart | undefined {
  if (change.kind === 'withdraw') return foretellWithdrawal(rule, change, at);
  if (change.kind !== 'configure' && change.kind !== 'patch') return undefined;
  const stored = change.kind === 'configure' ? change.desired.object : change.patched;
  const { child, observed, record } = change;
  const mark = record?.hash ?? stored.metadata.annotations?.[APPLIED_ANNOTATION] ?? '';
  const as = (result: 'configured' | 'recreated') =>
    restartOf(rule, change, { outcome: { child, ref: toRef(observed), result }, live: stored });
  const policy = change.kind === 'configure' ? change.whole.policy : undefined;
  const pending = (restart: Restart) => ({ child, ref: toRef(observed), ...restart, mark, at });
  const restart = as(policy?.isReplaced === true ? 'recreated' : 'configured');
  if (restart !== undefined) return pending(restart);
  const anew = policy?.onImmutable === 'recreate' ? as('recreated') : undefined;
  return anew === undefined ? undefined : { ...pending(anew), uid: observed.metadata.uid ?? '' };
}

// What it does to fields that it only gives up, the API server knows: it counts as one that starts pods anew.
function foretellWithdrawal(rule: CompiledRule, change: Withdraw, at: string): PendingRestart | undefined {
  const { child, observed, how } = change;
  if (how === 'nothing') return undefined;
  const touched = how === 'giveUp' ? ['/spec/template/'] : pathsIn(how.operations);
  if (!touched.some((path) => path.startsWith('/spec/'))) return undefined;
  const { spec: _spec, ...without } = observed;
  const restart = restartOfWithdrawal(rule, change, without as KubeObject);
  return restart && { child, ref: toRef(observed), ...restart, mark: WITHDRAWN, at };
}

function pathsIn(operations: Json): readonly string[] {
  const paths = (isArray(operations) ? operations : []).filter(isObject);
  return paths.filter(({ op }) => op !== 'test').map(({ path }) => String(path));
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
 * object is still there. Before them those of which nobody can tell yet whether they were made.
 */
export function listRestarts(
  plan: Plan,
  outcomes: readonly Outcome[],
  now: string,
  left: readonly PendingRestart[] = [],
): readonly JsonObject[] {
  const all = outcomes.flatMap(({ child, ref, restart }): JsonObject[] =>
    restart === undefined ? [] : [{ id: child, kind: ref.kind, name: ref.name, at: now, reason: restart.reason }],
  );
  const fresh = all.filter(
    (one, index) =>
      !all.slice(0, index).some((other) => other['kind'] === one['kind'] && other['name'] === one['name']),
  );
  const before = getPath(plan.owner['status'] as MaybeJson, ['restarts']);
  const kept = (isArray(before) ? before.filter(isObject) : []).filter((entry) => {
    const isSame = (other: { readonly kind?: Json; readonly name?: Json }) =>
      other.kind === entry['kind'] && other.name === entry['name'];
    const patched = plan.patches.wishes.map(({ live }) => toRef(live));
    if (parsePending(entry) !== undefined) return false;
    return !fresh.some(isSame) && [...plan.children.map(({ ref }) => ref), ...patched].some(isSame);
  });
  return [...left.map(toPendingJson), ...[...fresh, ...kept].slice(0, KEPT)];
}
