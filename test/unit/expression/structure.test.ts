// Functions on any data, selectors and images, and what all functions promise: bounded, and nothing of the input changed.

import { describe, expect, test } from 'vitest';
import type { Json } from '../../../engine/model/json.ts';
import { functionGroups } from '../../../tools/function-examples.ts';
import { evaluate } from '../../support/formula.ts';

describe('$range', () => {
  test.each([
    ['$range(2, 5)', [2, 3, 4]],
    ['$range(0, 1, 0.25)', [0, 0.25, 0.5, 0.75]],
    ['$range(5, 2)', []],
    ['$range(5, 0, -2)', [5, 3, 1]],
    ['$range(0, 1)', [0]],
    ['$count($range(0, 100000))', 100_000],
  ])('%s', (formula, wanted) => {
    expect(evaluate(formula)).toEqual(wanted);
  });

  test('fails without a step', () => {
    expect(evaluate('$range(0, 3, 0)')).toBe('error U1014');
  });
});

describe('$mergeDeep', () => {
  // Source: the examples of RFC 7386, appendix A, as far as both are objects.
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (object, patch, wanted) => {
    expect(evaluate('$mergeDeep(object, patch)', { object, patch } as Json)).toEqual(wanted);
  });

  test('keeps the object where there is no patch', () => {
    expect(evaluate('$mergeDeep({"a": 1}, spec.overrides)')).toEqual({ a: 1 });
    expect(evaluate('$exists($mergeDeep(spec.none, {"a": 1}))')).toBe(false);
  });

  test('takes no reserved key', () => {
    expect(evaluate('$mergeDeep({}, patch)', { patch: JSON.parse('{"a":{"__proto__":{"x":1}}}') as Json })).toBe(
      'error U1004',
    );
  });
});

describe('$selects', () => {
  const labels = { app: 'shop', tier: 'web' };
  const one = (operator: string, key: string, values?: readonly string[]): Json => ({
    matchExpressions: [values === undefined ? { key, operator } : { key, operator, values }],
  });
  test.each<[Json, boolean]>([
    [{}, true],
    [{ matchLabels: labels }, true],
    [{ matchLabels: { app: 'shop', zone: 'a' } }, false],
    [{ matchLabels: { constructor: 'x' } }, false],
    [one('In', 'app', ['shop', 'desk']), true],
    [one('In', 'zone', ['a']), false],
    [one('NotIn', 'app', ['shop']), false],
    [one('NotIn', 'zone', ['a']), true],
    [one('Exists', 'tier'), true],
    [one('Exists', 'toString'), false],
    [one('DoesNotExist', 'tier'), false],
    [one('DoesNotExist', 'zone'), true],
    [{ matchLabels: { app: 'shop' }, matchExpressions: [{ key: 'zone', operator: 'Exists' }] }, false],
  ])('%j', (selector, wanted) => {
    expect(evaluate('$selects(selector, labels)', { selector, labels })).toBe(wanted);
  });

  test('takes an object without labels for one with none', () => {
    expect(evaluate('$selects({"matchLabels": {"a": "b"}}, metadata.labels)')).toBe(false);
    expect(evaluate('$selects({}, metadata.labels)')).toBe(true);
  });

  test.each<Json>([
    { app: 'shop' },
    { matchLabels: 'app' },
    { matchExpressions: {} },
    one('Near', 'app', []),
    { matchExpressions: ['app'] },
  ])('refuses %j', (selector) => {
    expect(evaluate('$selects(selector, labels)', { selector, labels })).toBe('error U1015');
  });
});

describe('$imageParts', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  test.each([
    ['nginx', { name: 'nginx', repository: 'nginx' }],
    ['library/nginx:1.25-alpine', { name: 'library/nginx', repository: 'library/nginx', tag: '1.25-alpine' }],
    ['localhost/app', { name: 'localhost/app', registry: 'localhost', repository: 'app' }],
    ['localhost:5000/a/b', { name: 'localhost:5000/a/b', registry: 'localhost:5000', repository: 'a/b' }],
    ['[::1]:5000/a:x', { name: '[::1]:5000/a', registry: '[::1]:5000', repository: 'a', tag: 'x' }],
    [`quay.io/a/b:1@${digest}`, { name: 'quay.io/a/b', registry: 'quay.io', repository: 'a/b', tag: '1', digest }],
    [`a@${digest}`, { name: 'a', repository: 'a', digest }],
  ])('of %s', (image, wanted) => {
    expect(evaluate('$imageParts(image)', { image })).toEqual(wanted);
  });

  test.each([
    '',
    ':1',
    'a:',
    'A',
    'a//b',
    'a b',
    'a@sha256:1',
    'https://quay.io/a',
    'quay.io/',
    '/a',
    `a/${'b'.repeat(100_000)}`,
  ])('refuses "%s"', (image) => {
    expect(evaluate('$imageParts(image)', { image })).toBe('error U1016');
  });
});

describe('$fromJson', () => {
  test('reads what $toJson writes', () => {
    const value = { a: [1, 'x', null, true, { b: {} }], c: 1.5 };
    expect(evaluate('$fromJson($toJson(value))', { value })).toEqual(value);
  });

  test('keeps an array of one', () => {
    expect(evaluate('$fromJson("[1]")')).toEqual([1]);
  });
});

describe('every function', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const nested = JSON.parse(`${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`) as Json;
  const wide = { list: Array.from({ length: 3000 }, (_, index) => `line ${index}`) };
  test.each<[string, Json, string]>([
    ['$range(0, 1e9)', {}, 'error U1001'],
    ['$range(-1e308, 1e308)', {}, 'error U1001'],
    ['$map($range(0, 1000), function($n){ $count($range(0, 100000)) })', {}, 'error U1001'],
    ['$count($fromJson(deep))', { deep }, 'error U1005'],
    ['$toYaml(nested)', { nested }, 'error U1005'],
    ['$mergeDeep(nested, nested)', { nested }, 'error U1005'],
    ['$map($range(0, 1000), function($n){ $toYaml(list) })', wide, 'error U1003'],
    ['$map($range(0, 1000), function($n){ $fromJson($toJson(list)) })', wide, 'error U1001'],
  ])('ends: %s', (formula, input, wanted) => {
    expect(evaluate(formula, input)).toBe(wanted);
  });

  test('changes nothing of its input', () => {
    const examples = functionGroups.flatMap(({ entries }) => entries.flatMap((entry) => entry.examples));
    expect(examples.length).toBeGreaterThan(100);
    for (const { formula, input } of examples) {
      const before = JSON.stringify(input);
      evaluate(formula, freeze(input));
      expect(JSON.stringify(input), formula).toBe(before);
    }
  });
});

function freeze(value: Json): Json {
  if (typeof value === 'object' && value !== null)
    for (const item of Object.values(Object.freeze(value))) freeze(item as Json);
  return value;
}
