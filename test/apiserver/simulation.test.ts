// The simulated controllers in virtual time: how things come about, how tests steer them, and that they end.

import { describe, expect, test } from 'vitest';
import { nameOf } from '../../apiserver/model/api-object.ts';
import { type Json, type JsonObject, listIn, objectIn, textIn } from '../../apiserver/model/json.ts';
import { freezeStored } from './frozen.ts';
import { placeOf, S, STEERING, task, template, virtualCluster, workload } from './workloads/virtual-cluster.ts';

freezeStored();

const DEPLOYMENT = `${placeOf('deployments')}/x`;
const conditionsOf = (object: Json): JsonObject =>
  Object.fromEntries(
    listIn(object, 'status', 'conditions').map((one) => [
      textIn(one, 'type'),
      `${textIn(one, 'status')} ${textIn(one, 'reason')}`,
    ]),
  );
const numbers = (object: Json, ...names: readonly string[]): readonly Json[] =>
  names.map((name) => objectIn(object, 'status')[name] ?? 0);
const phasesOf = (pods: readonly Json[]): readonly string[] => pods.map((pod) => textIn(pod, 'status', 'phase'));

describe('pods', () => {
  test('become ready without time passing, unless a delay says so', async () => {
    const { create, clock, get } = await virtualCluster();
    await create('pods', template(), { name: 'now' });
    await create('pods', template('delay=30s'), { name: 'later', annotations: { [STEERING]: 'delay=30s' } });
    await clock.advance(0);
    const ready = async (name: string) => conditionsOf(await get(`${placeOf('pods')}/${name}`))['Ready'];
    expect(await ready('now')).toBe('True ');
    expect(await ready('later')).toBe('False ContainersNotReady');
    await clock.advance(29 * S);
    expect(await ready('later')).toBe('False ContainersNotReady');
    await clock.advance(1 * S);
    expect(await ready('later')).toBe('True ');
  });

  test('pass through every stage, each as a change of its own', async () => {
    const { server, create, clock } = await virtualCluster();
    const answer = server.handle({
      method: 'GET',
      path: placeOf('pods'),
      query: new URLSearchParams({ watch: 'true', resourceVersion: '1' }),
      headers: { accept: 'application/json' },
      body: '',
    });
    const seen: string[] = [];
    if (answer.kind !== 'watch') throw new Error('no watch');
    answer.lines.onLine(({ type, object }) =>
      seen.push(`${type} ${textIn(object, 'status', 'phase')} ${String(conditionsOf(object)['Ready'])}`),
    );
    await create('pods', template());
    await clock.advance(0);
    expect(seen).toEqual([
      'ADDED Pending undefined',
      'MODIFIED Pending undefined',
      'MODIFIED Running False ContainersNotReady',
      'MODIFIED Running True ',
    ]);
    answer.lines.stop();
  });

  test('crash again after longer and longer times, and recover when they are told to', async () => {
    const { create, clock, get, merge } = await virtualCluster();
    await create('pods', template(), { annotations: { [STEERING]: 'crash-loop' } });
    const restarts = async () => {
      const [status] = listIn(await get(`${placeOf('pods')}/x`), 'status', 'containerStatuses');
      return [objectIn(status)['restartCount'], textIn(status, 'state', 'waiting', 'reason')];
    };
    await clock.advance(0);
    expect(await restarts()).toEqual([0, 'CrashLoopBackOff']);
    await clock.advance(10 * S);
    expect(await restarts()).toEqual([1, 'CrashLoopBackOff']);
    await clock.advance(19 * S);
    expect(await restarts()).toEqual([1, 'CrashLoopBackOff']);
    await clock.advance(1 * S);
    expect(await restarts()).toEqual([2, 'CrashLoopBackOff']);
    await merge(`${placeOf('pods')}/x`, { metadata: { annotations: { [STEERING]: 'ready' } } });
    await clock.advance(0);
    expect(await restarts()).toEqual([2, '']);
    expect(conditionsOf(await get(`${placeOf('pods')}/x`))['Ready']).toBe('True ');
  });

  test.each([
    ['unschedulable', 'PodScheduled', 'False Unschedulable'],
    ['sometimes', 'PodScheduled', 'False SteeringUnknown'],
    ['never-ready', 'Ready', 'False ContainersNotReady'],
    ['image-error', 'Ready', 'False ContainersNotReady'],
  ])('stay where the word %s leaves them', async (word, type, expected) => {
    const { create, clock, get } = await virtualCluster();
    await create('pods', template(), { annotations: { [STEERING]: word } });
    await clock.advance(3_600 * S);
    expect(conditionsOf(await get(`${placeOf('pods')}/x`))[type]).toBe(expected);
  });

  test('are refused where they name what is not there, and stay what they are', async () => {
    const { server, create, merge, get } = await virtualCluster();
    const send = (method: string, path: string, body: JsonObject) =>
      server.handle({
        method,
        path,
        query: new URLSearchParams(),
        headers: { 'content-type': method === 'POST' ? 'application/json' : 'application/merge-patch+json' },
        body: JSON.stringify(body),
      });
    const mounts = [{ name: 'app', image: 'app:1', volumeMounts: [{ name: 'none', mountPath: '/x' }] }];
    expect(send('POST', placeOf('pods'), { metadata: { name: 'y' }, spec: { containers: mounts } }).status).toBe(422);
    await create('pods', template());
    await merge(`${placeOf('pods')}/x`, { spec: { containers: [{ name: 'app', image: 'app:2' }] } });
    expect(send('PATCH', `${placeOf('pods')}/x`, { spec: { hostNetwork: true } }).status).toBe(422);
    expect(textIn(listIn(await get(`${placeOf('pods')}/x`), 'spec', 'containers')[0], 'image')).toBe('app:2');
  });

  test('wait for what they are made of', async () => {
    const { create, clock, get } = await virtualCluster();
    const envFrom = [{ secretRef: { name: 'keys' } }];
    const containers = [{ name: 'app', image: 'app:1', envFrom }];
    await create('pods', { spec: { containers } });
    await clock.advance(60 * S);
    const [status] = listIn(await get(`${placeOf('pods')}/x`), 'status', 'containerStatuses');
    expect(objectIn(status, 'state', 'waiting')).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'secret "keys" not found',
    });
    await create('secrets', {}, { name: 'keys' });
    await clock.advance(0);
    expect(conditionsOf(await get(`${placeOf('pods')}/x`))['Ready']).toBe('True ');
  });
});

describe('deployments', () => {
  test('keep what is available while a bad template is stuck, and say so when their time is over', async () => {
    const { create, clock, get, merge } = await virtualCluster();
    await create('deployments', workload('', { replicas: 4, progressDeadlineSeconds: 60 }));
    await clock.advance(0);
    expect(numbers(await get(DEPLOYMENT), 'updatedReplicas', 'availableReplicas')).toEqual([4, 4]);
    await merge(DEPLOYMENT, { spec: { template: template('never-ready') } });
    await clock.advance(59 * S);
    expect(numbers(await get(DEPLOYMENT), 'updatedReplicas', 'availableReplicas')).toEqual([2, 3]);
    expect(conditionsOf(await get(DEPLOYMENT))['Progressing']).toBe('True ReplicaSetUpdated');
    await clock.advance(2 * S);
    expect(conditionsOf(await get(DEPLOYMENT))).toEqual({
      Available: 'True MinimumReplicasAvailable',
      Progressing: 'False ProgressDeadlineExceeded',
    });
  });

  test('are steered by their own annotation and by that of their namespace, the nearest first', async () => {
    const { create, clock, get, merge } = await virtualCluster();
    await merge('/api/v1/namespaces/default', { metadata: { annotations: { [STEERING]: 'never-ready' } } });
    await create('deployments', workload());
    await clock.advance(0);
    expect(numbers(await get(DEPLOYMENT), 'readyReplicas')).toEqual([0]);
    await merge(DEPLOYMENT, { metadata: { annotations: { [STEERING]: 'ready' } } });
    await clock.advance(0);
    expect(numbers(await get(DEPLOYMENT), 'readyReplicas')).toEqual([1]);
    await merge(DEPLOYMENT, { metadata: { annotations: { [STEERING]: 'never-ready' } } });
    await clock.advance(0);
    expect(numbers(await get(DEPLOYMENT), 'readyReplicas')).toEqual([0]);
  });

  test('replace a pod that is deleted', async () => {
    const { create, clock, list, remove } = await virtualCluster();
    await create('deployments', workload());
    await clock.advance(0);
    const [before] = (await list('pods')).map(nameOf);
    await remove(`${placeOf('pods')}/${before}`);
    await clock.advance(0);
    const after = (await list('pods')).map(nameOf);
    expect(after).toHaveLength(1);
    expect(after).not.toEqual([before]);
  });

  test('have status fields that belong to the controllers, not to who made them', async () => {
    const { create, clock, get } = await virtualCluster();
    await create('deployments', workload());
    await clock.advance(0);
    const fields = listIn(await get(DEPLOYMENT), 'metadata', 'managedFields');
    const owners = fields.map((one) => `${textIn(one, 'manager')} ${textIn(one, 'subresource')}`);
    expect(owners.sort()).toEqual(['kube-controller-manager status', 'script ']);
  });
});

describe('stateful sets', () => {
  test('make one pod after the other, and each waits for the one before', async () => {
    const { create, clock, list } = await virtualCluster();
    await create('statefulsets', workload('delay=10s', { replicas: 3, serviceName: 'x' }));
    const seen: (readonly string[])[] = [];
    for (const ms of [0, 10 * S, 10 * S]) {
      await clock.advance(ms);
      seen.push((await list('pods')).map(nameOf));
    }
    expect(seen).toEqual([['x-0'], ['x-0', 'x-1'], ['x-0', 'x-1', 'x-2']]);
  });

  test('get volumes for their claims', async () => {
    const { create, clock, list, get } = await virtualCluster();
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    await create('statefulsets', workload('', { serviceName: 'x', volumeClaimTemplates: [claim] }));
    await clock.advance(0);
    const [bound] = await list('persistentvolumeclaims');
    expect([nameOf(bound as Json), textIn(bound, 'status', 'phase')]).toEqual(['data-x-0', 'Bound']);
    const volume = await get(`/api/v1/persistentvolumes/${textIn(bound, 'spec', 'volumeName')}`);
    expect([textIn(volume, 'status', 'phase'), textIn(volume, 'spec', 'capacity', 'storage')]).toEqual([
      'Bound',
      '1Gi',
    ]);
    expect(phasesOf(await list('pods'))).toEqual(['Running']);
  });
});

describe('claims', () => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

  test('are bound after their delay, and hold the pods that use them until then', async () => {
    const { create, clock, list } = await virtualCluster();
    await create('persistentvolumeclaims', { spec }, { annotations: { 'simulate.opsonata.dev/claim': 'delay=5s' } });
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'x' } }];
    await create('pods', template('', { volumes }));
    await clock.advance(4 * S);
    expect(phasesOf([...(await list('pods')), ...(await list('persistentvolumeclaims'))])).toEqual([
      'Pending',
      'Pending',
    ]);
    await clock.advance(1 * S);
    expect(phasesOf([...(await list('pods')), ...(await list('persistentvolumeclaims'))])).toEqual([
      'Running',
      'Bound',
    ]);
  });

  test('are not removed under the pods that use them, and take their volume with them', async () => {
    const { create, clock, list, remove, get } = await virtualCluster();
    await create('persistentvolumeclaims', { spec });
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'x' } }];
    await create('pods', template('', { volumes }));
    await clock.advance(0);
    await remove(`${placeOf('persistentvolumeclaims')}/x`);
    await clock.advance(0);
    expect((await list('persistentvolumeclaims')).map(nameOf)).toEqual(['x']);
    await remove(`${placeOf('pods')}/x`);
    await clock.advance(0);
    expect(await list('persistentvolumeclaims')).toEqual([]);
    expect(listIn(await get('/api/v1/persistentvolumes'), 'items')).toEqual([]);
  });
});

describe('jobs', () => {
  const JOB = `${placeOf('jobs')}/x`;

  test('wait longer after each failure, and give up at their limit', async () => {
    const { create, clock, get } = await virtualCluster();
    await create('jobs', task('fail', { backoffLimit: 2 }));
    const failed: Json[] = [];
    for (const ms of [0, 9 * S, 1 * S, 19 * S, 1 * S]) {
      await clock.advance(ms);
      failed.push(numbers(await get(JOB), 'failed')[0] as Json);
    }
    expect(failed).toEqual([1, 1, 2, 2, 3]);
    expect(conditionsOf(await get(JOB))['Failed']).toBe('True BackoffLimitExceeded');
  });

  test('run as many pods at once as they may', async () => {
    const { create, clock, get } = await virtualCluster();
    await create('jobs', task('delay=10s', { completions: 5, parallelism: 2 }));
    const seen: (readonly Json[])[] = [];
    for (const ms of [0, 10 * S, 10 * S, 10 * S]) {
      await clock.advance(ms);
      seen.push(numbers(await get(JOB), 'active', 'succeeded'));
    }
    expect(seen).toEqual([
      [2, 0],
      [2, 2],
      [1, 4],
      [0, 5],
    ]);
  });

  test('go with their pods when their time after the end is over', async () => {
    const { create, clock, list } = await virtualCluster();
    await create('jobs', task('', { ttlSecondsAfterFinished: 30 }));
    await clock.advance(29 * S);
    expect([(await list('jobs')).length, (await list('pods')).length]).toEqual([1, 1]);
    await clock.advance(1 * S);
    expect([(await list('jobs')).length, (await list('pods')).length]).toEqual([0, 0]);
  });
});

describe('cron jobs', () => {
  const CRON = `${placeOf('cronjobs')}/x`;
  const nightly = (changes: JsonObject = {}, job: JsonObject = task()): JsonObject => ({
    spec: { schedule: '0 3 * * *', jobTemplate: job, ...changes },
  });

  test('make a job at each of their times, and keep the newest that have ended', async () => {
    const { create, clock, list, get } = await virtualCluster();
    await create('cronjobs', nightly({ successfulJobsHistoryLimit: 2 }));
    await clock.advance(3 * 3_600 * S - 1);
    expect(await list('jobs')).toEqual([]);
    for (let day = 0; day < 4; day += 1) await clock.advance(24 * 3_600 * S);
    const minutes = (text: string): number => Date.parse(text) / 60_000;
    expect((await list('jobs')).map(nameOf)).toEqual([
      `x-${minutes('2030-01-03T03:00:00Z')}`,
      `x-${minutes('2030-01-04T03:00:00Z')}`,
    ]);
    expect(textIn(await get(CRON), 'status', 'lastScheduleTime')).toBe('2030-01-04T03:00:00Z');
    expect(textIn(await get(CRON), 'status', 'lastSuccessfulTime')).toBe('2030-01-04T03:00:00Z');
  });

  test('make none while they are suspended, nor beside one that runs where that is forbidden', async () => {
    const { create, clock, list, merge } = await virtualCluster();
    await create('cronjobs', nightly({ concurrencyPolicy: 'Forbid' }, task('ready')));
    await clock.advance(72 * 3_600 * S);
    expect(await list('jobs')).toHaveLength(1);
    await merge(CRON, { spec: { suspend: true, concurrencyPolicy: 'Allow' } });
    await clock.advance(72 * 3_600 * S);
    expect(await list('jobs')).toHaveLength(1);
  });
});

describe('services', () => {
  test('get the address of a load balancer when its time has come', async () => {
    const { create, clock, get } = await virtualCluster();
    const annotations = { 'simulate.opsonata.dev/load-balancer': 'delay=20s' };
    await create('services', { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } }, { annotations });
    const given = async () => listIn(await get(`${placeOf('services')}/x`), 'status', 'loadBalancer', 'ingress');
    await clock.advance(19 * S);
    expect(await given()).toEqual([]);
    await clock.advance(1 * S);
    expect((await given()).map((one) => textIn(one, 'ip').replace(/\d+$/, 'N'))).toEqual(['198.51.100.N']);
  });
});

describe('the simulation', () => {
  test('can be switched off: then nothing comes alive', async () => {
    const { create, clock, get, list } = await virtualCluster({ simulate: false });
    await create('deployments', workload());
    await create('pods', template());
    await clock.advance(3_600 * S);
    expect(await list('replicasets')).toEqual([]);
    expect(objectIn(await get(DEPLOYMENT), 'status')).toEqual({});
    expect(phasesOf(await list('pods'))).toEqual(['Pending']);
    expect(await list('serviceaccounts')).toEqual([]);
  });

  test('leaves it to others to run pods, make volumes and give addresses, where there is no node', async () => {
    const { create, clock, get, list, merge } = await virtualCluster({ hasNode: false });
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    await create('deployments', workload());
    await create('daemonsets', workload(), { name: 'everywhere' });
    await create('services', { spec: { type: 'LoadBalancer', selector: { app: 'x' }, ports: [{ port: 80 }] } });
    await create('persistentvolumeclaims', { spec: claim });
    await clock.advance(3_600 * S);
    expect(listIn(await get('/api/v1/nodes'), 'items')).toEqual([]);
    expect(phasesOf(await list('pods'))).toEqual(['Pending']);
    expect(phasesOf(await list('persistentvolumeclaims'))).toEqual(['Pending']);
    expect(objectIn(await get(`${placeOf('services')}/x`), 'status')).toEqual({ loadBalancer: {} });
    const [pod = null] = await list('pods');
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    await merge(`${placeOf('pods')}/${nameOf(pod)}/status`, { status });
    await clock.advance(0);
    expect(numbers(await get(DEPLOYMENT), 'replicas', 'readyReplicas')).toEqual([1, 1]);
    expect(conditionsOf(await get(DEPLOYMENT))['Available']).toBe('True MinimumReplicasAvailable');
  });

  test('leaves no timer behind, and does nothing any more', async () => {
    const { server, clock, create, list } = await virtualCluster();
    await create('pods', template('delay=30s'), { annotations: { [STEERING]: 'delay=30s' } });
    await create('cronjobs', { spec: { schedule: '@hourly', jobTemplate: task() } });
    await clock.advance(0);
    expect(clock.waiting).toBeGreaterThan(0);
    await server.stop();
    expect(clock.waiting).toBe(0);
    await clock.advance(3_600 * S);
    expect(await list('jobs')).toEqual([]);
  });

  test('does the same things in the same order every time', async () => {
    const history = async (): Promise<readonly string[]> => {
      const { create, clock, list, merge } = await virtualCluster();
      await create('deployments', workload('', { replicas: 3 }));
      await create('statefulsets', { spec: { ...objectIn(workload(), 'spec'), replicas: 2, serviceName: 'x' } });
      await clock.advance(5 * S);
      await merge(DEPLOYMENT, { spec: { template: template('delay=3s') } });
      await clock.advance(60 * S);
      const objects = [...(await list('pods')), ...(await list('replicasets')), await list('statefulsets')].flat();
      return objects.map((one) => {
        const owner = textIn(listIn(one, 'metadata', 'ownerReferences')[0], 'name');
        return `${owner} ${textIn(one, 'metadata', 'resourceVersion')} ${textIn(one, 'metadata', 'creationTimestamp')}`;
      });
    };
    const [first, second] = [await history(), await history()];
    expect([...first].sort()).toEqual([...second].sort());
    expect(first.length).toBe(8);
  });
});
