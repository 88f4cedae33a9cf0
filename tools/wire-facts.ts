// `npx tsx tools/wire-facts.ts`: writes schemas/kubernetes-<minor>-wire.json.gz, how the built-in types travel: which
// fields are left out when they are empty, which are pointers, and their protobuf numbers. OpenAPI says none of it.
// It is read from the Go types by tools/control-plane/wire/main.go, and needs Go; running it again gives the same bytes.

import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { kubernetesVersion } from './control-plane/build.ts';
import { runFacts } from './control-plane/go-run.ts';

type WireTable = Record<string, Record<string, string>>;

const minor = /^v(\d+\.\d+)\./.exec(kubernetesVersion())?.[1] ?? '';
const facts = JSON.parse(gunzipSync(readFileSync(`schemas/kubernetes-${minor}.json.gz`)).toString('utf8'));
const published = new Set(Object.keys(facts.schemas));
const types = Object.entries(runFacts('wire') as WireTable)
  .filter(([name]) => published.has(name))
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, fields]) => [name, Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))]);
const bytes = gzipSync(JSON.stringify(Object.fromEntries(types)), { level: 9 });
const file = `schemas/kubernetes-${minor}-wire.json.gz`;
writeFileSync(file, bytes);
console.error(`${file}: ${types.length} types, ${bytes.length} bytes`);
