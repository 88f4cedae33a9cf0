// What the server says about what it serves: one document for everything, and the older lists.
// Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api

import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../model/json.ts';
import { compareVersions } from '../model/version.ts';
import type { Resource } from '../registry/resource.ts';

/** The media type of the document that has everything. */
export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** A group with its versions in the order of preference, and what is served of each. */
interface Group {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly resources: readonly Resource[] }[];
}

/** Groups in the order of their resources; versions in the order of preference. */
function groupsOf(resources: readonly Resource[]): readonly Group[] {
  const names = [...new Set(resources.map(({ group }) => group))];
  return names.map((name) => {
    const own = resources.filter(({ group }) => group === name);
    const versions = [...new Set(own.map(({ version }) => version))].sort(compareVersions);
    return {
      name,
      versions: versions.map((version) => ({
        version,
        resources: own
          .filter((resource) => resource.version === version)
          .sort((a, b) => (a.plural < b.plural ? -1 : a.plural > b.plural ? 1 : 0)),
      })),
    };
  });
}

/** The aggregated document: of the core group, or of all the others. */
export function aggregatedDiscovery(resources: readonly Resource[], isCore: boolean): Json {
  const groups = groupsOf(resources.filter(({ group }) => (group === '') === isCore));
  const items = groups.map(({ name, versions }) => ({
    metadata: { ...(name === '' ? {} : { name }), creationTimestamp: null },
    versions: versions.map(({ version, resources: own }) => ({
      version,
      resources: own.map(toAggregated),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

// A built-in kind of the group and version that it stands in does not repeat them.
const OWN = { group: '', version: '' } as const;

function groupVersion({ group, version }: Resource): { readonly group: string; readonly version: string } {
  return { group, version };
}

function toAggregated(resource: Resource): Json {
  const { kind, plural, singular, verbs, shortNames, categories } = resource;
  const subresources = resource.subresources.map((part) => {
    const [first = '', second] = part.apiVersion.split('/');
    const isOwn = part.apiVersion === resource.apiVersion && resource.openApi === undefined;
    const place = isOwn ? OWN : { group: second === undefined ? '' : first, version: second ?? first };
    return { subresource: part.name, responseKind: { ...place, kind: part.kind }, verbs: part.verbs };
  });
  return {
    resource: plural,
    responseKind: { ...(resource.openApi === undefined ? OWN : groupVersion(resource)), kind },
    scope: resource.isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** The versions of the core group. */
export function coreVersions(serverAddress: string): Json {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** All groups but the core group. */
export function groupList(resources: readonly Resource[]): Json {
  const groups = groupsOf(resources.filter(({ group }) => group !== '')).map(toGroup);
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** One group, or undefined where it is not served. */
export function groupDocument(resources: readonly Resource[], name: string): Json | undefined {
  const [group] = groupsOf(resources.filter((resource) => resource.group === name));
  return group === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...toGroup(group) };
}

function toGroup({ name, versions }: Group): JsonObject {
  const rows = versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: rows, preferredVersion: rows[0] as Json };
}

/** What is served of a group and version, or undefined where nothing is. */
export function resourceList(resources: readonly Resource[], apiVersion: string): Json | undefined {
  const own = resources.filter((resource) => resource.apiVersion === apiVersion);
  if (own.length === 0) return undefined;
  const sorted = own.toSorted((a, b) => (a.plural < b.plural ? -1 : 1));
  const isCore = apiVersion === 'v1';
  return {
    kind: 'APIResourceList',
    ...(isCore ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersion,
    resources: sorted.flatMap(toRows),
  };
}

// Clients see by it that objects are stored in another version than before. Source: discovery.StorageVersionHash.
function storageVersionHash({ storedAs, kind }: Resource): string {
  const place = storedAs.includes('/') ? storedAs : `/${storedAs}`;
  const hash = createHash('sha256').update(`${place}/${kind}`).digest();
  return hash.subarray(0, 8).toString('base64');
}

function toRows(resource: Resource): readonly Json[] {
  const { plural, singular, isNamespaced: namespaced, kind, verbs, shortNames, categories } = resource;
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    // What is never stored has none.
    ...(verbs.includes('get') ? { storageVersionHash: storageVersionHash(resource) } : {}),
  };
  const parts = resource.subresources.map((part) => {
    const [first = '', second] = part.apiVersion.split('/');
    const isOther = part.apiVersion !== resource.apiVersion;
    return {
      name: `${plural}/${part.name}`,
      singularName: '',
      namespaced,
      ...(isOther ? { group: second === undefined ? '' : first, version: second ?? first } : {}),
      kind: part.kind,
      verbs: part.verbs,
    };
  });
  return [main, ...parts];
}

const FIXED_PATHS = ['/api', '/apis', '/openapi/v2', '/openapi/v3', '/version'];

/** The paths that are answered, but for those of objects. */
export function pathsOf(resources: readonly Resource[]): readonly string[] {
  const checks = ['/healthz', '/livez', '/readyz'].flatMap((path) => [path, `${path}/ping`]);
  const groups = groupsOf(resources).flatMap(({ name, versions }) => {
    const root = name === '' ? '/api' : `/apis/${name}`;
    return [root, ...versions.map(({ version }) => `${root}/${version}`)];
  });
  return [...new Set([...FIXED_PATHS, ...checks, ...groups])].sort();
}
