// Which kinds the API server serves, and under which paths.

import { Fault } from '../model/fault.ts';
import { getPath, isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { type GroupVersionKind, groupOf } from '../model/object.ts';
import type { KindSchema } from '../model/type.ts';
import type { ApiTransport } from './transport.ts';

/** A kind that the API server serves. */
export interface ApiResource extends GroupVersionKind {
  /** The name in paths. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Such as `status` and `scale`. */
  readonly subresources: readonly string[];
}

/** Asks once for each group and version, and keeps the answer until it turns out to be old. */
export class Discovery {
  readonly #transport: ApiTransport;
  readonly #versions = new Map<string, Promise<ReadonlyMap<string, ApiResource>>>();

  constructor(transport: ApiTransport) {
    this.#transport = transport;
  }

  /** The resource of a kind. Throws Fault KindNotFound where it is not served; the next call asks again. */
  async resolve(gvk: GroupVersionKind): Promise<ApiResource> {
    const { apiVersion, kind } = gvk;
    // What was asked before may be older than the kind.
    const isOld = this.#versions.has(apiVersion);
    const resource = (await this.#find(gvk)) ?? (isOld ? await this.#find(gvk) : undefined);
    if (resource !== undefined) return resource;
    throw new Fault({
      code: 'KindNotFound',
      retry: 'backoff',
      message: `the API server serves no kind "${kind}" of ${apiVersion}`,
    });
  }

  async #find({ apiVersion, kind }: GroupVersionKind): Promise<ApiResource | undefined> {
    const known = this.#versions.get(apiVersion) ?? this.#fetch(apiVersion);
    this.#versions.set(apiVersion, known);
    try {
      const resource = (await known).get(kind);
      if (resource !== undefined) return resource;
    } catch (error) {
      this.forget(apiVersion);
      if (!(error instanceof Fault) || (error.code !== 'KindNotFound' && error.code !== 'NotFound')) throw error;
    }
    this.forget(apiVersion);
    return undefined;
  }

  /** Forgets a version, after something of it turned out not to be served. */
  forget(apiVersion: string): void {
    this.#versions.delete(apiVersion);
  }

  /**
   * The names of the fields that a kind has under `status`, from the API server's OpenAPI document. Undefined: any, or
   * not known. Writing a field that the schema does not have would be refused.
   */
  async statusFields(gvk: GroupVersionKind): Promise<readonly string[] | undefined> {
    const schema = find(await this.#schemas(gvk.apiVersion), gvk);
    const status = getPath(schema, ['properties', 'status']);
    if (!isObject(status) || status['x-kubernetes-preserve-unknown-fields'] === true) return undefined;
    const { properties } = status;
    return isObject(properties) ? Object.keys(properties) : undefined;
  }

  /** The schema of a kind, from the API server's OpenAPI document; undefined where it publishes none. Throws Fault. */
  async schemaOf(gvk: GroupVersionKind): Promise<KindSchema | undefined> {
    const { namespaced } = await this.resolve(gvk);
    const schemas = await this.#schemas(gvk.apiVersion);
    const schema = find(schemas, gvk);
    if (schema === undefined) return undefined;
    const resolve = (ref: string) => {
      const found = schemas[ref.slice(ref.lastIndexOf('/') + 1)];
      return isObject(found) ? found : undefined;
    };
    return { schema, isNamespaced: namespaced, resolve };
  }

  async #schemas(apiVersion: string): Promise<JsonObject> {
    const path = `/openapi/v3/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
    const document = await this.#transport.request({ method: 'GET', path });
    const schemas = getPath(document, ['components', 'schemas']);
    return isObject(schemas) ? schemas : {};
  }

  async #fetch(apiVersion: string): Promise<ReadonlyMap<string, ApiResource>> {
    const list = await this.#transport.request({ method: 'GET', path: prefixOf(apiVersion) });
    const resources = getPath(list, ['resources']);
    const rows = isArray(resources) ? resources.filter(isObject) : [];
    const found = new Map<string, ApiResource>();
    for (const row of rows) {
      const name = String(row['name']);
      if (name.includes('/')) continue;
      const subresources = rows.map((other) => String(other['name'])).filter((other) => other.startsWith(`${name}/`));
      found.set(String(row['kind']), {
        apiVersion,
        kind: String(row['kind']),
        plural: name,
        namespaced: row['namespaced'] === true,
        subresources: subresources.map((other) => other.slice(name.length + 1)),
      });
    }
    return found;
  }
}

/** The path of a group and version. */
export function prefixOf(apiVersion: string): string {
  return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
}

/** The path of a resource, of all its objects in a namespace, or of one object. */
export function pathOf(
  resource: ApiResource,
  object: {
    readonly namespace?: string | undefined;
    readonly name?: string;
    readonly subresource?: string | undefined;
  } = {},
): string {
  const namespace =
    resource.namespaced && object.namespace !== undefined ? `/namespaces/${encodeURIComponent(object.namespace)}` : '';
  const name = object.name === undefined ? '' : `/${encodeURIComponent(object.name)}`;
  const subresource = object.subresource === undefined ? '' : `/${object.subresource}`;
  return `${prefixOf(resource.apiVersion)}${namespace}/${resource.plural}${name}${subresource}`;
}

function find(schemas: JsonObject, { apiVersion, kind }: GroupVersionKind): JsonObject | undefined {
  return Object.values(schemas)
    .filter(isObject)
    .find((candidate) => isSchemaOf(candidate, apiVersion, kind));
}

function isSchemaOf(schema: Json, apiVersion: string, kind: string): boolean {
  const kinds = getPath(schema, ['x-kubernetes-group-version-kind']);
  const group = groupOf(apiVersion);
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const matches = (item: JsonObject) => item['group'] === group && item['version'] === version && item['kind'] === kind;
  return isArray(kinds) && kinds.filter(isObject).some(matches);
}
