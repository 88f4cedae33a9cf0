// Definitions with one rule each: what is wrong with it, one mistake at a time. Nothing is stored.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';
import { RULE_MISTAKES, SYNTAX_MISTAKES } from './rule-mistakes.ts';

const GROUP = 'checks.example.com';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const PROPERTIES: JsonObject = {
  a: { type: 'integer' },
  b: { type: 'string', maxLength: 5 },
  n: { type: 'number' },
  list: { type: 'array', maxItems: 3, items: { type: 'integer' } },
  map: { type: 'object', maxProperties: 3, additionalProperties: { type: 'string', maxLength: 5 } },
  either: { 'x-kubernetes-int-or-string': true, maxLength: 5 },
  open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  namespace: { type: 'string', maxLength: 5 },
  'x-y.z/w__v': { type: 'integer' },
  length: { type: 'string', format: 'duration' },
  time: { type: 'string', format: 'date-time' },
};

function definition(spec: Json, root: JsonObject = {}): JsonObject {
  const openAPIV3Schema = { type: 'object', properties: { spec }, ...root };
  const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `checks.${GROUP}` },
    spec: { group: GROUP, scope: 'Namespaced', names: { plural: 'checks', kind: 'Check' }, versions },
  };
}

const make = (body: JsonObject): Step => ({ method: 'POST', path: DEFINITIONS, query: { dryRun: 'All' }, body });

function withRule(schema: JsonObject, rule: string | JsonObject): JsonObject {
  const whole = typeof rule === 'string' ? { rule, message: 'no' } : rule;
  return { ...schema, 'x-kubernetes-validations': [whole] };
}

const about = (rule: string | JsonObject): JsonObject =>
  definition(withRule({ type: 'object', properties: PROPERTIES }, rule));

const OLD = 'self == oldSelf';
const TEXT: JsonObject = { type: 'string', maxLength: 5 };
const lists = (more: JsonObject, rule: string | JsonObject): JsonObject =>
  definition({
    type: 'object',
    properties: {
      list: { type: 'array', maxItems: 3, items: withRule({ type: 'object', properties: { k: TEXT } }, rule), ...more },
    },
  });
const KEYED: JsonObject = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] };

/** Rules in other places than a spec, and what stands beside the rule. */
const PLACES: readonly JsonObject[] = [
  lists({}, OLD),
  lists({ 'x-kubernetes-list-type': 'set' }, 'self.k == oldSelf.k'),
  lists({}, 'self.k == oldSelf.k'),
  lists({}, { rule: 'self.k == oldSelf.orValue(self).k', optionalOldSelf: true }),
  lists(KEYED, OLD),
  definition({
    type: 'object',
    'x-kubernetes-map-type': 'atomic',
    properties: { a: withRule({ type: 'integer' }, OLD) },
  }),
  definition({ type: 'object', properties: { a: withRule({ 'x-kubernetes-preserve-unknown-fields': true }, 'true') } }),
  definition(withRule({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, 'self.a == 1')),
  definition(withRule({ type: 'array', maxItems: 2, items: { 'x-kubernetes-preserve-unknown-fields': true } }, 'true')),
  definition({ type: 'object' }, withRule({}, "self.metadata.name == 'x' && self.kind == self.apiVersion")),
  definition({ type: 'object' }, withRule({}, "self.metadata.namespace == 'x'")),
  definition({ type: 'object' }, withRule({}, "self.metadata.labels['x'] == 'x'")),
  definition({
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
    ...withRule({}, 'self.metadata.name == self.kind'),
  }),
  about({ rule: 'true', messageExpression: "'x' + self.b" }),
  about({ rule: 'true', messageExpression: 'self.a' }),
  about({ rule: 'true', messageExpression: 'self.zz' }),
  about({ rule: 'true', messageExpression: "self.b.find('[')" }),
  about({ rule: 'true', messageExpression: 'oldSelf.b' }),
  about({ rule: 'self.zz', messageExpression: 'self.yy' }),
  about({ rule: 'true', optionalOldSelf: false }),
  about({ rule: 'true', optionalOldSelf: true }),
  about({ rule: 'self.zz', optionalOldSelf: true }),
  about({ rule: 'oldSelf.a == 1', optionalOldSelf: true }),
  about({ rule: 'oldSelf.hasValue()', optionalOldSelf: true }),
  about({ rule: 'oldSelf.hasValue()' }),
  about({ rule: 'self.a', reason: 'FieldValueForbidden', fieldPath: '.a', message: 'x' }),
  about({ rule: 'self.a', reason: 'Wrong', fieldPath: '.zz', message: 'x' }),
  about({ rule: 'self.a == 1', fieldPath: '.map.x' }),
  about({ rule: 'self.a == 1', fieldPath: '.map[x]' }),
  about({ rule: 'self.a == 1', fieldPath: ".map['x.y']" }),
  about({ rule: 'self.a == 1', fieldPath: '.list[0]' }),
  about({ rule: 'self.a\n== 1' }),
  about({ rule: 'self.zz\n== 1', message: 'x' }),
];

const unbounded = (schema: JsonObject, rule: string | JsonObject): JsonObject => definition(withRule(schema, rule));
const MANY: JsonObject = { type: 'array', items: { type: 'string' } };
const twice = 'self.all(x, self.exists(y, x == y))';

/** Rules that cost too much, and that do not quite. */
const COSTS: readonly JsonObject[] = [
  unbounded(MANY, twice),
  unbounded({ ...MANY, maxItems: 100 }, twice),
  unbounded({ ...MANY, maxItems: 100, items: TEXT }, twice),
  unbounded({ type: 'array', maxItems: 1300, items: TEXT }, twice),
  unbounded({ type: 'array', maxItems: 1500, items: TEXT }, twice),
  unbounded({ type: 'string' }, "self.matches('^a+$')"),
  unbounded({ type: 'string' }, "self.contains('abc')"),
  unbounded({ type: 'string' }, "self.matches('^' + self + '$')"),
  definition({ ...MANY, items: withRule({ type: 'string' }, 'self.size() < 5') }),
  definition({ ...MANY, items: withRule({ type: 'string' }, "self.contains('x')") }),
  definition({
    ...MANY,
    maxItems: 10,
    items: { ...MANY, maxItems: 10, items: withRule({ type: 'string' }, "self != 'x'") },
  }),
  definition({
    type: 'object',
    properties: Object.fromEntries(
      [...'abcdefghijkl'].map((name, at) => [
        name,
        withRule({ type: 'array', maxItems: 1200 - 20 * at, items: TEXT }, twice),
      ]),
    ),
  }),
  about({ rule: 'true', messageExpression: "self.b.replace('', self.namespace)" }),
  unbounded({ type: 'string' }, { rule: 'true', messageExpression: "self.matches(self) ? 'x' : 'y'" }),
];

/** The scripts: one for each kind of trouble. */
export function ruleCheckScripts(): readonly Script[] {
  const parts: readonly (readonly [name: string, bodies: readonly JsonObject[]])[] = [
    ['syntax', SYNTAX_MISTAKES.map(about)],
    ['types', RULE_MISTAKES.map(about)],
    ['places', PLACES],
    ['costs', COSTS],
  ];
  return parts.map(([name, bodies]) => ({
    name: `rule-checks-${name}`,
    steps: bodies.map(make),
    areIndependent: true,
  }));
}
