// What happened to the conditions of a custom resource, as lines of the log.

import { getPath, isArray, isObject, type JsonObject, type MaybeJson } from '../model/json.ts';
import { type KubeObject, toRef } from '../model/object.ts';
import type { StoreChange } from '../watch/store.ts';
import type { Log } from './log.ts';

// Ready names the root cause in its message; the next two say the same in other words. Halts have lines of their own.
const SILENT: readonly unknown[] = ['Reconciling', 'Stalled', 'Suspended', 'Observing'];

/** Logs the conditions that changed. Of a resource seen for the first time nothing is known to have changed. */
export function logConditions(rule: string, { object, previous }: StoreChange, log: Log): void {
  if (previous === undefined) return;
  const before = conditionsOf(previous);
  for (const [type, condition] of conditionsOf(object)) {
    const { status, reason, message } = condition;
    const known = before.get(type);
    const isSame = known?.['status'] === status && known?.['reason'] === reason;
    if (SILENT.includes(type) || (isSame && (type !== 'Ready' || known?.['message'] === message))) continue;
    log.info('condition', { rule, owner: toRef(object), type, status, reason, message });
  }
}

function conditionsOf(object: KubeObject): ReadonlyMap<unknown, JsonObject> {
  const conditions = getPath(object['status'] as MaybeJson, ['conditions']);
  return new Map(isArray(conditions) ? conditions.filter(isObject).map((item) => [item['type'], item]) : []);
}
