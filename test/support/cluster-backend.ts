// A real control plane for a suite, with the operator as users run it.

import type { Backend } from './api.ts';
import type { Cluster } from './cluster.ts';
import { EngineProcess } from './engine-process.ts';

/** The backend of a running control plane. */
export function clusterBackend(cluster: Cluster): Backend {
  return {
    kubeconfig: cluster.state.kubeconfig,
    start: async (rules, paths) =>
      await EngineProcess.start(
        cluster,
        rules,
        paths.flatMap((path) => ['--rules', path]),
      ),
  };
}
