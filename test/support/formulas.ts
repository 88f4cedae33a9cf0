// Generated formulas of the whole language, and data for them.
//
// The grammar knows which kind of value an argument should have, and gives it one of the right kind most of the time, so
// that most formulas come to something. Names are few, so that they meet.

import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

// Text with holes.
const t = (parts: TemplateStringsArray, ...holes: readonly Text[]): Text =>
  fc.tuple(...holes).map((values) => parts.reduce((whole, part, index) => `${whole}${values[index - 1]}${part}`));

const some = (...choices: readonly (readonly [weight: number, arbitrary: Text])[]): Text =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const words = (...list: readonly string[]): Text => fc.constantFrom(...list);

const keys = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b', 'c', 'items', 'name', 'n') },
  { weight: 1, arbitrary: fc.constantFrom('x y', '10', '2', 'constructor', 'sum', 'é') },
);
const texts = fc.constantFrom('x', 'y', '', 'web', '10', 'a,b,c', 'wexwe', 'é😀b', ' x  y ', '%41', 'constructor');
const scalars = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  texts,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(0.5, 2.25, 1e21, -0.1),
);

const { data, object } = fc.letrec<{ data: unknown; list: unknown; object: unknown }>((tie) => ({
  data: fc.oneof({ maxDepth: 2, withCrossShrink: true }, scalars, tie('object'), tie('list')),
  list: fc.oneof(
    fc.array(tie('data'), { maxLength: 3 }),
    fc.array(tie('object'), { minLength: 1, maxLength: 3 }),
    fc.array(fc.integer({ min: -3, max: 12 }), { maxLength: 4 }),
    fc.array(texts, { maxLength: 3 }),
  ),
  object: fc.dictionary(keys, tie('data'), { minKeys: 1, maxKeys: 4 }),
}));

// Lists of objects inside lists of objects, as paths like them.
const row = fc.record(
  { c: fc.integer({ min: 0, max: 3 }), name: texts, n: fc.oneof(scalars, fc.array(scalars, { maxLength: 2 })) },
  { requiredKeys: ['c'] },
);
const shaped = fc.record(
  {
    a: fc.array(
      fc.record(
        { b: fc.oneof(row, fc.array(row, { maxLength: 3 })), c: fc.integer({ min: 0, max: 3 }), name: texts },
        { requiredKeys: ['b'] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    b: fc.array(row, { maxLength: 3 }),
    items: fc.array(fc.integer({ min: -3, max: 12 }), { maxLength: 4 }),
    name: texts,
    n: data,
  },
  { requiredKeys: ['a'] },
);

/** What a formula is evaluated for: mostly objects, but any JSON can be the whole input. */
export const inputs: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: shaped },
  { weight: 4, arbitrary: object },
  { weight: 1, arbitrary: fc.array(shaped, { maxLength: 2 }) },
  { weight: 2, arbitrary: data },
);

const name: Text = keys.map((key) => (/^[a-z]+$/.test(key) ? key : `\`${key}\``));
const integer: Text = fc.integer({ min: -3, max: 12 }).map(String);
const number: Text = some([7, integer], [1, words('0.5', '1e3', '2.5')]);
const text: Text = texts.map((value) => JSON.stringify(value));
const literal: Text = some([3, number], [3, text], [2, words('true', 'false', 'null')]);
const regex: Text = fc.constantFrom(
  '/x/',
  '/[wx]e?/i',
  '/(w)(e)/',
  '/^./',
  '/b*y/',
  '/(a)|(,)/',
  '/E/i',
  '/\\w+/m',
  '/x*/',
);
const template: Text = fc.constantFrom('"-"', '"<$0>"', '"$1"', '"$2$1$$"', '"$10"', '"$x"');
const variable: Text = fc.constantFrom('$', '$', '$$', '$v', '$v', '$w', '$i');

// Functions by the kinds of their arguments: t text, n number, l list, o object, f function, r regular expression or
// text, x anything.
const SIGNATURES: { readonly [kinds: string]: readonly string[] } = {
  t: ['uppercase', 'lowercase', 'length', 'trim', 'base64encode', 'encodeUrl', 'encodeUrlComponent', 'decodeUrl'],
  tn: ['substring', 'pad', 'decodeUrlComponent'],
  tt: ['substringBefore', 'substringAfter'],
  tnn: ['substring'],
  tnt: ['pad'],
  tr: ['contains', 'split', 'match'],
  trn: ['split', 'match'],
  n: ['abs', 'floor', 'ceil', 'round', 'sqrt', 'formatBase'],
  nn: ['power', 'round', 'formatBase'],
  l: ['sum', 'max', 'min', 'average', 'count', 'reverse', 'sort', 'distinct', 'join', 'single', 'zip'],
  lt: ['join'],
  ll: ['append', 'zip'],
  lll: ['zip'],
  lf: ['map', 'filter', 'sort', 'single', 'reduce'],
  lfx: ['reduce'],
  o: ['keys', 'spread', 'merge', 'clone'],
  ot: ['lookup'],
  of: ['each', 'sift'],
  x: ['string', 'number', 'boolean', 'not', 'exists', 'type', 'keys', 'spread', 'distinct', 'count', 'append'],
  xx: ['string', 'assert', 'append'],
  tra: ['replace'],
  tran: ['replace'],
};

const calls = Object.entries(SIGNATURES).flatMap(([kinds, names]) => names.map((called) => ({ kinds, called })));
const everyName = [...new Set(calls.map(({ called }) => called))];
const lambdaNames = words('$v', '$w', '$i');

/** Formulas for one of the profiles: rules have no recursion and no text as code. */
export function formulas(profile: 'rule' | 'jsonata'): Text {
  const isWhole = profile === 'jsonata';
  return fc.letrec<{ [kind: string]: string }>((tie) => {
    const f = tie('formula');
    const path = tie('path');
    const step = tie('step');
    const func = tie('func');
    const list = some(
      [4, words('a', 'b', 'a.b', 'items', 'a.b.c', 'b.name', 'a.b[c > 0]', 'n')],
      [3, path],
      [1, t`[${f}, ${f}]`],
      [1, t`[${integer} .. ${integer}]`],
      [1, f],
    );
    const aText = some(
      [3, text],
      [3, words('name', 'a[0].name', 'b[-1].name', '$v.name', '$string(n)', '$string($)')],
      [1, path],
      [1, f],
    );
    const aNumber = some([4, number], [2, words('a[0].c', 'b[0].c', '$count(a.b)', '$i', '$v')], [1, path], [1, f]);
    const anObject = some(
      [2, words('a[0]', 'b[0]', '$', '$$', 'a[0].b', '$v')],
      [2, path],
      [1, t`{"a": ${f}, ${text}: ${f}}`],
      [1, f],
    );
    const simple = t`${words('a', 'b', 'a.b', '$$.a.b', '$v.b', 'a[0].b')}${some(
      [1, words('')],
      [2, t`[${words('c', 'name', 'n', '$.c')} ${words('=', '!=', '>', '<', 'in')} ${some([2, literal], [1, name])}]`],
    )}${words('', '', '.name', '.c', '.n', '[0]', '[-1].n')}`;
    const key = some([2, t`$string(${f})`], [2, name], [1, text], [1, t`%.${name}`], [1, f]);
    const pairs = some([3, t`${key}: ${f}`], [1, t`${key}: ${f}, ${key}: ${f}`]);
    const term = some([4, name], [1, words('$', '$v', '$i')], [1, t`%.${name}`], [1, t`$string(${name})`], [1, f]);
    const terms = some([3, t`${words('', '>', '<')}${term}`], [1, t`${term}, >${term}`]);
    const byKind: { readonly [kind: string]: Text } = {
      t: aText,
      n: aNumber,
      l: list,
      o: anObject,
      f: func,
      x: f,
      r: some([3, regex], [2, aText], [1, func]),
      a: some([3, template], [1, t`function($v){ $v.match & "!" }`], [1, func], [1, aText]),
    };
    const call = fc
      .constantFrom(...calls)
      .chain(({ kinds, called }) =>
        fc.tuple(...[...kinds].map((kind) => byKind[kind] as Text)).map((args) => `$${called}(${args.join(', ')})`),
      );
    const wrongCall = t`$${words(...everyName)}(${fc.array(f, { maxLength: 3 }).map((args) => args.join(', '))})`;
    const contextCall = some(
      [2, t`$${words('string', 'uppercase', 'length', 'keys', 'spread', 'number', 'boolean', 'type', 'sum')}()`],
      [1, t`$substring(${number})`],
      [1, t`$lookup(${text})`],
      [1, t`$each(${func})`],
      [1, t`$match(${regex})`],
    );
    const wholeLanguage: readonly (readonly [number, Text])[] = [
      [1, t`($f := function($v, $w){ $v <= 0 ? $w : $f($v - 1, ${f}) }; $f(3, ${f}))`],
      [1, t`($f := function($v){ $v <= 0 ? 0 : [$v, $f($v - 1), ${f}] }; $f(2))`],
      [1, t`($f := function($v){ $v < 1 ? ${f} : $g($v - 1) }; $g := function($w){ $f($w) }; $f(3))`],
      [1, f.map((inner) => `$eval(${JSON.stringify(inner)})`)],
      [1, t`$eval(${aText}, ${f})`],
      [1, t`${some([4, words('name', 'n.sum')], [1, words('sum', 'string')])}(${f})`],
    ];
    return {
      predicate: some(
        [2, words('0', '-1', '1', '0.6', '[0, 1]', '[-1, 0]', '[0 .. 1]', '$', '$i = 0', '$i > 0')],
        [2, t`${name} = ${literal}`],
        [1, t`${name} > ${number}`],
        [1, t`%.${name} ${words('=', '!=', '<', 'in')} ${some([1, literal], [1, name])}`],
        [1, t`$v.${name} = ${name}`],
        [3, f],
      ),
      step: some(
        [10, name],
        [2, t`${name}[${tie('predicate')}]`],
        [3, words('*', '**', '$', '%', '%.%', '$v', '$$')],
        [1, t`%.${name}`],
        [1, t`(${f})`],
        [1, t`(${step}.${step})${words('', '', '[0]', '#$i')}`],
        [1, t`{${pairs}}`],
        [1, t`[${f}]`],
        [1, t`[${f}, ${f}]`],
        [1, t`${name}^(${terms})`],
        [2, t`${name}${words('@$v', '#$i', '@$v#$i', '@$w', '#$w')}`],
        [1, t`${name}${words('@$v', '#$i')}[${tie('predicate')}]`],
        [1, contextCall],
        [1, t`${some([3, name], [1, words('*', '**', '$')])}${words('[]', '[0]', '[-1]', '[][0]')}`],
        [1, t`${words('*', '**')}[${tie('predicate')}]`],
        [1, t`[${f}][${tie('predicate')}]`],
        [1, t`$f(${f})`],
      ),
      path: some(
        [3, name],
        [
          8,
          t`${some([6, step], [1, variable], [1, t`[${f}]`])}${fc
            .array(step, { maxLength: 2 })
            .map((steps) => steps.map((next) => `.${next}`).join(''))}${some(
            [10, words('')],
            [1, words('[]', '[][0]', '[0]', '[-1][]')],
            [1, t`[${tie('predicate')}]`],
            [1, t`^(${terms})`],
            [1, t`{${pairs}}`],
          )}`,
        ],
        [3, simple],
        [1, variable],
        [1, t`${name}@$v.${name}[${tie('predicate')}]`],
        [1, t`${name}@$v.${name}@$w[$v.${name} = $w.${name}].[$v.${name}, ${f}]`],
        [1, t`${name}.${name}#$i.[$i, %.${name}, ${f}]`],
      ),
      func: some(
        [4, t`function(${lambdaNames}){ ${f} }`],
        [2, t`function($v, ${words('$w', '$i')}){ ${f} }`],
        [1, t`function($v, $i, $w){ ${f} }`],
        [1, t`λ(){ ${f} }`],
        [1, t`function($v)<${words('s:s', 'n-:n', 'a<n>', 'x-:x', '(sn)-', 'o', 's?')}>{ ${f} }`],
        [1, t`function($v, $w)<${words('s-n:s', 'xx', 'a<s>n?', 'n+', 'j-j?:j', 'ff')}>{ ${f} }`],
        [2, t`$${words(...everyName)}`],
        [1, t`(${func} ~> ${func})`],
        [1, t`function($v, $w){ ${f} }(?, ${f})`],
        [1, t`$append(?, ${f})`],
        [1, t`$substring(${aText}, ?)`],
        [1, t`|${path}|{${pairs}}|`],
        [1, t`|${path}|${anObject}, ${words('"a"', '["b", "c"]', '[]', '"items"')}|`],
        [1, regex],
        [1, t`function($v){ {"match": "x", "start": $i, "end": 1, "groups": [$v], "next": λ(){ ${f} }} }`],
        [1, t`function($v){ {"match": ${text}, "start": 1, "end": 2, "groups": [], "next": λ(){ $w }} }`],
      ),
      formula: fc.oneof(
        { maxDepth: 3, depthIdentifier: 'formula', withCrossShrink: true },
        { weight: 3, arbitrary: literal },
        { weight: 8, arbitrary: path },
        { weight: 1, arbitrary: t`(${f} ${words(...OPERATORS)} ${f})` },
        { weight: 1, arbitrary: t`(${f} ${words('=', '!=', '&', 'and', 'or', 'in')} ${f})` },
        { weight: 2, arbitrary: t`(${aNumber} ${words(...OPERATORS)} ${aNumber})` },
        { weight: 1, arbitrary: t`(${f} ? ${f} : ${f})` },
        { weight: 1, arbitrary: t`(${f} ? ${f})` },
        { weight: 1, arbitrary: fc.tuple(f, words('??', '?:'), f).map(toDefault) },
        { weight: 1, arbitrary: fc.array(f, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`) },
        { weight: 1, arbitrary: t`[${some([3, integer], [1, f])} .. ${some([3, integer], [1, f])}]` },
        { weight: 1, arbitrary: t`{${text}: ${f}, "z": ${f}}` },
        { weight: 1, arbitrary: t`{${pairs}}` },
        { weight: 6, arbitrary: call },
        {
          weight: 2,
          arbitrary: t`$${words('map', 'filter')}(${list}, function($v${words('', ', $i')}){ ${some([1, simple], [1, f])} })`,
        },
        { weight: 1, arbitrary: wrongCall },
        { weight: 1, arbitrary: t`(${lambdaNames} := ${f}; ${f})` },
        { weight: 1, arbitrary: t`(${lambdaNames} := ${f}; ${lambdaNames} := ${f}; ${f})` },
        { weight: 1, arbitrary: t`($f := ${func}; $f(${f}))` },
        { weight: 1, arbitrary: t`($f := ${func}; ${f} ~> $f)` },
        { weight: 1, arbitrary: t`($f := ${func}; $f(${f}, ${f}))` },
        { weight: 1, arbitrary: t`(${func})(${f})` },
        { weight: 1, arbitrary: t`($f := ${func}; ${path}.$f(${f}))` },
        { weight: 1, arbitrary: t`($f := ${func}; ${path})` },
        { weight: 1, arbitrary: t`($${words('count', 'string', 'sum', 'clone')} := ${func}; ${f})` },
        { weight: 1, arbitrary: t`$map(${list}, function($v){ function($w){ ${f} } }).($(${f}))` },
        { weight: 1, arbitrary: t`($v := 1; ${f}; $v)` },
        { weight: 1, arbitrary: t`$error(${aText})` },
        { weight: 1, arbitrary: t`(${f} ~> ${func})` },
        { weight: 1, arbitrary: t`(${f} ~> $${words('map', 'filter', 'reduce', 'each')}(${func}))` },
        {
          weight: 1,
          arbitrary: t`${regex}(${some([1, text], [1, t`$string(${f})`])}).${words('match', 'start', 'next().match', 'groups')}`,
        },
        { weight: 1, arbitrary: t`-(${aNumber})` },
        { weight: 1, arbitrary: t`(${f})[${tie('predicate')}]` },
        { weight: 1, arbitrary: t`(${f})[]` },
        { weight: 1, arbitrary: t`(${f}){${pairs}}` },
        ...(isWhole ? wholeLanguage : []).map(([weight, arbitrary]) => ({ weight, arbitrary })),
      ),
    };
  })['formula'] as Text;
}

const OPERATORS = ['+', '-', '*', '/', '%', '=', '!=', '<', '<=', '>', '>=', '&', 'and', 'or', 'in'];

// The npm parser loses regular expressions on the left of ?? and ?:, and its $replace then never ends.
function toDefault([left, operator, right]: readonly [string, string, string]): string {
  return `(${/\/[^/ ]+\//.test(left) ? '"x"' : left} ${operator} ${right})`;
}
