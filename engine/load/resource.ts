// Files with objects of the cluster, for offline commands: a custom resource to render, or a state to render it against.

import type { Diagnostic } from '../model/diagnostic.ts';
import { isObject, type Json, type JsonObject } from '../model/json.ts';
import type { GroupVersionKind, KubeObject } from '../model/object.ts';
import type { Places } from '../model/rule.ts';
import { applyDefaults } from './defaults.ts';
import { createChecker } from './schema.ts';
import type { SourceFile } from './source.ts';
import { parseYaml } from './yaml.ts';

/** Objects in the order of the files, and every mistake. What is no object, or no YAML, is left out. */
export interface LoadedObjects {
  readonly objects: readonly KubeObject[];
  /** Where the objects stand. */
  readonly places: ReadonlyMap<KubeObject, Places>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A kind whose objects are checked and defaulted as the API server would. `crd`: its CustomResourceDefinition;
 * `apiVersions`: in which its objects may come.
 */
export interface KnownKind extends GroupVersionKind {
  readonly apiVersions: readonly string[];
  readonly crd: JsonObject | undefined;
}

/** Reads objects; those of the known kind are checked against its schema, and get its defaults and its version. */
export function loadObjects(files: readonly SourceFile[], known?: KnownKind): LoadedObjects {
  const schema = known?.crd === undefined ? undefined : schemaOf(known.crd);
  const checker = schema === undefined ? undefined : createChecker(withoutStatus(schema));
  const found = new Map<KubeObject, Places>();
  const diagnostics: Diagnostic[] = [];
  for (const { value, places, ...document } of files.flatMap(({ file, text }) => parseYaml(file, text))) {
    diagnostics.push(...document.diagnostics);
    if (value === undefined || value === null || document.diagnostics.some(({ severity }) => severity === 'error'))
      continue;
    if (
      !isObject(value) ||
      typeof value['apiVersion'] !== 'string' ||
      typeof value['kind'] !== 'string' ||
      !hasName(value)
    ) {
      const message = 'the document is not an object of the cluster';
      diagnostics.push({
        code: 'MissingField',
        severity: 'error',
        message,
        span: places.key([]),
        hint: 'give it apiVersion, kind and metadata.name',
      });
      continue;
    }
    const isKnown = value['kind'] === known?.kind && known?.apiVersions.includes(value['apiVersion']) === true;
    if (!isKnown || schema === undefined || checker === undefined) {
      found.set(value as unknown as KubeObject, places);
      continue;
    }
    diagnostics.push(...checker(value, places).diagnostics);
    const { apiVersion } = known;
    found.set({ ...(applyDefaults(schema, value) as unknown as KubeObject), apiVersion }, places);
  }
  return { objects: [...found.keys()], places: found, diagnostics };
}

function hasName(value: JsonObject): boolean {
  return isObject(value['metadata']) && typeof value['metadata']['name'] === 'string';
}

function schemaOf(crd: JsonObject): JsonObject | undefined {
  const spec = crd['spec'] as JsonObject;
  const version = (spec['versions'] as readonly JsonObject[])[0];
  return (version?.['schema'] as JsonObject | undefined)?.['openAPIV3Schema'] as JsonObject | undefined;
}

// The status is the engine's to write; unknown fields of the spec would be refused by a strict API server.
function withoutStatus(schema: JsonObject): JsonObject {
  const { status: _status, ...properties } = schema['properties'] as JsonObject;
  return closed({ ...schema, properties: { ...properties, status: {} } }) as JsonObject;
}

function closed(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const { properties, items, default: _default, ...rest } = schema;
  const isOpen =
    schema['x-kubernetes-preserve-unknown-fields'] === true || schema['additionalProperties'] !== undefined;
  return {
    ...rest,
    ...(isObject(properties)
      ? {
          properties: Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, closed(child)])),
          ...(isOpen ? {} : { additionalProperties: false }),
        }
      : {}),
    ...(items === undefined ? {} : { items: closed(items) }),
  };
}
