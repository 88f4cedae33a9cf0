// The schema of a resource that a rule brings.

import { describe, expect, test } from 'vitest';
import { compile } from '../../../engine/compile/compile.ts';
import { load } from '../../../engine/load/load.ts';
import { LAXER, RIGHT_SCHEMAS, ruleWithSchema, STRICTER, WRONG_SCHEMAS } from '../../support/schemas.ts';

function errorsOf(schema: string) {
  const text = ruleWithSchema(schema);
  const { documents, diagnostics } = load([{ file: 'rule.yaml', text, found: false }]);
  const all = [...diagnostics, ...documents.flatMap((document) => compile(document).diagnostics)];
  return all
    .filter(({ severity }) => severity === 'error')
    .map(({ message, hint, span: { start, end } }) => ({ word: text.slice(start.offset, end.offset), message, hint }));
}
const messageOf = (schema: string) => errorsOf(schema).map(({ message }) => message);

describe('the schema of a resource', () => {
  // test/cluster/definitions.test.ts: API servers say the same of each.
  test.each([...RIGHT_SCHEMAS, ...LAXER])('has no mistake: %s', (schema) => {
    expect(errorsOf(schema)).toEqual([]);
  });

  test.each(WRONG_SCHEMAS)('is told at its word, with a hint: %s', (schema, ...words) => {
    const found = errorsOf(schema);
    expect(found.map(({ word }) => word)).toEqual(words);
    for (const { hint } of found) expect(hint).toMatch(/\w/);
  });

  test.each(STRICTER)('says what cannot be meant: %s', (schema) => {
    expect(errorsOf(schema)).toHaveLength(1);
  });

  const object = '{ type: object, required: [n], properties: { n: { type: string }, m: { type: integer, default: 1 } }';
  test.each([
    [`${object}, default: {} }`, 'the default is {}, and the schema says that "n" is required'],
    [`${object}, default: { n: a } }`, undefined],
    [`${object}, default: { n: 1 } }`, '"n" of the default is 1, and the schema says type: string'],
    [`${object}, default: { n: a, o: b } }`, '"o" of the default is "b", and the schema says nothing of this field'],
    [`${object}, x-kubernetes-preserve-unknown-fields: true, default: { n: a, o: b } }`, undefined],
    ['{ type: object, additionalProperties: { type: integer }, default: { a: 1 } }', undefined],
    [
      '{ type: object, additionalProperties: { type: integer }, default: { a: x } }',
      '"a" of the default is "x", and the schema says type: integer',
    ],
    [
      '{ type: array, items: { type: string, maxLength: 2 }, default: [ab, abc] }',
      '"1" of the default is "abc", and the schema says maxLength: 2',
    ],
    [
      '{ type: array, items: { type: string }, minItems: 1, default: [] }',
      'the default is [], and the schema says minItems: 1',
    ],
    [
      '{ type: integer, maximum: 3, exclusiveMaximum: true, default: 3 }',
      'the default is 3, and the schema says maximum: 3',
    ],
    ['{ type: string, pattern: "^a+$", default: ab }', 'the default is "ab", and the schema says pattern: "^a+$"'],
    ['{ x-kubernetes-int-or-string: true, default: 50% }', undefined],
    [
      '{ x-kubernetes-int-or-string: true, default: 1.5 }',
      'the default is 1.5, and the schema says type: integer or string',
    ],
  ])('has defaults that fit: %s', (schema, message) => {
    expect(messageOf(`{ type: object, properties: { a: ${schema} } }`)).toEqual(message === undefined ? [] : [message]);
  });

  test('says what a form may hold, and takes the types of an integer or a text', () => {
    const form = (more: string) => messageOf(`{ type: object, properties: { a: ${more} } }`);
    expect(
      form('{ x-kubernetes-int-or-string: true, allOf: [{ anyOf: [{ type: integer }, { type: string }] }] }'),
    ).toEqual([]);
    expect(form('{ x-kubernetes-int-or-string: true, oneOf: [{ type: integer }, { type: string }] }')).toEqual([
      '"type" cannot stand within allOf, anyOf, oneOf or not',
      '"type" cannot stand within allOf, anyOf, oneOf or not',
    ]);
    expect(
      form('{ type: object, properties: { b: { type: string } }, not: { properties: { b: { type: string } } } }'),
    ).toEqual(['"type" cannot stand within allOf, anyOf, oneOf or not']);
    expect(form('{ type: string, anyOf: [{ not: { pattern: "(" } }] }')).toEqual([
      'the pattern cannot be read: missing closing ): `(`',
    ]);
  });
});
