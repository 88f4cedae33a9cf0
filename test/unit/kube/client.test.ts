// What the API server's answer to a delete means.

import { expect, test } from 'vitest';
import { createClient } from '../../../engine/kube/client.ts';
import type { Discovery } from '../../../engine/kube/discovery.ts';
import type { ApiTransport } from '../../../engine/kube/transport.ts';

const deleting = async (metadata: object) => {
  const answer = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'n', ...metadata } };
  const transport = { request: async () => answer } as unknown as ApiTransport;
  const discovery = {
    resolve: async () => ({ apiVersion: 'v1', plural: 'pods', namespaced: true, subresources: [] }),
  } as unknown as Discovery;
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'n', name: 'a' };
  return await createClient(transport, discovery).delete(ref, { uid: 'u' });
};

test('an object that is answered with is gone, unless something holds it', async () => {
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  expect(await deleting({})).toBeUndefined();
  expect(await deleting({ deletionTimestamp, deletionGracePeriodSeconds: 0 })).toBeUndefined();
  expect(await deleting({ deletionTimestamp, deletionGracePeriodSeconds: 30 })).toBeDefined();
  expect(await deleting({ deletionTimestamp, deletionGracePeriodSeconds: 0, finalizers: ['a'] })).toBeDefined();
  // A namespace is held by finalizers of its spec.
  expect(await deleting({ deletionTimestamp })).toBeDefined();
});
