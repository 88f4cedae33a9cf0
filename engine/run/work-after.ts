// When a custom resource is looked at again after what went wrong with it.

import type { OutcomeFault } from '../model/change.ts';
import { STALLED_RETRY_MS } from './backoff.ts';
import type { WorkResult } from './workqueue.ts';

/** What the workqueue is told after a reconcile with these faults. `wakeInMs`: when the rule wants to be asked again. */
export function workAfter(faults: readonly OutcomeFault[], wakeInMs: number | undefined): WorkResult {
  const retries = faults.filter(({ retry, code }) => retry !== 'never' && code !== 'FieldContention');
  if (retries.length > 0) {
    return { kind: 'backoff', atLeastMs: Math.max(...retries.map(({ retryAfterMs = 0 }) => retryAfterMs)) };
  }
  // A fight has a pause of its own: nothing failed, and what else there is need not wait for the end of it.
  const fights = faults.filter(({ code }) => code === 'FieldContention');
  const delays = [
    ...fights.map(({ retryAfterMs = STALLED_RETRY_MS }) => retryAfterMs),
    ...(faults.length > fights.length ? [STALLED_RETRY_MS] : []),
    ...(wakeInMs === undefined ? [] : [Math.max(wakeInMs, 0)]),
  ];
  return delays.length === 0 ? { kind: 'done' } : { kind: 'after', delayMs: Math.min(...delays) };
}
