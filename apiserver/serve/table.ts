// Tables, as kubectl prints them: of built-in kinds by their printers, of others by the columns of their definition.
// Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables

import type { ApiObject } from '../model/api-object.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { podRowConditions } from '../printers/pod.ts';
import { NAME, type Printer, since } from '../printers/printer.ts';
import { printerOf } from '../printers/printers.ts';
import type { Column, Resource } from '../registry/resource.ts';
import { findJsonPath } from './json-path.ts';
import type { Showing } from './show.ts';

// In the words of the real server, as clients see it for custom resources.
const NAME_DESCRIPTION =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';

/** A table of objects. */
export function tableOf(objects: readonly ApiObject[], metadata: JsonObject, showing: Showing): Json {
  const { resource } = showing;
  const columns = printerFor(resource.forms?.storing ?? resource, objects[0]);
  const definitions = columns.map(({ cell: _, ...definition }) => definition);
  const rows = objects.map((object) => {
    const stored = inStoredForm(object, resource);
    const conditions = object.kind === 'Pod' && object.apiVersion === 'v1' ? podRowConditions(object) : [];
    return {
      cells: columns.map(({ cell }) => cell(stored, showing.nowMs)),
      ...(conditions.length === 0 ? {} : { conditions }),
      ...carried(showing.includeObject === 'Object' ? object : stored, showing.includeObject),
    };
  });
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: showing.hasHeaders ? definitions : null,
    rows: rows.length === 0 ? null : rows,
  };
}

function inStoredForm(object: ApiObject, { forms, storedAs }: Resource): ApiObject {
  return forms === undefined ? object : forms.convert(object, storedAs);
}

function printerFor(resource: Resource, first: ApiObject | undefined): Printer {
  const { columns } = resource;
  if (first !== undefined && isScale(first)) return printerOf(first);
  if (columns === undefined) return printerOf(resource);
  const printed = columns.map(({ jsonPath, ...column }) => ({
    ...column,
    cell: (object: JsonObject, nowMs: number): Json => cellOf(object, { jsonPath, ...column }, nowMs),
  }));
  return [{ ...NAME, description: NAME_DESCRIPTION }, ...printed];
}

// The scale of an object is of another kind than its resource.
function isScale({ apiVersion, kind }: ApiObject): boolean {
  return apiVersion === 'autoscaling/v1' && kind === 'Scale';
}

function carried(object: ApiObject, include: string): JsonObject {
  if (include === 'Object') return { object };
  if (include === 'None') return {};
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata } };
}

function cellOf(object: JsonObject, { type, jsonPath }: Column, nowMs: number): Json {
  const [first] = findJsonPath(object, jsonPath);
  if (first === undefined || first === null) return null;
  switch (type) {
    case 'integer':
      return typeof first === 'number' ? Math.trunc(first) : null;
    case 'number':
      return typeof first === 'number' ? first : null;
    case 'boolean':
      return typeof first === 'boolean' ? first : null;
    case 'date':
      return typeof first === 'string' ? since(first, nowMs) : null;
    default:
      return typeof first === 'object' ? JSON.stringify(first) : String(first);
  }
}
