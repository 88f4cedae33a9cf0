// A real Kubernetes control plane on the loopback address: etcd, kube-apiserver, kube-controller-manager.
//
// There is no scheduler and no kubelet: pods stay pending unless something sets their status (kubelet.ts).
// Certificates are made by kube-apiserver itself, tokens are static: nothing here is for production.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { ensurePrograms } from './build.ts';
import { freePorts } from './ports.ts';
import { isRunning, type Started, startProcess, stopProcess, waitUntil } from './process.ts';

/** How a control plane is started. */
export interface ControlPlaneOptions {
  /** The folder for data, keys and logs; emptied before the start. */
  readonly folder: string;
  readonly audit?: boolean;
  readonly controllerManager?: boolean;
  /** The controllers that run, by their names; all ordinary ones where it is absent. */
  readonly controllers?: readonly string[];
  readonly apiServerArgs?: readonly string[];
  /** End everything when this process ends, however it ends. */
  readonly diesWithUs: boolean;
  readonly log?: (line: string) => void;
}

/** What is known of a control plane; kept in `state.json` of its folder. */
export interface ControlPlaneState {
  readonly server: string;
  readonly caFile: string;
  /** For an administrator, and for a user without rights. */
  readonly kubeconfig: string;
  readonly kubeconfigNoRights: string;
  readonly adminToken: string;
  readonly kubectl: string;
  readonly auditLog: string | undefined;
  readonly etcdUrl: string;
  readonly processes: {
    readonly etcd: Started;
    readonly apiServer: Started;
    readonly controllerManager: Started | undefined;
  };
  /** How the API server is started again. */
  readonly apiServerArgs: readonly string[];
}

const START_LIMIT_MS = 300_000;

/** Starts a control plane and waits until it works. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlaneState> {
  const programs = await ensurePrograms(options.log ?? (() => undefined));
  const { folder } = options;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'certs'), { recursive: true });
  const [clientPort = 0, peerPort = 0, apiPort = 0] = await freePorts(3);
  const etcdUrl = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const spawnIn = (command: string, args: readonly string[]) =>
    startProcess(command, args, {
      logFile: join(folder, `${command.split('/').at(-1)}.log`),
      diesWithUs: options.diesWithUs,
    });
  const etcd = spawnIn(programs.etcd, [
    ...['--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync', '--log-level', 'error', '--name', 'default'],
    ...['--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl, '--listen-peer-urls', peerUrl],
    ...['--initial-advertise-peer-urls', peerUrl, '--initial-cluster', `default=${peerUrl}`],
  ]);
  const { tokens, keyFile } = writeSecrets(folder);
  const auditLog = options.audit === true ? join(folder, 'audit.log') : undefined;
  const apiServerArgs = apiServerFlags(folder, {
    etcdUrl,
    apiPort,
    keyFile,
    auditLog,
    extra: options.apiServerArgs ?? [],
  });
  const apiServer = spawnIn(programs.apiServer, apiServerArgs);
  const server = `https://127.0.0.1:${apiPort}`;
  const caFile = join(folder, 'certs', 'apiserver.crt');
  const kubeconfig = writeKubeconfig(join(folder, 'kubeconfig'), { server, caFile, token: tokens.admin });
  const kubeconfigNoRights = writeKubeconfig(join(folder, 'kubeconfig.no-rights'), {
    server,
    caFile,
    token: tokens.nobody,
  });
  const manager = options.controllerManager === false ? undefined : programs.controllerManager;
  let controllerManager: Started | undefined;
  const base = {
    server,
    caFile,
    kubeconfig,
    kubeconfigNoRights,
    adminToken: tokens.admin,
    kubectl: programs.kubectl,
    auditLog,
    etcdUrl,
    apiServerArgs,
  };
  const save = (): ControlPlaneState => {
    const state = { ...base, processes: { etcd, apiServer, controllerManager } };
    writeFileSync(join(folder, 'state.json'), JSON.stringify(state, null, 2));
    return state;
  };
  const started = save();
  await whenReady(started, folder);
  if (manager !== undefined)
    controllerManager = spawnIn(
      manager,
      managerFlags(folder, { kubeconfig, keyFile, controllers: options.controllers }),
    );
  const state = save();
  const hasAccounts = controllerManager !== undefined && options.controllers === undefined;
  await whenNamespaceWorks(state, folder, hasAccounts);
  return state;
}

/** Ends everything of a control plane that is still running. Idempotent. */
export async function stopControlPlane(folder: string): Promise<boolean> {
  const state = readState(folder);
  if (state === undefined) return false;
  const { controllerManager, apiServer, etcd } = state.processes;
  // The API server takes its time to say goodbye to watches; nothing here needs that.
  await Promise.all(
    [controllerManager, apiServer, etcd].map(async (started) =>
      started === undefined ? undefined : await stopProcess(started, 'SIGKILL'),
    ),
  );
  rmSync(folder, { recursive: true, force: true });
  return true;
}

/** The state of the control plane of a folder, or undefined where none was started. */
export function readState(folder: string): ControlPlaneState | undefined {
  const file = join(folder, 'state.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ControlPlaneState) : undefined;
}

/** Ends the API server at once, and starts it again on the same data, port and keys. */
export async function restartApiServer(
  folder: string,
  options: { readonly diesWithUs: boolean },
): Promise<ControlPlaneState> {
  const before = readState(folder);
  if (before === undefined) throw new Error('no control plane was started here');
  await stopProcess(before.processes.apiServer, 'SIGKILL');
  const { command } = before.processes.apiServer;
  const apiServer = startProcess(command, before.apiServerArgs, {
    logFile: join(folder, 'kube-apiserver.log'),
    diesWithUs: options.diesWithUs,
  });
  const state = { ...before, processes: { ...before.processes, apiServer } };
  writeFileSync(join(folder, 'state.json'), JSON.stringify(state, null, 2));
  await whenReady(state, folder);
  return state;
}

/** A request as the administrator, with the server's certificate checked. The result is the status and the body. */
export async function ask(
  state: Pick<ControlPlaneState, 'server' | 'caFile' | 'adminToken'>,
  path: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return await new Promise((resolve) => {
    const fail = () => resolve({ status: 0, text: '' });
    if (!existsSync(state.caFile)) return fail();
    const headers = { authorization: `Bearer ${state.adminToken}` };
    const call = request(
      new URL(path, state.server),
      { ca: readFileSync(state.caFile), headers, agent: false, timeout: 10_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
        response.on('error', fail);
      },
    );
    call.on('error', fail);
    call.on('timeout', () => call.destroy());
    call.end();
  });
}

async function whenReady(state: ControlPlaneState, folder: string): Promise<void> {
  const isUp = await waitUntil(async () => {
    if (!isRunning(state.processes.apiServer))
      throw new Error(`kube-apiserver ended: ${tail(join(folder, 'kube-apiserver.log'))}`);
    return (await ask(state, '/readyz')).status === 200;
  }, START_LIMIT_MS);
  if (!isUp) throw new Error(`kube-apiserver is not ready: ${tail(join(folder, 'kube-apiserver.log'))}`);
}

// The default namespace comes from the API server; its service account shows that the controllers run.
async function whenNamespaceWorks(state: ControlPlaneState, folder: string, hasControllers: boolean): Promise<void> {
  const path = `/api/v1/namespaces/default${hasControllers ? '/serviceaccounts/default' : ''}`;
  const isUp = await waitUntil(async () => (await ask(state, path)).status === 200, START_LIMIT_MS);
  if (!isUp) throw new Error(`the controllers do not work: ${tail(join(folder, 'kube-controller-manager.log'))}`);
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-8).join('\n') : '(no log)';
}

function writeSecrets(folder: string): {
  readonly tokens: { readonly admin: string; readonly nobody: string };
  readonly keyFile: string;
} {
  const tokens = { admin: randomBytes(16).toString('hex'), nobody: randomBytes(16).toString('hex') };
  writeFileSync(join(folder, 'tokens.csv'), `${tokens.admin},admin,1,"system:masters"\n${tokens.nobody},nobody,2\n`, {
    mode: 0o600,
  });
  const keyFile = join(folder, 'service-account.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  return { tokens, keyFile };
}

interface ApiServerFacts {
  readonly etcdUrl: string;
  readonly apiPort: number;
  readonly keyFile: string;
  readonly auditLog: string | undefined;
  readonly extra: readonly string[];
}

function apiServerFlags(
  folder: string,
  { etcdUrl, apiPort, keyFile, auditLog, extra }: ApiServerFacts,
): readonly string[] {
  const policy = join(folder, 'audit-policy.yaml');
  writeFileSync(
    policy,
    JSON.stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      rules: [
        // Of a write also that it came: so long as it has no end in the log, there is something to wait for.
        { level: 'Metadata', verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] },
        { level: 'Metadata', omitStages: ['RequestReceived'] },
      ],
    }),
  );
  return [
    ...[
      '--etcd-servers',
      etcdUrl,
      '--secure-port',
      String(apiPort),
      '--bind-address',
      '127.0.0.1',
      '--advertise-address',
      '127.0.0.1',
    ],
    ...[
      '--cert-dir',
      join(folder, 'certs'),
      '--token-auth-file',
      join(folder, 'tokens.csv'),
      '--authorization-mode',
      'RBAC',
    ],
    ...['--service-account-key-file', keyFile, '--service-account-signing-key-file', keyFile],
    ...['--service-account-issuer', 'https://kubernetes.default.svc', '--service-cluster-ip-range', '10.0.0.0/16'],
    ...['--disable-admission-plugins', 'ServiceAccount', '--endpoint-reconciler-type', 'none', '--profiling=false'],
    ...(auditLog === undefined
      ? []
      : [
          ...['--audit-policy-file', policy, '--audit-log-path', auditLog, '--audit-log-mode', 'blocking'],
          // Megabytes. Who reads it counts bytes: it must not begin anew.
          ...['--audit-log-maxsize', '100000'],
        ]),
    ...extra,
  ];
}

function managerFlags(
  folder: string,
  facts: {
    readonly kubeconfig: string;
    readonly keyFile: string;
    readonly controllers: readonly string[] | undefined;
  },
): readonly string[] {
  return [
    ...[
      '--kubeconfig',
      facts.kubeconfig,
      '--leader-elect=false',
      '--secure-port',
      '0',
      '--service-account-private-key-file',
      facts.keyFile,
    ],
    ...['--root-ca-file', join(folder, 'certs', 'apiserver.crt'), '--concurrent-gc-syncs', '20', '--profiling=false'],
    ...(facts.controllers === undefined ? [] : [`--controllers=${facts.controllers.join(',')}`]),
    // Nobody else asks, so it need not hold back.
    ...['--kube-api-qps', '500', '--kube-api-burst', '1000'],
  ];
}

function writeKubeconfig(
  file: string,
  facts: { readonly server: string; readonly caFile: string; readonly token: string },
): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server: facts.server, 'certificate-authority': facts.caFile } }],
    users: [{ name: 'local', user: { token: facts.token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'local', namespace: 'default' } }],
    'current-context': 'local',
  };
  writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return file;
}
