// Services over simulated pods.

import { expect, test } from 'vitest';
import { VirtualClock } from '../../apiserver/clock.ts';
import { type Json, listIn } from '../../apiserver/model/json.ts';
import { startApiServer } from '../../apiserver/server.ts';
import { freezeStored } from './frozen.ts';
import { S } from './workloads/virtual-cluster.ts';

freezeStored();

test('a service over pods with and without its port comes to rest', async () => {
  const clock = new VirtualClock();
  const server = await startApiServer({ clock });
  const send = (method: string, path: string, body?: Json) => {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const text = body === undefined ? '' : JSON.stringify(body);
    return server.handle({ method, path, query: new URLSearchParams(), headers, body: text });
  };
  const metadata = (name: string) => ({ name, labels: { app: 'a' } });
  for (const [name, ports] of [
    ['with', [{ name: 'http', containerPort: 80 }]],
    ['without', []],
  ] as const) {
    const spec = { containers: [{ name: 'c', image: 'x', ports }] };
    send('POST', '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: metadata(name), spec });
  }
  const spec = { selector: { app: 'a' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] };
  send('POST', '/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('s'),
    spec,
  });
  await clock.advance(S);
  const slices = send('GET', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices');
  const items = slices.kind === 'json' ? listIn(slices.body, 'items') : [];
  expect(items.map((slice) => listIn(slice, 'ports').length).sort()).toEqual([0, 1]);
  await server.stop();
});
