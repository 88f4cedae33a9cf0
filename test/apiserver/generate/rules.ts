// Definitions with rules, a few in each, and random objects under them: created and changed. Domains are tiny.

import type { Json, JsonObject, MutableObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';
import { type Random, randomFrom } from './random.ts';
import { MORE_MAKERS, MORE_PROPERTIES, MORE_RULES } from './rule-values.ts';

const GROUP = 'rules.example.com';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const IN_ONE = 9;

const text = (maxLength: number): JsonObject => ({ type: 'string', maxLength });
const listOf = (items: Json): JsonObject => ({ type: 'array', maxItems: 5, items });

const PROPERTIES: JsonObject = {
  a: { type: 'integer' },
  b: text(20),
  n: { type: 'number' },
  on: { type: 'boolean' },
  list: {
    type: 'array',
    maxItems: 5,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['k'],
    items: { type: 'object', required: ['k'], properties: { k: text(5), v: { type: 'integer' } } },
  },
  ints: listOf({ type: 'integer' }),
  words: listOf(text(10)),
  map: { type: 'object', maxProperties: 5, additionalProperties: text(10) },
  size: { 'x-kubernetes-int-or-string': true },
  maybe: { ...text(10), nullable: true },
  part: { type: 'object', properties: { x: { type: 'integer' }, y: text(10) } },
  'x-y.z/w': { type: 'integer' },
  namespace: text(10),
  quantity: text(10),
  version: text(20),
  address: text(40),
  range: text(40),
  link: text(60),
  ...MORE_PROPERTIES,
};

/** Rules about the whole spec. A rule alone, or with what goes with it. */
const RULES: readonly (string | JsonObject)[] = [
  'self.a > 1',
  'self.a + 1 == 3 || self.a * 2 < 3',
  'self.a % 2 == 0',
  '10 / self.a > 3',
  '10 % self.a > 3',
  '-self.a < 0',
  '!has(self.a) || self.a >= 1 && self.a <= 2',
  'has(self.b)',
  'has(self.b) == has(self.n)',
  "self.b == 'x'",
  "self.b != 'x'",
  "self.b < 'y'",
  "self.b in ['x', 'y']",
  "self.b.startsWith('x')",
  "self.b.endsWith('z')",
  "self.b.contains('y')",
  'self.b.size() > 1',
  'size(self.b) < 3',
  "self.b.matches('^[a-z]+$')",
  "self.b.matches('^x?y*$') || self.a == 1",
  "self.b.find('[a-y]+') == 'x'",
  "self.b.findAll('[a-z]').size() > 1",
  "self.b.findAll('[a-z]', 1) == ['x']",
  "self.b.indexOf('y') == 1",
  "self.b.lastIndexOf('y') > 0",
  "self.b.replace('x', 'z') == 'z'",
  "self.b.replace('x', 'z', 1).size() == 2",
  "self.b.split('y').size() == 1",
  "self.b.substring(1) == ''",
  "self.b.substring(0, 1) == 'x'",
  "self.b.charAt(0) == 'x'",
  "self.b.charAt(3) == 'x'",
  "self.b.lowerAscii() == 'x'",
  "self.b.upperAscii() == 'X'",
  "self.b.trim() == 'x'",
  "self.b + '!' == 'x!'",
  "'%s-%d'.format([self.b, self.a]) == 'x-1'",
  'self.n > 0.5',
  'self.n * 2.0 == 3.0',
  'self.n + 1.5 < 3.0',
  'self.n <= 2',
  'double(self.a) > 0.5',
  'int(self.n) == 1',
  "string(self.a) == '1'",
  "string(self.n) == '1.5'",
  'int(self.b) == 1',
  'self.on',
  '!self.on',
  'self.on || self.a == 1',
  'self.on && self.a == 1',
  'self.on ? self.a == 1 : self.a == 2',
  'self.a == 1 || self.a == 0',
  'self.list.all(x, x.v > 0)',
  'self.list.exists(x, x.v > 1)',
  "self.list.exists_one(x, x.k == 'a')",
  'self.list.map(x, x.v).sum() > 1',
  'self.list.filter(x, x.v > 0).size() == 1',
  "self.list[0].k == 'a'",
  'self.list[1].v == 1',
  'self.list.size() < 2',
  'size(self.list) != 1',
  'self.ints.isSorted()',
  'self.ints.sum() > 1',
  'self.ints.min() == 0',
  'self.ints.max() == 2',
  'self.ints.indexOf(1) == 0',
  'self.ints.lastIndexOf(1) >= 0',
  'self.ints == [1]',
  'self.ints != [1, 2]',
  '1 in self.ints',
  'self.ints.all(i, i < 2)',
  'self.ints + [1] == [1]',
  'sets.contains(self.ints, [1])',
  'sets.equivalent(self.ints, [1, 2])',
  'sets.intersects(self.ints, [0, 1])',
  "self.words.exists(w, w == 'x')",
  'self.words.isSorted()',
  "self.words.join(',') == 'x'",
  "self.words.join() == 'x'",
  "self.words.min() == 'x'",
  "self.words == ['x']",
  "self.map['x'] == 'y'",
  "self.map.x == 'y'",
  "'x' in self.map",
  "self.map.all(k, k == 'x')",
  "self.map.exists(k, self.map[k] == 'y')",
  'self.map.size() < 2',
  "has(self.map.x) && self.map.x == 'y'",
  'type(self.size) == int',
  "type(self.size) == string ? self.size == 'x' : self.size < 2",
  'self.size == 1',
  "self.size == 'x'",
  'int(self.size) > 0',
  'has(self.maybe)',
  "self.maybe == 'x'",
  'has(self.part.x)',
  'self.part.x == 1',
  "self.part.x > 0 && self.part.y == 'x'",
  '!has(self.part) || has(self.part.y)',
  'self.x__dash__y__dot__z__slash__w == 1',
  "self.__namespace__ == 'x'",
  "self.?b.orValue('x') == 'x'",
  'self.?b.hasValue()',
  "self.?part.?y.orValue('x') == 'x'",
  'optional.none().hasValue() || self.a == 1',
  "self.map[?'x'].orValue('y') == 'y'",
  'isQuantity(self.quantity)',
  "quantity(self.quantity).isGreaterThan(quantity('500m'))",
  "quantity(self.quantity).isLessThan(quantity('1Ki'))",
  'quantity(self.quantity).isInteger()',
  'quantity(self.quantity).asInteger() > 1',
  "quantity(self.quantity).add(quantity('1')).compareTo(quantity('2')) == 0",
  'quantity(self.quantity).sub(1).asApproximateFloat() < 1.0',
  "quantity(self.quantity) == quantity('1')",
  'isSemver(self.version)',
  'semver(self.version).major() == 1',
  "semver(self.version).isLessThan(semver('1.2.3'))",
  "semver(self.version).compareTo(semver('1.0.0-alpha.1')) > 0",
  'isIP(self.address)',
  'ip(self.address).family() == 4',
  'ip(self.address).isLoopback()',
  'ip(self.address).isGlobalUnicast()',
  'ip(self.address).isLinkLocalUnicast()',
  'ip(self.address).isUnspecified()',
  "string(ip(self.address)) == '10.0.0.1'",
  'isCIDR(self.range)',
  'cidr(self.range).containsIP(self.address)',
  "cidr(self.range).containsCIDR('10.0.1.0/24')",
  'cidr(self.range).prefixLength() == 8',
  "cidr(self.range).masked() == cidr('10.0.0.0/8')",
  'cidr(self.range).ip().family() == 6',
  'isURL(self.link)',
  "url(self.link).getScheme() == 'https'",
  "url(self.link).getHost() == 'example.com'",
  "url(self.link).getHostname() == 'example.com'",
  "url(self.link).getPort() == '80'",
  "url(self.link).getEscapedPath() == '/a'",
  "url(self.link).getQuery()['q'] == ['x']",
  '!format.dns1123Label().validate(self.b).hasValue()',
  'format.dns1123Subdomain().validate(self.link).hasValue()',
  'format.qualifiedName().validate(self.b).orValue([]).size() == 0',
  "duration('1h') > duration(self.b)",
  "timestamp(self.b) > timestamp('2020-01-01T00:00:00Z')",
  'self.a == oldSelf.a',
  'self.a >= oldSelf.a || self.on',
  '!has(oldSelf.b) || has(self.b)',
  'has(self.b) == has(oldSelf.b)',
  'self.part == oldSelf.part',
  'self.ints == oldSelf.ints',
  'self.map == oldSelf.map',
  'oldSelf.list.all(o, self.list.exists(n, n.k == o.k))',
  { rule: 'oldSelf.hasValue() || self.a == 1', optionalOldSelf: true },
  { rule: '!oldSelf.hasValue() || oldSelf.value().b == self.b', optionalOldSelf: true, message: 'b stays' },
  { rule: 'oldSelf.orValue(self).a <= self.a', optionalOldSelf: true },
  { rule: 'self.a > 1', message: ' a is too small ' },
  { rule: 'self.a > 1', message: 'small', reason: 'FieldValueForbidden' },
  { rule: 'self.a > 1', message: 'small', reason: 'FieldValueRequired', fieldPath: '.b' },
  { rule: 'self.a > 1', message: 'small', reason: 'FieldValueDuplicate' },
  { rule: 'self.a > 1', message: 'small', fieldPath: '.part.x' },
  { rule: 'self.a > 1', message: 'small', fieldPath: ".map['q']" },
  { rule: 'self.a > 1', messageExpression: "self.on ? 'on' : 'off'" },
  { rule: 'self.a > 1', messageExpression: "self.on ? '' : 'off'", message: 'fixed' },
  { rule: 'self.a > 1', messageExpression: "self.on ? self.b : self.b + ' and not on'" },
];

/** Rules at other places than the whole. */
const PLACES: readonly (readonly [string, string | JsonObject])[] = [
  ['a', 'self > 1'],
  ['a', 'self >= oldSelf'],
  ['a', 'self == oldSelf'],
  ['a', { rule: 'self > 1', reason: 'FieldValueDuplicate', message: 'there' }],
  ['a', '10 / self > 4'],
  ['b', "self == oldSelf || self == 'x'"],
  ['b', 'self.size() == 1'],
  ['b', "self.substring(1) == ''"],
  ['n', 'self > 1.0'],
  ['n', 'int(self) == 1'],
  ['on', 'self'],
  ['ints', 'self.size() < 2'],
  ['ints', 'self[1] == 1'],
  ['ints.items', 'self > 0'],
  ['words.items', "self != 'x'"],
  ['list', 'self.size() < 2'],
  ['list.items', 'self.v > 0'],
  ['list.items', 'self.v >= oldSelf.v'],
  ['list.items.v', 'self == oldSelf'],
  ['list.items.v', 'self < 2'],
  ['map', 'self.size() < 2'],
  ['map.additional', "self != 'x'"],
  ['map.additional', 'self == oldSelf'],
  ['size', 'type(self) == int'],
  ['maybe', "self == 'x'"],
  ['part', 'self.x == 1'],
  ['part', 'self == oldSelf'],
  ['part.y', "self == 'x'"],
];

/** A script for each handful of rules. */
export function ruleScripts(firstSeed: number): readonly Script[] {
  const whole = chunks([...RULES, ...MORE_RULES].map((rule) => ['', rule] as const));
  const places = chunks(PLACES);
  return [...whole, ...places].map((rules, at) => ruleScript(rules, { at, random: randomFrom(firstSeed * 1000 + at) }));
}

type Placed = readonly [string, string | JsonObject];

function chunks(rules: readonly Placed[]): readonly (readonly Placed[])[] {
  return Array.from({ length: Math.ceil(rules.length / IN_ONE) }, (_, at) =>
    rules.slice(at * IN_ONE, (at + 1) * IN_ONE),
  );
}

// Objects are stored by a version without rules, and changed by one that has them.
function ruleScript(
  rules: readonly Placed[],
  { at, random }: { readonly at: number; readonly random: Random },
): Script {
  const plural = `rule${at}s`;
  const kind = `Rule${at}`;
  const base = (version: string): string => `/apis/${GROUP}/${version}/namespaces/default/${plural}`;
  const create = (version: string, name: string, query = {}): Step => ({
    method: 'POST',
    path: base(version),
    query,
    body: { apiVersion: `${GROUP}/${version}`, kind, metadata: { name }, spec: someSpec(random) },
  });
  const change = (name: string): Step => ({
    method: 'PATCH',
    path: `${base('v2')}/${name}`,
    query: { dryRun: 'All' },
    contentType: 'application/json-patch+json',
    body: [{ op: 'replace', path: '/spec', value: random.chance(0.2) ? {} : someSpec(random) }],
  });
  const steps: Step[] = [
    { method: 'POST', path: DEFINITIONS, body: definition(rules, { plural, kind }) },
    { method: 'GET', path: base('v1'), until: { path: ['kind'], value: `${kind}List` } },
    { method: 'GET', path: base('v2'), until: { path: ['kind'], value: `${kind}List` } },
    ...Array.from({ length: 16 }, () => create('v2', 'tried', { dryRun: 'All' })),
    ...['r', 's', 't'].flatMap((name) => [create('v1', name), ...Array.from({ length: 4 }, () => change(name))]),
    ...['r', 's', 't'].map(
      (name): Step => ({
        method: 'PATCH',
        path: `${base('v2')}/${name}`,
        query: { dryRun: 'All' },
        contentType: 'application/merge-patch+json',
        body: { metadata: { labels: { a: 'b' } }, spec: { a: random.below(4), list: someList(random) } },
      }),
    ),
  ];
  return { name: `rules-${at}`, steps };
}

function definition(
  rules: readonly Placed[],
  { plural, kind }: { readonly plural: string; readonly kind: string },
): JsonObject {
  const spec: JsonObject = { type: 'object', properties: PROPERTIES };
  const version = (name: string, schema: JsonObject, isStored: boolean): JsonObject => ({
    name,
    served: true,
    storage: isStored,
    schema: { openAPIV3Schema: { type: 'object', properties: { spec: schema } } },
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { plural, singular: plural.slice(0, -1), kind, listKind: `${kind}List` },
      versions: [version('v1', spec, true), version('v2', rules.reduce(withRule, spec), false)],
    },
  };
}

const STEPS: { readonly [word: string]: string } = { items: 'items', additional: 'additionalProperties' };

function withRule(schema: JsonObject, [place, rule]: Placed): JsonObject {
  const whole = typeof rule === 'string' ? { rule } : rule;
  return addAt(schema, place === '' ? [] : place.split('.'), whole);
}

function addAt(schema: JsonObject, [word, ...rest]: readonly string[], rule: JsonObject): JsonObject {
  const key = 'x-kubernetes-validations';
  if (word === undefined) return { ...schema, [key]: [...((schema[key] as Json[] | undefined) ?? []), rule] };
  const inner = STEPS[word];
  if (inner !== undefined) return { ...schema, [inner]: addAt(schema[inner] as JsonObject, rest, rule) };
  const properties = schema['properties'] as JsonObject;
  return { ...schema, properties: { ...properties, [word]: addAt(properties[word] as JsonObject, rest, rule) } };
}

const word = (random: Random): string => random.pick(['x', 'y', 'xy', 'xyz']);
const number = (random: Random): number => random.below(4);

function someList(random: Random): Json {
  const keys = ['a', 'b', 'c'].filter(() => random.chance(0.5));
  return keys.map((k) => ({ k, ...(random.chance(0.8) ? { v: number(random) } : {}) }));
}

const MAKERS: { readonly [name: string]: (random: Random) => Json } = {
  a: number,
  b: (random) => (random.chance(0.15) ? random.pick(['1', '90m', '2021-01-01T00:00:00Z', '', 'X y']) : word(random)),
  n: (random) => random.pick([0, 0.25, 1, 1.5, 2, 3]),
  on: (random) => random.chance(0.5),
  list: someList,
  ints: (random) => Array.from({ length: random.below(4) }, () => random.below(3)),
  words: (random) => Array.from({ length: random.below(3) }, () => word(random)),
  map: (random) =>
    Object.fromEntries(['x', 'y', 'z'].filter(() => random.chance(0.5)).map((key) => [key, word(random)])),
  size: (random) => random.pick<Json>([0, 1, 2, 'x', '2']),
  maybe: (random) => random.pick([null, 'x', 'y']),
  part: (random) => ({
    ...(random.chance(0.7) ? { x: number(random) } : {}),
    ...(random.chance(0.5) ? { y: word(random) } : {}),
  }),
  'x-y.z/w': number,
  namespace: word,
  quantity: (random) => random.pick(['1', '500m', '2Ki', '1.5', '-1', '0', '1000m', 'x', '2k']),
  version: (random) => random.pick(['1.2.3', '1.0.0', '1.0.0-alpha', '1.0.0-alpha.2', '2.0.0+b', '10.1.1']),
  address: (random) =>
    random.pick(['10.0.0.1', '127.0.0.1', '0.0.0.0', '::1', 'fe80::1', '2001:db8:0:0:0:0:0:1', '169.254.1.1']),
  range: (random) => random.pick(['10.0.0.0/8', '10.1.2.3/8', '0.0.0.0/0', '::/0', 'fe80::/10', '10.0.1.0/25']),
  link: (random) =>
    random.pick([
      'https://example.com/a?q=x',
      'http://example.com:80',
      '/a',
      'https://[::1]:80/',
      'HTTPS://u@example.com/a%20b',
    ]),
  ...MORE_MAKERS,
};

function someSpec(random: Random): JsonObject {
  const spec: MutableObject = {};
  for (const [name, make] of Object.entries(MAKERS)) if (random.chance(0.8)) spec[name] = make(random);
  return spec;
}
