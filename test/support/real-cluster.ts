// The real control plane, as the suites of the operator drive it.

import { readState, restartApiServer } from '../../tools/control-plane/control-plane.ts';
import type { ClusterDriver } from './cluster.ts';

/** Drives the control plane of a folder, which somebody else has started. */
export const realCluster: ClusterDriver = {
  read: (folder) => {
    const state = readState(folder);
    if (state?.auditLog === undefined) return undefined;
    const { kubeconfig, kubectl, auditLog, processes } = state;
    return { kubeconfig, kubectl, auditLog, apiServer: processes.apiServer };
  },
  restart: async (folder) => {
    await restartApiServer(folder, { diesWithUs: true });
  },
  // Compacts the database, whose API server has to forget what it remembers itself, too.
  forgetHistory: async (folder) => {
    const etcdUrl = readState(folder)?.etcdUrl;
    const post = async (path: string, body: object): Promise<Response> =>
      await fetch(`${etcdUrl}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) });
    const range = await post('range', { key: Buffer.from('a').toString('base64') });
    const { header } = (await range.json()) as { readonly header: { readonly revision: string } };
    await post('compaction', { revision: header.revision });
  },
};
