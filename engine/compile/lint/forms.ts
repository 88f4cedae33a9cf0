// `allOf`, `anyOf`, `oneOf` and `not`: in a structural schema they only narrow values. What a field is, is said once,
// outside of them.

import { isArray, isEqual, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { PathStep } from '../../model/rule.ts';
import { lintKeywords } from './keywords.ts';
import type { Mistake } from './schema.ts';

const LISTS = ['allOf', 'anyOf', 'oneOf'];
const INT_OR_STRING: Json = [{ type: 'integer' }, { type: 'string' }];
const OUTSIDE = ['type', 'additionalProperties', 'default', 'title', 'description', 'nullable'];

/** What is wrong with the forms of one schema. */
export function lintForms(schema: JsonObject): readonly Mistake[] {
  const isEither = schema['x-kubernetes-int-or-string'] === true;
  return formsOf(schema).flatMap(([steps, form]) => {
    // The one pattern of types that is taken, as Kubernetes' own schemas have it.
    const [keyword] = steps;
    if (isEither && keyword === 'anyOf' && isEqual(schema['anyOf'] ?? null, INT_OR_STRING)) return [];
    const isFirst = isEither && keyword === 'allOf' && steps[1] === 0;
    const { anyOf, ...rest } = form;
    const isPattern = isFirst && isEqual(anyOf ?? null, INT_OR_STRING);
    return below(lintForm(isPattern ? rest : form), steps);
  });
}

function lintForm(form: JsonObject): readonly Mistake[] {
  const forbidden = Object.keys(form).filter((keyword) => OUTSIDE.includes(keyword) || keyword.startsWith('x-'));
  const hint = 'say it outside, of the field itself';
  const { items, properties } = form;
  const fields = isObject(properties) ? Object.entries(properties) : [];
  const inner: readonly (readonly [readonly PathStep[], Json])[] = [
    ...fields.map(([name, field]) => [['properties', name], field] as const),
    ...(items === undefined ? [] : [[['items'], items] as const]),
    ...formsOf(form),
  ];
  return [
    ...forbidden.map((keyword): Mistake => {
      const message = `"${keyword}" cannot stand within allOf, anyOf, oneOf or not`;
      return { steps: [keyword], at: 'key', message, hint };
    }),
    ...lintKeywords(form).filter(({ steps }) => !forbidden.includes(String(steps[0]))),
    ...inner.flatMap(([steps, one]) => (isObject(one) ? below(lintForm(one), steps) : [])),
  ];
}

function formsOf(schema: JsonObject): readonly (readonly [readonly PathStep[], JsonObject])[] {
  const listed = LISTS.flatMap((keyword) => {
    const forms = schema[keyword];
    return forms !== undefined && isArray(forms) ? forms.map((form, index) => [[keyword, index], form] as const) : [];
  });
  const { not } = schema;
  const all = [...listed, ...(not === undefined ? [] : [[['not'], not] as const])];
  return all.flatMap(([steps, form]) => (isObject(form) ? [[steps, form] as const] : []));
}

function below(mistakes: readonly Mistake[], steps: readonly PathStep[]): readonly Mistake[] {
  return mistakes.map((mistake) => ({ ...mistake, steps: [...steps, ...mistake.steps] }));
}
