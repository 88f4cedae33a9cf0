// OpenAPI v3 documents, put together from the facts and from the schemas of definitions. They have what clients use to
// check, merge and explain objects: schemas and, for each path, which kind it is about.

import { createHash } from 'node:crypto';
import type { KubernetesFacts } from '../facts/facts.ts';
import { isList, isObject, type Json, type JsonObject, type MutableObject } from '../model/json.ts';
import type { Resource } from '../registry/resource.ts';
import { refOf } from '../schema/type-node.ts';

const PREFIX = '#/components/schemas/';
const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const LIST_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';

/** The index of all documents. */
export function openApiIndex(resources: readonly Resource[], facts: KubernetesFacts): Json {
  const paths: MutableObject = {};
  for (const apiVersion of new Set(resources.map((resource) => resource.apiVersion))) {
    const path = `${apiVersion === 'v1' ? 'api' : 'apis'}/${apiVersion}`;
    const text = JSON.stringify(openApiDocument(resources, apiVersion, facts));
    const hash = createHash('sha256').update(text).digest('hex').toUpperCase();
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
  }
  return { paths };
}

/** The document of a group and version, or undefined where nothing of it is served. */
export function openApiDocument(
  resources: readonly Resource[],
  apiVersion: string,
  facts: KubernetesFacts,
): Json | undefined {
  const own = resources.filter((resource) => resource.apiVersion === apiVersion);
  if (own.length === 0) return undefined;
  const schemas: MutableObject = {};
  const add = (name: string): void => {
    const schema = facts.schema(name);
    if (schema === undefined || Object.hasOwn(schemas, name)) return;
    schemas[name] = null;
    schemas[name] = published(schema, add);
  };
  for (const resource of own) addResource(resource, { schemas, add, facts });
  const paths = Object.fromEntries(own.flatMap((resource) => pathsOf(resource)));
  const info = { title: 'Kubernetes API as emulated by opsonata', version: facts.version };
  return { openapi: '3.0.0', info, paths, components: { schemas } };
}

interface Adding {
  readonly schemas: MutableObject;
  readonly facts: KubernetesFacts;
  add(name: string): void;
}

function addResource(resource: Resource, { schemas, add, facts }: Adding): void {
  if (resource.openApi === undefined) {
    const name = facts.kinds.find(
      ({ apiVersion, kind }) => apiVersion === resource.apiVersion && kind === resource.kind,
    );
    if (name === undefined) return;
    add(name.schema);
    add(`${name.schema}List`);
    return;
  }
  const name = modelName(resource, resource.kind);
  schemas[name] = published(resource.openApi, add);
  add(OBJECT_META);
  add(LIST_META);
  schemas[modelName(resource, resource.listKind)] = listSchema(resource, name);
}

/** The name of a custom resource's schema: the group turned round, the version and the kind. */
export function modelName({ group, version }: Resource, kind: string): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}

function listSchema(resource: Resource, item: string): JsonObject {
  const { group, version, listKind } = resource;
  return {
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      items: { type: 'array', items: { $ref: PREFIX + item } },
      kind: { type: 'string' },
      metadata: { $ref: PREFIX + LIST_META },
    },
    'x-kubernetes-group-version-kind': [{ group, version, kind: listKind }],
  };
}

// A reference with anything beside it stands in an `allOf`, as OpenAPI 3.0 wants it.
function published(schema: JsonObject, add: (name: string) => void): Json {
  const name = refOf(schema);
  if (name !== undefined) {
    add(name);
    const { $ref: _, allOf: __, ...rest } = schema;
    const ref = { $ref: PREFIX + name };
    return Object.keys(rest).length === 0 ? ref : { ...rest, allOf: [ref] };
  }
  const out: MutableObject = {};
  for (const [key, value] of Object.entries(schema)) out[key] = publishedPart(key, value, add);
  return out;
}

function publishedPart(key: string, value: Json, add: (name: string) => void): Json {
  if (key === 'default' || key === 'enum' || key === 'example') return value;
  if (key === 'properties' && isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, published(inner as JsonObject, add)]),
    );
  if (isList(value)) return value.map((item) => (isObject(item) ? published(item, add) : item));
  return isObject(value) ? published(value, add) : value;
}

// The methods of an object and of a list in one place, and the verb of each.
const OBJECT_VERBS = { get: 'get', put: 'update', patch: 'patch', delete: 'delete' } as const;
const LIST_VERBS = { get: 'list', post: 'create', delete: 'deletecollection' } as const;
const ACTIONS: { readonly [verb: string]: string } = { update: 'put', create: 'post' };

function pathsOf(resource: Resource): readonly [string, Json][] {
  const { group, plural, isNamespaced, apiVersion } = resource;
  const base = `/${group === '' ? 'api' : 'apis'}/${apiVersion}`;
  const place = isNamespaced ? `${base}/namespaces/{namespace}/${plural}` : `${base}/${plural}`;
  const paths: [string, JsonObject][] = [
    [place, operations(resource, LIST_VERBS)],
    [`${place}/{name}`, operations(resource, OBJECT_VERBS)],
  ];
  if (isNamespaced) paths.push([`${base}/${plural}`, operations(resource, { get: 'list' })]);
  return paths.filter(([, path]) => Object.keys(path).length > 0);
}

function operations(
  { group, version, kind, verbs }: Resource,
  methods: { readonly [method: string]: string },
): JsonObject {
  const own = Object.entries(methods).filter(([, verb]) => verbs.includes(verb));
  return Object.fromEntries(
    own.map(([method, verb]) => [
      method,
      {
        'x-kubernetes-action': ACTIONS[verb] ?? verb,
        'x-kubernetes-group-version-kind': { group, version, kind },
        ...queryOf(method),
        responses: {},
      },
    ]),
  );
}

// kubectl looks here for what it may ask for.
function queryOf(method: string): JsonObject {
  if (method === 'get') return {};
  const names = method === 'delete' ? ['dryRun'] : ['dryRun', 'fieldManager', 'fieldValidation'];
  return { parameters: names.map((name) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } })) };
}
