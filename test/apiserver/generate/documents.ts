// What a server says of itself: discovery in its two forms, and OpenAPI. Of the real one's answers the parts count that
// are about emulated kinds, and in OpenAPI what clients read: schemas, and which path is about which kind.

import { isEmulated } from '../../../apiserver/ledger.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const GROUPS = ['script.example.com/v1', 'batch/v1', 'policy/v1', 'rbac.authorization.k8s.io/v1', 'autoscaling/v2'];
const NOTHING = [
  '/apis/batch/v9',
  '/apis/nothing/v1',
  '/api/v2',
  '/api/v2/pods',
  '/apis/nothing/v1/x',
  '/apis/batch/v1/nothings',
  '/apis/script.example.com/v9',
  '/apis/script.example.com/v1/nothings',
];
const OWN = 'script.example.com/';

/** A script for each form. */
export function documentScripts(): readonly Script[] {
  const get = (path: string, accept = 'application/json'): Step => ({ method: 'GET', path, accept });
  return [
    {
      name: 'documents-openapi',
      steps: ['api/v1', ...GROUPS.map((group) => `apis/${group}`)].map((path) => ({
        ...get(`/openapi/v3/${path}`),
        // What a definition adds comes a while later.
        until: { path: ['openapi'], value: '3.0.0' },
      })),
      project: schemasAndPaths,
    },
    {
      name: 'documents-groups',
      steps: [...['/api', '/apis'].map((path) => get(path, AGGREGATED)), get('/apis/apps'), get('/apis/nothing')],
      project: (body) => emulatedGroups(parsed(body)),
    },
    {
      name: 'documents-resources',
      steps: ['/api/v1', ...GROUPS.map((group) => `/apis/${group}`), ...NOTHING].map((path) => get(path)),
      project: emulatedResources,
    },
  ];
}

function parsed(body: Json): Json {
  return typeof body === 'string' && body.startsWith('{') ? (JSON.parse(body) as Json) : body;
}

function isServed(apiVersion: string, kind: string): boolean {
  return isEmulated(`${apiVersion}/${kind}`) || apiVersion.startsWith(OWN);
}

function emulatedGroups(document: Json): Json {
  if (textIn(document, 'kind') !== 'APIGroupDiscoveryList') return document;
  const items = listIn(document, 'items').flatMap((item) => {
    const group = textIn(item, 'metadata', 'name');
    const versions = listIn(item, 'versions').flatMap((version) => {
      const name = textIn(version, 'version');
      const apiVersion = group === '' ? name : `${group}/${name}`;
      const resources = listIn(version, 'resources').filter((resource) =>
        isServed(apiVersion, textIn(resource, 'responseKind', 'kind')),
      );
      return resources.length === 0 ? [] : [{ ...(version as JsonObject), resources }];
    });
    return versions.length === 0 ? [] : [{ name: group, versions }];
  });
  return { ...(document as JsonObject), items };
}

function emulatedResources(document: Json): Json {
  const apiVersion = textIn(document, 'groupVersion');
  if (apiVersion === '') return document;
  const all = listIn(document, 'resources');
  const plurals = all
    .filter((one) => !textIn(one, 'name').includes('/') && isServed(apiVersion, textIn(one, 'kind')))
    .map((one) => textIn(one, 'name'));
  const resources = all.filter((one) => plurals.includes(textIn(one, 'name').split('/')[0] ?? ''));
  return { ...(document as JsonObject), resources };
}

function schemasAndPaths(document: Json): Json {
  if (!isObject(document) || document['components'] === undefined) return document;
  const schemas = objectIn(document, 'components', 'schemas');
  const reached: { [name: string]: Json } = {};
  const visit = (name: string): void => {
    if (Object.hasOwn(reached, name)) return;
    const schema = withoutDescriptions(schemas[name] ?? null);
    reached[name] = schema;
    for (const [, ref = ''] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) visit(ref);
  };
  const paths: { [path: string]: Json } = {};
  for (const [path, operations] of Object.entries(objectIn(document, 'paths'))) {
    const verbs = Object.entries(operations as JsonObject).flatMap(([method, operation]) => {
      const kind = objectIn(operation, 'x-kubernetes-group-version-kind');
      const [group, version, name] = [textIn(kind, 'group'), textIn(kind, 'version'), textIn(kind, 'kind')];
      const apiVersion = group === '' ? version : `${group}/${version}`;
      return isObject(operation) && isServed(apiVersion, name)
        ? [[method, { action: operation['x-kubernetes-action'] ?? '', ...kind }] as const]
        : [];
    });
    if (verbs.length > 0 && isMain(path)) paths[path] = Object.fromEntries(verbs);
  }
  for (const [name, schema] of Object.entries(schemas)) {
    const [own] = listIn(schema, 'x-kubernetes-group-version-kind');
    const [group, version] = [textIn(own, 'group'), textIn(own, 'version')];
    if (isServed(group === '' ? version : `${group}/${version}`, textIn(own, 'kind'))) visit(name);
  }
  return { schemas: reached, paths };
}

// The paths of objects and of lists in one place; no watches, no subresources.
function isMain(path: string): boolean {
  return /^\/apis?\/[^{]*?v\d\w*\/(?:namespaces\/\{namespace\}\/)?[a-z]+(?:\/\{name\})?$/.test(path);
}

function withoutDescriptions(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name, inner]) => name !== 'description' || isObject(inner));
  const rest = Object.fromEntries(kept.map(([name, inner]) => [name, withoutDescriptions(inner)]));
  // A reference with a description beside it stands in an `allOf`.
  const [ref] = listIn(rest, 'allOf');
  return Object.keys(rest).length === 1 && isObject(ref) ? ref : rest;
}
