// `npx tsx tools/cel-facts.ts`: writes schemas/kubernetes-<minor>-cel.json.gz, which functions the rules of definitions
// can call, with their overloads, and which names stand for types. It is read from the environment in which the API
// server compiles rules by tools/control-plane/cel/main.go, and needs Go; running it again gives the same bytes.

import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type JsonObject, toCanonicalText } from '../engine/model/json.ts';
import { kubernetesVersion } from './control-plane/build.ts';
import { runFacts } from './control-plane/go-run.ts';

const minor = /^v(\d+\.\d+)\./.exec(kubernetesVersion())?.[1] ?? '';
const facts = runFacts('cel') as JsonObject;
const bytes = gzipSync(toCanonicalText(facts), { level: 9 });
const file = `schemas/kubernetes-${minor}-cel.json.gz`;
writeFileSync(file, bytes);
console.error(`${file}: ${Object.keys(facts['functions'] as JsonObject).length} functions, ${bytes.length} bytes`);
