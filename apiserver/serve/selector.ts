// Label and field selectors.
// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors, /field-selectors/

import { badRequest } from '../model/api-error.ts';
import { type ApiObject, nameOf, namespaceOf } from '../model/api-object.ts';
import { getIn, objectIn } from '../model/json.ts';
import type { Resource } from '../registry/resource.ts';
import { parseLabelQuery } from './label-query.ts';

/** Whether an object is one of those that are asked for. */
export type Matcher = (object: ApiObject) => boolean;

/** Matches by labels. Throws ApiError 400. */
export function parseLabelSelector(text: string): Matcher {
  const tests = parseLabelQuery(text);
  return (object) => {
    const labels = objectIn(object, 'metadata', 'labels');
    return tests.every((test) => test(labels));
  };
}

/** Matches by fields, of which a kind allows some. Throws ApiError 400. */
export function parseFieldSelector(text: string, { kind, lifecycle }: Resource): Matcher {
  const selectable = lifecycle.selectableFields;
  const tests = splitTerms(text).map((part) => {
    const found = /^(.*?)(!=|==|=)(.*)$/s.exec(part);
    if (found === null) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, field = '', operator, escaped = ''] = found;
    const wanted = withoutEscapes(escaped);
    if (field === '' && wanted === '') return () => true;
    if (!['metadata.name', 'metadata.namespace', ...selectable].includes(field))
      throw badRequest(unknownField(field, kind, selectable));
    return (object: ApiObject) => (fieldValue(object, field) === wanted) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

// A comma behind a backslash belongs to a value.
function splitTerms(text: string): readonly string[] {
  return [...text.matchAll(/(?:\\.|[^\\,]|\\$)+/gs)].map(([part]) => part).sort();
}

function withoutEscapes(text: string): string {
  for (const [sequence] of text.matchAll(/\\(?:[^\\,=]|$)|\\./gs))
    if (!/^\\[\\,=]$/.test(sequence)) throw badRequest(`invalid field selector: invalid escape sequence: ${sequence}`);
  const [bare] = text.replaceAll(/\\./gs, '').match(/[,=]/) ?? [];
  if (bare !== undefined)
    throw badRequest(`invalid field selector: unescaped character in value: ${bare.charCodeAt(0)}`);
  return text.replaceAll(/\\(.)/gs, '$1');
}

// Kinds without fields of their own say which they have; the others do not.
function unknownField(field: string, kind: string, selectable: readonly string[]): string {
  if (kind === 'Job') return `field label ${JSON.stringify(field)} not supported for Job`;
  if (selectable.length > 0) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

// What a field counts as that is left out where it is zero.
const BLANKS: { readonly [field: string]: string | undefined } = {
  'spec.hostNetwork': 'false',
  'spec.unschedulable': 'false',
  'status.replicas': '0',
  'status.successful': '0',
};

// Where a field stands that has another name in selectors.
const RENAMED: { readonly [field: string]: string | undefined } = { 'status.successful': 'status.succeeded' };

function fieldValue(object: ApiObject, field: string): string {
  if (field === 'metadata.name') return nameOf(object);
  if (field === 'metadata.namespace') return namespaceOf(object);
  const value = getIn(object, ...(RENAMED[field] ?? field).split('.'));
  const isThere = value !== undefined && value !== null && typeof value !== 'object';
  return isThere ? String(value) : (BLANKS[field] ?? '');
}
