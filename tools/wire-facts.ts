// `npx tsx tools/wire-facts.ts`: writes schemas/kubernetes-<minor>-wire.json.gz, how the built-in types travel: which
// fields are left out when they are empty, which are pointers, and their protobuf numbers. OpenAPI says none of it.
// It is read from the Go types by tools/control-plane/wire/main.go, and needs Go; running it again gives the same bytes.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { kubernetesVersion } from './control-plane/build.ts';

type WireTable = Record<string, Record<string, string>>;

// The module files of the control plane name what it is built from: Go may write into a copy only.
function readTypes(): WireTable {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-wire-'));
  try {
    for (const file of ['go.mod', 'go.sum']) copyFileSync(join('tools/control-plane', file), join(folder, file));
    const run = spawnSync('go', ['run', `-modfile=${join(folder, 'go.mod')}`, './wire'], {
      cwd: 'tools/control-plane',
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' },
      maxBuffer: 16 * 1024 * 1024,
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`go run ended with ${run.status}: ${run.stderr}`);
    return JSON.parse(run.stdout) as WireTable;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const minor = /^v(\d+\.\d+)\./.exec(kubernetesVersion())?.[1] ?? '';
const facts = JSON.parse(gunzipSync(readFileSync(`schemas/kubernetes-${minor}.json.gz`)).toString('utf8'));
const published = new Set(Object.keys(facts.schemas));
const types = Object.entries(readTypes())
  .filter(([name]) => published.has(name))
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, fields]) => [name, Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))]);
const bytes = gzipSync(JSON.stringify(Object.fromEntries(types)), { level: 9 });
const file = `schemas/kubernetes-${minor}-wire.json.gz`;
writeFileSync(file, bytes);
console.error(`${file}: ${types.length} types, ${bytes.length} bytes`);
