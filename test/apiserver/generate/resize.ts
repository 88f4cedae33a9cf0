// Pods whose containers get other resources while they run: what is taken, what is left out, and what is refused.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';

const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

interface Trial {
  readonly name: string;
  readonly resources: JsonObject;
  readonly spec?: JsonObject;
  /** Of the container `app`, by strategic merge. */
  readonly wants?: readonly JsonObject[];
  readonly steps?: (path: string) => readonly Step[];
}

const BURSTABLE = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } };
const GUARANTEED = { requests: { cpu: '1', memory: '64Mi' }, limits: { cpu: '1', memory: '64Mi' } };

const patch = (path: string, body: Json, contentType = STRATEGIC): Step => ({
  method: 'PATCH',
  path,
  contentType,
  body,
});
const container = (fields: JsonObject, name = 'app'): JsonObject => ({ spec: { containers: [{ name, ...fields }] } });

const TRIALS: readonly Trial[] = [
  {
    name: 'cpu',
    resources: BURSTABLE,
    wants: [{ resources: { requests: { cpu: '200m' } } }, { resources: { requests: { cpu: '200m' } } }],
  },
  {
    name: 'memory',
    resources: BURSTABLE,
    wants: [{ resources: { limits: { memory: '256Mi' } } }, { resources: { requests: { memory: '96Mi' } } }],
  },
  { name: 'rounded', resources: BURSTABLE, wants: [{ resources: { requests: { cpu: '0.25', memory: 100_000_000 } } }] },
  {
    name: 'policy',
    resources: BURSTABLE,
    wants: [{ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }],
  },
  { name: 'nothing', resources: {}, wants: [{ resources: { requests: { cpu: '100m' } } }] },
  { name: 'added', resources: { requests: { cpu: '1' } }, wants: [{ resources: { limits: { cpu: '2' } } }] },
  {
    name: 'removed',
    resources: BURSTABLE,
    wants: [{ resources: { limits: { memory: null } } }, { resources: { requests: { cpu: null } } }],
  },
  {
    name: 'class',
    resources: GUARANTEED,
    wants: [
      { resources: { requests: { cpu: '500m' } } },
      { resources: { requests: { cpu: '2' }, limits: { cpu: '2' } } },
    ],
  },
  { name: 'over', resources: BURSTABLE, wants: [{ resources: { requests: { cpu: '3' } } }] },
  { name: 'negative', resources: BURSTABLE, wants: [{ resources: { requests: { cpu: '-1' } } }] },
  {
    name: 'storage',
    resources: BURSTABLE,
    wants: [{ resources: { requests: { 'ephemeral-storage': '1Gi' } } }],
  },
  { name: 'image', resources: BURSTABLE, wants: [{ image: 'app:2', resources: { requests: { cpu: '300m' } } }] },
  {
    name: 'shrunk',
    resources: BURSTABLE,
    wants: [{ resources: { limits: { memory: '96Mi' } } }],
  },
  {
    name: 'shrunk-live',
    resources: BURSTABLE,
    spec: { restartPolicy: 'Never' },
    wants: [{ resources: { limits: { memory: '96Mi' } } }],
  },
  {
    name: 'others',
    resources: BURSTABLE,
    steps: (path) => [
      patch(path, { metadata: { labels: { more: 'x' }, annotations: { note: 'y' } } }),
      patch(path, { spec: { activeDeadlineSeconds: 5 } }, MERGE),
      patch(path, container({ image: 'more:1', resources: { requests: { cpu: '1' } } }, 'more')),
      patch(path, { spec: { containers: [] } }, MERGE),
      patch(path, { status: { phase: 'Failed' } }, MERGE),
      patch(path, { metadata: { resourceVersion: '1' } }, MERGE),
      { ...patch(path, container({ resources: { requests: { cpu: '150m' } } })), query: { dryRun: 'All' } },
      { method: 'GET', path },
      { method: 'DELETE', path },
    ],
  },
  {
    name: 'apply',
    resources: BURSTABLE,
    steps: (path) => {
      const wish = (cpu: string): JsonObject => ({
        apiVersion: 'v1',
        kind: 'Pod',
        ...container({ resources: { requests: { cpu } } }),
      });
      const query = { fieldManager: 'sizer' };
      return [
        { ...patch(path, wish('200m'), APPLY), query },
        { ...patch(path, wish('200m'), APPLY), query: { ...query, force: 'true' } },
        { ...patch(path, wish('300m'), APPLY), query },
        { ...patch(path, { apiVersion: 'v1', kind: 'Pod', ...container({ image: 'app:3' }) }, APPLY), query },
        { ...patch(path, { apiVersion: 'v1', kind: 'Pod' }, APPLY), query },
      ];
    },
  },
  {
    name: 'replaced',
    resources: BURSTABLE,
    steps: (path) => [
      {
        method: 'PUT',
        path,
        body: {
          metadata: { name: 'x' },
          spec: { containers: [{ name: 'app', image: 'app:1', resources: GUARANTEED }] },
        },
      },
    ],
  },
];

/** A script for each situation. */
export function resizeScripts(): readonly Script[] {
  return TRIALS.map((trial) => ({ name: `resize-${trial.name}`, steps: stepsOf(trial) }));
}

function stepsOf({ name, resources, spec, wants = [], steps }: Trial): readonly Step[] {
  const pods = `/api/v1/namespaces/resize-${name}/pods`;
  const path = `${pods}/x/resize`;
  const body = {
    metadata: { name: 'x', finalizers: ['example.com/hold'] },
    spec: { containers: [{ name: 'app', image: 'app:1', resources }], ...spec },
  };
  return [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: `resize-${name}` } } },
    { method: 'POST', path: pods, body },
    ...wants.map((want) => patch(path, container(want))),
    ...(steps?.(path) ?? []),
    { method: 'GET', path: `${pods}/x` },
  ];
}
