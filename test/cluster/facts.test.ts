// The committed facts of Kubernetes' kinds are what the API server says today.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loadAccess } from '../../engine/kube/auth.ts';
import { Transport } from '../../engine/kube/transport.ts';
import { kubernetesVersion } from '../../tools/control-plane/build.ts';
import { collectFacts } from '../../tools/kubernetes-facts.ts';
import { collectRoles } from '../../tools/rbac-facts.ts';
import { describeCluster, eventually } from '../support/cluster.ts';

const WIDGETS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.facts.example.com' },
  spec: {
    group: 'facts.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

describeCluster('the facts of Kubernetes', (cluster) => {
  test('are those of the API server, whatever else is installed there', async ({ skip }) => {
    const { gitVersion } = JSON.parse(await cluster.kubectl('get --raw /version')) as { gitVersion: string };
    // KUBEBUILDER_ASSETS may hold another version.
    if (gitVersion !== kubernetesVersion()) {
      const reason = `the API server is ${gitVersion}, not ${kubernetesVersion()}`;
      console.log(`\nSKIPPED: the comparison of the facts, because ${reason}\n`);
      skip(reason);
    }
    await cluster.apply(WIDGETS, ' --request-timeout=120s');
    await eventually('the custom resource is served', async () => {
      const served = await cluster.try([
        'get',
        '--raw',
        '/openapi/v3/apis/facts.example.com/v1',
        '--request-timeout=120s',
      ]);
      return served.code === 0 ? true : undefined;
    });
    const access = loadAccess({ kubeconfig: cluster.state.kubeconfig }, Date.now);
    const transport = new Transport(access, { userAgent: 'facts-test', now: Date.now });
    try {
      const get = (path: string) => transport.request({ method: 'GET', path });
      const text = await collectFacts(get);
      expect(JSON.parse(text)).toEqual(
        JSON.parse(gunzipSync(readFileSync('schemas/kubernetes-1.36.json.gz')).toString('utf8')),
      );
      expect(JSON.parse(await collectRoles(get))).toEqual(
        JSON.parse(gunzipSync(readFileSync('schemas/kubernetes-1.36-rbac.json.gz')).toString('utf8')),
      );
    } finally {
      transport.stop();
      await cluster.kubectl('delete crd widgets.facts.example.com --timeout=120s');
    }
  });
});
