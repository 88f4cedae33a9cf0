// Label and field selectors.
// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors, /field-selectors/

import { badRequest } from '../model/api-error.ts';
import { type ApiObject, nameOf, namespaceOf } from '../model/api-object.ts';
import { getIn, type JsonObject, objectIn } from '../model/json.ts';
import type { Resource } from '../registry/resource.ts';
import { checkLabelValue, checkQualifiedName } from '../validation/names.ts';

/** Whether an object is one of those that are asked for. */
export type Matcher = (object: ApiObject) => boolean;

type LabelTest = (labels: JsonObject) => boolean;

/** Matches by labels. Throws ApiError 400. */
export function parseLabelSelector(text: string): Matcher {
  const tests = splitOutside(text).map(toLabelTest);
  return (object) => {
    const labels = objectIn(object, 'metadata', 'labels');
    return tests.every((test) => test(labels));
  };
}

// Commas within parentheses belong to a set of values.
function splitOutside(text: string): readonly string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function toLabelTest(part: string): LabelTest {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return checked(part, key, [...values], (labels) => {
      const value = labels[key];
      const isIn = typeof value === 'string' && values.has(value);
      return operator === 'in' ? isIn : !isIn;
    });
  }
  const equal = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(part);
  if (equal !== null) {
    const [, key = '', operator, value = ''] = equal;
    return checked(part, key, [value], (labels) => (operator === '!=' ? labels[key] !== value : labels[key] === value));
  }
  const key = part.replace(/^!\s*/, '');
  return checked(part, key, [], (labels) => Object.hasOwn(labels, key) === (key === part));
}

function checked(part: string, key: string, values: readonly string[], test: LabelTest): LabelTest {
  const wrong = [...checkQualifiedName(key), ...values.flatMap(checkLabelValue)];
  if (wrong.length > 0) throw badRequest(`unable to parse requirement: ${JSON.stringify(part)}: ${wrong.join('; ')}`);
  return test;
}

/** Matches by fields, of which a kind allows some. Throws ApiError 400. */
export function parseFieldSelector(text: string, { kind, lifecycle }: Resource): Matcher {
  const selectable = lifecycle.selectableFields;
  const tests = splitOutside(text).map((part) => {
    const found = /^([^=!]+?)(==|=|!=)(.*)$/.exec(part);
    if (found === null) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, field = '', operator, wanted = ''] = found;
    if (!['metadata.name', 'metadata.namespace', ...selectable].includes(field))
      throw badRequest(unknownField(field, kind, selectable));
    return (object: ApiObject) => (fieldValue(object, field) === wanted) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

// Kinds without fields of their own say which they have; the others do not.
function unknownField(field: string, kind: string, selectable: readonly string[]): string {
  if (kind === 'Job') return `field label ${JSON.stringify(field)} not supported for Job`;
  if (selectable.length > 0) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function fieldValue(object: ApiObject, field: string): string {
  if (field === 'metadata.name') return nameOf(object);
  if (field === 'metadata.namespace') return namespaceOf(object);
  const value = getIn(object, ...field.split('.'));
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}
