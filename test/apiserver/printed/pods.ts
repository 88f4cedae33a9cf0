// Pods in their many states.

import type { JsonObject } from '../../../apiserver/model/json.ts';
import { LATER, POD, type PrintedKind, printed, TIME, TWO } from './kind.ts';

const container = (name: string, extra: JsonObject): JsonObject => ({
  name,
  image: `${name}:1`,
  imageID: '',
  ready: false,
  restartCount: 0,
  ...extra,
});
const ended = (extra: JsonObject): JsonObject => ({
  terminated: { exitCode: 0, startedAt: TIME, finishedAt: LATER, ...extra },
});
const pod = (status: JsonObject, spec: JsonObject = POD): JsonObject => ({ spec, status });
const WITH_INIT = {
  ...POD,
  initContainers: [
    { name: 'one', image: 'one:1' },
    { name: 'two', image: 'two:1' },
  ],
};
const WITH_SIDECAR = { ...POD, initContainers: [{ name: 'one', image: 'one:1', restartPolicy: 'Always' }] };

const PODS: readonly JsonObject[] = [
  pod({ phase: 'Pending' }),
  pod({
    phase: 'Running',
    podIP: '10.1.1.1',
    podIPs: [{ ip: '10.1.1.1' }],
    containerStatuses: [container('app', { ready: true, state: { running: {} } })],
  }),
  pod({
    phase: 'Running',
    containerStatuses: [
      container('app', {
        restartCount: 3,
        lastState: ended({ exitCode: 1 }),
        state: { waiting: { reason: 'CrashLoopBackOff' } },
      }),
    ],
  }),
  pod({ phase: 'Succeeded', containerStatuses: [container('app', { state: ended({ reason: 'Completed' }) })] }),
  pod({ phase: 'Failed', containerStatuses: [container('app', { state: ended({ exitCode: 3, reason: 'Error' }) })] }),
  pod({ phase: 'Failed', reason: 'Evicted' }),
  pod({ phase: 'Running', containerStatuses: [container('app', { state: ended({ exitCode: 3 }) })] }),
  pod(
    {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        container('app', { state: ended({ reason: 'Completed' }) }),
        container('side', { ready: true, state: { running: {} } }),
      ],
    },
    TWO,
  ),
  pod(
    {
      phase: 'Running',
      containerStatuses: [
        container('app', { state: ended({ reason: 'Completed' }) }),
        container('side', { ready: true, state: { running: {} } }),
      ],
    },
    TWO,
  ),
  pod(
    { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
    { ...POD, schedulingGates: [{ name: 'example.com/gate' }] },
  ),
  pod(
    { phase: 'Running', conditions: [{ type: 'example.com/up', status: 'True' }] },
    { ...POD, readinessGates: [{ conditionType: 'example.com/up' }, { conditionType: 'example.com/warm' }] },
  ),
  pod({ phase: 'Pending', nominatedNodeName: 'n-1' }),
  pod(
    {
      phase: 'Pending',
      initContainerStatuses: [
        container('one', { state: { running: {} } }),
        container('two', { state: { waiting: { reason: 'PodInitializing' } } }),
      ],
    },
    WITH_INIT,
  ),
  pod(
    {
      phase: 'Pending',
      initContainerStatuses: [
        container('one', { state: ended({}) }),
        container('two', {
          restartCount: 2,
          lastState: ended({ exitCode: 1 }),
          state: { waiting: { reason: 'CrashLoopBackOff' } },
        }),
      ],
    },
    WITH_INIT,
  ),
  pod({ phase: 'Pending', initContainerStatuses: [container('one', { state: ended({ exitCode: 7 }) })] }, WITH_INIT),
  pod(
    { phase: 'Pending', initContainerStatuses: [container('one', { state: ended({ exitCode: 7, signal: 9 }) })] },
    WITH_INIT,
  ),
  pod(
    { phase: 'Pending', initContainerStatuses: [container('one', { state: ended({ exitCode: 7, reason: 'Error' }) })] },
    WITH_INIT,
  ),
  pod(
    {
      phase: 'Running',
      conditions: [{ type: 'Initialized', status: 'True' }],
      initContainerStatuses: [
        container('one', {
          started: true,
          ready: true,
          restartCount: 2,
          lastState: ended({ exitCode: 1 }),
          state: { running: {} },
        }),
      ],
      containerStatuses: [container('app', { ready: true, state: { running: {} } })],
    },
    WITH_SIDECAR,
  ),
  pod(
    { phase: 'Pending', initContainerStatuses: [container('one', { started: false, state: { running: {} } })] },
    WITH_SIDECAR,
  ),
];

/** Pods. */
export const PRINTED_PODS: readonly PrintedKind[] = [
  printed(['v1', 'Pod', 'pods', 'namespaced'], PODS),
  printed(
    ['v1', 'Event', 'events', 'namespaced'],
    [
      {
        involvedObject: { kind: 'Pod', name: 'x', namespace: 'NAMESPACE', fieldPath: 'spec.containers{app}' },
        reason: 'R',
        message: ' m\n',
        type: 'Normal',
        count: 3,
        firstTimestamp: TIME,
        lastTimestamp: LATER,
        source: { component: 'c', host: 'h' },
      },
      { involvedObject: { kind: 'Pod', namespace: 'NAMESPACE' }, reason: 'R', message: 'm' },
      {
        involvedObject: { kind: 'Pod', name: 'x', namespace: 'NAMESPACE' },
        eventTime: '2020-05-01T10:00:00.000000Z',
        reportingComponent: 'example.com/c',
        reportingInstance: 'i',
        action: 'A',
        reason: 'R',
        type: 'Warning',
        series: { count: 5, lastObservedTime: '2020-05-01T10:00:00.000000Z' },
      },
    ],
  ),
];
