// Runs one of the programs here that print facts read from the Go code of Kubernetes. Needs Go.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a program prints, as JSON. Throws where it fails. */
export function runFacts(program: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-facts-'));
  try {
    // The module files of the control plane name what it is built from: Go may write into a copy only.
    for (const file of ['go.mod', 'go.sum']) copyFileSync(join('tools/control-plane', file), join(folder, file));
    const run = spawnSync('go', ['run', `-modfile=${join(folder, 'go.mod')}`, `./${program}`], {
      cwd: 'tools/control-plane',
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' },
      maxBuffer: 16 * 1024 * 1024,
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`go run ended with ${run.status}: ${run.stderr}`);
    return JSON.parse(run.stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
