// Evictions of pods, with budgets that allow them, and that do not.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';

const MERGE = { contentType: 'application/merge-patch+json' } as const;
const LABELS = { app: 'x' };

interface Trial {
  readonly name: string;
  /** The status of the pod. */
  readonly pod: JsonObject;
  /** For each budget its spec and its status. */
  readonly budgets?: readonly { readonly spec?: JsonObject; readonly status: JsonObject }[];
  readonly eviction?: JsonObject;
  readonly query?: { readonly [name: string]: string };
}

const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const UNREADY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] };
const counts = (disruptionsAllowed: number, currentHealthy: number, desiredHealthy: number): JsonObject => ({
  disruptionsAllowed,
  currentHealthy,
  desiredHealthy,
  expectedPods: 3,
  observedGeneration: 1,
});
const because = (reason: string, message: string): JsonObject => ({
  conditions: [
    { type: 'DisruptionAllowed', status: 'False', reason, message, lastTransitionTime: '2026-01-02T03:04:05Z' },
  ],
});

const TRIALS: readonly Trial[] = [
  { name: 'alone', pod: READY },
  { name: 'pending', pod: {}, budgets: [{ status: counts(0, 1, 2) }] },
  { name: 'over', pod: { phase: 'Succeeded' }, budgets: [{ status: counts(0, 1, 2) }] },
  { name: 'allowed', pod: READY, budgets: [{ status: counts(2, 3, 1) }] },
  { name: 'last', pod: READY, budgets: [{ status: counts(1, 3, 2) }] },
  { name: 'refused', pod: READY, budgets: [{ status: counts(0, 2, 2) }] },
  { name: 'untold', pod: READY, budgets: [{ status: counts(0, 3, 2) }] },
  { name: 'told', pod: READY, budgets: [{ status: { ...counts(0, 3, 2), ...because('Tired', 'not today') } }] },
  { name: 'failed', pod: READY, budgets: [{ status: { ...counts(0, 1, 2), ...because('SyncFailed', 'no luck') } }] },
  { name: 'busy', pod: READY, budgets: [{ status: { ...counts(1, 3, 2), observedGeneration: 0 } }] },
  { name: 'two', pod: READY, budgets: [{ status: counts(1, 3, 2) }, { status: counts(1, 3, 2) }] },
  { name: 'unready', pod: UNREADY, budgets: [{ status: counts(0, 2, 2) }] },
  { name: 'unready-short', pod: UNREADY, budgets: [{ status: counts(0, 1, 2) }] },
  {
    name: 'unready-always',
    pod: UNREADY,
    budgets: [{ spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, status: counts(0, 1, 2) }],
  },
  { name: 'tried', pod: READY, budgets: [{ status: counts(1, 3, 2) }], query: { dryRun: 'All' } },
  { name: 'tried-inside', pod: READY, eviction: { deleteOptions: { dryRun: ['All'] } } },
  { name: 'misnamed', pod: READY, eviction: { metadata: { name: 'other' } } },
  { name: 'other-pod', pod: READY, eviction: { deleteOptions: { preconditions: { resourceVersion: '1' } } } },
  { name: 'strange', pod: READY, eviction: { strange: 1 }, query: { fieldValidation: 'Strict' } },
];

/** A script for each situation. */
export function evictionScripts(): readonly Script[] {
  return TRIALS.map((trial) => ({ name: `eviction-${trial.name}`, steps: stepsOf(trial) }));
}

function stepsOf({ name, pod, budgets = [], eviction, query }: Trial): readonly Step[] {
  const namespace = `eviction-${name}`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const held: Json = { name: 'x', labels: LABELS, finalizers: ['example.com/hold'] };
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } },
    { method: 'POST', path: pods, body: { metadata: held, spec: { containers: [{ name: 'app', image: 'app:1' }] } } },
    { method: 'PATCH', path: `${pods}/x/status`, ...MERGE, body: { status: pod } },
  ];
  const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
  for (const [at, { spec, status }] of budgets.entries()) {
    const body = {
      metadata: { name: `b${at}` },
      spec: { selector: { matchLabels: LABELS }, minAvailable: 2, ...spec },
    };
    steps.push({ method: 'POST', path, body });
    steps.push({ method: 'PATCH', path: `${path}/b${at}/status`, ...MERGE, body: { status } });
  }
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'x' }, ...eviction };
  return [
    ...steps,
    { method: 'POST', path: `${pods}/x/eviction`, body, ...(query === undefined ? {} : { query }) },
    { method: 'GET', path: `${pods}/x` },
    { method: 'GET', path },
    { method: 'POST', path: `${pods}/nothing/eviction`, body: { ...body, metadata: { name: 'nothing' } } },
    { method: 'GET', path: `${pods}/x/eviction` },
  ];
}
