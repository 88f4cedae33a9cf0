// The values of keywords of a schema: of their type, of the few that an API server knows, and a pattern that Go can read.
// Source: https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/#JSONSchemaProps

import { compileGoPattern } from '../../expression/expression.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { suggest } from '../../model/suggest.ts';
import type { Mistake } from './schema.ts';

interface ValueKind {
  readonly name: string;
  readonly keywords: readonly string[];
  isSuch(value: Json): boolean;
}

const isText = (value: Json): boolean => typeof value === 'string';

const KINDS: readonly ValueKind[] = [
  { name: 'a text', keywords: ['description', 'title', 'format', 'pattern'], isSuch: isText },
  {
    name: 'true or false',
    keywords: [
      ...['nullable', 'uniqueItems', 'exclusiveMinimum', 'exclusiveMaximum'],
      ...['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-int-or-string', 'x-kubernetes-embedded-resource'],
    ],
    isSuch: (value) => typeof value === 'boolean',
  },
  {
    name: 'a number',
    keywords: ['minimum', 'maximum', 'multipleOf'],
    isSuch: (value) => typeof value === 'number',
  },
  {
    name: 'an integer',
    keywords: ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
    isSuch: (value) => Number.isInteger(value),
  },
  {
    name: 'a list of texts',
    keywords: ['required', 'x-kubernetes-list-map-keys'],
    isSuch: (value) => isArray(value) && value.every(isText),
  },
  {
    name: 'a list',
    keywords: ['enum', 'allOf', 'anyOf', 'oneOf'],
    isSuch: (value) => isArray(value),
  },
  {
    name: 'a list of { rule: …, message: … }',
    keywords: ['x-kubernetes-validations'],
    isSuch: (value) => isArray(value) && value.every((one) => isObject(one) && typeof one['rule'] === 'string'),
  },
  { name: 'a mapping', keywords: ['properties', 'not'], isSuch: (value) => isObject(value) },
];

const WORDS: { readonly [keyword: string]: readonly string[] } = {
  'x-kubernetes-list-type': ['atomic', 'set', 'map'],
  'x-kubernetes-map-type': ['atomic', 'granular'],
};

/** What is wrong with the values of the keywords of one schema, or of one form of `anyOf` and its like. */
export function lintKeywords(schema: JsonObject): readonly Mistake[] {
  return Object.entries(schema).flatMap(([keyword, value]): readonly Mistake[] => {
    const kind = KINDS.find(({ keywords }) => keywords.includes(keyword));
    const problem =
      kind?.isSuch(value) === false
        ? { message: `"${keyword}" is ${JSON.stringify(value)}`, hint: `write ${kind.name}` }
        : (wordProblem(keyword, value) ?? valueProblem(keyword, value));
    return problem === undefined ? [] : [{ steps: [keyword], at: 'value', ...problem }];
  });
}

type Problem = Pick<Mistake, 'message' | 'hint'>;

function wordProblem(keyword: string, value: Json): Problem | undefined {
  const words = WORDS[keyword];
  if (words === undefined || words.includes(String(value))) return undefined;
  const hint = suggest(String(value), words) ?? `use ${words.join(' or ')}`;
  return { message: `"${keyword}" cannot be ${JSON.stringify(value)}`, hint };
}

function valueProblem(keyword: string, value: Json): Problem | undefined {
  if (keyword === 'uniqueItems' && value === true)
    return { message: '"uniqueItems" cannot be true: it takes too long', hint: 'use x-kubernetes-list-type: set' };
  if (keyword === 'x-kubernetes-preserve-unknown-fields' && value === false)
    return { message: `"${keyword}" cannot be false`, hint: 'remove it: without it unknown fields are dropped' };
  const compiled = keyword === 'pattern' ? compileGoPattern(String(value)) : undefined;
  return typeof compiled === 'string'
    ? { message: `the pattern cannot be read: ${compiled}`, hint: 'write it as Go reads it (RE2)' }
    : undefined;
}
