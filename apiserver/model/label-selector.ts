// Label selectors as objects have them.
// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements

import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from './json.ts';

/** True where a `LabelSelector` object matches labels; nothing matches where there is none. */
export function matchesLabelSelector(selector: Json | undefined, labels: JsonObject): boolean {
  if (!isObject(selector)) return false;
  const equal = Object.entries(objectIn(selector, 'matchLabels')).every(([key, value]) => labels[key] === value);
  return equal && listIn(selector, 'matchExpressions').every((expression) => matchesExpression(expression, labels));
}

function matchesExpression(expression: Json, labels: JsonObject): boolean {
  const key = textIn(expression, 'key');
  const isThere = Object.hasOwn(labels, key);
  const isIn = listIn(expression, 'values').includes(labels[key] as Json);
  switch (textIn(expression, 'operator')) {
    case 'In':
      return isThere && isIn;
    case 'NotIn':
      return !isIn;
    case 'Exists':
      return isThere;
    default:
      return !isThere;
  }
}
