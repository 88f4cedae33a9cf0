// Collects the facts of Kubernetes' own kinds from a running API server, in the form that engine/load/kubernetes-facts.ts
// reads: how each kind is served, from discovery, and its OpenAPI v3 schema without descriptions.
//
// Custom resources and aggregated APIs are left out: any cluster that serves the same built-in groups and versions gives
// the same facts. What is not expected in a schema is an error, so that a new version of Kubernetes loses no fact in silence.

import { isArray, isEqual, isObject, type Json, type JsonObject, toCanonicalText } from '../engine/model/json.ts';
import { groupOf } from '../engine/model/object.ts';

/** Asks an API server for what is at a path. Throws where there is nothing. */
export type AskServer = (path: string) => Promise<Json>;

type Schemas = Map<string, JsonObject>;

/** A row of discovery: a resource or a subresource. */
interface ResourceRow {
  readonly apiVersion: string;
  /** Of a subresource `deployments/scale`. */
  readonly name: string;
  readonly row: JsonObject;
}

/** The facts of an API server as canonical JSON: equal facts are equal texts. */
export async function collectFacts(ask: AskServer): Promise<string> {
  const version = textOf(toObject(await ask('/version'))['gitVersion']);
  const apiVersions = await listApiVersions(ask);
  const schemas: Schemas = new Map();
  const rows: ResourceRow[] = [];
  for (const apiVersion of apiVersions) {
    const path = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
    const { components } = toObject(await ask(`/openapi/v3${path}`));
    for (const [name, schema] of Object.entries(toObject(toObject(components)['schemas'])))
      schemas.set(name, withKinds(name, toFacts(schema, name), schemas.get(name)));
    const { resources } = toObject(await ask(path));
    for (const row of toObjects(resources)) rows.push({ apiVersion, name: textOf(row['name']), row });
  }
  checkReferences(schemas);
  return toCanonicalText({ version, apiVersions, kinds: toKinds(rows, schemas), schemas: Object.fromEntries(schemas) });
}

// Each group and version has an APIService. The API server marks those that it serves itself, whatever is installed;
// only the API of the APIServices has none.
async function listApiVersions(ask: AskServer): Promise<readonly string[]> {
  const { items } = toObject(await ask('/apis/apiregistration.k8s.io/v1/apiservices'));
  const builtIn = new Set(['apiregistration.k8s.io/v1']);
  for (const item of toObjects(items)) {
    const { group = '', version } = toObject(item['spec']);
    const { labels = {} } = toObject(item['metadata']);
    if (toObject(labels)['kube-aggregator.kubernetes.io/automanaged'] === 'onstart')
      builtIn.add(group === '' ? textOf(version) : `${textOf(group)}/${textOf(version)}`);
  }
  const { groups } = toObject(await ask('/apis'));
  const named = toObjects(groups).flatMap(({ versions }) =>
    toObjects(versions).map((row) => textOf(row['groupVersion'])),
  );
  const served = ['v1', ...named].filter((apiVersion) => builtIn.has(apiVersion));
  if (served.length !== builtIn.size) throw new Error(`not all are served: ${[...builtIn].join(', ')}`);
  return served;
}

function toKinds(rows: readonly ResourceRow[], schemas: Schemas): JsonObject {
  const kinds: Record<string, Json> = {};
  for (const { apiVersion, name, row } of rows.filter(({ name }) => !name.includes('/'))) {
    const kind = textOf(row['kind']);
    const parts = rows.filter((part) => part.apiVersion === apiVersion && part.name.startsWith(`${name}/`));
    kinds[`${apiVersion}/${kind}`] = {
      scope: row['namespaced'] === true ? 'Namespaced' : 'Cluster',
      plural: name,
      singular: textOf(row['singularName']),
      shortNames: row['shortNames'] ?? [],
      categories: row['categories'] ?? [],
      verbs: row['verbs'] ?? [],
      subresources: Object.fromEntries(parts.map((part) => [part.name.slice(name.length + 1), toSubresource(part)])),
      schema: findSchema(schemas, apiVersion, kind),
    };
  }
  return kinds;
}

function toSubresource({ apiVersion, row }: ResourceRow): JsonObject {
  const { group = '', version, kind, verbs } = row;
  const own =
    version === undefined ? apiVersion : group === '' ? textOf(version) : `${textOf(group)}/${textOf(version)}`;
  return { apiVersion: own, kind: textOf(kind), verbs: verbs ?? [] };
}

const KINDS = 'x-kubernetes-group-version-kind';

function findSchema(schemas: Schemas, apiVersion: string, kind: string): string {
  const wanted = { group: groupOf(apiVersion), version: apiVersion.slice(apiVersion.indexOf('/') + 1), kind };
  for (const [name, schema] of schemas)
    if (toObjects(schema[KINDS] ?? []).some((one) => isEqual(one, wanted))) return name;
  throw new Error(`the API server publishes no schema for ${apiVersion} ${kind}`);
}

// A type that many groups share is published with each of them; only the list of kinds is that of the group.
function withKinds(name: string, schema: JsonObject, before: JsonObject | undefined): JsonObject {
  if (before === undefined) return schema;
  const { [KINDS]: kinds = [], ...rest } = schema;
  const { [KINDS]: kindsBefore = [], ...restBefore } = before;
  if (!isEqual(rest, restBefore)) throw new Error(`the API server publishes two schemas "${name}"`);
  const texts = new Set([...toObjects(kinds), ...toObjects(kindsBefore)].map(toCanonicalText));
  return texts.size === 0 ? schema : { ...rest, [KINDS]: [...texts].sort().map((text) => JSON.parse(text) as Json) };
}

const REFERENCE = '#/components/schemas/';
const KEPT = new Set(['type', 'format', 'required', 'enum', 'default', 'nullable']);

/** A schema without descriptions, and with bare references. */
function toFacts(schema: Json, where: string): JsonObject {
  return Object.fromEntries(
    Object.entries(toObject(schema)).flatMap(([key, value]) => {
      if (key === 'description') return [];
      // The published form wraps a reference that has keys beside it, always alone.
      if (key === 'allOf' && isArray(value) && value.length === 1)
        return Object.entries(toFacts(value[0] as Json, where));
      return [[key, toFact(key, value, where)]];
    }),
  );
}

function toFact(key: string, value: Json, where: string): Json {
  if (KEPT.has(key) || key.startsWith('x-kubernetes-')) return value;
  switch (key) {
    case '$ref':
      return textOf(value).slice(REFERENCE.length);
    case 'items':
      return toFacts(value, where);
    case 'additionalProperties':
      return isObject(value) ? toFacts(value, where) : value;
    case 'properties':
      return Object.fromEntries(
        Object.entries(toObject(value)).map(([name, field]) => [name, toFacts(field, `${where}.${name}`)]),
      );
    case 'oneOf':
      return toObjects(value).map((one) => toFacts(one, where));
    default:
      throw new Error(
        `"${key}" in the schema of ${where} is not expected: teach tools/kubernetes-facts.ts what to do with it`,
      );
  }
}

function checkReferences(schemas: Schemas): void {
  const visit = (schema: Json, where: string): void => {
    if (isArray(schema)) for (const item of schema) visit(item, where);
    if (!isObject(schema)) return;
    const { $ref } = schema;
    if (typeof $ref === 'string' && !schemas.has($ref))
      throw new Error(`${where} refers to "${$ref}", which is not there`);
    for (const part of Object.values(schema)) visit(part, where);
  };
  for (const [name, schema] of schemas) visit(schema, name);
}

function toObject(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Error(`an object was expected: ${JSON.stringify(value)}`);
  return value;
}

function toObjects(value: Json | undefined): readonly JsonObject[] {
  if (!isArray(value)) throw new Error(`a list was expected: ${JSON.stringify(value)}`);
  return value.map(toObject);
}

function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error(`a text was expected: ${JSON.stringify(value)}`);
  return value;
}
