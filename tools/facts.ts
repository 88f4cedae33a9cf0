// `npm run facts -- [--minor 1.36] [--kubeconfig FILE]`: writes schemas/kubernetes-<minor>.json.gz, the facts of Kubernetes'
// own kinds, and schemas/kubernetes-<minor>-rbac.json.gz, the roles that every cluster has, from the API server of a kubeconfig or, without one, from a control plane that it starts and ends.
// `--minor` refuses an API server of another minor version. Running it again gives the same bytes.
// How a new version is added: docs/how-to/control-plane.md.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { loadAccess } from '../engine/kube/auth.ts';
import { Transport } from '../engine/kube/transport.ts';
import { parseFacts } from '../engine/load/kubernetes-facts.ts';
import { findPrograms } from './control-plane/build.ts';
import { startControlPlane, stopControlPlane } from './control-plane/control-plane.ts';
import { type AskServer, collectFacts } from './kubernetes-facts.ts';
import { collectRoles } from './rbac-facts.ts';

const { values } = parseArgs({ options: { minor: { type: 'string' }, kubeconfig: { type: 'string' } } });

interface Collected {
  readonly kinds: string;
  readonly roles: string;
}

async function ask(kubeconfig: string): Promise<Collected> {
  const transport = new Transport(loadAccess({ kubeconfig }, Date.now), { userAgent: 'opsonata-facts', now: Date.now });
  try {
    const get: AskServer = (path) => transport.request({ method: 'GET', path });
    return { kinds: await collectFacts(get), roles: await collectRoles(get) };
  } finally {
    transport.stop();
  }
}

async function askOwnControlPlane(): Promise<Collected> {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-facts-'));
  try {
    const options = { folder, controllerManager: false, diesWithUs: true, log: (line: string) => console.error(line) };
    return await ask((await startControlPlane(options)).kubeconfig);
  } finally {
    await stopControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const found = findPrograms();
  if (values.kubeconfig === undefined && found.kind === 'unavailable') {
    console.error(`${found.reason}; or name an API server with --kubeconfig`);
    return 2;
  }
  const { kinds: text, roles } = await (values.kubeconfig === undefined
    ? askOwnControlPlane()
    : ask(values.kubeconfig));
  const facts = parseFacts(text);
  const minor = /^v(\d+\.\d+)\./.exec(facts.version)?.[1];
  if (minor === undefined || (values.minor !== undefined && values.minor !== minor)) {
    console.error(`the API server is ${facts.version}, not of ${values.minor ?? 'a released version'}`);
    return 2;
  }
  const file = `schemas/kubernetes-${minor}.json.gz`;
  const bytes = gzipSync(text, { level: 9 });
  writeFileSync(file, bytes);
  writeFileSync(`schemas/kubernetes-${minor}-rbac.json.gz`, gzipSync(roles, { level: 9 }));
  console.error(
    `${file}: ${facts.version}, ${facts.kinds().length} kinds, ${text.length} characters, ${bytes.length} bytes`,
  );
  return 0;
}

process.exitCode = await main();
