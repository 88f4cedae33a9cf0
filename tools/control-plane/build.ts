// Builds the control plane's programs from Go modules, once for each set of versions and flags.
//
// The result lies outside the repository, in a folder named by a hash of everything that goes into it; it appears there
// whole or not at all. Two builders at once do the work twice, and one of the two results is kept.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the programs are. */
export interface Programs {
  readonly etcd: string;
  readonly apiServer: string;
  /** Absent where KUBEBUILDER_ASSETS is used and has none. */
  readonly controllerManager: string | undefined;
  readonly kubectl: string;
}

/** The programs, or how to get them. */
export type FoundPrograms =
  | { readonly kind: 'ready'; readonly programs: Programs }
  | { readonly kind: 'buildable'; readonly folder: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

const MODULE = dirname(fileURLToPath(import.meta.url));
const PACKAGES = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
};

/** The version of Kubernetes that is built, such as `v1.36.3`. */
export function kubernetesVersion(): string {
  const found = /k8s\.io\/kubernetes (v[\d.]+)/.exec(readFileSync(join(MODULE, 'go.mod'), 'utf8'));
  if (found?.[1] === undefined) throw new Error('tools/control-plane/go.mod names no version of k8s.io/kubernetes');
  return found[1];
}

/** The folder for what is built and run here, outside the repository. */
export function cacheFolder(): string {
  const { OPSONATA_CACHE, XDG_CACHE_HOME } = process.env;
  return OPSONATA_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'opsonata');
}

/** Finds the programs: KUBEBUILDER_ASSETS, then the cache, then Go. */
export function findPrograms(): FoundPrograms {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined) {
    const missing = ['etcd', 'kube-apiserver', 'kubectl'].filter((name) => !existsSync(join(assets, name)));
    if (missing.length > 0)
      return { kind: 'unavailable', reason: `KUBEBUILDER_ASSETS is set, but ${assets} has no ${missing.join(', ')}` };
    return { kind: 'ready', programs: programsIn(assets) };
  }
  const folder = join(cacheFolder(), 'control-plane', hashInputs());
  if (existsSync(folder)) return { kind: 'ready', programs: programsIn(folder) };
  const go = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (go.status === 0) return { kind: 'buildable', folder };
  return {
    kind: 'unavailable',
    reason: 'a real control plane needs Go (https://go.dev) to build it, or KUBEBUILDER_ASSETS; neither is here',
  };
}

/** The programs, built where they are not there yet; that takes some minutes. Throws where it cannot be done. */
export async function ensurePrograms(log: (line: string) => void): Promise<Programs> {
  const found = findPrograms();
  if (found.kind === 'ready') return found.programs;
  if (found.kind === 'unavailable') throw new Error(found.reason);
  log(
    `building kube-apiserver, kube-controller-manager, kubectl ${kubernetesVersion()} and etcd; about 7 minutes the first time`,
  );
  mkdirSync(dirname(found.folder), { recursive: true });
  const temporary = mkdtempSync(`${found.folder}.`);
  try {
    for (const [name, pkg] of Object.entries(PACKAGES)) {
      const started = Date.now();
      await run('go', ['build', '-trimpath', '-ldflags', linkerFlags(), '-o', join(temporary, name), pkg]);
      log(`built ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
    }
    if (!existsSync(found.folder)) renameSync(temporary, found.folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return programsIn(found.folder);
}

function programsIn(folder: string): Programs {
  const manager = join(folder, 'kube-controller-manager');
  return {
    etcd: join(folder, 'etcd'),
    apiServer: join(folder, 'kube-apiserver'),
    controllerManager: existsSync(manager) ? manager : undefined,
    kubectl: join(folder, 'kubectl'),
  };
}

function linkerFlags(): string {
  const version = kubernetesVersion();
  const [major, minor] = version.slice(1).split('.');
  const facts = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return [
    '-s',
    '-w',
    ...Object.entries(facts).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`),
  ].join(' ');
}

function hashInputs(): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(MODULE, file)));
  hash.update(`${linkerFlags()} ${process.platform} ${process.arch} ${JSON.stringify(PACKAGES)}`);
  return hash.digest('hex').slice(0, 16);
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, args, { cwd: MODULE, env, stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${args[0]} ended with ${code}`)),
    );
  });
}
