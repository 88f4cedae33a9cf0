import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { healthOf } from '../../../engine/evaluate/health.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { compareWithKstatus, KSTATUS_RECORDED, parseRecorded } from '../../support/kstatus-compare.ts';
import { kindCount } from '../../support/kstatus-objects.ts';

describe('built-in health', () => {
  test('is what kstatus said of recorded objects, but for the published differences', () => {
    const answers = parseRecorded(readFileSync(KSTATUS_RECORDED));
    const { unexplained, stale, combinations } = compareWithKstatus(answers);
    expect(unexplained.slice(0, 3)).toEqual([]);
    expect(stale).toEqual([]);
    expect(answers.said).toHaveLength(3000);
    expect(new Set(answers.objects.map(({ kind }) => kind)).size).toBe(kindCount);
    expect(combinations).toBeGreaterThan(60);
  });

  const of = (kind: string, apiVersion: string, content: object, metadata: object = {}) =>
    healthOf(
      { apiVersion, kind, metadata: { name: 'x', generation: 2, ...metadata }, ...content } as KubeObject,
      undefined,
    );
  const rolled = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  const available = { type: 'Available', status: 'True' };

  test.each([
    ['ConfigMap', 'v1', {}, 'Current', 'ready'],
    ['Widget', 'example.com/v1', { status: { observedGeneration: 1 } }, 'InProgress', 'not seen by its controller yet'],
    ['Deployment', 'apps/v1', { spec: { replicas: 2 } }, 'InProgress', '0 of 2 replicas are ready'],
    ['Deployment', 'apps/v1', { spec: { replicas: 0 } }, 'InProgress', 'not available'],
    ['StatefulSet', 'apps/v1', { spec: { replicas: 0 } }, 'InProgress', 'not seen by its controller yet'],
    [
      'Deployment',
      'apps/v1',
      { spec: { replicas: 2 }, status: { ...rolled, replicas: 3 } },
      'InProgress',
      'an old replica is still there',
    ],
    [
      'Deployment',
      'apps/v1',
      { spec: { replicas: 2 }, status: { ...rolled, conditions: [available] } },
      'Current',
      'ready',
    ],
    [
      'Deployment',
      'apps/v1',
      { spec: { replicas: 2, progressDeadlineSeconds: 600 }, status: { ...rolled, conditions: [available] } },
      'InProgress',
      'the rollout is not over yet',
    ],
    [
      'Pod',
      'v1',
      {
        status: {
          phase: 'Running',
          containerStatuses: [
            { name: 'app', state: { waiting: { reason: 'CrashLoopBackOff' } } },
            { name: 'log', state: { running: {} } },
          ],
        },
      },
      'Failed',
      'container "app" crashes again and again',
    ],
    [
      'Pod',
      'v1',
      {
        status: {
          phase: 'Pending',
          conditions: [
            { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
          ],
        },
      },
      'InProgress',
      'the pod cannot be scheduled: 0/3 nodes are available',
    ],
    [
      'Job',
      'batch/v1',
      { status: { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] } },
      'Failed',
      'the job failed: BackoffLimitExceeded',
    ],
    ['Service', 'v1', { spec: { type: 'LoadBalancer' } }, 'InProgress', 'the service has no address yet'],
    [
      'Service',
      'v1',
      { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' } },
      'InProgress',
      'the load balancer has no address yet',
    ],
    ['PersistentVolumeClaim', 'v1', { status: { phase: 'Pending' } }, 'InProgress', 'the volume is pending'],
    [
      'Widget',
      'example.com/v1',
      { status: { conditions: [{ type: 'Ready', status: 'False', reason: 'Starting' }] } },
      'InProgress',
      'Starting',
    ],
    [
      'Widget',
      'example.com/v1',
      { status: { conditions: [{ type: 'Stalled', status: 'True', message: 'no such image' }] } },
      'Failed',
      'no such image',
    ],
  ])('tells of a %s of %s with %j that it is %s: %s', (kind, apiVersion, content, status, message) => {
    expect(of(kind, apiVersion, content)).toEqual({ status, message });
  });

  test('of what is being deleted is Terminating, whatever its status says', () => {
    const status = { observedGeneration: 1, conditions: [{ type: 'Stalled', status: 'True' }] };
    expect(of('Widget', 'example.com/v1', { status }, { deletionTimestamp: 'now' })).toEqual({
      status: 'Terminating',
      message: 'being deleted',
    });
  });
});
