// What the stand-in for kubectl asks an API server: kinds by their names, and requests with the rights of a kubeconfig.

import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';

// biome-ignore lint/suspicious/noExplicitAny: objects of every kind
export type Live = any;

/** A kind as discovery tells of it. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly names: readonly string[];
  readonly isNamespaced: boolean;
}

/** The kind of a patch, and in whose name it is. */
export interface PatchOptions {
  readonly type?: string;
  readonly manager?: string;
  readonly isForced?: boolean;
}

/** What was answered with an error, as kubectl prints it. */
export class Refused extends Error {
  readonly status: number;

  constructor(message: string, status = 0) {
    super(message);
    this.status = status;
  }
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Requests to one API server. */
export class Requests {
  readonly #config = new KubeConfig();
  /** What the API server warned of. */
  readonly warnings: Set<string> = new Set();

  constructor(kubeconfig: string) {
    this.#config.loadFromFile(kubeconfig);
  }

  /** Sends one request; the result is the body, parsed where it is JSON. */
  async send(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Live> {
    const options: RequestOptions = { method, headers: { accept: 'application/json', ...headers } };
    await this.#config.applyToHTTPSOptions(options);
    const url = `${this.#config.getCurrentCluster()?.server}${path}`;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const { status, answer, warning } = await exchange(url, options, text);
    // As RFC 7234 writes them: `299 - "text"`.
    for (const [, said = ''] of warning.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)) this.warnings.add(said);
    const parsed = answer.startsWith('{') ? JSON.parse(answer) : answer;
    if (status < 300) return parsed;
    throw new Refused(`Error from server (${parsed.reason ?? status}): ${parsed.message ?? answer}`, status);
  }

  /** A patch of an object, or of a subresource of it. */
  async patch(path: string, patch: object, options: PatchOptions = {}): Promise<Live> {
    const { type = 'merge', manager = 'kubectl-patch', isForced = false } = options;
    const query = `fieldManager=${manager}${isForced ? '&force=true' : ''}`;
    const headers = { 'content-type': `application/${type}-patch+${type === 'apply' ? 'yaml' : 'json'}` };
    return await this.send('PATCH', `${path}?${query}`, patch, headers);
  }

  /** All kinds that are served, the preferred version of each group first. */
  async resources(): Promise<readonly Resource[]> {
    const lists = await Promise.all(
      ['/api', '/apis'].map(async (path) => await this.send('GET', path, undefined, { accept: AGGREGATED })),
    );
    return lists.flatMap((list) => list.items.flatMap(resourcesOf));
  }
}

/** The path of an object, or without a name of all; without a namespace of all namespaces. */
export function pathOf(resource: Resource, namespace: string | undefined, name?: string): string {
  const { group, version, plural, isNamespaced } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const within = isNamespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
  return `${root}${within}/${plural}${name === undefined ? '' : `/${name}`}`;
}

function resourcesOf(group: Live): readonly Resource[] {
  return group.versions.flatMap(({ version, resources }: Live) =>
    resources.map(({ resource, responseKind, scope, singularResource, shortNames = [] }: Live) => ({
      group: group.metadata.name ?? '',
      version,
      kind: responseKind.kind,
      plural: resource,
      names: [resource, singularResource, responseKind.kind.toLowerCase(), ...shortNames],
      isNamespaced: scope === 'Namespaced',
    })),
  );
}

async function exchange(
  url: string,
  options: RequestOptions,
  body: string | undefined,
): Promise<{ readonly status: number; readonly answer: string; readonly warning: string }> {
  const headers = { ...options.headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) };
  const answered = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, { ...options, headers }, resolve);
    sent.on('error', reject);
    sent.end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answered) chunks.push(chunk as Buffer);
  const warning = String(answered.headers['warning'] ?? '');
  return { status: answered.statusCode ?? 0, answer: Buffer.concat(chunks).toString('utf8'), warning };
}
