// Tables, as kubectl prints them: the name and the printer columns of a definition.
// Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables

import type { ApiObject } from '../model/api-object.ts';
import { nameOf } from '../model/api-object.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Column } from '../registry/resource.ts';
import { findJsonPath } from './json-path.ts';
import type { Showing } from './show.ts';

const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  priority: 0,
  jsonPath: '',
};

/** A table of objects. */
export function tableOf(objects: readonly ApiObject[], metadata: JsonObject, showing: Showing): Json {
  const columns = showing.resource.columns ?? [];
  const definitions = [NAME, ...columns].map(({ name, type, format, description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
  const rows = objects.map((object) => ({
    cells: [nameOf(object), ...columns.map((column) => cellOf(object, column, showing.nowMs))],
    ...carried(object, showing.includeObject),
  }));
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions: definitions, rows };
}

function carried(object: ApiObject, include: string): JsonObject {
  if (include === 'Object') return { object };
  if (include === 'None') return {};
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata } };
}

function cellOf(object: ApiObject, { type, jsonPath }: Column, nowMs: number): Json {
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
      return typeof first === 'string' ? toAge(nowMs - Date.parse(first)) : null;
    default:
      return typeof first === 'object' ? JSON.stringify(first) : String(first);
  }
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** An age in the words of kubectl: `5s`, `3m20s`, `4d`. */
export function toAge(ageMs: number): string {
  if (Number.isNaN(ageMs)) return '<invalid>';
  if (ageMs < -SECOND_MS) return '<invalid>';
  if (ageMs < 0) return '0s';
  const parts: readonly (readonly [number, number, string, number, string])[] = [
    [2 * MINUTE_MS, SECOND_MS, 's', 0, ''],
    [10 * MINUTE_MS, MINUTE_MS, 'm', SECOND_MS, 's'],
    [3 * HOUR_MS, MINUTE_MS, 'm', 0, ''],
    [8 * HOUR_MS, HOUR_MS, 'h', MINUTE_MS, 'm'],
    [2 * DAY_MS, HOUR_MS, 'h', 0, ''],
    [8 * DAY_MS, DAY_MS, 'd', HOUR_MS, 'h'],
    [2 * 365 * DAY_MS, DAY_MS, 'd', 0, ''],
    [8 * 365 * DAY_MS, 365 * DAY_MS, 'y', DAY_MS, 'd'],
  ];
  for (const [limit, unit, sign, small, smallSign] of parts) {
    if (ageMs >= limit) continue;
    const rest = small === 0 ? 0 : Math.floor((ageMs % unit) / small);
    return `${Math.floor(ageMs / unit)}${sign}${rest === 0 ? '' : `${rest}${smallSign}`}`;
  }
  return `${Math.floor(ageMs / (365 * DAY_MS))}y`;
}
