// What the suites of the operator need on embedded API servers of their own: the bundle, and a kubectl.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { findPrograms } from '../../tools/control-plane/build.ts';

/** vitest calls this before the first suite. */
export function setup(project: TestProject): void {
  if (!existsSync('dist/opsonata.js')) throw new Error('there is no bundle: npx tsx tools/build.ts makes it');
  const found = findPrograms();
  const kubectl = found.kind === 'ready' ? found.programs.kubectl : 'kubectl';
  if (spawnSync(kubectl, ['version', '--client']).status === 0) {
    project.provide('cluster', { kind: 'embedded', kubectl });
    return;
  }
  const reason = 'there is no kubectl';
  console.log(`\nSKIPPED: the suites of the operator on the embedded API server, because ${reason}\n`);
  project.provide('cluster', { kind: 'unavailable', reason });
}
