// Where the API server is and how we prove who we are. The one door to client-node, of which only the kubeconfig and
// its ways to log in are used: contexts, tokens, certificates, exec plugins, OIDC, the service account of a pod.

import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Fault } from '../model/fault.ts';

/** Which cluster to use. Everything absent is looked up as kubectl does. */
export interface AccessOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly asUser?: string | undefined;
  readonly asGroups?: readonly string[] | undefined;
}

/** TLS material, in the form of node:tls. */
export interface TlsFacts {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** A way to one API server. */
export interface ClusterAccess {
  readonly server: URL;
  /** The namespace of the context. */
  readonly namespace: string;
  /** Fresh TLS material for a new connection. Throws Fault. */
  tls(): Promise<TlsFacts>;
  /** Headers that prove who we are; kept for a while. Throws Fault where a plugin fails. */
  headers(): Promise<Readonly<Record<string, string | string[]>>>;
  /** Forgets the kept headers, after the API server refused them. */
  invalidate(): void;
}

// Plugins and token files know when their tokens end; we ask them again this often. Chosen: well below the shortest
// lifetime that service account tokens may have (10 minutes).
const KEEP_HEADERS_MS = 30_000;

/** Loads the kubeconfig. Throws Fault InvalidConfig where it is missing or incomplete. */
export function loadAccess(options: AccessOptions, now: () => number): ClusterAccess {
  const config = readConfig(options);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw invalid(describeMissingCluster(config));
  // Going past the proxy in silence could reach another server, or none.
  if (cluster.proxyUrl)
    throw invalid(`the kubeconfig asks for the proxy ${cluster.proxyUrl}; proxies cannot be used yet`);
  let kept: { readonly untilMs: number; readonly headers: Record<string, string | string[]> } | undefined;
  const fetchOptions = async (): Promise<RequestOptions> => {
    const request: RequestOptions = { headers: {} };
    try {
      await config.applyToHTTPSOptions(request);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message.trim() : String(cause);
      const message = `cannot log in: ${reason || 'the credential plugin failed without a word'}`;
      throw new Fault({ code: 'Unauthorized', retry: 'backoff', message, cause });
    }
    return request;
  };
  return {
    server: toUrl(cluster.server),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    tls: async () => {
      const { ca, cert, key, servername, rejectUnauthorized } = await fetchOptions();
      const facts = { ca, cert, key, servername, rejectUnauthorized };
      return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as TlsFacts;
    },
    headers: async () => {
      if (kept !== undefined && now() < kept.untilMs) return kept.headers;
      const request = await fetchOptions();
      const headers = { ...lowerCase(request.headers as Record<string, string>), ...impersonation(options) };
      if (typeof request.auth === 'string')
        headers['authorization'] = `Basic ${Buffer.from(request.auth).toString('base64')}`;
      kept = { untilMs: now() + KEEP_HEADERS_MS, headers };
      return headers;
    },
    invalidate: () => {
      kept = undefined;
    },
  };
}

function readConfig({ kubeconfig, context }: AccessOptions): KubeConfig {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) loadDefault(config);
    else config.loadFromFile(kubeconfig);
  } catch (cause) {
    throw invalid(
      `the kubeconfig${kubeconfig === undefined ? '' : ` "${kubeconfig}"`} cannot be read: ${(cause as Error).message.trim()}`,
      cause,
    );
  }
  if (config.getCurrentContext() === MADE_UP.context && config.getCurrentCluster()?.server === MADE_UP.server)
    throw invalid('there is no kubeconfig; name one with --kubeconfig or $KUBECONFIG');
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      const names = config.getContexts().map(({ name }) => name);
      throw invalid(`the kubeconfig has no context "${context}"; it has ${names.join(', ') || 'none'}`);
    }
    config.setCurrentContext(context);
  }
  return config;
}

// As kubectl: of several files in $KUBECONFIG the first current context counts, and one that is not there is passed over.
function loadDefault(config: KubeConfig): void {
  const named = (process.env['KUBECONFIG'] ?? '').split(process.platform === 'win32' ? ';' : ':');
  const files = named.filter((file) => file !== '');
  if (files.length < 2) {
    config.loadFromDefault();
    return;
  }
  for (const file of files) {
    const one = new KubeConfig();
    try {
      one.loadFromFile(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    config.mergeConfig(one, Boolean(config.getCurrentContext()));
  }
}

// Where it finds nothing at all, client-node makes up a server. Source: loadFromDefaultWithFallback in its config.js
const MADE_UP = { context: 'loaded-context', server: 'http://localhost:8080' };

function describeMissingCluster(config: KubeConfig): string {
  const context = config.getCurrentContext();
  return context === undefined || context === ''
    ? 'the kubeconfig has no current context; choose one with --context'
    : `the kubeconfig has no cluster for the context "${context}"`;
}

function toUrl(server: string): URL {
  try {
    return new URL(server);
  } catch (cause) {
    throw invalid(`the kubeconfig's server "${server}" is not a URL`, cause);
  }
}

function invalid(message: string, cause?: unknown): Fault {
  return new Fault({ code: 'InvalidConfig', retry: 'never', message, cause });
}

function lowerCase(headers: Record<string, string>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

// client-node knows the user of --as only. Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
function impersonation({ asUser, asGroups = [] }: AccessOptions): Record<string, string | string[]> {
  return {
    ...(asUser === undefined ? {} : { 'impersonate-user': asUser }),
    ...(asGroups.length === 0 ? {} : { 'impersonate-group': [...asGroups] }),
  };
}
