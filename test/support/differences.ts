// Where formulas differ from JSONata, by intention: the rows of docs/reference/expression-differences.md, each with a
// formula that shows it. What is generated and differs must be covered by one of them.

/** A node of the parser's tree, as far as it is looked at here. */
export interface AnyNode {
  readonly type?: string;
  readonly value?: unknown;
  readonly steps?: readonly AnyNode[];
  readonly stages?: readonly unknown[];
  readonly group?: unknown;
  readonly index?: string;
  readonly focus?: string;
  readonly tuple?: boolean;
  readonly consarray?: boolean;
  readonly procedure?: AnyNode;
  readonly arguments?: readonly AnyNode[];
}

/** What an evaluation came to: a value as JSON, with `nothing` for none, or the code of an error. */
export type Outcome = { readonly value: string } | { readonly code: string };

/** A case that came out differently. */
export interface Case {
  readonly source: string;
  readonly nodes: readonly AnyNode[];
  /** True where the interpreter has changed its input. */
  readonly isChanged: boolean;
  readonly theirs: Outcome;
  readonly ours: Outcome;
}

/** A row of the page. */
export interface Difference {
  /** The first cell of the row. */
  readonly title: string;
  readonly formula: string;
  readonly input: unknown;
  readonly theirs: Outcome;
  readonly ours: Outcome;
  /** True where a difference is of this kind. */
  readonly covers: (found: Case) => boolean;
}

const codeOf = (outcome: Outcome): string | undefined => ('code' in outcome ? outcome.code : undefined);
const hasCode = (outcome: Outcome, ...codes: readonly string[]): boolean => codes.includes(codeOf(outcome) ?? '');
const never = (): boolean => false;

const uses = ({ nodes }: Case, ...names: readonly string[]): boolean =>
  nodes.some(({ type, value }) => type === 'variable' && names.includes(String(value)));

const has = ({ nodes }: Case, test: (node: AnyNode) => boolean): boolean => nodes.some(test);

// A path that binds names, then sorts, and then looks at the names, groups, or binds another.
function sortsNames({ steps = [], group }: AnyNode): boolean {
  const bound = steps.findIndex(({ tuple }) => tuple === true);
  const sorted = steps.findIndex(({ type }, index) => type === 'sort' && bound >= 0 && index > bound);
  if (sorted < 0) return false;
  const { stages, index } = steps[sorted] as AnyNode;
  const isFollowed = steps.some(({ type }, place) => type === 'block' || (type === 'sort' && place > sorted));
  return stages !== undefined || index !== undefined || group !== undefined || isFollowed;
}

const bindsWritten = ({ steps = [] }: AnyNode): boolean =>
  steps[0]?.consarray === true && (steps[0].focus !== undefined || steps[0].index !== undefined);

/** All nodes of a tree. */
export function nodesOf(tree: unknown): readonly AnyNode[] {
  if (typeof tree !== 'object' || tree === null || tree instanceof RegExp) return [];
  return [...(Array.isArray(tree) ? [] : [tree as AnyNode]), ...Object.values(tree).flatMap(nodesOf)];
}

/** In the order of the page. */
export const differences: readonly Difference[] = [
  {
    title: 'numbers that JSON does not have',
    formula: '1 / 0',
    input: {},
    theirs: { value: 'null' },
    ours: { code: 'D1001' },
    covers: ({ ours }) => hasCode(ours, 'D1001'),
  },
  {
    title: 'functions as results',
    formula: '/a/("xa")',
    input: {},
    theirs: { value: '{"match":"a","start":1,"end":2,"groups":[]}' },
    ours: { code: 'U1002' },
    covers: ({ ours }) => hasCode(ours, 'U1002'),
  },
  {
    title: 'reserved keys (`__proto__`, `constructor`, `prototype`)',
    formula: '{"constructor": 1}',
    input: {},
    theirs: { value: '{"constructor":1}' },
    ours: { code: 'U1004' },
    covers: ({ ours }) => hasCode(ours, 'U1004'),
  },
  {
    title: 'nothing as an item of an array',
    formula: '$match("b", /(a)?b/).groups',
    input: {},
    theirs: { value: '[null]' },
    ours: { value: '[]' },
    covers: never,
  },
  {
    title: 'several errors in one constructor',
    formula: '[$string($string($error("first"))), 1 + "second"]',
    input: {},
    theirs: { code: 'T2002' },
    ours: { code: 'D3137' },
    covers: ({ source, theirs, ours }) => 'code' in theirs && 'code' in ours && /[[{].*[,:]/.test(source),
  },
  {
    title: 'names that one part of a constructor binds and another reads',
    formula: '[$x := 1, $x]',
    input: {},
    theirs: { value: '[1]' },
    ours: { value: '[1,1]' },
    covers: (found) => has(found, ({ type }) => type === 'bind') && /[[{].*:=.*[,:]/.test(found.source),
  },
  {
    title: 'endless or huge computations: steps',
    formula: '$count([1..2000000])',
    input: {},
    theirs: { value: '2000000' },
    ours: { code: 'U1001' },
    covers: ({ ours }) => hasCode(ours, 'U1001'),
  },
  {
    title: 'endless or huge computations: sizes',
    formula: '$length($pad("x", 5000000))',
    input: {},
    theirs: { value: '5000000' },
    ours: { code: 'U1003' },
    covers: ({ ours }) => hasCode(ours, 'U1003'),
  },
  {
    title: 'endless or huge computations: depth',
    formula: '($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(300))',
    input: {},
    theirs: { value: '300' },
    ours: { code: 'U1005' },
    covers: ({ ours }) => hasCode(ours, 'U1005'),
  },
  {
    title: 'regular expressions: what RE2 lacks',
    formula: '$contains("ab", /a(?=b)/)',
    input: {},
    theirs: { value: 'true' },
    ours: { code: 'ExpressionUnsupported' },
    covers: ({ ours }) => hasCode(ours, 'ExpressionUnsupported'),
  },
  {
    title: 'regular expressions: characters',
    formula: '$count($match("😀", /./))',
    input: {},
    theirs: { value: '2' },
    ours: { value: '1' },
    covers: (found) => has(found, ({ type }) => type === 'regex') && /[\ud800-\udfff]/.test(JSON.stringify(found)),
  },
  {
    title: 'regular expressions: called with what is no text',
    formula: '/e/(a).next().match',
    input: { a: [{}, {}] },
    theirs: { value: 'nothing' },
    ours: { value: '"e"' },
    covers: (found) => has(found, ({ procedure }) => procedure?.type === 'regex'),
  },
  {
    title: 'a regular expression on the left of `??` or `?:`',
    formula: '$contains("x1", /x/) ?: 5',
    input: {},
    theirs: { value: '5' },
    ours: { value: 'true' },
    covers: never,
  },
  {
    title: 'base64',
    formula: '$base64encode("é")',
    input: {},
    theirs: { value: '"6Q=="' },
    ours: { value: '"w6k="' },
    covers: (found) => uses(found, 'base64encode', 'base64decode'),
  },
  {
    title: 'text that only begins or ends like a hexadecimal, octal or binary number',
    formula: '$number("0x1zz")',
    input: {},
    theirs: { value: 'null' },
    ours: { code: 'D3030' },
    covers: never,
  },
  {
    title: 'an array and an object that says how long the array is',
    formula: '[] = {"length": 0}',
    input: {},
    theirs: { value: 'true' },
    ours: { value: 'false' },
    covers: never,
  },
  {
    title: 'the signature of a function with some arguments given',
    formula: '(function($a, $b)<nn:s>{ $a & $b }(?, 1))("x")',
    input: {},
    theirs: { value: '"x1"' },
    ours: { code: 'T0410' },
    covers: (found) => has(found, ({ type }) => type === 'partial') && /^T041/.test(codeOf(found.ours) ?? ''),
  },
  {
    title: 'functions that cannot be given some arguments: `$string`, and those that were handed on',
    formula: '$string(?)(1)',
    input: {},
    theirs: { code: 'S0208' },
    ours: { value: '"1"' },
    covers: never,
  },
  {
    title: 'names around `$eval` at the end of a function, or as a value',
    formula: '(function($x){ $eval("$x") })(3)',
    input: {},
    theirs: { value: 'nothing' },
    ours: { value: '3' },
    covers: (found) => uses(found, 'eval'),
  },
  {
    title: 'names that the text of `$eval` binds',
    formula: '($eval("$x := 5"); $x)',
    input: {},
    theirs: { value: '5' },
    ours: { value: 'nothing' },
    covers: (found) => uses(found, 'eval'),
  },
  {
    title: 'predicates, groups, `#` and another order-by behind an order-by of a path with names',
    formula: 'a#$i^(>n)[$i > 0].n',
    input: { a: [{ n: 1 }, { n: 2 }] },
    theirs: { value: 'nothing' },
    ours: { value: '2' },
    covers: (found) => has(found, sortsNames),
  },
  {
    title: 'a predicate with `%` behind parentheses that are no step of a path',
    formula: 'function(){ (name)[%.a = 1] }()',
    input: { a: 1, name: 'x' },
    theirs: { value: '[{"@":"x","!0":{"a":1,"name":"x"}}]' },
    ours: { value: '"x"' },
    covers: (found) => has(found, ({ type, tuple }) => type === 'block' && tuple === true),
  },
  {
    title: 'names for the items of an array that is written out',
    formula: '[1, 2]#$i.$i',
    input: {},
    theirs: { value: 'nothing' },
    ours: { value: '[0,1]' },
    covers: (found) => has(found, bindsWritten),
  },
  {
    title: '`*` of several values that a function gave',
    formula: '$map([1, 2], function($v){ a.b }).*',
    input: { a: [{ b: 1 }, { b: 2 }] },
    theirs: { value: '[1,2,true,1,2,true]' },
    ours: { value: '[1,2,1,2]' },
    covers: (found) => has(found, ({ type }) => type === 'wildcard') && /true/.test(JSON.stringify(found.theirs)),
  },
  {
    title: 'a function in place of a text in `$replace` of a text',
    formula: '$length($replace("a", "a", function($m){ "b" })) > 9',
    input: {},
    theirs: { value: 'true' },
    ours: { code: 'T0410' },
    covers: ({ ours, source }) => hasCode(ours, 'T0410') && source.includes('$replace'),
  },
  {
    title: 'the input',
    formula: '[$count(a{"b": 1}), $count(a)]',
    input: { a: [] },
    theirs: { value: '[1,1]' },
    ours: { value: '[1,0]' },
    covers: ({ isChanged }) => isChanged,
  },
  {
    title: 'data that looks like a function',
    formula: '$exists(a)',
    input: { a: { _jsonata_lambda: true } },
    theirs: { code: 'undefined' },
    ours: { value: 'true' },
    covers: never,
  },
  {
    title: 'failures of the interpreter that have no code',
    formula: '$ ~> |a|{"b": 1}|',
    input: { a: 1 },
    theirs: { code: 'undefined' },
    ours: { value: '{"a":1}' },
    covers: ({ theirs }) => hasCode(theirs, 'undefined'),
  },
];
