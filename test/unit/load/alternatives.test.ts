// A wrong value where several forms are allowed: one word, one error.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { load } from '../../../engine/load/load.ts';
import { createChecker } from '../../../engine/load/schema.ts';
import { parseYaml, type YamlDocument } from '../../../engine/load/yaml.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../engine/model/json.ts';

const RULE = [
  'apiVersion: opsonata.dev/v1alpha1',
  'kind: Rule',
  'metadata: { name: a }',
  'spec:',
  '  resource: { apiVersion: example.com/v1, kind: A }',
];

// A place of a rule, as it is written, and all that is allowed there.
const BOOLEAN = 'write a text or a boolean';
const LIMIT = 'write a whole number from 0 on, or a share such as 20%';
const child = (line: string) => ['  children:', `    - ${line}`, ...CHILD];
const CHILD = [
  '      id: one',
  '      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name } }',
];
const WRONG: {
  readonly [pointer: string]: readonly (readonly [lines: readonly string[], value: string, hint: string])[];
} = {
  'RulePrune/limit': [
    [['  prune:', '    limit: lots'], 'lots', LIMIT],
    [['  prune: { limit: -1 }'], '-1', LIMIT],
    [['  prune: { limit: 1.5 }'], '1.5', LIMIT],
    [['  prune: { limit: 101% }'], '101%', LIMIT],
    [['  prune: { limit: [ 1 ] }'], '[ 1 ]', LIMIT],
    [['  prune: { limit: }'], '', LIMIT],
  ],
  'RuleInput/when': [
    [['  inputs:', '    - { id: i, resource: { apiVersion: v1, kind: Secret }, name: x, when: 1 }'], '1', BOOLEAN],
  ],
  'RuleSchedule/when': [[['  schedules:', '    - { id: s, every: 10m, when: [ a ] }'], '[ a ]', BOOLEAN]],
  'RuleChild/when': [[child('when: 12'), '12', BOOLEAN]],
  'RuleChild/forEach': [[child('forEach: 34'), '34', 'write a text or a list']],
  'RuleChild/ready': [[child('ready: { a: b }'), '{ a: b }', BOOLEAN]],
  'RuleRollout/order': [[child('rollout: { order: true }'), 'true', 'write a text or a number']],
  'RuleRollout/gate': [[child('rollout: { gate: 56 }'), '56', BOOLEAN]],
  'RuleTask/when': [[task('when: 7'), '7', BOOLEAN]],
  'RuleTask/skip': [[task('skip: [ ]'), '[ ]', BOOLEAN]],
  'RulePatch/when': [
    [
      [
        '  patches:',
        '    - { id: p, target: { apiVersion: v1, kind: Secret, name: x }, merge: { data: { } }, when: 8 }',
      ],
      '8',
      BOOLEAN,
    ],
  ],
  'RuleCondition/status': [[['  conditions:', '    - { type: Good, status: 9 }'], '9', BOOLEAN]],
};

function task(line: string): readonly string[] {
  const template = '      template: { apiVersion: batch/v1, kind: Job, metadata: { name: =metadata.name } }';
  return ['  tasks:', `    - ${line}`, '      id: one', template];
}

// Where a schema allows several forms, or several types.
function openPlaces(schema: Json, at: readonly string[] = []): readonly string[] {
  if (isArray(schema)) return schema.flatMap((item, index) => openPlaces(item, [...at, String(index)]));
  if (!isObject(schema)) return [];
  const isOpen = schema['anyOf'] !== undefined || schema['oneOf'] !== undefined || isArray(schema['type']);
  const own = isOpen && at[0] === 'definitions' ? [`${at[1]}/${at.at(-1)}`] : isOpen ? [at.join('/')] : [];
  return [...own, ...Object.entries(schema).flatMap(([key, item]) => openPlaces(item, [...at, key]))];
}

// Each schema with a pattern.
function withPattern(schema: Json): readonly JsonObject[] {
  if (isArray(schema)) return schema.flatMap(withPattern);
  if (!isObject(schema)) return [];
  const own = typeof schema['pattern'] === 'string' ? [schema] : [];
  return [...own, ...Object.values(schema).flatMap(withPattern)];
}

// What is told of a form among several is its description.
const isForm = ({ pattern }: JsonObject) => pattern === '^(100|[1-9]?[0-9])%$';

const schemaOf = (name: string) => JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as Json;

describe('a wrong value where several forms are allowed', () => {
  test('is tried at each such place of a rule and of a scenario', () => {
    const places = [...openPlaces(schemaOf('rule')), ...openPlaces(schemaOf('scenario'))];
    expect(Object.keys(WRONG).sort()).toEqual([...places].sort());
  });

  const cases = Object.entries(WRONG).flatMap(([place, all]) => all.map((one) => [place, ...one] as const));
  test.each(cases)('is told once, with all that is allowed: %s %j', (_place, lines, value, hint) => {
    const text = [...RULE, ...lines].join('\n');
    const { diagnostics } = load([{ file: 'rule.yaml', text, found: false }]);
    expect(diagnostics.map((one) => one.hint)).toEqual([hint]);
    const [{ span }] = diagnostics as [(typeof diagnostics)[0]];
    expect(text.slice(span.start.offset, span.end.offset)).toBe(value);
    const row = lines.findIndex((line) => value !== '' && line.includes(value));
    if (row >= 0) {
      const column = (lines[row] as string).lastIndexOf(value) + 1;
      expect(span.start).toMatchObject({ line: RULE.length + row + 1, column });
    }
  });
});

describe('a wrong resource', () => {
  const check = (schema: object, yaml: string) => {
    const { value, places } = parseYaml('cr.yaml', yaml)[0] as YamlDocument;
    return createChecker(schema)(value as Json, places).diagnostics.map(({ code, message, hint, span }) => [
      code,
      `${span.start.line}:${span.start.column} ${message}`,
      hint,
    ]);
  };

  test('is told which of the fields that exclude each other it needs', () => {
    const schema = {
      properties: { spec: { type: 'object', oneOf: [{ required: ['url'] }, { required: ['host', 'port'] }] } },
    };
    const hint = 'url or host and port';
    expect(check(schema, 'spec: { host: a }')).toEqual([
      ['MissingField', '1:1 "spec" needs one of its fields', `add ${hint}`],
    ]);
    expect(check(schema, 'spec: { url: a, host: a, port: 1 }')).toEqual([
      ['WrongValue', '1:1 "spec" has fields that exclude each other', `keep only ${hint}`],
    ]);
  });

  test('is told what is excluded', () => {
    const schema = { properties: { size: { type: 'integer', not: { enum: [0] } } } };
    expect(check(schema, 'size: 0')).toEqual([
      ['WrongValue', '1:7 "size" cannot be 0', 'choose another: the schema excludes this one'],
    ]);
  });

  test('is told of each item, and of each once', () => {
    const items = { type: 'string', enum: ['a', 'b'], maxLength: 1, minLength: 1 };
    expect(check({ type: 'array', items }, '[ccc, 1, a]')).toEqual([
      ['WrongValue', '1:2 "0" cannot be the text "ccc"', 'use a or b'],
      ['WrongValue', '1:7 "1" cannot be 1', 'use a or b'],
    ]);
    const port = { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true };
    expect(check({ type: 'array', items: port }, '[true, 1, x, [2]]')).toEqual([
      ['WrongValue', '1:2 "0" is true', 'write an integer, or a text'],
      ['WrongValue', '1:14 "3" is a list', 'write an integer, or a text'],
    ]);
    const odd = { anyOf: [{ minimum: 5 }, { maximum: 2 }] };
    expect(check({ type: 'array', items: odd }, '[5, 3]')).toEqual([
      ['WrongValue', '1:5 "1" is 3', 'write one of the 2 forms that its schema allows'],
    ]);
  });
});

describe('a text that does not fit a pattern', () => {
  test('is told in words what would', () => {
    const patterns = ['rule', 'health', 'scenario'].flatMap((name) => withPattern(schemaOf(name)));
    expect(patterns.length).toBeGreaterThan(20);
    expect(patterns.filter((one) => !one['patternErrorMessage'] && !isForm(one))).toEqual([]);
    expect(
      load([{ file: 'rule.yaml', text: RULE.join('\n').replace('kind: A', 'kind: a'), found: false }]),
    ).toMatchObject({ diagnostics: [{ hint: 'write it in CamelCase, of letters and digits, with a capital first' }] });
  });
});
