// The facts of Kubernetes' own kinds, from the text of a file that `npm run facts` has made:
//
//   { "version": "v1.36.3", "apiVersions": ["v1", …],
//     "kinds": { "apps/v1/Deployment": { "scope", "plural", …, "schema": "io.k8s.api.apps.v1.Deployment" }, … },
//     "schemas": { "io.k8s.api.apps.v1.Deployment": { "type": "object", "properties": … }, … } }
//
// The file comes with the program, so what is wrong with it is nobody's rule: it is an error, not a diagnostic.

import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { KindFacts, KubernetesFacts } from '../model/kubernetes-facts.ts';

/** Reads the facts. Throws an Error that says what is wrong where the text is no such file. */
export function parseFacts(text: string): KubernetesFacts {
  const file = parseJson(text);
  const { version, apiVersions, kinds, schemas } = isObject(file) ? file : {};
  if (typeof version !== 'string') throw wrongFile('it has no "version"');
  if (!isTexts(apiVersions)) throw wrongFile('it has no "apiVersions"');
  if (!isObject(schemas)) throw wrongFile('it has no "schemas"');
  if (!isObject(kinds)) throw wrongFile('it has no "kinds"');
  const byKey = new Map(Object.entries(kinds).map(([key, row]) => [key, toKind(key, row, schemas)]));
  return {
    version,
    apiVersions,
    kinds: () => [...byKey.values()],
    findKind: (apiVersion, kind) => byKey.get(`${apiVersion}/${kind}`),
    schema: (name) => member(schemas, name),
  };
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw wrongFile('it is no JSON');
  }
}

function toKind(key: string, row: unknown, schemas: JsonObject): KindFacts {
  const slash = key.lastIndexOf('/');
  if (slash < 0 || !isKindRow(row) || member(schemas, row.schema) === undefined)
    throw wrongFile(`its kind "${key}" is not as expected`);
  return { apiVersion: key.slice(0, slash), kind: key.slice(slash + 1), ...row };
}

function isKindRow(row: unknown): row is Omit<KindFacts, 'apiVersion' | 'kind'> {
  if (!isObject(row)) return false;
  const { scope, plural, singular, shortNames, categories, verbs, subresources, schema } = row;
  return (
    (scope === 'Namespaced' || scope === 'Cluster') &&
    [plural, singular, schema].every((field) => typeof field === 'string') &&
    [shortNames, categories, verbs].every(isTexts) &&
    isObject(subresources) &&
    Object.values(subresources).every(isSubresource)
  );
}

function isSubresource(row: Json): boolean {
  return (
    isObject(row) && typeof row['apiVersion'] === 'string' && typeof row['kind'] === 'string' && isTexts(row['verbs'])
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return isArray(value) && value.every((item) => typeof item === 'string');
}

function member(object: JsonObject, key: string): JsonObject | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return isObject(value) ? value : undefined;
}

function wrongFile(problem: string): Error {
  return new Error(`this is no file of Kubernetes facts: ${problem}`);
}
