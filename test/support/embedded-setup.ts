// What the suites of the operator need on embedded API servers of their own: the bundle. They use kubectl where it is.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { findPrograms } from '../../tools/control-plane/build.ts';

/** vitest calls this before the first suite. */
export function setup(project: TestProject): void {
  if (!existsSync('dist/opsonata.js')) throw new Error('there is no bundle: npx tsx tools/build.ts makes it');
  const found = findPrograms();
  const kubectl = found.kind === 'ready' ? found.programs.kubectl : 'kubectl';
  const isThere = spawnSync(kubectl, ['version', '--client']).status === 0;
  if (!isThere) console.log('\nThere is no kubectl: the suites of the operator use a stand-in.\n');
  project.provide('cluster', { kind: 'embedded', kubectl: isThere ? kubectl : undefined });
}
