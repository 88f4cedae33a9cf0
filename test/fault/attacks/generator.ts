// Formulas at random, with a taste for what hurts: growth, recursion, dangerous names, odd numbers, nasty regular
// expressions. A seed always gives the same formulas.

import type { Json } from '../../../engine/model/json.ts';
import { data, nested, range } from './attack.ts';

/** Numbers at random: from 0 to below 1. */
export type Random = () => number;

/** A sequence of numbers for a seed. Source: mulberry32, by Tommy Ettinger, public domain. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** Data that formulas are let loose on. */
export const inputs: readonly Json[] = [
  { a: 1, b: 'x', c: [1, 2, 3], d: { a: [{ b: 1 }, { b: 2 }] } },
  { a: [], b: {}, c: null, d: '' },
  { a: range(3000), b: range(300).map((a) => ({ a, b: `n${a}` })), c: 'a'.repeat(20_000), d: [[[[1]]], [[]]] },
  {
    a: nested(400, (value) => ({ a: value })),
    b: nested(400, (value) => [value]),
    c: nested(12, (value) => [value, value]),
  },
  data(
    '{"a":{"__proto__":{"x":1},"constructor":{"prototype":{"x":2}}},"b":{"_jsonata_lambda":true,"_jsonata_function":true},"c":{"toString":1,"length":9}}',
  ).input,
  { a: [1e308, -1e308, 5e-324, -0, 2 ** 53, 0.1], b: '\ud800', c: 'İſß\u202e😀', d: ' '.repeat(5000) },
  {
    a: Object.fromEntries(range(2000).map((index) => [`k${index}`, index])),
    b: ['b', 'a', ''],
    c: [true, null],
    d: [{}, []],
  },
];

const FIELDS = ['a', 'b', 'c', 'd', '$', '$$', '*', '**', '%', '`a`', 'constructor', '__proto__', 'length', 'toString'];
const VARIABLES = ['$x', '$y', '$f', '$g', '$sum', '$constructor', '$__proto__', '$'];
const LITERALS = [
  '0',
  '1',
  '-1',
  '2',
  '10',
  '1e3',
  '1e5',
  '1e9',
  '1e308',
  '5e-324',
  '0.1',
  '9007199254740993',
  '""',
  '"x"',
].concat(['"\\ud800"', '"__proto__"', '"constructor"', '"a"', 'true', 'false', 'null', '[]', '{}']);
const OPERATORS = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '&',
  '&',
  ' and ',
  ' or ',
  ' in ',
  ' ?? ',
  ' ?: ',
  ' ~> ',
];
const ONE = [
  'string',
  'length',
  'trim',
  'uppercase',
  'number',
  'abs',
  'round',
  'sum',
  'max',
  'count',
  'keys',
  'spread',
  'merge',
]
  .concat([
    'reverse',
    'distinct',
    'sort',
    'boolean',
    'not',
    'exists',
    'type',
    'hash',
    'toJson',
    'dnsName',
    'base64encode',
  ])
  .concat([
    'base64decode',
    'encodeUrlComponent',
    'decodeUrl',
    'shuffle',
    'eval',
    'error',
    'single',
    'zip',
    'floor',
    'formatBase',
  ]);
const TWO = [
  'append',
  'pad',
  'split',
  'join',
  'contains',
  'match',
  'lookup',
  'power',
  'zip',
  'substring',
  'substringBefore',
];
const HIGHER = ['map', 'filter', 'reduce', 'sort', 'each', 'sift', 'single'];
const PIECES = [
  'a',
  '.',
  '.*',
  '(a+)+',
  '(a|b)*',
  '[^b]*b',
  'a{20}',
  'a?',
  '^',
  '$',
  '\\\\w+',
  '(x{5}){5}',
  '\\\\pL',
  '|',
  '[a-z]',
];

/** Writes a formula. `depth`: how many levels it may have. */
export function hostileFormula(random: Random, depth: number): string {
  const inner = () => hostileFormula(random, depth - 1 - Math.floor(random() * 2));
  if (depth <= 0) return random() < 0.5 ? pick(random, LITERALS) : pick(random, random() < 0.7 ? FIELDS : VARIABLES);
  return pick(random, WRITERS)(inner, random);
}

type Writer = (inner: () => string, random: Random) => string;

const again: Writer = (inner, random) => {
  const step = inner();
  return `($x := ${inner()}; ${`$x := ${step};`.repeat(2 + Math.floor(random() * 30))} $x)`;
};

const GROWING = [
  '$x & $x',
  '[$x, $x]',
  '$append($x, $x)',
  '{"a": $x, "b": $x}',
  '$join([$x, $x])',
  '[[$x], $x]',
  '$f ~> $f',
];

const WRITERS: readonly Writer[] = [
  (inner, random) => `(${inner()}${pick(random, OPERATORS)}${inner()})`,
  (inner, random) => `(${inner()}${pick(random, OPERATORS)}${inner()})`,
  (inner, random) => `$${pick(random, ONE)}(${inner()})`,
  (inner, random) => `$${pick(random, TWO)}(${inner()}, ${inner()})`,
  (inner, random) => `$${pick(random, HIGHER)}(${inner()}, function($x, $y){ ${inner()} })`,
  (inner, random) => `$${pick(random, HIGHER)}(${inner()}, ${pick(random, VARIABLES)})`,
  (inner, random) => `${pick(random, FIELDS)}.${inner()}`,
  (inner, random) => `${pick(random, FIELDS)}.${pick(random, FIELDS)}[${inner()}]`,
  (inner, random) => `${pick(random, FIELDS)}.(${inner()})`,
  (inner) => `[${inner()}, ${inner()}]`,
  (inner) => `[${inner()}..${inner()}]`,
  (inner) => `{${inner()}: ${inner()}, "k": ${inner()}}`,
  (inner, random) => `${pick(random, FIELDS)}{$string(${inner()}): ${inner()}}`,
  (inner, random) => `${pick(random, FIELDS)}^(>${inner()}, ${inner()})`,
  (inner, random) => `${pick(random, FIELDS)}@$x.(${inner()})`,
  (inner, random) => `${pick(random, FIELDS)}#$y.${pick(random, FIELDS)}@$x[${inner()}]`,
  (inner) => `(${inner()} ? ${inner()} : ${inner()})`,
  (inner, random) => `(${inner()} ~> |${pick(random, FIELDS)}|{${inner()}: ${inner()}}, ${inner()}|)`,
  (inner) => `($f := function($x){ ${inner()} }; $f(${inner()}))`,
  (inner) => `($f := function($x, $y){ $f(${inner()}, ${inner()}) }; $f(${inner()}))`,
  (inner) => `($f := function($x, $y){ [$f(${inner()}), ${inner()}] }; $f(${inner()}))`,
  (inner) => `($f := function($g){ $g($g) & ${inner()} }; $f($f))`,
  (inner, random) =>
    `($x := ${inner()}; ${`$x := ${pick(random, GROWING)};`.repeat(2 + Math.floor(random() * 40))} $x)`,
  (inner) => `($f := $trim ~> $string; ${'$f := $f ~> $f;'.repeat(12)} $f(${inner()}))`,
  again,
  (inner, random) => `$match(${inner()}, ${regex(random)})`,
  (inner, random) => `$replace(${inner()}, ${regex(random)}, ${inner()})`,
  (inner, random) => `$split(${inner()}, ${regex(random)})`,
  (inner) => `-(${inner()})`,
  (inner) => `function($x){ ${inner()} }`,
  (inner) => `$f(?, ${inner()})`,
];

function regex(random: Random): string {
  const pieces = range(1 + Math.floor(random() * 4)).map(() => pick(random, PIECES));
  return `/${pieces.join('')}/${pick(random, ['', 'i', 'm'])}`;
}
