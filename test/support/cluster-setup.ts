// Starts one control plane for all cluster suites of a run, and ends it. Where there is none, the suites skip and say why.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findPrograms } from '../../tools/control-plane/build.ts';
import { startControlPlane, stopControlPlane } from '../../tools/control-plane/control-plane.ts';

/** What the suites are given: the folder of a control plane, a kubectl for servers of their own, or why there is none. */
export type ProvidedCluster =
  | { readonly kind: 'real'; readonly folder: string }
  | { readonly kind: 'embedded'; readonly kubectl: string | undefined }
  | { readonly kind: 'unavailable'; readonly reason: string };

declare module 'vitest' {
  interface ProvidedContext {
    readonly cluster: ProvidedCluster;
  }
}

/** vitest calls this before the first suite; the result is called after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = findPrograms();
  if (found.kind === 'unavailable') {
    console.log(`\nSKIPPED: the cluster suites, because ${found.reason}\n`);
    project.provide('cluster', { kind: 'unavailable', reason: found.reason });
    return async () => undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-cluster-'));
  await startControlPlane({ folder, audit: true, diesWithUs: true, log: (line) => console.log(line) });
  project.provide('cluster', { kind: 'real', folder });
  return async () => {
    await stopControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  };
}
