// Objects and lists in the form that a client asked for: whole, only their metadata, or as a table.

import type { ApiObject } from '../model/api-object.ts';
import { isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Resource } from '../registry/resource.ts';
import type { ListResult } from './list.ts';
import type { AnswerForm } from './negotiate.ts';
import { tableOf } from './table.ts';

/** How answers about one resource are shown. */
export interface Showing {
  readonly resource: Resource;
  readonly form: AnswerForm;
  /** What a table carries of each object. */
  readonly includeObject: string;
  /** Whether a table says what its columns are; in a watch only the first one does. */
  readonly hasHeaders: boolean;
  readonly nowMs: number;
}

/** One object. */
export function showObject(object: JsonObject, showing: Showing): Json {
  switch (showing.form) {
    case 'object':
      return object;
    case 'partial':
      return partialOf(object);
    case 'table': {
      const { resourceVersion = '' } = isObject(object['metadata']) ? object['metadata'] : {};
      return tableOf([object as ApiObject], { resourceVersion }, showing);
    }
  }
}

/** A list. */
export function showList({ items, metadata }: ListResult, showing: Showing): Json {
  const { resource, form } = showing;
  if (form === 'table') return tableOf(items, metadata, showing);
  if (form === 'partial') {
    const rows = items.map(partialOf);
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: rows };
  }
  // Items of built-in kinds do not repeat what the list says.
  const rows = resource.openApi === undefined ? items.map(withoutType) : items;
  const full = resource.openApi === undefined ? metadata : { continue: '', ...metadata };
  return { kind: resource.listKind, apiVersion: resource.apiVersion, metadata: full, items: rows };
}

function withoutType({ apiVersion: _, kind: __, ...rest }: ApiObject): JsonObject {
  return rest;
}

function partialOf(object: JsonObject): Json {
  const metadata = object['metadata'] ?? {};
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
