// The door of the embedded API server.
//
// It behaves as a Kubernetes API server for what `ledger.ts` names, and refuses everything else. It keeps its objects in
// memory, and is no Kubernetes: there are no nodes, and nothing runs.

import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Access } from './auth/access.ts';
import { type StaticToken, toUser } from './auth/tokens.ts';
import { bootstrap } from './bootstrap.ts';
import { type Clock, realClock } from './clock.ts';
import { runControllers } from './controllers/controllers.ts';
import { type KubernetesFacts, loadFacts } from './facts/facts.ts';
import { listen } from './http/http.ts';
import { isEmulated, Ledger, type Refusal } from './ledger.ts';
import type { ApiAnswer, ApiRequest } from './model/request.ts';
import { ANONYMOUS, AUTHENTICATED, MASTERS } from './model/user.ts';
import { builtinResources } from './registry/builtin.ts';
import { DEFINITIONS, notEmulatedIn, serveDefinitions } from './registry/definitions.ts';
import { Registry } from './registry/registry.ts';
import { ApiCore, type CoreDeps } from './serve/core.ts';
import { Simulation } from './simulate/simulation.ts';
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
  /** Who a request without a token comes from. Over HTTP without TLS kubectl sends none: so it is the administrator. */
  readonly withoutToken?: 'administrator' | 'anonymous';
  /** Whether garbage is collected and namespaces come to an end by themselves. */
  readonly hasControllers?: boolean;
  /** Whether workloads come alive: pods, services, claims, and what makes them. As `hasControllers` where absent. */
  readonly simulate?: boolean;
  /** The time of everything. */
  readonly clock?: Clock;
}

/** A running server. */
export interface ApiServer {
  /** Its address, or undefined without network. */
  readonly url: string | undefined;
  /** Answers a request without network. */
  handle(request: ApiRequest): ApiAnswer;
  /** A kubeconfig for it. Throws without network. */
  kubeconfig(): string;
  /** What was asked for and is not emulated. */
  refusals(): readonly Refusal[];
  /** Forgets all history, as an API server whose database was compacted. */
  compact(): void;
  /** Ends it. Idempotent. */
  stop(): Promise<void>;
}

const SUFFIX_SIGNS = 'bcdfghjklmnpqrstvwxz2456789';
const FACTS_FOLDER = join(fileURLToPath(new URL('.', import.meta.url)), '../schemas');

/** Starts a server. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const facts = loadFacts(options.factsFolder ?? FACTS_FOLDER, options.minor ?? '1.36');
  const ledger = new Ledger();
  const store = new Store();
  let url: string | undefined;
  const hasControllers = options.hasControllers ?? true;
  const clock = options.clock ?? realClock;
  const administrator: StaticToken = {
    token: randomBytes(16).toString('hex'),
    name: 'admin',
    uid: '1',
    groups: [MASTERS, AUTHENTICATED],
  };
  const access = new Access({
    store,
    ledger,
    nowMs: () => clock.nowMs(),
    newUid: () => randomUUID(),
    staticTokens: [administrator, ...(options.tokens ?? [])],
    withoutToken: options.withoutToken === 'anonymous' ? ANONYMOUS : toUser(administrator),
  });
  const { core, deps } = createCore({
    facts,
    ledger,
    store,
    access,
    hasControllers,
    clock,
    serverAddress: () => url?.replace('http://', '') ?? 'in-memory',
  });
  const simulation =
    (options.simulate ?? hasControllers) ? new Simulation({ ...deps, defer: queueMicrotask }) : undefined;
  simulation?.start();
  const listening =
    options.port === undefined ? undefined : await listen((request) => core.handle(request), options.port);
  url = listening?.url;
  return {
    url,
    handle: (request) => core.handle(request),
    kubeconfig: () => {
      if (url === undefined) throw new Error('a server without network has no kubeconfig');
      return kubeconfigOf(url, administrator.token);
    },
    refusals: () => ledger.refusals(),
    compact: () => store.compact(),
    stop: async () => {
      simulation?.stop();
      await listening?.stop();
    },
  };
}

interface CoreParts {
  readonly facts: KubernetesFacts;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly access: Access;
  readonly hasControllers: boolean;
  readonly clock: Clock;
  serverAddress(): string;
}

function createCore({ facts, ledger, store, access, hasControllers, clock, serverAddress }: CoreParts) {
  const { resources, parts, codec, types, plans } = builtinResources(facts, store, isEmulated);
  const registry = new Registry(resources);
  const schemaNames = new Map(facts.kinds.map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind.schema]));
  const lookup = (name: string) => facts.schema(name);
  const deps: CoreDeps = {
    facts,
    ledger,
    store,
    registry,
    access,
    parts,
    plans,
    serverAddress,
    nowMs: () => clock.nowMs(),
    newUid: () => randomUUID(),
    newSuffix: () => [...randomBytes(5)].map((byte) => SUFFIX_SIGNS[byte % SUFFIX_SIGNS.length]).join(''),
    random: () => Math.random(),
    after: (delayMs, run) => clock.after(delayMs, run),
    checkEmulated: ({ collection }, object) => {
      if (collection !== DEFINITIONS) return;
      const [first] = notEmulatedIn(object);
      if (first !== undefined) throw ledger.refuse('definition', first);
    },
    patchTypeOf: ({ apiVersion, kind }) => {
      const name = schemaNames.get(`${apiVersion}/${kind}`);
      return name === undefined ? undefined : { schema: lookup(name), lookup };
    },
  };
  serveDefinitions({ ...deps, codec, types, defer: queueMicrotask });
  bootstrap(deps, registry, facts.roles);
  if (hasControllers) runControllers({ ...deps, defer: queueMicrotask });
  return { core: new ApiCore(deps), deps };
}

// Clients refuse plain HTTP where they are to prove who they are, unless they are told that nothing is proven.
function kubeconfigOf(server: string, token: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'embedded', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'embedded', user: { token } }],
    contexts: [{ name: 'embedded', context: { cluster: 'embedded', user: 'embedded', namespace: 'default' } }],
    'current-context': 'embedded',
  };
  return JSON.stringify(config, null, 2);
}
