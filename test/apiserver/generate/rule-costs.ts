// Definitions with random rules on random schemas, right and wrong, cheap and dear. Nothing is stored.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Script, Step } from '../script.ts';
import { type Random, randomFrom } from './random.ts';

const GROUP = 'costs.example.com';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const IN_ONE = 8;

/** A script with some definitions. */
export function ruleCostScript(seed: number): Script {
  const random = randomFrom(seed);
  const steps = Array.from({ length: IN_ONE }, (): Step => {
    const openAPIV3Schema = { type: 'object', properties: { spec: withRules(random, randomSchema(random, 3)) } };
    const names = { plural: 'costs', kind: 'Cost' };
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }];
    const body = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `costs.${GROUP}` },
      spec: { group: GROUP, scope: 'Namespaced', names, versions },
    };
    return { method: 'POST', path: DEFINITIONS, query: { dryRun: 'All' }, body };
  });
  return { name: `rule-costs-${seed}`, steps, areIndependent: true };
}

function maybe(random: Random, chance: number, fields: JsonObject): JsonObject {
  return random.chance(chance) ? fields : {};
}

const FORMATS = ['date', 'date-time', 'duration', 'byte', 'uuid', 'ipv4'];

function randomSchema(random: Random, depth: number): JsonObject {
  const kinds = ['string', 'string', 'integer', 'number', 'boolean', 'either', 'formatted'];
  const kind = depth === 0 ? random.pick(kinds) : random.pick(['object', 'object', 'array', 'array', 'map', 'string']);
  const inner = (): JsonObject => randomSchema(random, depth - 1);
  switch (kind) {
    case 'object': {
      const names = ['a', 'b', 'x-y'].slice(0, random.below(3) + 1);
      return {
        type: 'object',
        properties: Object.fromEntries(names.map((name) => [name, withSomeRules(random, inner())])),
        ...maybe(random, 0.4, { required: [names[0] ?? 'a'] }),
      };
    }
    case 'array':
      return {
        type: 'array',
        items: withSomeRules(random, inner()),
        ...maybe(random, 0.7, { maxItems: random.pick([1, 5, 20, 100, 1000]) }),
      };
    case 'map':
      return {
        type: 'object',
        additionalProperties: withSomeRules(random, inner()),
        ...maybe(random, 0.7, { maxProperties: random.pick([1, 5, 20, 100]) }),
      };
    case 'string':
      return {
        type: 'string',
        ...maybe(random, 0.6, { maxLength: random.pick([1, 10, 63, 253, 5000]) }),
        ...maybe(random, 0.2, { enum: ['x', 'longer'] }),
      };
    case 'either':
      return { 'x-kubernetes-int-or-string': true, ...maybe(random, 0.3, { maxLength: 10 }) };
    case 'formatted':
      return { type: 'string', format: random.pick(FORMATS), ...maybe(random, 0.3, { maxLength: 40 }) };
    default:
      return { type: kind };
  }
}

function withSomeRules(random: Random, schema: JsonObject): JsonObject {
  return random.chance(0.15) ? withRules(random, schema) : schema;
}

function withRules(random: Random, schema: JsonObject): JsonObject {
  const rules = Array.from({ length: random.below(2) + 1 }, (): Json => {
    const rule = randomTest(random, schema, 'self', 3);
    const old = random.chance(0.15) ? `${rule} || self == oldSelf` : rule;
    return {
      rule: random.chance(0.05) ? broken(random, old) : old,
      ...maybe(random, 0.5, { message: 'no' }),
      ...maybe(random, 0.2, {
        messageExpression: random.pick(["'is ' + string(self == self)", "'x'", '1', 'self.zz']),
      }),
      ...maybe(random, 0.1, { optionalOldSelf: random.chance(0.5) }),
      ...maybe(random, 0.1, { reason: random.pick(['FieldValueInvalid', 'FieldValueForbidden', 'Wrong']) }),
      ...maybe(random, 0.1, { fieldPath: random.pick(['.a', '.b', "['x-y']", '.zz']) }),
    };
  });
  return { ...schema, 'x-kubernetes-validations': rules };
}

function broken(random: Random, rule: string): string {
  return random.pick([
    `(${rule}`,
    `${rule} &&`,
    `${rule} + 1`,
    `!(${rule}`,
    rule.replace('self', 'selv'),
    `${rule}.zz`,
  ]);
}

let names = 0;

/** A test of a value that a schema describes. */
function randomTest(random: Random, schema: JsonObject, at: string, depth: number): string {
  const again = (): string => randomTest(random, schema, at, depth - 1);
  if (depth > 0 && random.chance(0.25))
    return random.pick([
      () => `${again()} && ${again()}`,
      () => `${again()} || ${again()}`,
      () => `(${again()}) ? (${again()}) : ${again()}`,
      () => `!(${again()})`,
    ])();
  if (random.chance(0.03))
    return random.pick([`${at}.zz == 1`, `${at} == 'x'`, `${at} == 1`, `${at}.size() > 1`, `${at}[0] == 1`, at]);
  return testOf(random, schema, at, depth);
}

function testOf(random: Random, schema: JsonObject, at: string, depth: number): string {
  if (schema['x-kubernetes-int-or-string'] === true)
    return random.pick([
      `type(${at}) == int ? ${at} > 1 : ${at} == 'x'`,
      `${at} == 1`,
      `string(${at}) == 'x'`,
      `dyn(${at}) == ${at}`,
    ]);
  switch (schema['type']) {
    case 'string':
      return schema['format'] === undefined || ['uuid', 'ipv4'].includes(String(schema['format']))
        ? textTest(random, at)
        : formattedTest(random, String(schema['format']), at);
    case 'integer':
      return random.pick([
        `${at} > 1`,
        `${at} + 1 == 3`,
        `${at} in [1, 2]`,
        `${at} < 2.5`,
        `string(${at}).size() > 1`,
        `[${at}, 2].isSorted()`,
      ]);
    case 'number':
      return random.pick([`${at} > 1.5`, `${at} < 2`, `double(${at}) * 2.0 > 1.0`, `[${at}].max() > 1.0`]);
    case 'boolean':
      return random.pick([at, `!${at}`, `${at} == true`]);
    case 'array':
      return listTest(random, schema['items'] as JsonObject, at, depth);
    default:
      return schema['additionalProperties'] === undefined
        ? objectTest(random, schema, at, depth)
        : mapTest(random, schema['additionalProperties'] as JsonObject, at, depth);
  }
}

function textTest(random: Random, at: string): string {
  return random.pick([
    `${at} == 'x'`,
    `${at}.size() < 5`,
    `size(${at}) < 5`,
    `${at}.matches('^[a-z]+$')`,
    `${at}.contains('ab')`,
    `${at}.contains(${at})`,
    `${at}.startsWith('x')`,
    `${at}.split(',').size() > 1`,
    `${at}.split(',', 3).all(p, p.size() > 1)`,
    `${at}.replace('a', 'bb').size() > 1`,
    `${at}.replace('', ${at}) == 'x'`,
    `${at}.replace('abc', 'b') + ${at} == 'x'`,
    `${at}.lowerAscii() == ${at}`,
    `${at}.substring(1).trim() == 'x'`,
    `${at}.find('[a-z]+') == 'x'`,
    `${at}.findAll('[a-z]').size() > 1`,
    `${at}.findAll('[a-z]').join('-').contains('x')`,
    `${at} in ['a', 'b']`,
    `${at} + '!' == 'x!'`,
    `(${at} + ${at}).matches(${at})`,
    `${at} < 'y'`,
    `isIP(${at}) && ip(${at}).family() == 4`,
    `cidr('10.0.0.0/8').containsIP(${at})`,
    `cidr('10.0.0.0/8').containsCIDR(${at})`,
    `isQuantity(${at}) && quantity(${at}).isGreaterThan(quantity('1'))`,
    `quantity(${at}) == quantity('1')`,
    `url(${at}).getHost() == 'x'`,
    `url(${at}) == url('https://x')`,
    `isSemver(${at}) && semver(${at}).major() > 1`,
    `!format.dns1123Label().validate(${at}).hasValue()`,
    `'%s'.format([${at}]) == 'x'`,
    `bytes(${at}) == b'x'`,
    `string(bytes(${at})).size() == 1`,
    `${at}.indexOf('x') == 1`,
    `${at}.charAt(0) == 'x'`,
    `[${at}, 'b'].isSorted()`,
    `[${at}].map(p, p + p).exists(p, p == 'x')`,
    `{'a': ${at}}.all(k, k == 'a')`,
    `{'a': ${at}}.b == ${at}`,
    `optional.of(${at}).orValue('x') == 'x'`,
    `ip.isCanonical(${at})`,
    `(${at} == 'x' ? ${at} : 'abc').matches('abc')`,
    `strings.quote(${at}).size() == 1`,
    `duration(${at}) > duration('1h')`,
    `timestamp(${at}) > timestamp('2020-01-01T00:00:00Z')`,
  ]);
}

function formattedTest(random: Random, format: string, at: string): string {
  switch (format) {
    case 'byte':
      return random.pick([`${at} == b'x'`, `size(${at}) > 1`, `string(${at}) == 'x'`, `${at} < b'y'`]);
    case 'duration':
      return random.pick([`${at} > duration('1h')`, `${at} == duration('1s')`, `${at}.getHours() > 1`]);
    default:
      return random.pick([`${at} > timestamp('2020-01-01T00:00:00Z')`, `${at} == ${at}`, `${at}.getFullYear() > 1`]);
  }
}

function listTest(random: Random, items: JsonObject, at: string, depth: number): string {
  names += 1;
  const [x, y] = [`x${names % 7}`, `y${names % 7}`];
  const inner = (name: string): string =>
    depth > 0 ? randomTest(random, items, name, depth - 1) : `${name} == ${name}`;
  return random.pick([
    () => `${at}.all(${x}, ${inner(x)})`,
    () => `${at}.all(${x}, ${inner(x)})`,
    () => `${at}.exists(${x}, ${inner(x)})`,
    () => `${at}.exists_one(${x}, ${inner(x)})`,
    () => `${at}.filter(${x}, ${inner(x)}).size() > 1`,
    () => `${at}.map(${x}, ${x}).size() > 1`,
    () => `${at}.map(${x}, ${inner(x)}).exists(b, b)`,
    () => `${at}.map(${x}, ${inner(x)}, ${x}).all(${y}, ${inner(y)})`,
    () => `${at}.all(${x}, ${at}.exists(${y}, ${x} == ${y}))`,
    () => `${at}.all(i, ${y}, ${inner(y)})`,
    () => `${at}.transformList(i, ${y}, ${y}).size() > 1`,
    () => `${at}.size() > 1`,
    () => `${at}[0] == ${at}[1]`,
    () => inner(`${at}[0]`),
    () => `${at}[?0].hasValue()`,
    () => `${at} == ${at}`,
    () => `(${at} + ${at}).all(${x}, ${inner(x)})`,
    () => `${at}[0] in ${at}`,
    () => `sets.contains(${at}, ${at})`,
    () => `sets.equivalent(${at}, [${at}[0]])`,
    () => `${at}.indexOf(${at}[0]) == 1`,
    () => `${at}.sortBy(${x}, ${x} == ${x}).size() > 1`,
    () => `${at}.distinct().size() > 1`,
    () => `${at}.slice(0, 2).all(${x}, ${inner(x)})`,
    () => `${at}.reverse() == ${at}`,
    () => `lists.range(5).all(i, ${at}[i] == ${at}[0])`,
    () => `[${at}, ${at}].flatten().size() > 1`,
    () => `[${at}].all(${x}, ${x}.all(${y}, ${inner(y)}))`,
    () => `${at}.first().hasValue()`,
  ])();
}

function mapTest(random: Random, values: JsonObject, at: string, depth: number): string {
  names += 1;
  const k = `k${names % 7}`;
  const inner = (value: string): string =>
    depth > 0 ? randomTest(random, values, value, depth - 1) : `${value} == ${value}`;
  return random.pick([
    () => `${at}.all(${k}, ${inner(`${at}[${k}]`)})`,
    () => `${at}.exists(${k}, ${textTest(random, k)})`,
    () => `${at}.all(${k}, v, ${inner('v')})`,
    () => `${at}.transformMap(${k}, v, ${k}).size() > 1`,
    () => `${at}.map(${k}, ${at}[${k}]).size() > 1`,
    () => `${at}.size() > 1`,
    () => `has(${at}.x)`,
    () => `'x' in ${at}`,
    () => inner(`${at}['x']`),
    () => inner(`${at}.x`),
    () => `${at} == ${at}`,
    () => `${at}[?'x'].hasValue()`,
    () => `${at}.?x.hasValue()`,
  ])();
}

const ESCAPED: { readonly [name: string]: string } = { 'x-y': 'x__dash__y' };

function objectTest(random: Random, schema: JsonObject, at: string, depth: number): string {
  const [name, field] = random.pick(Object.entries(schema['properties'] as { [name: string]: JsonObject }));
  const path = `${at}.${ESCAPED[name] ?? name}`;
  const inner = (): string => (depth > 0 ? randomTest(random, field, path, depth - 1) : `has(${path})`);
  return random.pick([
    () => `has(${path})`,
    () => `!has(${path}) || ${inner()}`,
    () => `${path} == ${path}`,
    () => `${at} == ${at}`,
    () => `${at}.?${ESCAPED[name] ?? name}.hasValue()`,
    inner,
    inner,
    inner,
    inner,
    () =>
      `${at}.?${ESCAPED[name] ?? name}.optMap(o, ${depth > 0 ? randomTest(random, field, 'o', depth - 1) : 'o == o'}).orValue(true)`,
  ])();
}
