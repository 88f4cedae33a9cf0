// The door of the embedded API server.
//
// It behaves as a Kubernetes API server for what `ledger.ts` names, and refuses everything else. It keeps its objects in
// memory, and is no Kubernetes: there are no nodes, and nothing runs.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newAuthority, newServing } from './auth/certificate.ts';
import { type Identity, newIdentity } from './auth/identity.ts';
import type { StaticToken } from './auth/tokens.ts';
import { type Clock, realClock } from './clock.ts';
import { loadFacts } from './facts/facts.ts';
import { DataFolder } from './files/data-folder.ts';
import { openLogFile } from './files/log-file.ts';
import { type ApiFetch, memoryFetch } from './http/fetch.ts';
import { listen } from './http/http.ts';
import type { Refusal } from './ledger.ts';
import type { ApiAnswer, ApiRequest } from './model/request.ts';
import { Plane } from './plane.ts';
import { parseSnapshot, toSnapshot } from './store/lines.ts';
import { Store } from './store/store.ts';

/** How a server is started. Everything absent is the ordinary. */
export interface ApiServerOptions {
  /** The port on the loopback interface; 0 finds a free one. Undefined: no network at all. */
  readonly port?: number;
  /** The version of Kubernetes whose API is served. */
  readonly minor?: string;
  /** Where the data files are. */
  readonly factsFolder?: string;
  /** Users besides the administrator, by their tokens. */
  readonly tokens?: readonly StaticToken[];
  /** Whether garbage is collected and namespaces come to an end by themselves. */
  readonly hasControllers?: boolean;
  /** Whether workloads come alive: pods, services, claims, and what makes them. As `hasControllers` where absent. */
  readonly simulate?: boolean;
  /**
   * Whether there is a simulated node. Without one the controllers work, and pods stay pending until somebody else sets
   * their status; no volumes are made, and load balancers get no address: a control plane and nothing around it.
   */
  readonly hasNode?: boolean;
  /** The time of everything. */
  readonly clock?: Clock;
  /** What it begins with: the text of a snapshot. */
  readonly snapshot?: string;
  /** A folder in which everything is kept, so that it is there when a server is started on it again. */
  readonly data?: string;
  /** A file to which a line is added for each request, as kube-apiserver's audit log has them. */
  readonly auditLog?: string;
}

/** A running server. */
export interface ApiServer {
  /** Its address, or undefined without network. */
  readonly url: string | undefined;
  /** Answers a request without network. One without a token comes from the administrator. */
  handle(request: ApiRequest): ApiAnswer;
  /** The same for clients that send their requests by a `fetch`. */
  readonly fetch: ApiFetch;
  /** A kubeconfig for it, with its certificate and the token of the administrator. Throws without network. */
  kubeconfig(): string;
  /** What was asked for and is not emulated. */
  refusals(): readonly Refusal[];
  /**
   * Another server, without network, with the objects, versions, history and definitions that are here now. What happens
   * in one does not happen in the other. Takes no longer with many objects than with few.
   */
  fork(): ApiServer;
  /** All objects as text, from which a server can be started. Without what was before, and without tokens. */
  snapshot(): string;
  /** Forgets all history, as an API server whose database was compacted. */
  compact(): void;
  /** Ends it. Idempotent. */
  stop(): Promise<void>;
}

const IN_MEMORY = 'in-memory';
const FACTS_FOLDER = join(fileURLToPath(new URL('.', import.meta.url)), '../schemas');

/** Starts a server. Throws where what it is to begin with cannot be read, or the port is taken. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const minor = options.minor ?? '1.36';
  const facts = loadFacts(options.factsFolder ?? FACTS_FOLDER, minor);
  const clock = options.clock ?? realClock;
  const { store, secret, audit, close } = beginningOf(options, minor);
  const identity: Identity = secret('identity', newIdentity);
  const hasControllers = options.hasControllers ?? true;
  let url: string | undefined;
  const plane = new Plane(
    {
      facts,
      identity,
      clock,
      tokens: options.tokens ?? [],
      hasControllers,
      simulates: options.simulate ?? hasControllers,
      hasNode: options.hasNode ?? true,
      audit,
      serverAddress: () => url?.replace('https://', '') ?? IN_MEMORY,
    },
    store,
  );
  const token = identity.administratorToken;
  const end = (): void => {
    plane.stop();
    close();
  };
  const memory = inMemory(plane, { minor, token, end });
  if (options.port === undefined) return memory;
  try {
    // Clients look at the clock of the machine.
    const authority = secret('authority', () => newAuthority(Date.now()));
    const serving = newServing(authority, Date.now());
    const listening = await listen((request) => plane.handle(request), { port: options.port, ...serving });
    url = listening.url;
    return {
      ...memory,
      url,
      kubeconfig: () => kubeconfigOf({ server: listening.url, token, authority: authority.certificate }),
      stop: async () => {
        await listening.stop();
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

interface Beginning {
  readonly store: Store;
  /** What is known under a name since the beginning of what is kept. */
  secret<T>(name: string, make: () => T): T;
  readonly audit: ((line: string) => void) | undefined;
  close(): void;
}

function beginningOf({ auditLog, ...options }: ApiServerOptions, minor: string): Beginning {
  const kept = keptIn(options, minor);
  try {
    const log = auditLog === undefined ? undefined : openLogFile(auditLog);
    const close = (): void => {
      kept.close();
      log?.close();
    };
    return { ...kept, audit: log?.write, close };
  } catch (error) {
    kept.close();
    throw error;
  }
}

function keptIn({ data, snapshot }: ApiServerOptions, minor: string): Omit<Beginning, 'audit'> {
  const given = snapshot === undefined ? {} : { contents: parseSnapshot(snapshot, minor) };
  if (data === undefined) return { store: new Store(given), secret: (_, make) => make(), close: () => undefined };
  const folder = new DataFolder(data, minor);
  try {
    const kept = folder.contents === undefined ? given : { contents: folder.contents };
    if (kept !== given && snapshot !== undefined)
      throw new Error(`a snapshot is for a new folder, and there are objects in ${data}`);
    const store: Store = new Store({ ...kept, record: (change) => folder.record(change, store.contents) });
    folder.begin(store.contents);
    const secret = <T>(name: string, make: () => T): T =>
      JSON.parse(folder.secret(name, () => JSON.stringify(make()))) as T;
    return { store, secret, close: () => folder.close() };
  } catch (error) {
    folder.close();
    throw error;
  }
}

interface MemoryOptions {
  readonly minor: string;
  /** The token of the administrator. */
  readonly token: string;
  end(): void;
}

// A server without network.
function inMemory(plane: Plane, { minor, token, end }: MemoryOptions): ApiServer {
  const handle = (request: ApiRequest): ApiAnswer => {
    const authorization = request.headers['authorization'] ?? `Bearer ${token}`;
    return plane.handle({ ...request, headers: { ...request.headers, authorization } });
  };
  return {
    url: undefined,
    handle,
    fetch: memoryFetch(handle),
    kubeconfig: () => {
      throw new Error('a server without network has no kubeconfig');
    },
    refusals: () => plane.refusals(),
    compact: () => plane.store.compact(),
    fork: () => {
      const fork = plane.fork(() => IN_MEMORY);
      return inMemory(fork, { minor, token, end: () => fork.stop() });
    },
    snapshot: () => toSnapshot(plane.store.contents, minor),
    stop: async () => end(),
  };
}

interface Access {
  readonly server: string;
  readonly token: string;
  /** The certificate of the authority, as PEM. */
  readonly authority: string;
}

function kubeconfigOf({ server, token, authority }: Access): string {
  const certificate = Buffer.from(authority).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'embedded', cluster: { server, 'certificate-authority-data': certificate } }],
    users: [{ name: 'embedded', user: { token } }],
    contexts: [{ name: 'embedded', context: { cluster: 'embedded', user: 'embedded', namespace: 'default' } }],
    'current-context': 'embedded',
  };
  return JSON.stringify(config, null, 2);
}
