// Random values for a schema: most of them fit it, some nearly.

import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  type MutableObject,
  textIn,
} from '../../../apiserver/model/json.ts';
import type { Random } from './random.ts';

const TEXTS: readonly string[] = ['', 'x', 'y', 'xyz', 'abcdef', '1', '12%', 'Ünï', 'a"b<c>'];
const FORMATTED: { readonly [format: string]: readonly string[] } = {
  'date-time': ['2021-02-03T04:05:06Z', '2021-02-03T04:05:06.123+01:00', '2021-13-03T04:05:06Z', '2021-02-03'],
  date: ['2021-02-03', '2021-02-29', '2020-02-29', '21-02-03'],
  duration: ['1h', '3 days', '1.5h10m', '-2s', 'x', '5'],
  uuid: ['00000000-0000-4000-8000-000000000000', '0000000000004000800000000000000A', '0'],
  uuid4: ['00000000-0000-4000-8000-000000000000', '00000000-0000-3000-8000-000000000000'],
  ipv4: ['10.0.0.1', '010.0.0.1', '256.1.1.1', '::ffff:1.2.3.4', '1.2.3'],
  ipv6: ['::1', 'fe80::1', '1::2::3', '10.0.0.1', '::ffff:1.2.3.4', 'fe80::1%eth0', '1:2:3:4:5:6:7:8'],
  cidr: ['10.0.0.0/8', '10.0.0.0/33', '::/0', '10.0.0.0', '10.0.0.0/08'],
  mac: ['01:23:45:67:89:ab', '0123.4567.89ab', '01-23-45-67-89-AB', '01:23:45', '01:23:45-67:89:ab'],
  byte: ['eA==', 'eHl6', 'x', 'e_=='],
  hostname: ['example.com', 'a-b', '-a', 'a..b', 'x.y.z', 'exa_mple'],
  uri: ['http://example.com/a?b=c', '/a/b', 'a', 'mailto:a@b', 'http://a b', 'http://[::1]:80/', 'http://a:b/'],
  email: ['a@b.c', 'a b', 'A <a@b.c>', 'a@', '"a b"@c.d'],
  hexcolor: ['#fff', 'abcdef', '#ggg'],
  rgbcolor: ['rgb(1,2,3)', 'rgb(256,0,0)', 'rgb( 1 , 2 , 3 )'],
  isbn: ['0321751043', '978-0321751041', '123'],
  ssn: ['123-45-6789', '123456789', '123 45 6789'],
  bsonobjectid: ['507f1f77bcf86cd799439011', 'x'],
  creditcard: ['4111 1111 1111 1111', '4111111111111112'],
  'k8s-short-name': ['a-b', 'A', '-a'],
  'k8s-long-name': ['a.b-c', 'a..b'],
};

const ODD: readonly Json[] = [null, true, 1, 2.5, 'x', [], {}, ['x'], { a: 1 }, 3_000_000_000, -1];

/** A random value. `odds`: how often something is not as it should be; it is undefined where nothing fits. */
export function randomValue(random: Random, schema: JsonObject, odds: number): Json | undefined {
  if (random.chance(odds)) return random.pick(ODD);
  if (schema['nullable'] === true && random.chance(0.2)) return null;
  const allowed = schema['enum'];
  if (isList(allowed) && random.chance(0.6)) return random.pick(allowed);
  if (schema['x-kubernetes-int-or-string'] === true) return random.pick<Json>([0, 1, 2, 5, '1', '50%', 'x']);
  switch (schema['type']) {
    case 'string':
      return randomText(random, textIn(schema, 'format'));
    case 'integer':
      return random.chance(0.05) ? random.pick([2 ** 31, -(2 ** 40), 1.5]) : random.below(6);
    case 'number':
      return random.chance(0.05) ? random.pick([1e300, 0.000_01, -7.25]) : random.below(12) / 2;
    case 'boolean':
      return random.chance(0.5);
    case 'array':
      return randomList(random, schema, odds);
    default:
      return randomObject(random, schema, odds);
  }
}

function randomText(random: Random, format: string): string {
  const known = FORMATTED[format];
  return known !== undefined && random.chance(0.8) ? random.pick(known) : random.pick(TEXTS);
}

function randomList(random: Random, { items }: JsonObject, odds: number): Json {
  const made = Array.from({ length: random.below(4) }, () => randomValue(random, items as JsonObject, odds));
  return made.filter((item) => item !== undefined);
}

function randomObject(random: Random, schema: JsonObject, odds: number): Json {
  const out: MutableObject = { ...someProperties(random, schema, odds), ...someMore(random, schema, odds) };
  if (schema['x-kubernetes-embedded-resource'] === true) Object.assign(out, someResource(random));
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['additionalProperties'] === true;
  if (random.chance(isOpen ? 0.5 : odds)) out['unknown'] = random.pick<Json>(['x', { y: [1] }, null]);
  return out;
}

function someProperties(random: Random, { properties, required }: JsonObject, odds: number): JsonObject {
  const out: MutableObject = {};
  for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
    const isNeeded = isList(required) && required.includes(name);
    const value = random.chance(isNeeded ? 0.93 : 0.55) ? randomValue(random, property as JsonObject, odds) : undefined;
    if (value !== undefined) out[name] = value;
  }
  return out;
}

function someMore(random: Random, { additionalProperties }: JsonObject, odds: number): JsonObject {
  const out: MutableObject = {};
  for (const name of isObject(additionalProperties) ? ['p', 'q', 'r-s'] : []) {
    const value = random.chance(0.4) ? randomValue(random, additionalProperties as JsonObject, odds) : undefined;
    if (value !== undefined) out[name] = value;
  }
  return out;
}

function someResource(random: Random): JsonObject {
  const metadata: JsonObject = {
    ...(random.chance(0.7) ? { name: random.pick(['n', 'N%', '']) } : {}),
    ...(random.chance(0.3) ? { namespace: random.pick(['ns', 'N S']) } : {}),
    ...(random.chance(0.4) ? { labels: random.pick<Json>([{ a: 'b' }, { 'a b': 'c' }, {}]) } : {}),
    ...(random.chance(0.2) ? { strange: 1 } : {}),
    ...(random.chance(0.2) ? { creationTimestamp: null } : {}),
    ...(random.chance(0.05) ? { labels: 'x' } : {}),
  };
  return {
    ...(random.chance(0.9) ? { apiVersion: random.pick<Json>(['v1', 'a/v1', 'a/b/c', '']) } : {}),
    ...(random.chance(0.9) ? { kind: random.pick<Json>(['Kind', 'kind_', 'ok']) } : {}),
    ...(random.chance(0.8) ? { metadata } : {}),
  };
}
