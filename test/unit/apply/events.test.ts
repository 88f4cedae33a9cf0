// Events of restarts: one for each cause, and none where they are forbidden.

import { expect, test } from 'vitest';
import { Events } from '../../../engine/apply/events.ts';
import type { KubeClient } from '../../../engine/kube/client.ts';
import { Fault } from '../../../engine/model/fault.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { ownerOf } from '../../support/rules.ts';

const NEWS = {
  ref: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'a-0' },
  reason: 'spec.x: 1 became 2',
  cause: 'c1',
};

const world = (answer: () => Promise<KubeObject>) => {
  const written: KubeObject[] = [];
  const faults: string[] = [];
  const apply: KubeClient['apply'] = async (object) => {
    written.push(object);
    return await answer();
  };
  const events = new Events('web', ({ code }) => faults.push(code));
  const tell = async (cause = 'c1') =>
    await events.tell(ownerOf(), { ...NEWS, cause }, '2026-01-01T00:00:00Z', { client: { apply } as KubeClient });
  return { written, faults, tell };
};

test('an Event speaks of the resource, relates to the object, and is named after its cause', async () => {
  const { written, tell } = world(async () => ownerOf());
  await tell();
  await tell();
  expect(new Set(written.map(({ metadata }) => metadata.name))).toEqual(new Set(['shop.c1']));
  expect(written[0]).toMatchObject({
    apiVersion: 'events.k8s.io/v1',
    metadata: { namespace: 'default' },
    reason: 'Restarted',
    note: 'Pod default/a-0 starts anew: spec.x: 1 became 2',
    regarding: { kind: 'Web', name: 'shop', namespace: 'default', uid: 'owner' },
    related: NEWS.ref,
  });
});

test('where Events are forbidden none is tried again, and another fault is only told', async () => {
  const forbidden = world(
    async () => await Promise.reject(new Fault({ code: 'Forbidden', retry: 'never', message: 'no' })),
  );
  await forbidden.tell();
  await forbidden.tell('c2');
  expect([forbidden.written.length, forbidden.faults]).toEqual([1, ['Forbidden']]);
  const broken = world(
    async () => await Promise.reject(new Fault({ code: 'ApiError', retry: 'backoff', message: 'no' })),
  );
  await broken.tell();
  await broken.tell('c2');
  expect([broken.written.length, broken.faults]).toEqual([2, ['ApiError', 'ApiError']]);
  // Nobody knows whether it was told: who wrote its reason down tells it again.
  const cut = world(
    async () => await Promise.reject(new Fault({ code: 'ApiUnavailable', retry: 'backoff', message: '' })),
  );
  await expect(cut.tell()).rejects.toMatchObject({ code: 'ApiUnavailable' });
});
