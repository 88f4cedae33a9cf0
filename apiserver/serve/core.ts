// The server without a network: a request comes in, an answer goes out, at once.
//
// Promises: whatever is wrong with a request is an answer with a Status, never an exception; what is not emulated is
// answered with 501 and counted; one request is done before the next begins, so that no two of them see half a change.

import type { Access } from '../auth/access.ts';
import type { KubernetesFacts } from '../facts/facts.ts';
import type { Ledger } from '../ledger.ts';
import { ApiError, bodyTooLarge, noSuchResource, notFound } from '../model/api-error.ts';
import type { Json } from '../model/json.ts';
import type { ApiAnswer, ApiRequest } from '../model/request.ts';
import type { User } from '../model/user.ts';
import type { Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';
import { groupResource } from '../registry/write.ts';
import type { ValuePlans } from '../schema/value-plan.ts';
import { type AuditedCall, auditCall } from './audit.ts';
import { asJson } from './binary.ts';
import { codingOf } from './coding.ts';
import {
  AGGREGATED,
  aggregatedDiscovery,
  coreVersions,
  groupDocument,
  groupList,
  pathsOf,
  resourceList,
} from './discovery.ts';
import { mediaOfErrors } from './negotiate.ts';
import { answerObjects, type ObjectDeps } from './objects.ts';
import { openApiDocument, openApiIndex } from './openapi.ts';
import { answerOpenApiV2 } from './openapi-v2.ts';
import { parseResourcePath, type ResourcePath, withoutOldWatch } from './route.ts';

/** What the core needs of the world. */
export interface CoreDeps extends ObjectDeps {
  readonly registry: Registry;
  readonly facts: KubernetesFacts;
  readonly ledger: Ledger;
  readonly access: Access;
  /** Subresources that are written otherwise than what they belong to, by `plural/subresource`. */
  readonly parts: ReadonlyMap<string, Resource>;
  readonly plans: ValuePlans;
  /** Takes the lines of the audit log; undefined for none. */
  readonly audit: ((line: string) => void) | undefined;
  /** The address that discovery names. */
  serverAddress(): string;
}

// Source: the API server's limit.
const MAX_BODY = 3 * 1024 * 1024;

/** Answers requests. */
export class ApiCore {
  readonly #deps: CoreDeps;

  constructor(deps: CoreDeps) {
    this.#deps = deps;
  }

  /** Answers a request. Never throws for what a client does. */
  handle(request: ApiRequest): ApiAnswer {
    const { audit } = this.#deps;
    if (audit === undefined) return this.#handle(request);
    const call = auditCall({ ...this.#deps, write: audit }, request);
    return call.answered(this.#handle(request, call));
  }

  #handle(request: ApiRequest, call?: AuditedCall): ApiAnswer {
    try {
      const asked = withoutOldWatch(request);
      const user = this.#deps.access.admit(asked, call?.admitted);
      if (Buffer.byteLength(asked.body) > MAX_BODY) throw bodyTooLarge(MAX_BODY);
      const json = asJson(asked, this.#deps);
      call?.read(json);
      return this.#answer(json, user);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const coding = codingOf(this.#deps, mediaOfErrors(request.headers['accept']), false);
      return { kind: 'json', status: error.code, body: error.status, warnings: [], coding };
    }
  }

  #answer(request: ApiRequest, user: User): ApiAnswer {
    const { path } = request;
    const fixed = this.#fixed(request, path.replace(/(?<=.)\/$/, ''));
    if (fixed !== undefined) return fixed;
    const place = parseResourcePath(path);
    const { registry, facts, ledger } = this.#deps;
    if (place === undefined) return this.#nothingAt(path);
    ledger.checkRequest(request);
    const resource = registry.find(place);
    const apiVersion = place.group === '' ? place.version : `${place.group}/${place.version}`;
    if (resource === undefined) {
      const known = facts.kinds.find((kind) => kind.apiVersion === apiVersion && kind.plural === place.plural);
      if (known !== undefined) ledger.checkKind(known);
      return this.#nothingIn(place.group);
    }
    const isInside = place.namespace !== '';
    const isElsewhere = isInside ? !resource.isNamespaced : resource.isNamespaced && place.name !== '';
    if (isElsewhere && resource.openApi !== undefined) return notFoundText();
    if (isElsewhere) throw noSuchResource();
    this.#checkPlace(resource, place);
    const part = this.#deps.parts.get(`${place.plural}/${place.subresource}`);
    return answerObjects(this.#deps, { request, resource: part ?? resource, path: place, user });
  }

  #checkPlace(resource: Resource, { plural, name, subresource }: ResourcePath): void {
    if (subresource === '') return;
    const isThere = resource.subresources.some((part) => part.name === subresource);
    if (!isThere && resource.openApi !== undefined) throw notFound(groupResource(resource), name);
    if (!isThere) throw noSuchResource();
    this.#deps.ledger.checkSubresource(plural, subresource);
  }

  #fixed({ headers, method, query }: ApiRequest, path: string): ApiAnswer | undefined {
    if (method !== 'GET') return undefined;
    const { registry, facts } = this.#deps;
    const wantsAll = (headers['accept'] ?? '').replaceAll(' ', '').includes('as=APIGroupDiscoveryList');
    const [, health, check] = /^\/(healthz|livez|readyz)(\/ping)?$/.exec(path) ?? [];
    if (health !== undefined) return plainText(check === undefined && query.has('verbose') ? verboseOf(health) : 'ok');
    switch (path) {
      case '/':
        return json({ paths: pathsOf(registry.all()) });
      case '/version':
        return json(versionOf(facts.version));
      case '/api':
        return wantsAll ? aggregated(registry, true) : json(coreVersions(this.#deps.serverAddress()));
      case '/apis':
        return wantsAll ? aggregated(registry, false) : json(groupList(registry.all()));
      case '/openapi/v3':
        return json(openApiIndex(registry.all(), facts));
      case '/openapi/v2':
        return answerOpenApiV2(registry.all(), facts, headers['accept']);
      default:
        return this.#document(path);
    }
  }

  #nothingAt(path: string): ApiAnswer {
    this.#deps.ledger.checkPath(path);
    const [, root, group = ''] = /^\/(apis?)\/([^/]+)\/./.exec(path) ?? [];
    return root === undefined ? notFoundText() : this.#nothingIn(root === 'api' ? '' : group);
  }

  // The groups of built-in kinds say in their own way that something is not there.
  #nothingIn(group: string): ApiAnswer {
    const isBuiltin = this.#deps.facts.apiVersions.some((one) => one.startsWith(group === '' ? 'v1' : `${group}/`));
    if (isBuiltin) throw noSuchResource();
    return notFoundText();
  }

  #document(path: string): ApiAnswer | undefined {
    const { registry, facts } = this.#deps;
    const openApi = /^\/openapi\/v3\/apis?\/(.+)$/.exec(path)?.[1];
    if (openApi !== undefined) return orNotFound(openApiDocument(registry.all(), openApi, facts));
    const version = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path);
    if (version !== null) {
      const [, name = '', number = ''] = version;
      const list = resourceList(registry.all(), name === '' ? number : `${name}/${number}`);
      return list === undefined ? this.#nothingIn(name) : json(list);
    }
    const group = /^\/apis\/([^/]+)$/.exec(path)?.[1];
    return group === undefined ? undefined : orNotFound(groupDocument(registry.all(), group));
  }
}

function json(body: Json): ApiAnswer {
  return { kind: 'json', status: 200, body, warnings: [] };
}

function aggregated(registry: Registry, isCore: boolean): ApiAnswer {
  const body = JSON.stringify(aggregatedDiscovery(registry.all(), isCore));
  return { kind: 'text', status: 200, body, contentType: AGGREGATED };
}

function orNotFound(body: Json | undefined): ApiAnswer {
  return body === undefined ? notFoundText() : json(body);
}

function notFoundText(): ApiAnswer {
  return plainText('404 page not found\n', 404);
}

function plainText(body: string, status = 200): ApiAnswer {
  return { kind: 'text', status, body, contentType: 'text/plain; charset=utf-8' };
}

function verboseOf(check: string): string {
  return `[+]ping ok\n${check} check passed\n`;
}

// The version of Kubernetes whose API this is; clients compare it with their own.
function versionOf(gitVersion: string): Json {
  const [major = '', minor = ''] = gitVersion.slice(1).split('.');
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion: `${gitVersion}+opsonata-embedded`,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'embedded/javascript',
  };
}
