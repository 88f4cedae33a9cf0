// Kinds in two forms: written in one and read in the other, and what each of them refuses.

import { loadFacts } from '../../../apiserver/facts/facts.ts';
import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';
import { lifecycleScript } from './lifecycle.ts';
import { probeScript } from './probe.ts';
import type { Sample } from './samples.ts';

const EVENT: JsonObject = {
  eventTime: '2026-01-01T00:00:00.000000Z',
  reportingController: 'example.com/controller',
  reportingInstance: 'one',
  action: 'Make',
  reason: 'Made',
  type: 'Normal',
  note: 'it is made',
  regarding: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'x' },
};
const CORE_EVENT: JsonObject = {
  involvedObject: { kind: 'ConfigMap', namespace: 'default', name: 'y' },
  reason: 'Seen',
  message: 'it is seen',
  source: { component: 'somebody', host: 'somewhere' },
  firstTimestamp: '2026-01-01T00:00:00Z',
  lastTimestamp: '2026-01-01T00:01:00Z',
  count: 3,
  type: 'Warning',
};
const TARGET: JsonObject = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' };

const SAMPLES: readonly Sample[] = [
  {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    plural: 'events',
    isNamespaced: true,
    contents: { ...EVENT, regarding: { namespace: 'NAMESPACE' } },
  },
  {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    isNamespaced: true,
    contents: { spec: { scaleTargetRef: TARGET, maxReplicas: 3 } },
  },
];

interface Form {
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: string;
}

const form = (apiVersion: string, kind: string, plural: string): Form => ({
  apiVersion,
  kind,
  path: `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/namespaces/default/${plural}`,
});

const EVENTS = form('events.k8s.io/v1', 'Event', 'events');
const CORE_EVENTS = form('v1', 'Event', 'events');
const OLD = form('autoscaling/v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers');
const NEW = form('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers');

function create({ apiVersion, kind, path }: Form, name: string, contents: JsonObject): Step {
  return { method: 'POST', path, body: { apiVersion, kind, metadata: { name }, ...contents } };
}

function get({ path }: Form, name: string): Step {
  return { method: 'GET', path: `${path}/${name}` };
}

function patch({ path }: Form, name: string, body: Json): Step {
  return { method: 'PATCH', path: `${path}/${name}`, contentType: 'application/merge-patch+json', body };
}

function apply({ apiVersion, kind, path }: Form, name: string, { contents, manager, force = '' }: Applied): Step {
  return {
    method: 'PATCH',
    path: `${path}/${name}`,
    contentType: 'application/apply-patch+yaml',
    query: { fieldManager: manager, ...(force === '' ? {} : { force }) },
    body: { apiVersion, kind, metadata: { name }, ...contents },
  };
}

interface Applied {
  readonly contents: JsonObject;
  readonly manager: string;
  readonly force?: string;
}

const LONG = 'x'.repeat(1025);

const WRONG_EVENTS: readonly JsonObject[] = [
  { regarding: { namespace: 'other' } },
  { regarding: {} },
  { eventTime: null },
  { eventTime: null, regarding: { namespace: 'other' } },
  { reportingController: '' },
  { reportingController: 'not a name' },
  { reportingInstance: '' },
  { reportingInstance: LONG.slice(0, 129) },
  { action: '' },
  { action: LONG.slice(0, 129) },
  { reason: '' },
  { reason: LONG.slice(0, 129) },
  { note: LONG },
  { type: '' },
  { type: 'Strange' },
  { deprecatedCount: 1 },
  { deprecatedSource: { component: 'x' } },
  { deprecatedSource: { host: 'x' } },
  { deprecatedFirstTimestamp: '2026-01-01T00:00:00Z' },
  { deprecatedLastTimestamp: '2026-01-01T00:00:00Z' },
  { series: { count: 1 } },
  { series: { count: 2, lastObservedTime: '2026-01-01T00:00:00.000000Z' } },
  { message: 'of the other form' },
];

const CHANGES: readonly JsonObject[] = [
  { note: 'changed' },
  { reason: 'Changed' },
  { action: 'Change' },
  { type: 'Warning' },
  { regarding: { name: 'other' } },
  { related: { name: 'other' } },
  { reportingController: 'example.com/other' },
  { reportingInstance: 'two' },
  { eventTime: '2026-01-01T00:00:01.000000Z' },
  { deprecatedCount: 2 },
  { deprecatedSource: { component: 'x' } },
  { deprecatedFirstTimestamp: '2026-01-01T00:00:00Z' },
  { deprecatedLastTimestamp: '2026-01-01T00:00:00Z' },
  { series: { count: 1, lastObservedTime: '2026-01-01T00:00:01.000000Z' } },
  { series: { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' } },
  { series: { count: 3, lastObservedTime: '2026-01-01T00:00:02.000000Z' } },
  { metadata: { labels: { a: 'b' } } },
];

const eventScripts = (): readonly Script[] => [
  {
    name: 'forms-events',
    steps: [
      create(EVENTS, 'new', EVENT),
      get(CORE_EVENTS, 'new'),
      create(CORE_EVENTS, 'old', CORE_EVENT),
      get(EVENTS, 'old'),
      { method: 'GET', path: EVENTS.path },
      { method: 'GET', path: EVENTS.path, query: { fieldSelector: 'regarding.name=y' } },
      { method: 'GET', path: EVENTS.path, query: { fieldSelector: 'reportingController=example.com/controller' } },
      { method: 'GET', path: EVENTS.path, query: { fieldSelector: 'involvedObject.name=y' } },
      { method: 'GET', path: CORE_EVENTS.path, query: { fieldSelector: 'regarding.name=y' } },
      patch(CORE_EVENTS, 'old', { count: 4, message: 'it is seen again' }),
      patch(EVENTS, 'old', { metadata: { labels: { a: 'b' } } }),
      patch(CORE_EVENTS, 'new', { message: 'changed' }),
      get(EVENTS, 'new'),
      { method: 'PUT', path: `${EVENTS.path}/put`, body: { ...EVENT, metadata: { name: 'put' } } },
      { method: 'GET', path: EVENTS.path, query: { watch: 'true', timeoutSeconds: '1', resourceVersion: '0' } },
      { method: 'DELETE', path: `${EVENTS.path}/old` },
      { method: 'DELETE', path: EVENTS.path },
      { method: 'GET', path: CORE_EVENTS.path },
    ],
  },
  {
    name: 'forms-events-refused',
    steps: WRONG_EVENTS.map((wrong, at) => create(EVENTS, `wrong-${at}`, { ...EVENT, ...wrong })),
  },
  {
    name: 'forms-events-changed',
    steps: [create(EVENTS, 'changed', EVENT), ...CHANGES.map((change) => patch(EVENTS, 'changed', change))],
  },
  {
    name: 'forms-events-refused-in-core',
    steps: WRONG_EVENTS.map((wrong, at) => {
      const {
        note: message,
        regarding: involvedObject,
        reportingController: reportingComponent,
        ...rest
      } = {
        ...EVENT,
        ...wrong,
      };
      return create(CORE_EVENTS, `core-${at}`, {
        ...rest,
        ...(message === undefined ? {} : { message }),
        ...(involvedObject === undefined ? {} : { involvedObject }),
        ...(reportingComponent === undefined ? {} : { reportingComponent }),
      });
    }),
  },
];

const resource = (name: string, target: JsonObject): JsonObject => ({ type: 'Resource', resource: { name, target } });
const METRICS: readonly Json[] = [
  resource('memory', { type: 'Utilization', averageUtilization: 50 }),
  resource('cpu', { type: 'AverageValue', averageValue: '1' }),
  resource('cpu', { type: 'Utilization', averageUtilization: 60 }),
  {
    type: 'ContainerResource',
    containerResource: { name: 'cpu', container: 'app', target: { type: 'Utilization', averageUtilization: 70 } },
  },
  {
    type: 'Pods',
    pods: {
      metric: { name: 'queue', selector: { matchLabels: { a: 'b' } } },
      target: { type: 'AverageValue', averageValue: '10' },
    },
  },
  { type: 'External', external: { metric: { name: 'jobs' }, target: { type: 'Value', value: '30' } } },
  { type: 'External', external: { metric: { name: 'jobs' }, target: { type: 'AverageValue', averageValue: '3' } } },
  {
    type: 'Object',
    object: {
      describedObject: TARGET,
      metric: { name: 'hits' },
      target: { type: 'AverageValue', averageValue: '100' },
    },
  },
  {
    type: 'Object',
    object: { describedObject: TARGET, metric: { name: 'hits' }, target: { type: 'Value', value: '100' } },
  },
];
const CURRENT: JsonObject = {
  observedGeneration: 2,
  currentReplicas: 1,
  desiredReplicas: 2,
  currentMetrics: [
    { type: 'Resource', resource: { name: 'memory', current: { averageUtilization: 3, averageValue: '1' } } },
    { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 33, averageValue: '1m' } } },
    { type: 'Pods', pods: { metric: { name: 'queue' }, current: { averageValue: '7' } } },
  ],
  conditions: [
    {
      type: 'AbleToScale',
      status: 'True',
      lastTransitionTime: '2026-01-01T00:00:00Z',
      reason: 'Yes',
      message: 'it is',
    },
  ],
};
const cpu = (percent: number): JsonObject => ({
  spec: { scaleTargetRef: TARGET, maxReplicas: 3, targetCPUUtilizationPercentage: percent },
});

const autoscalerScripts = (): readonly Script[] => [
  {
    name: 'forms-autoscalers',
    steps: [
      create(OLD, 'old', cpu(70)),
      get(NEW, 'old'),
      create(OLD, 'plain', { spec: { scaleTargetRef: TARGET, maxReplicas: 3 } }),
      get(NEW, 'plain'),
      create(NEW, 'new', {
        spec: {
          scaleTargetRef: TARGET,
          minReplicas: 2,
          maxReplicas: 3,
          metrics: METRICS,
          behavior: { scaleUp: { stabilizationWindowSeconds: 5 } },
        },
      }),
      get(OLD, 'new'),
      { ...patch(NEW, 'new', { status: CURRENT }), path: `${NEW.path}/new/status` },
      get(OLD, 'new'),
      patch(OLD, 'new', { spec: { maxReplicas: 9 } }),
      get(NEW, 'new'),
      patch(OLD, 'new', { spec: { targetCPUUtilizationPercentage: 20 } }),
      get(NEW, 'new'),
      {
        ...patch(OLD, 'old', { status: { currentReplicas: 2, currentCPUUtilizationPercentage: 9 } }),
        path: `${OLD.path}/old/status`,
      },
      get(NEW, 'old'),
      { method: 'GET', path: OLD.path },
      { method: 'DELETE', path: `${OLD.path}/new` },
    ],
  },
  {
    name: 'forms-autoscalers-applied',
    steps: [
      apply(OLD, 'applied', { contents: cpu(70), manager: 'one' }),
      apply(OLD, 'applied', { contents: cpu(75), manager: 'two' }),
      apply(NEW, 'applied', {
        contents: {
          spec: {
            scaleTargetRef: TARGET,
            maxReplicas: 3,
            metrics: [resource('cpu', { type: 'Utilization', averageUtilization: 60 })],
          },
        },
        manager: 'three',
      }),
      apply(NEW, 'applied', {
        contents: {
          spec: {
            scaleTargetRef: TARGET,
            maxReplicas: 4,
            metrics: [resource('cpu', { type: 'Utilization', averageUtilization: 60 })],
          },
        },
        manager: 'three',
        force: 'true',
      }),
      apply(OLD, 'applied', { contents: { spec: { scaleTargetRef: TARGET } }, manager: 'one', force: 'true' }),
      get(NEW, 'applied'),
    ],
  },
];

/** Everything about kinds in two forms. */
export function formScripts(): readonly Script[] {
  const facts = loadFacts('schemas', '1.36');
  const samples = SAMPLES.flatMap((sample) => [
    lifecycleScript(sample, `forms-${sample.plural}`),
    probeScript(sample, facts),
  ]);
  return [...samples, ...eventScripts(), ...autoscalerScripts()];
}
