// What is known of one version of Kubernetes: its kinds, their schemas, and how their fields travel. Read from
// data files that tools make from a real API server and from the Go types; nothing here knows a kind by name.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isObject, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';

/** A part of a resource with a path of its own. Its objects may be of another kind. */
export interface SubresourceFacts {
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** A kind, and how it is served. */
export interface KindFacts {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly isNamespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly SubresourceFacts[];
  /** The name of its schema. */
  readonly schema: string;
}

/** How one field travels. */
export interface WireFacts {
  /** Left out when it is empty. For structs it means nothing. */
  readonly omitsEmpty: boolean;
  /** Left out when all of it is zero. */
  readonly omitsZero: boolean;
  /** Absent and zero are different. */
  readonly isPointer: boolean;
  /** The number in protobuf, after those of the structs around it that JSON does not have; none where it does not travel. */
  readonly numbers: readonly number[];
}

/** The facts of one version of Kubernetes. */
export interface KubernetesFacts {
  /** Such as `v1.36.3`. */
  readonly version: string;
  /** The groups and versions in the order of discovery. */
  readonly apiVersions: readonly string[];
  readonly kinds: readonly KindFacts[];
  /** The roles and bindings that every cluster has, without what differs between clusters. */
  readonly roles: readonly JsonObject[];
  /** A schema by its name. `$ref` in it is the name of another one. */
  schema(name: string): JsonObject | undefined;
  /** The name of the schema of a kind, of options and parts of resources too; undefined for one that is not known. */
  schemaOf(apiVersion: string, kind: string): string | undefined;
  /** How the fields of a type travel, by the name of its schema; undefined for what is no struct. */
  wire(name: string): ReadonlyMap<string, WireFacts> | undefined;
  /** What the rules of definitions can call, as it is in the data file. */
  cel(): JsonObject;
}

/** Reads the facts of a minor version, such as `1.36`, from the folder of data files. Throws where they are not there. */
export function loadFacts(folder: string, minor: string): KubernetesFacts {
  const facts = readData(join(folder, `kubernetes-${minor}.json.gz`));
  const wire = readData(join(folder, `kubernetes-${minor}-wire.json.gz`));
  const roles = listIn(readData(join(folder, `kubernetes-${minor}-rbac.json.gz`)), 'roles').filter(isObject);
  const schemas = objectIn(facts, 'schemas');
  const known = new Map<string, ReadonlyMap<string, WireFacts>>();
  let names: ReadonlyMap<string, string> | undefined;
  let cel: JsonObject | undefined;
  return {
    version: textIn(facts, 'version'),
    apiVersions: textsIn(facts, 'apiVersions'),
    kinds: Object.entries(objectIn(facts, 'kinds')).map(([name, kind]) => toKind(name, kind as JsonObject)),
    roles,
    schema: (name) => schemas[name] as JsonObject | undefined,
    schemaOf: (apiVersion, kind) => {
      names ??= schemaNames(schemas);
      return names.get(`${apiVersion}/${kind}`);
    },
    wire: (name) => {
      const fields = wire[name];
      if (fields === undefined) return undefined;
      const parsed = known.get(name) ?? parseWire(fields as JsonObject);
      known.set(name, parsed);
      return parsed;
    },
    cel: () => {
      cel ??= readData(join(folder, `kubernetes-${minor}-cel.json.gz`));
      return cel;
    },
  };
}

function schemaNames(schemas: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, schema] of Object.entries(schemas))
    for (const one of listIn(schema, 'x-kubernetes-group-version-kind')) {
      const [group, version] = [textIn(one, 'group'), textIn(one, 'version')];
      names.set(`${group === '' ? version : `${group}/${version}`}/${textIn(one, 'kind')}`, name);
    }
  return names;
}

function readData(file: string): JsonObject {
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as JsonObject;
}

function toKind(name: string, kind: JsonObject): KindFacts {
  const at = name.lastIndexOf('/');
  const subresources = Object.entries(objectIn(kind, 'subresources')).map(([part, facts]) => ({
    name: part,
    apiVersion: textIn(facts, 'apiVersion'),
    kind: textIn(facts, 'kind'),
    verbs: textsIn(facts as JsonObject, 'verbs'),
  }));
  return {
    apiVersion: name.slice(0, at),
    kind: name.slice(at + 1),
    plural: textIn(kind, 'plural'),
    singular: textIn(kind, 'singular'),
    shortNames: textsIn(kind, 'shortNames'),
    categories: textsIn(kind, 'categories'),
    isNamespaced: kind['scope'] === 'Namespaced',
    verbs: textsIn(kind, 'verbs'),
    subresources,
    schema: textIn(kind, 'schema'),
  };
}

function textsIn(value: JsonObject, name: string): readonly string[] {
  return listIn(value, name).filter((item) => typeof item === 'string');
}

function parseWire(fields: JsonObject): ReadonlyMap<string, WireFacts> {
  return new Map(
    Object.entries(fields).map(([name, text]) => {
      const marks = String(text);
      const facts = {
        omitsEmpty: marks.includes('?'),
        omitsZero: marks.includes('!'),
        isPointer: marks.includes('*'),
        numbers: (/[\d.]+$/.exec(marks)?.[0] ?? '').split('.').filter(Boolean).map(Number),
      };
      return [name, facts];
    }),
  );
}
