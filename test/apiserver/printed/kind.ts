// Kinds of which tables are recorded, and what many of their objects have in common.

import type { JsonObject } from '../../../apiserver/model/json.ts';

/** Objects of one kind. `metadata` needs no name; `status` is written by a request of its own. */
export interface PrintedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
  readonly objects: readonly JsonObject[];
}

/** A time in the past. */
export const TIME: string = '2020-05-01T10:00:00Z';
/** A time somewhat later. */
export const LATER: string = '2020-05-01T10:03:20Z';
/** What a pod runs. */
export const POD: JsonObject = { containers: [{ name: 'app', image: 'app:1' }] };
/** The same with a second container. */
export const TWO: JsonObject = {
  containers: [
    { name: 'app', image: 'app:1' },
    { name: 'side', image: 'side:2' },
  ],
};
/** A template of pods. */
export const TEMPLATE: JsonObject = { metadata: { labels: { app: 'x' } }, spec: POD };
/** A selector of them. */
export const SELECTOR: JsonObject = { matchLabels: { app: 'x' } };
/** A selector with everything that selectors have. */
export const SELECTORS: JsonObject = {
  matchLabels: { app: 'x' },
  matchExpressions: [
    { key: 'tier', operator: 'In', values: ['web', 'db'] },
    { key: 'old', operator: 'DoesNotExist' },
    { key: 'age', operator: 'NotIn', values: ['1'] },
    { key: 'zone', operator: 'Exists' },
  ],
};
/** A template that it selects. */
export const SELECTED: JsonObject = { ...TEMPLATE, metadata: { labels: { app: 'x', tier: 'web', zone: 'a' } } };
/** What a job runs. */
export const JOB: JsonObject = { template: { spec: { ...POD, restartPolicy: 'Never' } } };

type Scope = 'namespaced' | 'cluster';

/** Objects of a kind. */
export function printed(
  [apiVersion, kind, plural, scope]: readonly [string, string, string, Scope],
  objects: readonly JsonObject[],
): PrintedKind {
  return { apiVersion, kind, plural, isNamespaced: scope === 'namespaced', objects };
}
